import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { numberOf } from './numbers.ts'
import type { DoNotCallList } from './rules.ts'

/** Lines of one import at most; a larger list comes in parts with the same as-of. */
export const MOST_LINES = 50_000

export type ImportedLine = { readonly line: number; readonly result: 'DUP' | 'INV'; readonly code: string }

export type ImportResult = {
  readonly lines: number
  readonly good: number
  readonly dup: number
  readonly inv: number
  /** Every line that added nothing, with the reason. Numbers are not repeated. */
  readonly notTaken: ImportedLine[]
}

/** Lines judged between two breaths, so that a long list does not hold up everybody else's requests. */
const AT_ONCE = 1000

/**
 * Takes in a do-not-call list as text, a number a line; of a line with commas or tabs the first cell counts. Lists only
 * grow here: a number that a newer list lacks stays. `asOf` is the day of the list itself, from which its age is
 * counted. Answers the result of every line. [S3.6]
 */
export async function importDoNotCall(
  ctx: Ctx,
  { list, asOf, text }: { list: DoNotCallList; asOf: Temporal.Instant; text: string },
): Promise<ImportResult> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const notTaken: ImportedLine[] = []
  let good = 0
  let count = 0
  for (let from = 0; from < lines.length; from += AT_ONCE) {
    const numbers: { line: number; hash: string; masked: string }[] = []
    for (const [index, content] of lines.slice(from, from + AT_ONCE).entries()) {
      const cell = (content.split(/[,;\t]/)[0] ?? '').trim().replaceAll(/^"|"$/g, '')
      if (cell === '') continue
      count++
      const line = from + index + 1
      const number = numberOf(ctx, cell)
      // A head line is no number and no fault.
      if (!number.ok && line === 1) count--
      else if (!number.ok) notTaken.push({ line, result: 'INV', code: number.code })
      else numbers.push({ line, hash: Buffer.from(ctx.hashOf(number.e164)).toString('hex'), masked: number.shown })
    }
    const added = await addEntries(ctx, list, numbers)
    for (const { line } of numbers)
      if (added.has(line)) good++
      else notTaken.push({ line, result: 'DUP', code: 'listed' })
  }
  await sql`
    insert into do_not_call_list (centre_id, list, as_of, entries, recorded_by, recorded_at)
    values (${ctx.centre.id}, ${list}, ${asOf}, ${good}, ${ctx.actor.personId}, ${ctx.now})
    on conflict (centre_id, list, as_of) do update set entries = do_not_call_list.entries + excluded.entries,
      recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at`.execute(ctx.db)
  const inv = notTaken.filter((line) => line.result === 'INV').length
  await ctx.emit('customers.doNotCallImported', { kind: 'doNotCallList', id: null }, { list, good, inv })
  ctx.touch('customers')
  notTaken.sort((a, b) => a.line - b.line)
  return { lines: count, good, inv, dup: notTaken.length - inv, notTaken }
}

/** Adds what does not stand on the list yet; answers the lines that were added. */
async function addEntries(
  ctx: Ctx,
  list: DoNotCallList,
  numbers: readonly { line: number; hash: string; masked: string }[],
): Promise<Set<number>> {
  if (numbers.length === 0) return new Set()
  const { rows } = await sql<{ line: number }>`
    with fresh as (
      select distinct on (r.hex) r.line, decode(r.hex, 'hex') as hash, r.masked
      from jsonb_to_recordset(${JSON.stringify(numbers.map(({ hash, ...rest }) => ({ hex: hash, ...rest })))}::jsonb)
        as r(line int, hex text, masked text)
      where not exists (
        select from do_not_call d where d.hash = decode(r.hex, 'hex') and d.centre_id = ${ctx.centre.id} and d.list = ${list}
          and d.until is null and not exists (select from do_not_call c where c.corrects = d.id))
      order by r.hex, r.line
    ), added as (
      insert into do_not_call (centre_id, list, hash, masked, since, reason, source_kind, recorded_by, recorded_at)
      select ${ctx.centre.id}, ${list}, hash, masked, ${ctx.now}, 'listed', 'file', ${ctx.actor.personId}, ${ctx.now} from fresh
      on conflict do nothing
    )
    select line from fresh`.execute(ctx.db)
  return new Set(rows.map((row) => row.line))
}
