import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import type { Ctx } from '../../platform/context.ts'
import { type Addressee, mayBePublic, type NoticeKind } from './rules.ts'

/** A notice to be given. Its words stand under `notice.<key>`; names are not among the values but `personId`, `groupId`. */
export type NewNotice = Addressee & {
  readonly kind: NoticeKind
  readonly key: string
  readonly values?: Readonly<Record<string, string | number | Words>>
  readonly clause?: string
  /** The same cause gives the same addressee no second notice. */
  readonly cause?: string
  /** Path of the page that it leads to. */
  readonly link?: string
  /** After this instant it is no longer shown as new. */
  readonly validUntil?: Temporal.Instant
}

type Reached = { person_id: string | null; unit_id: string | null; unit_kind: string | null }

/** Tells the pages of those who were reached; of a region or the centre everybody asks again. */
function announce(ctx: Ctx, reached: readonly Reached[]): void {
  const groups = reached.filter(({ unit_kind }) => unit_kind === 'group')
  for (const { person_id } of reached) if (person_id) ctx.touch('notices', { personId: person_id })
  for (const { unit_id } of groups) ctx.touch('notices', { groupId: unit_id! })
  if (reached.some(({ unit_id, unit_kind }) => unit_id && unit_kind !== 'group')) ctx.touch('notices')
}

/**
 * Gives notices, each once per cause and addressee, and returns the causes of those that are new. Throws on an alert or
 * a task to a whole unit: those are for persons. [S5.1.4c]
 */
export async function notifyAll(ctx: Ctx, notices: readonly NewNotice[]): Promise<ReadonlySet<string>> {
  if (notices.length === 0) return new Set()
  const given = notices.map((notice) => {
    if (notice.unitId && !mayBePublic(notice.kind)) throw new Error(`${notice.kind} ${notice.key} to a whole unit`)
    return {
      kind: notice.kind,
      person_id: notice.personId ?? null,
      unit_id: notice.unitId ?? null,
      key: notice.key,
      values: notice.values ?? {},
      clause: notice.clause ?? null,
      cause: notice.cause ?? null,
      link: notice.link ?? null,
      valid_until: notice.validUntil?.toString() ?? null,
    }
  })
  const { rows } = await sql<Reached & { cause: string | null }>`
    insert into notice (centre_id, kind, person_id, unit_id, key, values, clause, cause, link, at, occurred_on, valid_until)
    select ${ctx.centre.id}, g.kind, g.person_id, g.unit_id, g.key, g.values, g.clause, g.cause, g.link, ${ctx.now},
      ${ctx.today}, g.valid_until
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(kind text, person_id uuid, unit_id uuid, key text,
      values jsonb, clause text, cause text, link text, valid_until timestamptz)
    on conflict do nothing
    returning person_id, unit_id, cause, (select u.kind from org_unit u where u.id = unit_id) as unit_kind`.execute(
    ctx.db,
  )
  announce(ctx, rows)
  return new Set(rows.flatMap(({ cause }) => cause ?? []))
}

/** Gives one notice; see `notifyAll`. False when this cause was told before. */
export const notify = async (ctx: Ctx, notice: NewNotice): Promise<boolean> => {
  const { cause } = notice
  const given = await notifyAll(ctx, [notice])
  return cause === undefined || given.has(cause)
}

/** Ends every open notice of these causes; `how` is the key of what settled it, under `notice.settled.<how>`. */
export async function settle(ctx: Ctx, cause: string | readonly string[], how: string): Promise<void> {
  const causes = typeof cause === 'string' ? [cause] : [...cause]
  if (causes.length === 0) return
  const { rows } = await sql<Reached>`
    update notice set settled_at = ${ctx.now}, settled_by = ${ctx.actor.personId}, settled_how = ${how}
    where centre_id = ${ctx.centre.id} and cause = any(${causes}) and settled_at is null
    returning person_id, unit_id, (select u.kind from org_unit u where u.id = unit_id) as unit_kind`.execute(ctx.db)
  announce(ctx, rows)
}

/** Causes of open notices of this centre that begin with a text, of one day: what a rule must look at again. */
export async function openCauses(ctx: Ctx, prefix: string, day = ctx.today): Promise<string[]> {
  const { rows } = await sql<{ cause: string }>`
    select distinct cause from notice where centre_id = ${ctx.centre.id} and starts_with(cause, ${prefix})
      and occurred_on = ${day} and settled_at is null`.execute(ctx.db)
  return rows.map(({ cause }) => cause)
}
