import { sql } from 'kysely'
import { together } from '../../lib/together.ts'
import { type Verdict, yes } from '../../lib/verdict.ts'
import { demand } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { daysAbout } from '../../platform/months.ts'
import { casesOf, type DialFacts } from './facts.ts'
import { coldOrWarm, gate } from './rules.ts'
import { toldReason } from './told.ts'

/**
 * The gate before a dial. Judges on the facts of this instant and ends the command with every reason unless all rules
 * agree; a yes is kept as a decision and enters the ledger that all caps are read from. Dials of one number wait for
 * each other until the other's transaction ends, so that two agents in the same instant never pass a cap together.
 * `callId` is the call to be; a number is dialled once for it. `then` is what follows from a yes, sent along with the row
 * of the ledger and after it. [S3.6] [S4.4.10a]
 */
export async function allowDial<T = { readonly cold: boolean }>(
  ctx: Ctx,
  dial: DialFacts & { readonly callId: string },
  then: (yes: { readonly cold: boolean }) => Promise<T> = async (yes) => yes as T,
): Promise<T> {
  // Asked in one packet and answered in order: statements after the lock see what the dial before has committed.
  const [, [one]] = await together([lockNumber(ctx, dial.phoneId), casesOf(ctx, [dial])])
  const { allow, reasons } = gate(one!.input)
  const [head, ...tail] = reasons.map(toldReason)
  const verdict: Verdict = head && !allow ? { ok: false, reasons: [head, ...tail] } : yes
  const subject = dial.leadId ? { kind: 'lead', id: dial.leadId } : { kind: 'customer', id: dial.customerId }
  demand(verdict, subject)
  await ctx.decide({ verdict, subject, clauses: ['S3.6'] })
  const cold = coldOrWarm(one!.input.acts, ctx.now).contact === 'cold'
  const entered = ctx.db
    .insertInto('dial_ledger')
    .values({
      occurred_on: ctx.today,
      centre_id: ctx.centre.id,
      hash: one!.hash,
      at: ctx.now,
      subject: dial.subject,
      cold,
      agent_id: dial.agentId,
      call_id: dial.callId,
    })
    .execute()
  const [, done] = await together([entered, then({ cold })])
  return done
}

/** Until the transaction's end. Keyed by the hash, so that two customers who share a number are one number here. */
async function lockNumber(ctx: Ctx, phoneId: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(('x' || encode(substring(hash from 1 for 8), 'hex'))::bit(64)::bigint)
    from phone_card where id = ${phoneId} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
}

/** How a dial ended, as its line tells it. */
export type DialEnd = {
  readonly endedAt: Temporal.Instant
  readonly answered: boolean
  /** The line broke off; not a hang-up of either side. */
  readonly brokeOff: boolean
  /** Never rang at the callee: line or network failure. */
  readonly failed: boolean
  /** A person answered and no agent was there. */
  readonly abandoned: boolean
}

/** Tells the ledger how a dial ended; only the first word counts. A call that was never allowed has no dial to close. */
export async function closeDial(ctx: Ctx, callId: string, end: DialEnd): Promise<void> {
  // A call lasts no two days: only the months of yesterday and today are looked into.
  await sql`
    update dial_ledger set ended_at = ${end.endedAt}, answered = ${end.answered}, broke_off = ${end.brokeOff},
      failed = ${end.failed}, abandoned = ${end.abandoned}
    where call_id = ${callId} and centre_id = ${ctx.centre.id} and ended_at is null
      and occurred_on ${daysAbout(ctx.today, 2)}`.execute(ctx.db)
}

/** Whether the gate allowed this number for this call, and the dial is still open: what a line asks before it shows one. */
export async function isAllowed(ctx: Ctx, { callId, phoneId }: { callId: string; phoneId: string }): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`
    select d.ended_at is null as open from dial_ledger d join phone_card p on p.hash = d.hash
    where d.call_id = ${callId} and p.id = ${phoneId} and d.centre_id = ${ctx.centre.id}
      and d.occurred_on ${daysAbout(ctx.today, 2)}`.execute(ctx.db)
  return rows.some((row) => row.open)
}
