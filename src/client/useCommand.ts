import type { Client } from '@orpc/client'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { Reason } from '../lib/verdict.ts'
import type { CallContext } from './api.ts'
import { lineLost, lineUp } from './connection.ts'
import { codeOf, isAnswer, sessionEnded } from './queries.ts'
import { telling } from './telling.ts'

/** What became of a command that no page shows in its own place; the shell says it. */
export type Untold = { readonly refusal: readonly Reason[] } | { readonly failure: Failure }
export const commandFailed = telling<Untold>()

/** An error of the server by its name and what it tells with it; LINE_LOST when a minute of trying brought no answer. */
export type Failure = { readonly code: string; readonly data: unknown }

export type Command<I, O> = {
  /** Sends the intent once. Resolves to the output, or to null when it was refused, failed or was under way already. */
  run(input: I): Promise<{ readonly output: O } | null>
  readonly busy: boolean
  /** The line is lost; the same intent is sent again when it is back. */
  readonly waiting: boolean
  /** Every reason of a refusal, for a RefusalPanel. A page that does not read it leaves the showing to the shell. */
  readonly refusal: readonly Reason[] | null
  /** Any other error. As with refusals, a page that reads it shows it itself. */
  readonly failure: Failure | null
  /** The row as somebody else left it, when it moved under the edit. Where no page reads it, the shell says so. */
  readonly stale: { readonly current: unknown } | null
  /** Forgets the refusal, the failure and the stale row. */
  clear(): void
}

type State = Pick<Command<never, never>, 'busy' | 'waiting' | 'refusal' | 'failure' | 'stale'>
const QUIET: State = { busy: false, waiting: false, refusal: null, failure: null, stale: null }

/** Seconds to wait before each further try of a command whose line broke; a minute in all. */
const PAUSES = [1, 2, 4, 8, 15, 15, 15]

/** A random UUID also where the page is not on https, which `crypto.randomUUID` asks for. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const untilOnline = (seconds: number) =>
  new Promise<void>((done) => {
    const finish = () => {
      clearTimeout(timer)
      removeEventListener('online', finish)
      done()
    }
    const timer = setTimeout(finish, seconds * 1000)
    addEventListener('online', finish)
  })

/** The line broke before an answer, or what stands before the house answered for it. */
const lineBroke = (error: unknown) => !isAnswer(error) || [502, 503, 504].includes(error.status)

/** Tries until there is an answer of the house, for about a minute. */
async function send<O>(call: () => Promise<O>, onWaiting: () => void): Promise<O> {
  for (let tries = 0; ; tries++) {
    try {
      const output = await call()
      if (tries > 0) lineUp()
      return output
    } catch (error) {
      const pause = PAUSES[tries]
      if (!lineBroke(error) || pause === undefined) throw error
      lineLost()
      onWaiting()
      await untilOnline(pause)
    }
  }
}

/**
 * A command for a button: `const distribute = useCommand(api.leads.distribute)`. One id goes with one intent until it
 * succeeds or is answered with no, so that a double click, a retry and a lost answer do it once.
 */
export function useCommand<I, O, E>(operation: { readonly call: Client<CallContext, I, O, E> }): Command<I, O> {
  const [state, setState] = useState(QUIET)
  const intent = useRef<{ id: string; input: string } | null>(null)
  const under = useRef(false)
  const shown = useRef({ refusal: false, failure: false, stale: false })
  const call = useRef(operation.call)
  call.current = operation.call

  const run = useCallback(async (input: I): Promise<{ readonly output: O } | null> => {
    if (under.current) return null
    under.current = true
    const written = JSON.stringify(input ?? null)
    // The same content after a failure is the same intent; anything else is a new one.
    if (intent.current?.input !== written) intent.current = { id: newRequestId(), input: written }
    const { id } = intent.current
    setState({ ...QUIET, busy: true })
    try {
      const output = await send(
        () => (call.current as Client<CallContext, unknown, O, E>)(input, { context: { requestId: id } }),
        () => setState({ ...QUIET, busy: true, waiting: true }),
      )
      intent.current = null
      setState(QUIET)
      return { output }
    } catch (error) {
      const code = codeOf(error) ?? 'LINE_LOST'
      const data = isAnswer(error) ? (error.data as { reasons?: readonly Reason[]; current?: unknown }) : undefined
      if (isAnswer(error) && error.status < 500) intent.current = null
      const refusal = code === 'REFUSED' ? (data?.reasons ?? []) : null
      const stale = code === 'STALE' ? { current: data?.current } : null
      const failure = refusal || stale ? null : { code, data }
      setState({ ...QUIET, refusal, failure, stale })
      if (code === 'UNAUTHORIZED' || code === 'PASSWORD_DUE') sessionEnded.tell(code)
      else if (refusal && !shown.current.refusal) commandFailed.tell({ refusal })
      else if (stale && !shown.current.stale) commandFailed.tell({ failure: { code, data } })
      else if (failure && !shown.current.failure) commandFailed.tell({ failure })
      return null
    } finally {
      under.current = false
    }
  }, [])

  const clear = useCallback(() => setState((before) => (before.busy ? before : QUIET)), [])
  return useMemo(
    () => ({
      run,
      clear,
      busy: state.busy,
      waiting: state.waiting,
      get stale() {
        shown.current.stale = true
        return state.stale
      },
      // Reading it is the page's word that it shows the reasons itself.
      get refusal() {
        shown.current.refusal = true
        return state.refusal
      },
      get failure() {
        shown.current.failure = true
        return state.failure
      },
    }),
    [run, clear, state],
  )
}
