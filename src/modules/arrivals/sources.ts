import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { newSecret } from '../../platform/keys.ts'
import { openFeed } from '../lists/feed.ts'
import { type Channel, freeSource, hasPhoneSource, isOpenSource } from './rules.ts'

/* Where customers come from one by one, and the keys by which a web site may tell us of them. */

export type Source = {
  readonly id: string
  readonly centreId: string
  readonly code: string
  readonly name: string
  readonly channel: Channel
  readonly batchId: string
  readonly productId: string
  readonly groupId: string
  readonly consentText: string
}

export type NewSource = {
  readonly code: string
  readonly name: string
  readonly channel: Channel
  readonly productId: string
  readonly groupId: string
  readonly consentText: string
}

/** What is hashed of a key: kept nowhere, shown once. */
export const keyText = (key: string) => `arrivals.key ${key}`

const SOURCE = sql`s.id, s.centre_id as "centreId", s.code, s.name, s.channel, s.batch_id as "batchId",
  s.product_id as "productId", s.group_id as "groupId", s.consent_text as "consentText"`

/** Opens a source with a list of its own. Its leads are grade A: they asked to be called. */
export async function addSource(ctx: Ctx, given: NewSource): Promise<{ sourceId: string; key: string | null }> {
  const { rows: taken } = await sql`select 1 from arrival_source
    where centre_id = ${ctx.centre.id} and code = ${given.code}`.execute(ctx.db)
  demand(freeSource({ code: taken.length > 0 }, given.code))
  const { rows: groups } = await sql`select 1 from org_unit where id = ${given.groupId} and centre_id = ${ctx.centre.id}
    and kind = 'group' and closed_on is null`.execute(ctx.db)
  if (groups.length === 0) throw notFound()
  const { name, productId, consentText } = given
  const batchId = await openFeed(ctx, { name, productId, grade: 'A', consentEvidence: consentText })
  const { rows } = await sql<{ id: string }>`
    insert into arrival_source (centre_id, code, name, channel, batch_id, product_id, group_id, consent_text, created_by,
      created_at)
    values (${ctx.centre.id}, ${given.code}, ${name}, ${given.channel}, ${batchId}, ${productId}, ${given.groupId},
      ${consentText}, ${ctx.actor.personId}, ${ctx.now}) returning id`.execute(ctx.db)
  const sourceId = rows[0]!.id
  await ctx.emit('arrivals.sourceAdded', { kind: 'source', id: sourceId }, { channel: given.channel })
  ctx.touch('arrivals')
  return { sourceId, key: given.channel === 'web' ? (await newKey(ctx, sourceId)).key : null }
}

/** A new key for a source; the one before ends with it. It is in the answer once and nowhere else. */
export async function newKey(ctx: Ctx, sourceId: string): Promise<{ key: string }> {
  const { rows } = await sql<{ revoked: boolean }>`select revoked_at is not null as revoked from arrival_source
    where id = ${sourceId} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  const source = rows[0]
  if (!source) throw notFound()
  demand(isOpenSource(source.revoked), { kind: 'source', id: sourceId })
  const key = `kaibo-${newSecret()}`
  await sql`update arrival_source set key_hash = ${Buffer.from(ctx.hashOf(keyText(key)))}, key_hint = ${key.slice(-4)},
    key_made_at = ${ctx.now} where id = ${sourceId}`.execute(ctx.db)
  await ctx.emit('arrivals.keyMade', { kind: 'source', id: sourceId })
  ctx.touch('arrivals')
  return { key }
}

/** Closes a source: its key opens nothing any more, and its folder is no longer looked into. */
export async function revokeSource(ctx: Ctx, sourceId: string): Promise<void> {
  const { rows } =
    await sql`update arrival_source set key_hash = null, revoked_by = ${ctx.actor.personId}, revoked_at = ${ctx.now}
    where id = ${sourceId} and centre_id = ${ctx.centre.id} and revoked_at is null returning 1`.execute(ctx.db)
  if (rows.length === 0) throw notFound()
  await ctx.emit('arrivals.sourceRevoked', { kind: 'source', id: sourceId })
  ctx.touch('arrivals')
}

export type SourceRow = Omit<Source, 'centreId' | 'batchId'> & {
  readonly product: Words
  readonly group: string
  readonly keyHint: string | null
  readonly keyMadeAt: Temporal.Instant | null
  readonly revokedAt: Temporal.Instant | null
  readonly createdBy: string | null
  /** Arrivals of the last seven days, and the latest. */
  readonly week: number
  readonly lastAt: Temporal.Instant | null
}

export async function sources(ctx: Ctx): Promise<SourceRow[]> {
  const { rows } = await sql<SourceRow>`
    select ${SOURCE}, p.name as product, u.name as group, s.key_hint as "keyHint", s.key_made_at as "keyMadeAt",
      s.revoked_at as "revokedAt", n.name as "createdBy", c.week, c.last as "lastAt"
    from arrival_source s join product_listed p on p.id = s.product_id join org_unit u on u.id = s.group_id
      left join person_name n on n.id = s.created_by
      cross join lateral (select count(*) filter (where occurred_on > ${ctx.today.subtract({ days: 7 })})::int as week,
        max(recorded_at) as last from arrival where source_id = s.id) c
    where s.centre_id = ${ctx.centre.id} order by s.revoked_at is not null, s.created_at`.execute(ctx.db)
  return rows
}

/** Sources that are open, by a condition. */
async function openSources(ctx: Ctx, channel: Channel | null): Promise<Source[]> {
  const { rows } = await sql<Source>`select ${SOURCE} from arrival_source s
    where s.centre_id = ${ctx.centre.id} and s.revoked_at is null and (${channel}::text is null or s.channel = ${channel})
    order by s.created_at`.execute(ctx.db)
  return rows
}

export const sourcesWithFolder = (ctx: Ctx) => openSources(ctx, null)

/** The source of calls that are taken by hand. Throws where the centre has none. */
export async function phoneSource(ctx: Ctx): Promise<Source> {
  const [source] = await openSources(ctx, 'phone')
  demand(hasPhoneSource(source !== undefined))
  return source!
}

/** The open source that a key belongs to, whichever centre's; null for a key that opens nothing. */
export async function sourceByKey(db: Ctx['db'], hash: Uint8Array): Promise<Source | null> {
  const { rows } = await sql<Source>`select ${SOURCE} from arrival_source s
    where s.key_hash = ${Buffer.from(hash)} and s.revoked_at is null`.execute(db)
  return rows[0] ?? null
}
