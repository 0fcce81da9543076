import { sql } from 'kysely'
import { together } from '../../lib/together.ts'
import type { Ctx } from '../../platform/context.ts'
import { daysAbout } from '../../platform/months.ts'
import type { CustomerAct } from './contact.ts'
import type { ConsentRecord, DayWindow, DialLead, DialMode, DoNotCallEntry, GateInput, PastDial } from './dial.ts'
import { everyPack, type Pack, packsOf } from './packs.ts'
import { type GateVerdict, gate } from './rules.ts'

/** One dial to be judged, as the modules to the right know it. The rest is gathered here. */
export type DialFacts = {
  readonly phoneId: string
  readonly customerId: string
  /** Whose decision is kept under; null where somebody typed a number. */
  readonly leadId?: string | null
  readonly lead: DialLead | null
  readonly agentId: string
  readonly productId: string
  readonly subject: string
  readonly purpose: string
  readonly mode: DialMode
  readonly line: { readonly callerIdApproved: boolean; readonly recordingReady: boolean }
}

/** What one dial is judged on, and what the ledger keeps of it. */
export type Case = { readonly hash: Buffer; readonly input: GateInput }

const DAY = 86_400_000
const HOUR = 3_600_000

/**
 * The packs in force on a day for a group: the centre's, and what a region's or group's own document adds. A lower
 * document can only add, so the centre's stay whatever it says. [S3.6]
 */
export function packsInForce(ctx: Ctx, groupId: string | null): readonly Pack[] {
  const centre = ctx.rules.at(ctx.today).get('packs')
  const group = groupId === null ? [] : ctx.rules.at(ctx.today, groupId).get('packs')
  return packsOf([...new Set([...centre, ...group])])
}

/**
 * How far back any pack looks, in ms: the longest cap or rest, and a day for the call that a redial belongs to. Of all
 * packs that ship, so that the ledger can be asked before it is known which of them bind the seller.
 */
const LONGEST_REACH = (() => {
  const spans = everyPack().flatMap((pack) => [
    ...[...(pack.sameCallee ?? []), ...(pack.sameCalleeSameSubject ?? [])].map((cap) => cap.perSeconds * 1000),
    (pack.abandon?.restHours ?? 0) * HOUR,
  ])
  return Math.max(0, ...spans) + DAY
})()

const ids = (list: readonly string[]) => sql`${sql.val([...new Set(list)])}::uuid[]`

/** Instants inside JSON come as text. */
type Told<T> = {
  [K in keyof T]: T[K] extends Temporal.Instant ? string : T[K] extends Temporal.Instant | null ? string | null : T[K]
}

type NumberRow = {
  id: string
  customer_id: string
  hash: Buffer
  valid: boolean
  country: string | null
  home_region: string | null
  zones: string[]
  zone: string | null
  wish: DayWindow[] | null
  birthday: Temporal.PlainDate | null
  minor_until: Temporal.Instant | null
  vulnerable: boolean
  national_as_of: Temporal.Instant | null
  entries: Told<DoNotCallEntry>[]
  consents: Told<ConsentRecord>[]
  acts: { kind: CustomerAct['kind']; from: string; to: string | null; recordId: string }[]
}

/**
 * The numbers with all that is on record against or for calling them, in one statement and so of one moment. Committed
 * do-not-call entries count at once, also for a dial that began a moment before. Of acts those that can still warm.
 */
async function numbersOf(ctx: Ctx, dials: readonly DialFacts[]) {
  const { rows } = await sql<NumberRow>`
    select p.id, p.customer_id, p.hash, p.country, p.home_region, p.zones, c.zone, c.wish, c.birthday, c.minor_until,
      c.vulnerable,
      p.valid and p.retired_at is null and c.erased_at is null and (not p.fictional or ${ctx.centre.demo}) as valid,
      (select as_of from not_called_list l where l.centre_id = p.centre_id and l.list = 'national') as national_as_of,
      coalesce((select jsonb_agg(jsonb_build_object('list', n.list, 'since', n.since, 'until', n.until))
        from not_called n where n.hash = p.hash and n.centre_id = p.centre_id), '[]') as entries,
      coalesce((select jsonb_agg(jsonb_build_object('purpose', g.purpose, 'givenAt', g.given_at,
          'expiresAt', g.expires_at, 'withdrawnAt', g.withdrawn_at))
        from consent_of_customer g where g.customer_id = c.id), '[]') as consents,
      coalesce((select jsonb_agg(jsonb_build_object('kind', a.kind, 'from', a.from_at, 'to', a.to_at,
          'recordId', a.record_id))
        from act_of_customer a where a.customer_id = c.id and case when a.kind = 'inbound'
          then a.from_at > ${ctx.now}::timestamptz - interval '30 days'
          else a.to_at is null or a.to_at > ${ctx.now} end), '[]') as acts
    from phone_card p join customer_card c on c.id = p.customer_id
    where p.id = any(${ids(dials.map((dial) => dial.phoneId))}) and p.centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return new Map(rows.map((row) => [row.id, row]))
}

const instant = (text: string) => Temporal.Instant.from(text)
const instantOrNull = (text: string | null) => (text === null ? null : instant(text))
const notAfter = (now: Temporal.Instant, at: Temporal.Instant) => (Temporal.Instant.compare(at, now) > 0 ? now : at)

const entryOf = ({ list, since, until }: NumberRow['entries'][number]): DoNotCallEntry => ({
  ...{ list, since: instant(since), until: instantOrNull(until) },
})

/** A withdrawal that was committed after a waiting dial began holds for it as well. */
function consentOf(now: Temporal.Instant, row: NumberRow['consents'][number]): ConsentRecord {
  const withdrawnAt = instantOrNull(row.withdrawnAt)
  return {
    purpose: row.purpose,
    givenAt: instant(row.givenAt),
    expiresAt: instantOrNull(row.expiresAt),
    withdrawnAt: withdrawnAt && notAfter(now, withdrawnAt),
  }
}

function actOf({ kind, from, to, recordId }: NumberRow['acts'][number]): CustomerAct {
  if (kind === 'inbound') return { kind, at: instant(from), recordId }
  // Without an end a named time is no time: it is taken as the instant it names, which warms nothing.
  if (kind === 'namedTime') return { kind, from: instant(from), to: instant(to ?? from), recordId }
  return { kind, from: instant(from), to: instantOrNull(to), recordId }
}

/**
 * Every dial of the numbers since an instant. A dial that waited for the same number's lock began before the dial that it
 * waited for; that one then lies in its future, and counts as made now. The day leads to the months that hold the rows.
 */
async function ledgersOf(ctx: Ctx, dials: readonly DialFacts[], since: Temporal.Instant) {
  const reach = ctx.today.since(since.toZonedDateTimeISO('UTC').toPlainDate()).days + 1
  const { rows } = await sql<PastDial & { hex: string }>`
    select encode(hash, 'hex') as hex, at, ended_at as "endedAt", answered, broke_off as "brokeOff", abandoned, failed,
      subject, cold
    from dial_ledger
    where hash = any(array(select p.hash from phone_card p where p.id = any(${ids(dials.map((dial) => dial.phoneId))})
        and p.centre_id = ${ctx.centre.id}))
      and at > ${since} and occurred_on ${daysAbout(ctx.today, reach)} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return Map.groupBy(
    rows.map((row) => ({ ...row, at: notAfter(ctx.now, row.at) })),
    (row) => row.hex,
  )
}

type SellerRow = {
  agent_id: string
  product_id: string
  group_id: string | null
  registered: boolean
  trained: boolean
  authorised: boolean
  listed: boolean
}

const pair = (agentId: string, productId: string) => `${agentId} ${productId}`

async function sellersOf(ctx: Ctx, dials: readonly DialFacts[]) {
  const pairs = [...new Map(dials.map((dial) => [pair(dial.agentId, dial.productId), dial])).values()]
  const { rows } = await sql<SellerRow>`
    select g.agent_id, g.product_id, m.group_id, coalesce(m.registration_no, '') <> '' as registered,
      coalesce(m.trained_on <= ${ctx.today}, false) as trained,
      coalesce((select true from product_authorised a where a.person_id = g.agent_id and a.product_id = g.product_id
        and a.from_on <= ${ctx.today} and (a.until_on is null or a.until_on > ${ctx.today}) limit 1), false) as authorised,
      coalesce(p.listed, false) as listed
    from unnest(${sql.val(pairs.map((dial) => dial.agentId))}::uuid[], ${sql.val(pairs.map((dial) => dial.productId))}::uuid[])
      as g(agent_id, product_id)
    left join member m on m.person_id = g.agent_id and m.centre_id = ${ctx.centre.id} and m.from_on <= ${ctx.today}
      and (m.until_on is null or m.until_on > ${ctx.today})
    left join product_listed p on p.id = g.product_id and p.centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return new Map(rows.map((row) => [pair(row.agent_id, row.product_id), row]))
}

/** The 18th birthday of somebody who is younger, at the start of that day in the centre's zone. */
function minorUntil(ctx: Ctx, row: NumberRow): Temporal.Instant | null {
  if (row.minor_until || !row.birthday) return row.minor_until
  return row.birthday.add({ years: 18 }).toZonedDateTime(ctx.centre.timeZone).toInstant()
}

/**
 * Gathers what the gate must know of many dials in three statements, however many dials they are. Needs a command or a
 * personal query, since numbers are seen nowhere else; a number that is not the centre's is judged as invalid.
 */
export async function casesOf(ctx: Ctx, dials: readonly DialFacts[]): Promise<Case[]> {
  if (dials.length === 0) return []
  const [numbers, sellers, ledgers] = await together([
    numbersOf(ctx, dials),
    sellersOf(ctx, dials),
    ledgersOf(ctx, dials, ctx.now.subtract({ milliseconds: LONGEST_REACH })),
  ])
  const packs = new Map<string | null, readonly Pack[]>()
  for (const { group_id } of sellers.values()) packs.set(group_id, packsInForce(ctx, group_id))
  return dials.map((dial): Case => {
    const row = numbers.get(dial.phoneId)
    const number = row?.customer_id === dial.customerId ? row : undefined
    const seller = sellers.get(pair(dial.agentId, dial.productId))!
    const active = packs.get(seller.group_id)!
    const hex = number?.hash.toString('hex') ?? ''
    // Registration and the entry course are what life insurance asks of its sellers; other trades have no such pack.
    const licensed = active.some((pack) => pack.rules.training)
    const input: GateInput = {
      now: ctx.now,
      packs: active,
      number: {
        valid: number?.valid ?? false,
        country: number?.country ?? null,
        homeRegion: number?.home_region ?? null,
        zones: number ? [...new Set([...number.zones, ...(number.zone ? [number.zone] : [])])] : [],
        wish: number?.wish ?? null,
        minorUntil: number ? minorUntil(ctx, number) : null,
        vulnerable: number?.vulnerable ?? false,
      },
      lead: dial.lead,
      agent: {
        id: dial.agentId,
        registered: !licensed || seller.registered,
        trained: !licensed || seller.trained,
        authorised: seller.authorised,
      },
      product: { id: dial.productId, listed: seller.listed },
      ...{ subject: dial.subject, purpose: dial.purpose, mode: dial.mode, line: dial.line },
      ledger: ledgers.get(hex) ?? [],
      doNotCall: number?.entries.map(entryOf) ?? [],
      nationalListAsOf: number?.national_as_of ?? null,
      consents: number?.consents.map((row) => consentOf(ctx.now, row)) ?? [],
      acts: number?.acts.map(actOf) ?? [],
      localHours: [],
    }
    return { hash: number?.hash ?? Buffer.alloc(0), input }
  })
}

/**
 * What stands against these dials at this moment, all reasons of each, and from when it would be allowed. Reads only and
 * keeps nothing: for lists of leads, previews and the choice of the next lead. [S3.6]
 */
export async function judge(ctx: Ctx, dials: readonly DialFacts[]): Promise<GateVerdict[]> {
  return (await casesOf(ctx, dials)).map(({ input }) => gate(input))
}
