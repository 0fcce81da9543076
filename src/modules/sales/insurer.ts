import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import {
  append,
  type Case,
  casesWithEntries,
  coolingOffUntil,
  type KeptEntry,
  type NewEntry,
  standAfter,
} from './entries.ts'
import { isOpen, type State, standing, standOf } from './rules.ts'

/*
 * What the insurer's file says of a case, entered. The insurer is the authority: the way of the case is filled from its
 * dates and may skip steps, and what was entered by hand and differs is taken back, with both on record. [S4.2.3b]
 */

type Day = Temporal.PlainDate

/** The insurer's word on one case, from all its files together. */
export type InsurerWord = {
  /** A state of ours; null where no file named one. */
  readonly state: State | null
  /** The day of the newest file that named the state. */
  readonly stateAsOf: Day
  /** The day of the first file that said each state, for steps whose own day was never told. */
  readonly firstSaid: Readonly<Partial<Record<State, Day>>>
  readonly issuedOn: Day | null
  readonly receiptOn: Day | null
  /** Cancelled in cooling-off, surrendered or withdrawn, by the state. */
  readonly cancelledOn: Day | null
  readonly lapsedOn: Day | null
}

export type Step = {
  readonly state: State
  readonly on: Day
  readonly source: 'insurerFile' | 'clock'
  /** The insurer told no day for it: the day of its file stands in. */
  readonly undated: boolean
}

const before = (a: Day, b: Day) => Temporal.PlainDate.compare(a, b) < 0
const least = (days: readonly (Day | null | undefined)[]): Day | null =>
  days.reduce<Day | null>((found, day) => (day && (!found || before(day, found)) ? day : found), null)

/**
 * The steps after acceptance that the word makes: from issue on, or a refusal; empty where the case is still open.
 * `until` says the last day of the cooling-off period after a receipt.
 */
export function pathOf(word: InsurerWord, acceptedOn: Day, today: Day, until: (received: Day) => Day | null): Step[] {
  const { state, firstSaid, issuedOn, receiptOn, cancelledOn, lapsedOn } = word
  if (state === null || state === 'quoted' || isOpen(state)) return []
  const step = (of: State, told: Day | null, standIn: Day | null | undefined): Step => ({
    ...{ state: of, on: told ?? standIn ?? word.stateAsOf, source: 'insurerFile', undated: told === null },
  })
  if (state === 'declined') return [step('declined', cancelledOn, firstSaid.declined)]
  const { quoted: _, accepted: _a, underwriting: _u, awaitingPayment: _p, declined: _d, ...afterIssue } = firstSaid
  const said = least([...Object.values(afterIssue), receiptOn, cancelledOn, lapsedOn])
  // An application may be entered here after the insurer's file named it.
  const path = [step('issued', issuedOn, said && before(said, acceptedOn) ? acceptedOn : said)]
  const last = receiptOn && until(receiptOn)
  // Without a receipt the period has not begun, so that it cannot have ended sooner than if it had with the issue.
  const soonest = last ?? (issuedOn && until(issuedOn))
  const ends =
    state === 'lapsed'
      ? step('lapsed', lapsedOn, firstSaid.lapsed)
      : state === 'surrendered'
        ? // Within the period it is a cancellation with a full refund, whatever the file calls it.
          step(
            soonest && cancelledOn && !before(soonest, cancelledOn) ? 'cancelledInCoolingOff' : 'surrendered',
            cancelledOn,
            firstSaid.surrendered,
          )
        : state === 'cancelledInCoolingOff'
          ? step('cancelledInCoolingOff', cancelledOn, firstSaid.cancelledInCoolingOff)
          : null
  const upTo = ends?.on ?? today
  if (receiptOn && !before(upTo, receiptOn)) path.push(step('delivered', receiptOn, null))
  // The clock is ours: that a policy is in force means here that nobody can cancel it for a full refund any more.
  const over = last?.add({ days: 1 })
  if (over && !before(upTo, over) && ends?.state !== 'cancelledInCoolingOff')
    path.push({ state: 'inForce', on: over, source: 'clock', undated: false })
  if (ends) path.push(ends)
  return path
}

const agrees = (entry: KeptEntry, step: Step) =>
  entry.state === step.state && (entry.on.equals(step.on) || (step.undated && entry.source !== 'insurerFile'))

/**
 * The entries that bring a case from where it stands to where the word puts it; none where it stands there. A word that
 * is older than what is on record changes nothing but steps that it alone can know.
 */
export function stepsTo(
  entries: readonly KeptEntry[],
  word: InsurerWord,
  path: readonly Step[],
): { readonly added: NewEntry[]; readonly older: boolean } {
  const valid = standing(entries)
  const closedFrom = valid.findIndex(({ state }) => !isOpen(state) && state !== 'quoted')
  const open = closedFrom < 0 ? valid : valid.slice(0, closedFrom)
  const closed = closedFrom < 0 ? [] : valid.slice(closedFrom)
  // Of the insurer's own steps the word is the sum already, and the clock follows from them; only hands know other things.
  const newer = valid.some(
    ({ source, on }) => (source === 'manual' || source === 'opening') && before(word.stateAsOf, on),
  )
  const backFrom = (at: number): NewEntry[] =>
    closed
      .slice(at)
      .map(({ id }, n) => {
        const to = valid[open.length + at + n - 1]!
        return { state: to.state, on: to.on, source: 'insurerFile' as const, takesBack: id, note: '' }
      })
      .reverse()
  if (path.length === 0) {
    const { state } = word
    // “Accepted” is said of everything that is on its way.
    const named = state !== null && state !== 'quoted' && state !== 'accepted' ? state : null
    const moves = named !== null && open.at(-1)!.state !== named
    if (state === null || (closed.length === 0 && !moves)) return { added: [], older: false }
    if (newer) return { added: [], older: true }
    const entry = { state: named!, on: word.stateAsOf, source: 'insurerFile' as const, takesBack: null, note: '' }
    return { added: [...backFrom(0), ...(moves ? [entry] : [])], older: false }
  }
  let same = 0
  while (same < path.length && same < closed.length && agrees(closed[same]!, path[same]!)) same += 1
  const rest = closed.slice(same)
  if (same === path.length) {
    // What hands entered beyond the word stays where the word does not speak against it.
    const ends = path.at(-1)!.state
    const stays = rest.every(
      ({ state, source, on }) =>
        source !== 'insurerFile' &&
        (before(word.stateAsOf, on) ||
          (['issued', 'delivered'].includes(ends) && ['delivered', 'inForce'].includes(state))),
    )
    return stays ? { added: [], older: rest.length > 0 && newer } : { added: backFrom(same), older: false }
  }
  const added = path.slice(same).map(({ state, on, source }) => ({ state, on, source, takesBack: null, note: '' }))
  return { added: [...backFrom(same), ...added], older: false }
}

export type Told = { readonly saleId: string; readonly word: InsurerWord }
export type Stand = {
  readonly state: State
  readonly issuedOn: Day | null
  readonly deliveredOn: Day | null
  readonly cancelledOn: Day | null
}
export type Became = {
  readonly sale: Case
  readonly before: Stand
  readonly after: Stand
  readonly changed: boolean
  /** The case knows something newer than this word. */
  readonly older: boolean
  /** It counted as issued and does so no longer, without having been cancelled. */
  readonly undone: boolean
}

/**
 * Enters the insurer's word on many cases, each at most once, and answers what became of each by its id. With `dry`
 * nothing is written. Late dates keep both times: the day it took effect and the moment of the entry.
 */
export async function recordByInsurer(
  ctx: Ctx,
  told: readonly Told[],
  { dry = false, note = '' } = {},
): Promise<ReadonlyMap<string, Became>> {
  const words = new Map(told.map(({ saleId, word }) => [saleId, word]))
  const until = (received: Day) => coolingOffUntil(ctx, received)
  const found = (await casesWithEntries(ctx, [...words.keys()], !dry)).map(({ sale, entries }) => {
    const word = words.get(sale.id)!
    const { added, older } = stepsTo(entries, word, pathOf(word, sale.accepted_on, ctx.today, until))
    return { sale, entries, older, added: added.map((entry) => ({ ...entry, note })) }
  })
  const moved = found.filter(({ added }) => added.length > 0)
  if (!dry) await append(ctx, moved)
  return new Map(
    found.map((one) => {
      const was = standAfter({ ...one, added: [] })
      const after = standAfter(one)
      const undone = was.issuedOn !== null && after.issuedOn === null
      return [one.sale.id, { ...one, before: was, after, changed: one.added.length > 0, undone }]
    }),
  )
}

/** Since when the insurer's file says what is issued in this centre; null where it is entered by hand. [S4.2.3b] */
export async function insurerSince(ctx: Ctx): Promise<Temporal.PlainDate | null> {
  const { rows } = await sql<{ since: Temporal.PlainDate }>`
    select insurer_since as since from sale_source where centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return rows[0]?.since ?? null
}

/** From now on the insurer's file says it, or hands do once more. False where it was so already. */
export async function setInsurerSays(ctx: Ctx, on: boolean): Promise<boolean> {
  const done = on
    ? await sql`insert into sale_source (centre_id, insurer_since, said_by, said_at)
        values (${ctx.centre.id}, ${ctx.today}, ${ctx.actor.personId}, ${ctx.now})
        on conflict do nothing returning 1`.execute(ctx.db)
    : await sql`delete from sale_source where centre_id = ${ctx.centre.id} returning 1`.execute(ctx.db)
  if (done.rows.length === 0) return false
  await ctx.emit('sales.sourceSet', { kind: 'centre', id: ctx.centre.id }, { insurerFile: on })
  ctx.touch('sales')
  return true
}

/** Cases of one lot; the rest follow in the same night. */
const LOT = 500

/**
 * Each night: a policy whose cooling-off period has run out before `day` is in force, from the day after its last one.
 * Finds what earlier nights left, so any past day may be run again.
 */
export async function endCoolingOff(ctx: Ctx, day: Temporal.PlainDate): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await sql<{ id: string }>`
      select id from sale where centre_id = ${ctx.centre.id} and state = 'delivered' and id > ${after}
        and (cooling_off_until is null or cooling_off_until < ${day}) order by id limit ${LOT}`.execute(ctx.db)
    if (rows.length === 0) return
    after = rows.at(-1)!.id
    const found = await casesWithEntries(
      ctx,
      rows.map(({ id }) => id),
      true,
    )
    const over = found.flatMap(({ sale, entries }) => {
      const { state, deliveredOn } = standOf(entries)
      const until = deliveredOn && coolingOffUntil(ctx, deliveredOn)
      if (state !== 'delivered' || !until || Temporal.PlainDate.compare(until, day) >= 0) return []
      const on = until.add({ days: 1 })
      return [
        {
          sale,
          entries,
          added: [{ state: 'inForce' as const, on, source: 'clock' as const, takesBack: null, note: '' }],
        },
      ]
    })
    await append(ctx, over)
  }
}
