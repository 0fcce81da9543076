import { expect } from 'vitest'
import type { Reason } from '../src/lib/verdict.ts'

/** Expects that a rule refuses the call with this code and clause; returns every reason given. */
export async function refusedFor(call: Promise<unknown>, code: string, clause: string): Promise<Reason[]> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'REFUSED' })
  const { reasons } = (error as { data: { reasons: Reason[] } }).data
  expect(reasons.map((reason) => [reason.code, reason.clause])).toContainEqual([code, clause])
  return reasons
}

type Failure = { code?: string; data?: { reasons?: { code: string }[] } }

/** The codes of the reasons a call was refused for; the error's own name when no rule spoke; ['nothing'] when it went. */
export async function refusal(call: Promise<unknown>): Promise<string[]> {
  const error = await call.then(
    () => null,
    (problem: Failure) => problem,
  )
  return error?.data?.reasons?.map((reason) => reason.code) ?? [error?.code ?? 'nothing']
}
