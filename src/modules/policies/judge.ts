import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { type Became, recordByInsurer, type Stand } from '../sales/insurer.ts'
import type { ReadRow } from '../sheets/rules.ts'
import { type Found, reconcile } from './differences.ts'
import type { Result } from './rules.ts'
import {
  type At,
  differencesOf,
  faultOf,
  insurerWord,
  merged,
  type OurCase,
  type Row,
  type RowFault,
  readRow,
  type Standing,
} from './word.ts'

/* Rows of the insurer's file, judged and entered: what each says, whose case it is, what becomes of it. */

export type PlacedRow = { readonly place: number; readonly read: ReadRow }

export type Changes = Readonly<Partial<Record<keyof Stand, readonly [before: string | null, after: string | null]>>>
export type Judged = {
  readonly place: number
  readonly sheet: string | null
  readonly rowNo: number
  readonly applicationNo: string | null
  readonly result: Result
  readonly code: string | null
  readonly field: string | null
  readonly saleId: string | null
  readonly became: Changes | null
}

type Ours = OurCase & { readonly groupId: string | null; readonly acceptedOn: Temporal.PlainDate }

async function casesOf(ctx: Ctx, numbers: readonly string[]): Promise<Map<string, Ours>> {
  const { rows } = await sql<Ours & { number: string }>`
    select application_no as number, id as "saleId", agent_id as "agentId", group_id as "groupId", raw_premium as raw,
      annual_premium as annual, pay_way as "payWay", state, issued_on as "issuedOn", accepted_on as "acceptedOn"
    from sale_fact where centre_id = ${ctx.centre.id} and application_no = any(${sql.val([...numbers])}::text[])`.execute(
    ctx.db,
  )
  return new Map(rows.map((row) => [row.number, row]))
}

async function standingsOf(ctx: Ctx, numbers: readonly string[]): Promise<Map<string, Standing>> {
  const { rows } = await sql<Omit<Standing, 'asOf'> & { number: string; asOf: Temporal.PlainDate }>`
    select application_no as number, word, first_said as "firstSaid", as_of as "asOf" from policy_standing
    where centre_id = ${ctx.centre.id} and application_no = any(${sql.val([...numbers])}::text[])`.execute(ctx.db)
  return new Map(
    rows.map(({ number, word, firstSaid, asOf }) => [number, { word, firstSaid, asOf: asOf.toString() }] as const),
  )
}

/** Keeps what was said. A number whose row could not be taken was named all the same: its case is not missing. */
async function keepStandings(
  ctx: Ctx,
  standings: ReadonlyMap<string, Standing>,
  left: readonly Judged[],
  { asOf: day }: At,
): Promise<void> {
  const named = new Set(left.flatMap(({ applicationNo }) => applicationNo ?? []))
  for (const number of named)
    if (!standings.has(number))
      await sql`insert into policy_standing (centre_id, application_no, word, first_said, as_of)
        values (${ctx.centre.id}, ${number}, '{}', '{}', ${day}) on conflict do nothing`.execute(ctx.db)
  if (standings.size === 0) return
  const rows = [...standings].map(([number, { word, firstSaid, asOf }]) => ({ number, word, first: firstSaid, asOf }))
  await sql`
    insert into policy_standing (centre_id, application_no, word, first_said, as_of)
    select ${ctx.centre.id}, g.number, g.word, g.first, g."asOf"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g(number text, word jsonb, first jsonb, "asOf" date)
    on conflict (centre_id, application_no) do update set word = excluded.word, first_said = excluded.first_said,
      as_of = excluded.as_of`.execute(ctx.db)
}

const written = (value: Temporal.PlainDate | string | null) => value?.toString() ?? null

function changesOf({ before, after, changed }: Became): Changes | null {
  if (!changed) return null
  const fields = ['state', 'issuedOn', 'deliveredOn', 'cancelledOn'] as const
  const pairs = fields.map((field) => [field, [written(before[field]), written(after[field])] as const] as const)
  return Object.fromEntries(pairs.filter(([, [from, to]]) => from !== to))
}

type Taken = { readonly placed: PlacedRow; readonly row: Row; readonly noted: RowFault | null }

export type Judging = {
  readonly at: At
  readonly asOf: Temporal.PlainDate
  readonly importerId: string
  /** Numbers that stood further up in the file. */
  readonly seen: ReadonlySet<string>
  /** Nothing is written. */
  readonly dry: boolean
  /** Stands with every entry that the rows bring about. */
  readonly note: string
}

const base = ({ place, read }: PlacedRow) => ({
  ...{ place, sheet: read.sheet, rowNo: read.rowNo, applicationNo: null, code: null, field: null },
  ...{ saleId: null, became: null },
})

/** Rows as their own words have them; a number that came before in the file is not taken twice. */
function readAll(rows: readonly PlacedRow[], seen: ReadonlySet<string>): { taken: Taken[]; left: Judged[] } {
  const taken: Taken[] = []
  const left: Judged[] = []
  const here = new Set(seen)
  for (const placed of rows) {
    if (placed.read.skipped) {
      left.push({ ...base(placed), result: 'skipped', code: placed.read.skipped })
      continue
    }
    const read = readRow(placed.read)
    if ('fault' in read) {
      const { applicationNo, fault } = read
      // A state that was explained as none of ours is no fault of the row.
      const result = fault.code === 'foreign' ? 'skipped' : 'fault'
      left.push({ ...base(placed), applicationNo, result, code: fault.code, field: fault.field })
      continue
    }
    const { applicationNo } = read.row
    if (here.has(applicationNo)) left.push({ ...base(placed), applicationNo, result: 'fault', code: 'repeated' })
    else taken.push({ placed, ...read })
    here.add(applicationNo)
  }
  return { taken, left }
}

/** The differences that these words make with our cases as they now stand. */
function foundIn(
  standings: ReadonlyMap<string, Standing>,
  cases: ReadonlyMap<string, Ours>,
  became: ReadonlyMap<string, Became>,
): Found[] {
  return [...standings].map(([applicationNo, standing]) => {
    const known = cases.get(applicationNo) ?? null
    const after = known && became.get(known.saleId)
    const ours = known && after ? { ...known, state: after.after.state, issuedOn: after.after.issuedOn } : known
    return { applicationNo, ours, differences: differencesOf(standing, ours, after?.undone ?? false) }
  })
}

/**
 * What becomes of rows of a file: read, matched with our cases by the application number, entered where the word is newer,
 * and held against what we have. Answers every row with its result, in their order, and owners of new differences. [S4.2.3b]
 */
export async function judgeRows(
  ctx: Ctx,
  rows: readonly PlacedRow[],
  judging: Judging,
): Promise<{ judged: Judged[]; owners: string[] }> {
  const { at, asOf, dry, note } = judging
  const { taken, left } = readAll(rows, judging.seen)
  const numbers = taken.map(({ row }) => row.applicationNo)
  const cases = await casesOf(ctx, numbers)
  const known = await standingsOf(ctx, numbers)
  const standings = new Map<string, Standing>()
  const good: Taken[] = []
  for (const one of taken) {
    const { applicationNo } = one.row
    const fault = faultOf(one.row, asOf, cases.get(applicationNo)?.acceptedOn ?? null)
    if (fault) left.push({ ...base(one.placed), applicationNo, result: 'fault', code: fault.code, field: fault.field })
    else {
      standings.set(applicationNo, merged(known.get(applicationNo), one.row, at))
      good.push(one)
    }
  }
  if (!dry) await keepStandings(ctx, standings, left, at)
  const told = [...standings].flatMap(([number, standing]) => {
    const ours = cases.get(number)
    return ours ? [{ saleId: ours.saleId, word: insurerWord(standing) }] : []
  })
  const became = await recordByInsurer(ctx, told, { dry, note })
  const owners = dry ? [] : await reconcile(ctx, judging.importerId, foundIn(standings, cases, became))
  const entered = good.map(({ placed, row, noted }): Judged => {
    const { applicationNo } = row
    const ours = cases.get(applicationNo)
    const of = ours && became.get(ours.saleId)
    const older = (known.get(applicationNo)?.asOf ?? '') > at.asOf || of?.older
    const result = !of ? 'theirs' : of.changed ? 'changed' : older ? 'older' : 'same'
    const code = noted ? noted.code : result === 'changed' && older ? 'filled' : null
    return {
      ...{ ...base(placed), applicationNo, result, code, field: noted?.field ?? null },
      ...{ saleId: ours?.saleId ?? null, became: of ? changesOf(of) : null },
    }
  })
  const judged = [...left, ...entered].sort((a, b) => a.place - b.place)
  return { judged, owners }
}

/** Numbers that were named by a file before we had their case: what was said of them is entered now. */
export async function enterLate(ctx: Ctx, importerId: string, note: string): Promise<number> {
  const { rows } = await sql<{ number: string }>`
    select d.application_no as number from policy_difference d join sale_fact s on s.centre_id = d.centre_id
      and s.application_no = d.application_no
    where d.centre_id = ${ctx.centre.id} and d.settled_at is null and d.kind = 'theirsNotOurs'
    order by d.application_no`.execute(ctx.db)
  if (rows.length === 0) return 0
  const numbers = rows.map(({ number }) => number)
  const cases = await casesOf(ctx, numbers)
  const standings = await standingsOf(ctx, numbers)
  const told = [...standings].map(([number, standing]) => ({
    saleId: cases.get(number)!.saleId,
    word: insurerWord(standing),
  }))
  const became = await recordByInsurer(ctx, told, { note })
  await reconcile(ctx, importerId, foundIn(standings, cases, became))
  return told.length
}
