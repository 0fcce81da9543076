/*
 * Loaded before the server that is measured, by `--import`: tells the process that started it how long the event loop
 * stood still and how much memory was held at most, each since it was last asked.
 */
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const RESOLUTION_MS = 5
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
let most = 0
const look = () => {
  most = Math.max(most, process.memoryUsage.rss())
}
setInterval(look, 100).unref()

/** The longest stall, with what this thread itself worked in it: the rest it waited for a core. */
let longest = { ms: 0, workedMs: 0 }
let collectedMs = 0
if (isMainThread) {
  let at = performance.now()
  let before = process.threadCpuUsage()
  setInterval(() => {
    const now = performance.now()
    const used = process.threadCpuUsage(before)
    const late = now - at - RESOLUTION_MS
    if (late > longest.ms) longest = { ms: late, workedMs: (used.user + used.system) / 1000 }
    at = now
    before = process.threadCpuUsage()
  }, RESOLUTION_MS).unref()
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collectedMs = Math.max(collectedMs, duration)
  }).observe({ entryTypes: ['gc'] })
}

export type Watched = {
  readonly stallMs: number
  readonly stallP99Ms: number
  /** Of the longest stall, what the thread itself worked; it waited for a core in the rest. */
  readonly stallWorkedMs: number
  /** The longest collection of garbage. */
  readonly collectedMs: number
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
    stallMs: longest.ms,
    stallP99Ms: beyond(delay.percentile(99)),
    stallWorkedMs: longest.workedMs,
    collectedMs,
    mostRss: most,
    rss,
    cpuMs: (user + system) / 1000,
  }
  process.send?.(told)
  delay.reset()
  longest = { ms: 0, workedMs: 0 }
  collectedMs = 0
  most = rss
})
// The line to the starter must not keep a server alive that was told to end.
process.channel?.unref()
