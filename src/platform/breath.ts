import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { MessagePort, Worker } from 'node:worker_threads'

/*
 * A list of a million rows takes minutes and nobody waits for its last row; an agent waits for the next lead. While the
 * thread that answers pages has much to do, long work beside it rests after each lot as long as the lot took.
 */

const TELL_MS = 1000
/** Part of a second that the answering thread works when people are at work; below, long work goes on without rest. */
const BUSY = 0.08
/** A lot that a slow disk held up is no reason for as long a rest. */
const LONGEST_REST_MS = 2000

/** Milliseconds to rest after work of `workedMs`, when the answering thread works this part (0 to 1) of its time. */
export const restAfter = (workedMs: number, busy: number): number =>
  busy < BUSY ? 0 : Math.min(Math.max(0, workedMs), LONGEST_REST_MS)

/** Tells a thread each second how busy the calling one is, until the thread ends. */
export function tellHowBusy(thread: Worker): void {
  let before = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization()
    thread.postMessage({ busy: performance.eventLoopUtilization(now, before).utilization })
    before = now
  }, TELL_MS)
  thread.once('exit', () => clearInterval(timer))
}

/** The other side: to be called between two lots, waits as long as the last one took where others are at work. */
export function breathing(port: MessagePort | null): () => Promise<void> {
  let busy = 0
  port?.on('message', (told: { busy: number }) => {
    busy = told.busy
  })
  // Listening must not keep the thread alive.
  port?.unref()
  let since = performance.now()
  return async () => {
    const rest = restAfter(performance.now() - since, busy)
    if (rest > 0) await pause(rest)
    since = performance.now()
  }
}
