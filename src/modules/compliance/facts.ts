import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { CustomerAct } from './contact.ts'
import type { ConsentRecord, DayWindow, DialLead, DialMode, DoNotCallEntry, GateInput, PastDial } from './dial.ts'
import { type Pack, packsOf } from './packs.ts'
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

/** How far back the packs look: their longest cap or rest, and a day for the call that a redial belongs to. */
function reachBack(packs: readonly Pack[]): number {
  const spans = packs.flatMap((pack) => [
    ...[...(pack.sameCallee ?? []), ...(pack.sameCalleeSameSubject ?? [])].map((cap) => cap.perSeconds * 1000),
    (pack.abandon?.restHours ?? 0) * HOUR,
  ])
  return Math.max(0, ...spans) + DAY
}

/** Groups rows by a key. */
function by<R, T>(rows: readonly R[], key: (row: R) => string, value: (row: R) => T): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const own = groups.get(key(row))
    if (own) own.push(value(row))
    else groups.set(key(row), [value(row)])
  }
  return groups
}

const ids = (list: readonly string[]) => sql`${sql.val([...new Set(list)])}::uuid[]`

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
}

async function numbersOf(ctx: Ctx, dials: readonly DialFacts[]) {
  const { rows } = await sql<NumberRow>`
    select p.id, p.customer_id, p.hash, p.country,
      p.valid and p.retired_at is null and c.erased_at is null and (not p.fictional or ${ctx.centre.demo}) as valid,
      p.home_region, p.zones, c.zone, c.wish, c.birthday, c.minor_until, c.vulnerable,
      (select as_of from not_called_list l where l.centre_id = p.centre_id and l.list = 'national') as national_as_of
    from phone_card p join customer_card c on c.id = p.customer_id
    where p.id = any(${ids(dials.map((dial) => dial.phoneId))}) and p.centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * Every dial of the numbers since an instant. A dial that waited for the same number's lock began before the dial that it
 * waited for; that one then lies in its future, and counts as made now. The day leads to the months that hold the rows.
 */
async function ledgersOf(ctx: Ctx, hashes: readonly Buffer[], since: Temporal.Instant) {
  type Row = { hex: string; at: Temporal.Instant; ended_at: Temporal.Instant | null } & Omit<
    PastDial,
    'at' | 'endedAt' | 'brokeOff'
  > & { broke_off: boolean }
  const day = since.toZonedDateTimeISO('UTC').toPlainDate().subtract({ days: 1 })
  const { rows } = await sql<Row>`
    select encode(hash, 'hex') as hex, at, ended_at, answered, broke_off, abandoned, failed, subject, cold from dial_ledger
    where hash = any(${sql.val([...hashes])}::bytea[]) and at > ${since} and occurred_on >= ${day}
      and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return by(
    rows,
    (row) => row.hex,
    ({ at, ended_at, broke_off, answered, abandoned, failed, subject, cold }): PastDial => ({
      ...{
        at: notAfter(ctx.now, at),
        endedAt: ended_at,
        answered,
        brokeOff: broke_off,
        abandoned,
        failed,
        subject,
        cold,
      },
    }),
  )
}

const notAfter = (now: Temporal.Instant, at: Temporal.Instant) => (Temporal.Instant.compare(at, now) > 0 ? now : at)

/** Committed entries hold at once, also for a dial that began a moment before. */
async function doNotCallOf(ctx: Ctx, hashes: readonly Buffer[]) {
  const { rows } = await sql<DoNotCallEntry & { hex: string }>`
    select encode(hash, 'hex') as hex, list, since, until from not_called
    where hash = any(${sql.val([...hashes])}::bytea[])
      and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return by(
    rows,
    (row) => row.hex,
    ({ list, since, until }): DoNotCallEntry => ({ list, since, until }),
  )
}

async function consentsOf(ctx: Ctx, customerIds: readonly string[]) {
  const { rows } = await sql<ConsentRecord & { customer_id: string }>`
    select customer_id, purpose, given_at as "givenAt", expires_at as "expiresAt", withdrawn_at as "withdrawnAt"
    from consent_of_customer
    where customer_id = any(${ids(customerIds)}) and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return by(
    rows,
    (row) => row.customer_id,
    ({ purpose, givenAt, expiresAt, withdrawnAt }): ConsentRecord => ({
      ...{ purpose, givenAt, expiresAt, withdrawnAt: withdrawnAt && notAfter(ctx.now, withdrawnAt) },
    }),
  )
}

async function actsOf(ctx: Ctx, customerIds: readonly string[]) {
  type Row = {
    customer_id: string
    kind: CustomerAct['kind']
    from: Temporal.Instant
    to: Temporal.Instant | null
    record_id: string
  }
  // A named time with an end before now can warm nobody any more; an inbound contact does for thirty days.
  const { rows } = await sql<Row>`
    select customer_id, kind, from_at as "from", to_at as "to", record_id from act_of_customer
    where customer_id = any(${ids(customerIds)}) and centre_id = ${ctx.centre.id}
      and (kind = 'inbound' or to_at is null or to_at > ${ctx.now})
      and (kind <> 'inbound' or from_at > ${ctx.now}::timestamptz - interval '30 days')`.execute(ctx.db)
  return by(rows, (row) => row.customer_id, actOf)
}

function actOf({
  kind,
  from,
  to,
  record_id: recordId,
}: {
  kind: CustomerAct['kind']
  from: Temporal.Instant
  to: Temporal.Instant | null
  record_id: string
}): CustomerAct {
  if (kind === 'inbound') return { kind, at: from, recordId }
  // Without an end a named time is no time: it is taken as the instant it names, which warms nothing.
  return kind === 'namedTime' ? { kind, from, to: to ?? from, recordId } : { kind, from, to, recordId }
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
      exists (select from product_authorised a where a.person_id = g.agent_id and a.product_id = g.product_id
        and a.from_on <= ${ctx.today} and (a.until_on is null or a.until_on > ${ctx.today})) as authorised,
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
 * Gathers what the gate must know of many dials in six statements, however many dials they are. Needs a command or a
 * personal query, since numbers are seen nowhere else; a number that is not the centre's is judged as invalid.
 */
export async function casesOf(ctx: Ctx, dials: readonly DialFacts[]): Promise<Case[]> {
  if (dials.length === 0) return []
  const numbers = await numbersOf(ctx, dials)
  const sellers = await sellersOf(ctx, dials)
  const packs = new Map<string | null, readonly Pack[]>()
  for (const { group_id } of sellers.values()) packs.set(group_id, packsInForce(ctx, group_id))
  const back = Math.max(...[...packs.values()].map(reachBack))
  const hashes = [...numbers.values()].map((row) => row.hash)
  const customers = dials.map((dial) => dial.customerId)
  const ledgers = await ledgersOf(ctx, hashes, ctx.now.subtract({ milliseconds: back }))
  const entries = await doNotCallOf(ctx, hashes)
  const consents = await consentsOf(ctx, customers)
  const acts = await actsOf(ctx, customers)
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
      doNotCall: entries.get(hex) ?? [],
      nationalListAsOf: number?.national_as_of ?? null,
      consents: consents.get(dial.customerId) ?? [],
      acts: acts.get(dial.customerId) ?? [],
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
