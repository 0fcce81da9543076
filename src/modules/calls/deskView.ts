import { sql } from 'kysely'
import { z } from 'zod'
import { all } from '../../lib/verdict.ts'
import { Day, Id, Instant, Words } from '../../lib/wire.ts'
import { addWorkdays } from '../../lib/workdays.ts'
import type { Ctx } from '../../platform/context.ts'
import { presenceOf } from '../attendance/presence.ts'
import { scriptOf } from '../catalog/catalog.ts'
import { judge } from '../compliance/facts.ts'
import { ReasonOut, toldVerdict, VerdictOut } from '../compliance/told.ts'
import { Phone, phonesOf } from '../customers/customers.ts'
import { maskNumbersIn } from '../customers/rules.ts'
import { dialOf } from '../leads/claim.ts'
import { dialFactsOf } from '../leads/facts.ts'
import { holdersOf } from '../leads/leads.ts'
import { lineOf } from '../telephony/lines.ts'
import { isOpen } from './callbacks.ts'
import { type Desk, deskOf } from './desk.ts'
import { mayDialOwing } from './measure.ts'
import { dialTime, skipsOf } from './next.ts'
import { LINE_RESULT_NAMES, OUTCOME_NAMES } from './rules.ts'

/* The desk as its page shows it. */

const Verdict = z.object({ ok: z.boolean(), reasons: z.array(ReasonOut) })
const Customer = z.object({
  id: Id,
  name: z.string().nullable(),
  gender: z.string().nullable(),
  birthday: Day.nullable(),
  region: z.string().nullable(),
  /** IANA zone of the customer's own clock. */
  zone: z.string(),
  wish: z.array(z.tuple([z.string(), z.string()])).nullable(),
  vulnerable: z.boolean(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  consent: z.object({ givenAt: Instant, expiresAt: Instant.nullable() }).nullable(),
})
const Lead = z.object({
  id: Id,
  batch: z.string().nullable(),
  grade: z.string(),
  purpose: z.string(),
  productId: Id,
  product: Words.nullable(),
  open: z.boolean(),
  tries: z.int(),
  /** Tries of a round by the attempt plan, and rounds in all. */
  planned: z.int(),
  round: z.int(),
  rounds: z.int(),
  renewalExpiresOn: Day.nullable(),
  holders: z.array(
    z.object({
      from: Instant,
      until: Instant.nullable(),
      holder: z.enum(['company', 'group', 'agent']),
      group: z.string().nullable(),
      person: z.string().nullable(),
    }),
  ),
})
const PastCall = z.object({
  id: Id,
  at: Instant,
  agent: z.string().nullable(),
  mine: z.boolean(),
  direction: z.enum(['outbound', 'inbound']),
  product: Words.nullable(),
  lineResult: z.enum(LINE_RESULT_NAMES),
  outcome: z.enum(OUTCOME_NAMES),
  talkSeconds: z.int(),
  note: z.string(),
})
const Callback = z.object({ id: Id, from: Instant, to: Instant, zone: z.string(), note: z.string() })
const Script = z.object({
  number: z.number(),
  sections: z.array(z.object({ key: z.string(), title: Words, text: Words })),
  disclosures: z.array(z.object({ key: z.string(), text: Words })),
})

export const DeskOut = z.object({
  asOf: Instant,
  /** The tab that works this desk; null before it was opened. */
  tabId: Id.nullable(),
  tabSince: Instant.nullable(),
  step: z.enum(['idle', 'preview', 'dialling', 'talking', 'wrapUp']),
  why: z.string().nullable(),
  direction: z.enum(['outbound', 'inbound']).nullable(),
  callId: Id.nullable(),
  phoneId: Id.nullable(),
  claimedAt: Instant.nullable(),
  dialledAt: Instant.nullable(),
  answeredAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  lineResult: z.enum(LINE_RESULT_NAMES).nullable(),
  draft: z.record(z.string(), z.unknown()),
  presence: z.object({ state: z.string(), reason: z.string().nullable(), since: Instant.nullable() }),
  line: z.object({
    seat: z.string().nullable(),
    kind: z.enum(['manual', 'switch']),
    callerId: z.string().nullable(),
    callerIdApproved: z.boolean(),
    recordingReady: z.boolean(),
  }),
  /** Whether the timetable, and what the line owes, let this be dialled now. */
  time: Verdict,
  customer: Customer.nullable(),
  lead: Lead.nullable(),
  numbers: z.array(Phone.extend({ verdict: VerdictOut.nullable() })),
  callback: Callback.nullable(),
  history: z.array(PastCall),
  script: Script.nullable(),
  windowMinutes: z.int(),
  /** The next two working days, for times to offer. */
  workdays: z.array(Day),
  skips: z.object({ made: z.int(), max: z.int() }),
})
export type DeskOut = z.input<typeof DeskOut>

type CustomerRow = Omit<z.input<typeof Customer>, 'facts' | 'wish' | 'consent'> & {
  facts: Record<string, string | number | boolean | null>
  wish: [string, string][] | null
  given_at: Temporal.Instant | null
  expires_at: Temporal.Instant | null
}

/** The customer at the desk; the look was logged when he came onto it. Numbers in remarks are masked. */
async function customerOf(ctx: Ctx, desk: Desk): Promise<z.input<typeof Customer> | null> {
  const { rows } = await sql<CustomerRow>`
    select c.id, c.name, c.gender, c.birthday, c.region, coalesce(c.zone, p.zones[1], ${ctx.centre.timeZone}) as zone, c.wish,
      c.vulnerable, c.facts, g.given_at, g.expires_at
    from customer_card c left join phone_card p on p.id = ${desk.phoneId}
      left join lateral (
        select given_at, expires_at from consent_of_customer
        where customer_id = c.id and withdrawn_at is null and (expires_at is null or expires_at > ${ctx.now})
        order by given_at desc limit 1) g on true
    where c.id = ${desk.customerId}`.execute(ctx.db)
  const row = rows[0]
  if (!row) return null
  const { facts, given_at, expires_at, ...told } = row
  const masked = Object.entries(facts).map(([header, value]) => [
    header,
    typeof value === 'string' ? maskNumbersIn(value) : value,
  ])
  const consent = given_at && { givenAt: given_at, expiresAt: expires_at }
  return { ...told, facts: Object.fromEntries(masked), consent }
}

async function leadOf(ctx: Ctx, leadId: string): Promise<z.input<typeof Lead> | null> {
  const { rows } = await sql<
    Omit<z.input<typeof Lead>, 'planned' | 'rounds' | 'holders'> & { groupId: string | null }
  >`select l.id, b.name as batch, l.grade, l.purpose, l.product_id as "productId", p.name as product, l.state <> 'closed' as open,
      l.tries, l.round, l.renewal_expires_on as "renewalExpiresOn", l.group_id as "groupId"
    from lead_held l left join batch_of_list b on b.id = l.batch_id left join product_listed p on p.id = l.product_id
    where l.id = ${leadId}`.execute(ctx.db)
  const row = rows[0]
  if (!row) return null
  const { groupId, ...told } = row
  const plan = ctx.rules.at(ctx.today, groupId).get('attempt.plan')
  const holders = (await holdersOf(ctx, leadId)).map(({ from, until, holder, group, person }) => ({
    ...{ from, until, holder, group, person },
  }))
  return { ...told, planned: plan.days.length, rounds: plan.recycles + 1, holders }
}

/** Calls of all who ever called this customer or answered him, the latest first. */
async function historyOf(ctx: Ctx, customerId: string): Promise<z.input<typeof PastCall>[]> {
  const { rows } = await sql<z.input<typeof PastCall>>`
    select c.id, coalesce(c.dialled_at, c.claimed_at) as at, n.name as agent, c.agent_id = ${ctx.actor.personId} as mine,
      c.direction, p.name as product, c.line_result as "lineResult", f.outcome, f.talk_seconds as "talkSeconds",
      coalesce((select x.after from call_correction x where x.call_id = c.id and x.field = 'note'
        order by x.at desc, x.id desc limit 1), c.note) as note
    from call c join call_fact f on f.id = c.id and f.occurred_on = c.occurred_on
      left join person_name n on n.id = c.agent_id left join product_listed p on p.id = c.product_id
    where c.customer_id = ${customerId} and c.centre_id = ${ctx.centre.id}
    order by c.ended_at desc limit 50`.execute(ctx.db)
  return rows
}

async function numbersOf(ctx: Ctx, desk: Desk): Promise<DeskOut['numbers']> {
  const phones = (await phonesOf(ctx, desk.customerId!)).filter(({ retired }) => !retired)
  const facts = desk.leadId ? (await dialFactsOf(ctx, [desk.leadId])).get(desk.leadId) : undefined
  if (!facts || desk.step !== 'preview') return phones.map((phone) => ({ ...phone, verdict: null }))
  const line = await lineOf(ctx, ctx.actor.personId)
  const verdicts = await judge(
    ctx,
    phones.map((phone) => dialOf(facts, phone.id, ctx.actor.personId, line)),
  )
  return phones.map((phone, n) => ({ ...phone, verdict: toldVerdict(verdicts[n]!) }))
}

async function callbackOf(ctx: Ctx, id: string): Promise<DeskOut['callback']> {
  const { rows } = await sql<z.input<typeof Callback>>`
    select id, due_from as "from", due_to as "to", customer_zone as zone, note from callback where id = ${id}`.execute(
    ctx.db,
  )
  return rows[0] ?? null
}

async function scriptFor(ctx: Ctx, productId: string): Promise<DeskOut['script']> {
  const script = await scriptOf(ctx, productId)
  return script && { number: script.number, sections: [...script.sections], disclosures: [...script.disclosures] }
}

type At = Pick<
  DeskOut,
  | 'tabId'
  | 'step'
  | 'why'
  | 'direction'
  | 'callId'
  | 'phoneId'
  | 'claimedAt'
  | 'dialledAt'
  | 'answeredAt'
  | 'endedAt'
  | 'lineResult'
  | 'draft'
>
function nextWorkdays(ctx: Ctx): Temporal.PlainDate[] {
  const calendar = ctx.rules.at(ctx.today, ctx.actor.groupId).get('calendar')
  return [1, 2].map((count) => addWorkdays(ctx.today, count, calendar).day)
}

const EMPTY: At = {
  ...{ tabId: null, step: 'idle', why: null, direction: null, callId: null, phoneId: null, claimedAt: null },
  ...{ dialledAt: null, answeredAt: null, endedAt: null, lineResult: null, draft: {} },
}

/** The caller's desk: step and times, whom he has before him and why, what stands against a dial, script, history. */
export async function deskView(ctx: Ctx): Promise<DeskOut> {
  const desk = await deskOf(ctx)
  const rules = ctx.rules.at(ctx.today, ctx.actor.groupId)
  const { seatId: _, label, ...line } = await lineOf(ctx, ctx.actor.personId)
  const { state, reason, since } = await presenceOf(ctx, ctx.actor.personId)
  const asked = desk?.callbackId ? await isOpen(ctx, desk.callbackId) : false
  const time = all(dialTime(ctx, asked), await mayDialOwing(ctx))
  const lead = desk?.leadId ? await leadOf(ctx, desk.leadId) : null
  const at: At = desk
    ? {
        ...{ tabId: desk.tabId, step: desk.step, why: desk.why, direction: desk.direction, callId: desk.callId },
        ...{ phoneId: desk.phoneId, claimedAt: desk.claimedAt, dialledAt: desk.dialledAt, answeredAt: desk.answeredAt },
        ...{
          endedAt: desk.endedAt,
          lineResult: desk.lineResult as DeskOut['lineResult'],
          draft: desk.draft as Record<string, unknown>,
        },
      }
    : EMPTY
  return {
    ...at,
    asOf: ctx.now,
    tabSince: desk?.tabSince ?? null,
    presence: { state, reason, since },
    line: { seat: label, ...line },
    time: { ok: time.ok, reasons: time.ok ? [] : [...time.reasons] },
    customer: desk?.customerId ? await customerOf(ctx, desk) : null,
    lead,
    numbers: desk?.customerId ? await numbersOf(ctx, desk) : [],
    callback: desk?.callbackId ? await callbackOf(ctx, desk.callbackId) : null,
    history: desk?.customerId ? await historyOf(ctx, desk.customerId) : [],
    script: lead ? await scriptFor(ctx, lead.productId) : null,
    windowMinutes: rules.get('callback.windowMinutes'),
    workdays: nextWorkdays(ctx),
    skips: { made: await skipsOf(ctx), max: rules.get('skip.maxPerDay') },
  }
}
