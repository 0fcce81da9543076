import { sql } from 'kysely'
import { z } from 'zod'
import { Id, Instant } from '../../lib/wire.ts'
import type { Ctx } from '../../platform/context.ts'
import { numberOf } from './numbers.ts'
import { type DoNotCallList, LISTS } from './rules.ts'

/** Output: one entry of the book, its number masked. */
export const EntryOut = z.object({
  id: Id,
  list: z.enum(LISTS),
  masked: z.string(),
  since: Instant,
  until: Instant.nullable(),
  reason: z.string(),
  note: z.string(),
  sourceKind: z.string(),
  recordedBy: z.string().nullable(),
  recordedAt: Instant,
  /** A later row says that this one was a mistake. */
  corrected: z.boolean(),
  /** This row says so of an earlier one. */
  correcting: z.boolean(),
})
type EntryRow = z.input<typeof EntryOut>

const entries = (ctx: Ctx, which: ReturnType<typeof sql<boolean>>, limit: number) => sql<EntryRow>`
  select d.id, d.list, d.masked, d.since, d.until, d.reason, d.note, d.source_kind as "sourceKind", p.name as "recordedBy",
    d.recorded_at as "recordedAt", d.corrects is not null as correcting,
    exists (select from do_not_call c where c.corrects = d.id) as corrected
  from do_not_call d left join person_name p on p.id = d.recorded_by
  where d.centre_id = ${ctx.centre.id} and ${which}
  order by d.recorded_at desc, d.id desc limit ${limit}`

/** Where the next page begins. */
export type After = { readonly recordedAt: Temporal.Instant; readonly id: string }

const A_PAGE = 100

/** The book, the latest first, a page of 100 from `after` on. */
export async function entriesOf(
  ctx: Ctx,
  { list, after }: { list: DoNotCallList | null; after: After | null },
): Promise<{ entries: EntryRow[]; more: boolean }> {
  const { rows } = await entries(
    ctx,
    sql<boolean>`(${list}::text is null or d.list = ${list})
      and (${after === null} or (d.recorded_at, d.id) < (${after?.recordedAt ?? null}::timestamptz, ${after?.id ?? null}::uuid))`,
    A_PAGE + 1,
  ).execute(ctx.db)
  return { entries: rows.slice(0, A_PAGE), more: rows.length > A_PAGE }
}

/** What the book says of one whole number; `code` tells why the text is no number. */
export async function entriesFor(
  ctx: Ctx,
  text: string,
): Promise<{ masked: string | null; code: string | null; known: boolean; entries: EntryRow[] }> {
  const number = numberOf(ctx, text)
  if (!number.ok) return { masked: null, code: number.code, known: false, entries: [] }
  const hash = Buffer.from(ctx.hashOf(number.e164))
  const { rows } = await entries(ctx, sql<boolean>`d.hash = ${hash}`, A_PAGE).execute(ctx.db)
  const known = await ctx.db
    .selectFrom('phone')
    .select('customer_id')
    .where('hash', '=', hash)
    .where('centre_id', '=', ctx.centre.id)
    .execute()
  await ctx.looked(
    'customer',
    known.map((row) => row.customer_id),
  )
  return { masked: number.shown, code: null, known: known.length > 0, entries: rows }
}

export type ListAge = {
  readonly list: DoNotCallList
  readonly entries: number
  readonly asOf: Temporal.Instant | null
}

/** How many numbers stand on each list, and of which day the imported ones are. */
export async function listAges(ctx: Ctx): Promise<ListAge[]> {
  const { rows } = await sql<ListAge>`
    select k.list, (select count(*)::int from do_not_call d where d.centre_id = ${ctx.centre.id} and d.list = k.list
        and d.corrects is null and not exists (select from do_not_call c where c.corrects = d.id)) as entries,
      (select max(as_of) from do_not_call_list l where l.centre_id = ${ctx.centre.id} and l.list = k.list) as "asOf"
    from unnest(${sql.val([...LISTS])}::text[]) with ordinality as k(list, position) order by k.position`.execute(
    ctx.db,
  )
  return rows
}
