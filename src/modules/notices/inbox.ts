import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import type { NoticeKind } from './rules.ts'

/** How far back something unread still stands first, in days. */
const FRESH_DAYS = 30
const FRESH_MOST = 100

export type Cursor = { readonly at: Temporal.Instant; readonly id: string }

type Row = {
  id: string
  kind: NoticeKind
  key: string
  values: Record<string, string | number | Words>
  clause: string | null
  link: string | null
  at: Temporal.Instant
  personal: boolean
  unread: boolean
  settled_at: Temporal.Instant | null
  settled_how: string | null
}

/** The units whose notices a person gets: his group with its region, the centre, and the units that he has a role in. */
const units = (ctx: Ctx) => sql`(
  array(select u.id from org_unit u where u.centre_id = ${ctx.centre.id} and (u.kind = 'centre'
    or u.id = any(${ctx.actor.grants.map(({ unitId }) => unitId)}::uuid[]) or u.id = ${ctx.actor.groupId}::uuid
    or u.id = (select parent_id from org_unit where id = ${ctx.actor.groupId}::uuid))))`

/** New and open: what stands first. */
const fresh = (ctx: Ctx) => sql`(n.settled_at is null and n.at > ${ctx.now.subtract({ hours: 24 * FRESH_DAYS })}
  and (n.valid_until is null or n.valid_until > ${ctx.now})
  and not exists (select from notice_read r where r.notice_id = n.id and r.person_id = ${ctx.actor.personId}))`

/**
 * Notices to a person and his units from a point in time back. Each of the two sources is read along its own index and
 * cut before they are merged, so that years of notices cost nothing.
 */
async function notices(ctx: Ctx, which: 'fresh' | 'rest', before: Cursor | null, most: number): Promise<Row[]> {
  const source = (to: ReturnType<typeof units>) => sql`
    (select n.id, n.kind, n.key, n.values, n.clause, n.link, n.at, n.person_id is not null as personal,
      n.settled_at, n.settled_how, ${which === 'fresh'}::boolean as unread
    from notice n where ${to}
      ${which === 'fresh' ? sql`and ${fresh(ctx)}` : sql`and not ${fresh(ctx)}`}
      ${before ? sql`and (n.at, n.id) < (${before.at}::timestamptz, ${before.id}::uuid)` : sql``}
    order by n.at desc, n.id desc limit ${most})`
  const { rows } = await sql<Row>`
    ${source(sql`n.person_id = ${ctx.actor.personId}`)} union all ${source(sql`n.unit_id = any(${units(ctx)})`)}
    order by at desc, id desc limit ${most}`.execute(ctx.db)
  return rows
}

/** Puts the names of today beside the ids among the values, so that a notice keeps no name itself. */
async function named(ctx: Ctx, rows: readonly Pick<Row, 'values'>[]): Promise<Map<string, string>> {
  const of = (key: string) => rows.flatMap(({ values }) => (typeof values[key] === 'string' ? [values[key]] : []))
  const people = of('personId')
  const groups = of('groupId')
  if (people.length + groups.length === 0) return new Map()
  const { rows: names } = await sql<{ id: string; name: string }>`
    select id, name from person_name where centre_id = ${ctx.centre.id} and id = any(${people}::uuid[])
    union all select id, name from org_unit where centre_id = ${ctx.centre.id} and id = any(${groups}::uuid[])`.execute(
    ctx.db,
  )
  return new Map(names.map(({ id, name }) => [id, name]))
}

function withNames(values: Row['values'], names: ReadonlyMap<string, string>): Row['values'] {
  const nameOf = (id: unknown) => (typeof id === 'string' ? (names.get(id) ?? '') : '')
  return {
    ...values,
    ...('personId' in values ? { person: nameOf(values.personId) } : {}),
    ...('groupId' in values ? { group: nameOf(values.groupId) } : {}),
  }
}

/** One page of the actor's notices: on the first page what is new and open, then the rest by time. */
export async function inbox(ctx: Ctx, before: Cursor | null, most = 30) {
  const newest = before ? [] : await notices(ctx, 'fresh', null, FRESH_MOST)
  const rest = await notices(ctx, 'rest', before, most + 1)
  const shown = rest.slice(0, most)
  const last = shown.at(-1)
  const rows = [...newest, ...shown]
  const names = await named(ctx, rows)
  return {
    notices: rows.map(({ settled_at, settled_how, values, ...row }) => ({
      ...row,
      values: withNames(values, names),
      settled: settled_at && { at: settled_at, how: settled_how ?? 'done' },
    })),
    next: rest.length > most && last ? { at: last.at, id: last.id } : null,
  }
}

export type PublicNotice = Pick<Row, 'id' | 'kind' | 'key' | 'values' | 'at'> & {
  readonly unitId: string
  readonly over: boolean
}

/**
 * What was said in public today, to whole units of the centre, the latest first: praise and news. `over` = taken back, or
 * past its time. For screens that everybody sees. [S4.3.3b]
 */
export async function publicToday(ctx: Ctx, day = ctx.today, most = 500): Promise<PublicNotice[]> {
  const { rows } = await sql<PublicNotice>`
    select n.id, n.kind, n.key, n.values, n.at, n.unit_id as "unitId",
      n.settled_at is not null or coalesce(n.valid_until <= ${ctx.now}, false) as over
    from notice n where n.unit_id in (select id from org_unit where centre_id = ${ctx.centre.id})
      and n.occurred_on = ${day} and n.at > ${ctx.now.subtract({ hours: 48 })}
    order by n.at desc, n.id desc limit ${most}`.execute(ctx.db)
  const names = await named(ctx, rows)
  return rows.map((row) => ({ ...row, values: withNames(row.values, names) }))
}

/** Keeps that the actor has read these; ids of notices that are not for him are passed over. */
export async function markRead(ctx: Ctx, ids: readonly string[]): Promise<number> {
  const { rows } = await sql`
    insert into notice_read (notice_id, person_id, at)
    select n.id, ${ctx.actor.personId}, ${ctx.now} from notice n where n.id = any(${[...ids]}::uuid[])
      and n.centre_id = ${ctx.centre.id} and (n.person_id = ${ctx.actor.personId} or n.unit_id = any(${units(ctx)}))
    on conflict do nothing returning 1`.execute(ctx.db)
  ctx.touch('notices', { personId: ctx.actor.personId })
  return rows.length
}

/** Ends a notice that was given to the actor himself. Already settled = nothing changes. */
export async function settleOwn(ctx: Ctx, id: string): Promise<void> {
  const { rows } = await sql`
    update notice set settled_at = coalesce(settled_at, ${ctx.now}), settled_by = coalesce(settled_by, ${ctx.actor.personId}),
      settled_how = coalesce(settled_how, 'done')
    where id = ${id} and centre_id = ${ctx.centre.id} and person_id = ${ctx.actor.personId} returning 1`.execute(ctx.db)
  if (rows.length === 0) throw notFound()
  ctx.touch('notices', { personId: ctx.actor.personId })
}
