/*
 * Loaded before the server that is measured, by `--import`: tells the process that started it how long the event loop
 * stood still and how much memory was held at most, each since it was last asked.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 5
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
let most = 0
const look = () => {
  most = Math.max(most, process.memoryUsage.rss())
}
setInterval(look, 100).unref()

export type Watched = {
  readonly stallMs: number
  readonly stallP99Ms: number
  readonly mostRss: number
  readonly rss: number
  /** Processor time since the process began. */
  readonly cpuMs: number
}

process.on('message', (message) => {
  if (message !== 'watched') return
  look()
  // What is beyond the timer's own step is what others had to wait.
  const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  const rss = process.memoryUsage.rss()
  const { user, system } = process.cpuUsage()
  const told: Watched = {
    stallMs: beyond(delay.max),
    stallP99Ms: beyond(delay.percentile(99)),
    mostRss: most,
    rss,
    cpuMs: (user + system) / 1000,
  }
  process.send?.(told)
  delay.reset()
  most = rss
})
// The line to the starter must not keep a server alive that was told to end.
process.channel?.unref()
