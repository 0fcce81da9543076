import { sql } from 'kysely'
import { type Link, linkFault, START, sameBytes, type Tip } from '../lib/chain.ts'
import type { Ctx } from './context.ts'
import type { Db } from './database.ts'

/*
 * The chain of a centre's facts is sealed each night and can be read over at any time. Links are added by `ctx.chain`.
 * The seal is made with the key of the numbers under a word of its own: that key already lies outside the database, is
 * carried by every back-up and held against the database at each start, and a second one would be one more to lose.
 */

/** What is sealed of a day; the word in front keeps it apart from everything else that is hashed with the key. */
const sealed = (centreId: string, day: Temporal.PlainDate, { seq, hash }: Tip): string =>
  `chain head ${centreId} ${day} ${seq} ${Buffer.from(hash).toString('hex')}`

type Zoned = { readonly id: string; readonly timeZone: string }

/**
 * Seals every day up to this one that is not sealed yet, from the day of the first link on: a day's head is the last link
 * that was recorded on it or before, also where nothing was recorded.
 */
export async function sealDays(ctx: Ctx, upTo: Temporal.PlainDate): Promise<void> {
  const { id, timeZone } = ctx.centre
  const { rows } = await sql<{ day: Temporal.PlainDate; seq: number; hash: Buffer }>`
    with links as (
      select (at at time zone ${timeZone})::date as day, max(seq) as seq from chain_entry where centre_id = ${id} group by 1),
    days as (
      select d::date as day from generate_series(
        coalesce((select max(day) + 1 from chain_head where centre_id = ${id}), (select min(day) from links))::timestamp,
        ${upTo}::timestamp, interval '1 day') d)
    select d.day, e.seq, e.hash from days d
      join lateral (select max(seq) as seq from links where links.day <= d.day) l on true
      join chain_entry e on e.centre_id = ${id} and e.seq = l.seq
    order by d.day`.execute(ctx.db)
  for (const { day, ...tip } of rows)
    await sql`insert into chain_head (centre_id, day, seq, hash, hmac, made_at)
      values (${id}, ${day}, ${tip.seq}, ${tip.hash}, ${Buffer.from(ctx.hashOf(sealed(id, day, tip)))}, ${ctx.now})
      on conflict do nothing`.execute(ctx.db)
}

/** What is found in a chain, by the first place where it shows. */
export type ChainFault = {
  readonly kind: /** A link is not what was hashed: it was edited. */
    | 'edited'
    /** A number is missing in the middle. */
    | 'gap'
    /** A link follows another one than stands before it: something was taken out, put in or swapped. */
    | 'unlinked'
    /** The columns of a link say something else than its text. */
    | 'columns'
    /** Links are missing at the end, by a sealed day or by the tip. */
    | 'cutTail'
    /** Every hash follows, but the end of a sealed day is not what was sealed: all after an edit was reckoned anew. */
    | 'recomputed'
    /** A closed day has no head. */
    | 'headMissing'
  readonly seq: number | null
  readonly day: string | null
}

export type ChainReport = {
  readonly links: number
  readonly days: number
  /** The last day that is sealed; what was recorded after it is held by the hashes alone. */
  readonly sealedUntil: string | null
  readonly fault: ChainFault | null
}

type Row = Link & {
  readonly kind: string
  readonly subject: string
  readonly fact: string
  readonly on: string
  readonly at: Temporal.Instant
  /** The centre's day on which it was recorded. */
  readonly day: string
}
type Head = Tip & { readonly day: Temporal.PlainDate; readonly hmac: Uint8Array }

const PAGE = 2000

async function* linksOf(db: Db, { id, timeZone }: Zoned): AsyncGenerator<Row> {
  for (let from = 0; ; ) {
    const { rows } = await sql<Row>`
      select seq, body, prev, hash, (at at time zone ${timeZone})::date::text as day, kind, subject_id as subject,
        fact_id as fact, occurred_on::text as on, at
      from chain_entry where centre_id = ${id} and seq > ${from} order by seq limit ${PAGE}`.execute(db)
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    from = last.seq
  }
}

/** Whether the columns of a link, by which it is found, say what its hashed text says. */
function columnsFit({ body, kind, subject, fact, on, at }: Row): boolean {
  const said = JSON.parse(body) as Record<'kind' | 'subject' | 'fact' | 'on' | 'at', string>
  const same = said.kind === kind && said.subject === subject && said.fact === fact && said.on === on
  return same && Temporal.Instant.from(said.at).equals(at)
}

/** What is wrong with the heads themselves: a seal that does not fit its row, a closed day without one. */
function headFault(heads: readonly Head[], { id }: Zoned, hashOf: (text: string) => Uint8Array): ChainFault | null {
  for (const [at, head] of heads.entries()) {
    const day = head.day.toString()
    if (!sameBytes(hashOf(sealed(id, head.day, head)), head.hmac)) return { kind: 'recomputed', seq: head.seq, day }
    const before = heads[at - 1]
    if (before && !before.day.add({ days: 1 }).equals(head.day))
      return { kind: 'headMissing', seq: null, day: before.day.add({ days: 1 }).toString() }
  }
  return null
}

/**
 * Reads a centre's chain from its first link to its end and holds it against the sealed heads; a page at a time, so that
 * a chain of any length takes the same memory. Reports the first fault of the links, else of the heads.
 */
export async function readChain(db: Db, centre: Zoned, hashOf: (text: string) => Uint8Array): Promise<ChainReport> {
  const { rows: heads } = await sql<Head>`select day, seq, hash, hmac from chain_head
    where centre_id = ${centre.id} order by day`.execute(db)
  const { rows: ends } = await sql<Tip & { yesterday: string }>`
    select coalesce(t.seq, 0) as seq, t.hash, (c.today - 1)::text as yesterday
    from centre_clock c left join chain_tip t on t.centre_id = c.id where c.id = ${centre.id}`.execute(db)
  const end = ends[0]!
  const waiting = heads.values()
  let head = waiting.next().value
  let [tip, first]: [Tip, string | null] = [START, null]
  let fault: ChainFault | null = null
  for await (const link of linksOf(db, centre)) {
    first ??= link.day
    const found = linkFault(tip, link) ?? (columnsFit(link) ? null : ('columns' as const))
    if (found) {
      fault = { kind: found, seq: found === 'gap' ? tip.seq + 1 : link.seq, day: link.day }
      break
    }
    tip = link
    for (; head && head.seq === tip.seq; head = waiting.next().value)
      if (!sameBytes(head.hash, tip.hash)) fault ??= { kind: 'recomputed', seq: tip.seq, day: head.day.toString() }
    if (fault) break
  }
  const last = heads.at(-1)
  const days = heads.length
  const sealedUntil = last ? last.day.toString() : null
  const report = (found: ChainFault | null): ChainReport => ({ links: tip.seq, days, sealedUntil, fault: found })
  if (fault) return report(fault)
  if (head) return report({ kind: 'cutTail', seq: tip.seq + 1, day: head.day.toString() })
  // Asked before the links were read: what was added in the meantime is beyond it and no fault.
  if (end.seq > tip.seq) return report({ kind: 'cutTail', seq: tip.seq + 1, day: null })
  // A chain that was reckoned anew with its heads along is found by the seals.
  const wrong = headFault(heads, centre, hashOf)
  if (wrong) return report(wrong)
  if (first === null) return report(null)
  const missing = heads[0] && heads[0].day.toString() <= first ? nextDay(sealedUntil!) : first
  return report(missing <= end.yesterday ? { kind: 'headMissing', seq: null, day: missing } : null)
}

const nextDay = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 }).toString()
