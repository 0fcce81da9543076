import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import { reach, reaches } from '../../platform/actor.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { pathOf, storedFile } from '../../platform/files.ts'
import { notifyAll, settle } from '../notices/notices.ts'
import { leadersOf, lineAbove } from '../people/structure.ts'
import { recredit } from '../sales/entries.ts'
import type { JudgeOwn, State } from '../sales/rules.ts'
import {
  DECIDERS,
  type Found,
  type FoundBy,
  type Letter,
  type Match,
  mayDecideOwn,
  mayStandAsLetter,
  mayTakeOwn,
  type OwnKind,
  ownOf,
  READERS,
} from './rules.ts'

/*
 * Own policies: the seller's, his family's, a colleague's. Said in the form or found by number and name; an own one is
 * taken only with the letter of guarantee, counts by the rulebook's weight (nothing by default) and is watched. What is
 * merely found changes no figure before a person has said whose it is. [S4.4.11c]
 */

type Step = 'declared' | 'suspected' | 'letter' | 'confirmed' | 'dismissed' | 'kept' | 'broken'

const causeOf = (saleId: string) => `credit.own.${saleId}`

/** Adds a step to a policy's way. Answers its id. */
export async function stepOf(ctx: Ctx, saleId: string, what: Step, why: string | null = null): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into own_policy_step (sale_id, centre_id, what, at, by_id, why)
    values (${saleId}, ${ctx.centre.id}, ${what}, ${ctx.now}, ${ctx.actor.personId}, ${why}) returning id`.execute(
    ctx.db,
  )
  return rows[0]!.id
}

/** Whom of the house a customer's numbers and name point to. */
async function matchesOf(ctx: Ctx, customerId: string): Promise<Match[]> {
  const { rows } = await sql<Match>`
    select distinct 'number' as by, n.person_id as "personId", n.relation from phone_card p
      join person_number n on n.centre_id = p.centre_id and n.hash = p.hash and n.removed_at is null
    where p.customer_id = ${customerId} and p.centre_id = ${ctx.centre.id}
    union all
    select distinct 'name', m.person_id, 'self' from customer_card c join member m on m.centre_id = c.centre_id and m.name = c.name
    where c.id = ${customerId} and c.centre_id = ${ctx.centre.id}
      and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})
      and (m.employed_until is null or m.employed_until > ${ctx.today})`.execute(ctx.db)
  return rows
}

/** How much of an own policy counts, by the rulebook of today. Nothing where it says nothing. */
function weightOf(ctx: Ctx, kind: OwnKind, groupId: string | null): string {
  const key = kind === 'self' ? 'own.weight' : 'own.colleagueWeight'
  const rules = ctx.rules.at(ctx.today, groupId)
  return rules.has(key) ? String(rules.get(key)) : '0'
}

const watchUntil = (ctx: Ctx, from: Temporal.PlainDate, groupId: string | null): Temporal.PlainDate =>
  from.add({ months: ctx.rules.at(ctx.today, groupId).get('own.watchMonths') })

type Handed = Letter & { readonly id: string }

async function letterOf(ctx: Ctx, fileId: string | null, saleId: string | null): Promise<Handed | null> {
  const file = fileId ? await storedFile(ctx, fileId) : null
  if (!file) return null
  const { rows } = await sql`select 1 from own_policy where letter_id = ${fileId}
    and sale_id is distinct from ${saleId}::uuid`.execute(ctx.db)
  return { id: file.id, name: file.name, usedElsewhere: rows.length > 0 }
}

type Kept = {
  readonly saleId: string
  readonly sellerId: string
  readonly groupId: string | null
  readonly on: Temporal.PlainDate
}

/** Keeps what was said or found of a case. A found one is asked of the line above the seller. */
async function keepOwn(ctx: Ctx, of: Kept, found: Found, handed: Handed | null): Promise<void> {
  const { saleId, sellerId, groupId, on } = of
  const state = found.foundBy.includes('declared') ? 'declared' : 'suspected'
  const watched = found.kind === 'self' && state === 'declared'
  const { rows } = await sql`
    insert into own_policy (sale_id, centre_id, kind, found_by, person_id, relation, state, found_at, found_on, letter_id,
      letter_name, letter_by, letter_at, watch, watch_until)
    values (${saleId}, ${ctx.centre.id}, ${found.kind}, ${sql.val([...found.foundBy])}::text[], ${found.personId},
      ${found.relation}, ${state}, ${ctx.now}, ${ctx.today}, ${handed?.id ?? null}, ${handed?.name ?? null},
      ${handed && ctx.actor.personId}, ${handed && ctx.now},
      ${watched ? 'open' : 'none'}, ${watched ? watchUntil(ctx, on, groupId) : null})
    on conflict do nothing returning 1`.execute(ctx.db)
  if (rows.length === 0) return
  await stepOf(ctx, saleId, state)
  if (handed) await stepOf(ctx, saleId, 'letter')
  const leaders = groupId ? await leadersOf(ctx, groupId) : []
  const told = leaders.filter((id) => id !== sellerId && id !== found.personId)
  if (state === 'suspected')
    await notifyAll(
      ctx,
      (told.length > 0 ? told : await lineAbove(ctx, sellerId)).map((personId) => ({
        ...{ kind: 'task' as const, personId, key: 'credit.suspected', clause: 'S4.4.11c', link: '/credit' },
        ...{ values: { personId: sellerId }, cause: causeOf(saleId) },
      })),
    )
  await ctx.decide({ verdict: { ok: true }, subject: { kind: 'sale', id: saleId }, clauses: ['S4.4.11c'] })
  await ctx.emit(`credit.${state}`, { kind: 'sale', id: saleId }, { kind: found.kind })
  ctx.touch('credit')
}

/** Whose policy an application at the desk is; see `JudgeOwn`. [S4.4.11c] */
export const judgeOwn: JudgeOwn = async (ctx, { customerId, declared }) => {
  const { personId: sellerId, groupId } = ctx.actor
  const found = ownOf(sellerId, declared?.relation ?? null, await matchesOf(ctx, customerId))
  const letter = declared ? await letterOf(ctx, declared.letterId, null) : null
  if (!found) return { verdict: { ok: true }, weight: '1', keep: async () => {} }
  return {
    verdict: mayTakeOwn(declared ? found.kind : null, letter),
    weight: declared ? weightOf(ctx, found.kind, groupId) : '1',
    keep: (saleId) => keepOwn(ctx, { saleId, sellerId, groupId, on: ctx.today }, found, letter),
  }
}

/** Looks in a case that no desk took for whose policy it is; what is kept already stays. */
export async function lookForOwn(ctx: Ctx, of: Kept & { readonly customerId: string }): Promise<void> {
  const found = ownOf(of.sellerId, null, await matchesOf(ctx, of.customerId))
  if (found) await keepOwn(ctx, of, found, null)
}

export type OwnRow = {
  readonly saleId: string
  readonly applicationNo: string
  readonly product: Words
  readonly standard: string
  readonly saleState: State
  readonly acceptedOn: Temporal.PlainDate
  readonly weight: string
  readonly sellerId: string
  readonly agentId: string
  readonly agent: string
  readonly group: string | null
  readonly groupId: string | null
  readonly kind: OwnKind
  readonly foundBy: readonly FoundBy[]
  readonly personId: string | null
  readonly person: string | null
  readonly relation: string | null
  readonly state: 'declared' | 'suspected' | 'confirmed' | 'dismissed'
  readonly foundAt: Temporal.Instant
  readonly decidedBy: string | null
  readonly decidedAt: Temporal.Instant | null
  readonly decidedWhy: string | null
  readonly letter: string | null
  readonly letterAt: Temporal.Instant | null
  readonly watch: 'none' | 'open' | 'kept' | 'broken'
  readonly watchUntil: Temporal.PlainDate | null
  readonly version: number
}

const rowsWhere = (ctx: Ctx, rest = sql``) => {
  const { centre, groupIds } = reach(ctx.actor, READERS)
  const { personId } = ctx.actor
  const within = centre
    ? sql`true`
    : sql`(s.group_id = any(${sql.val([...groupIds])}::uuid[]) or s.seller_id = ${personId} or s.agent_id = ${personId})`
  return sql<OwnRow>`
    select o.sale_id as "saleId", s.application_no as "applicationNo", p.name as product, s.standard_premium as standard,
      s.state as "saleState", s.accepted_on as "acceptedOn", s.weight, s.seller_id as "sellerId", s.agent_id as "agentId",
      a.name as agent, u.name as group, s.group_id as "groupId", o.kind, o.found_by as "foundBy", o.person_id as "personId",
      w.name as person, o.relation, o.state, o.found_at as "foundAt", d.name as "decidedBy", o.decided_at as "decidedAt",
      o.decided_why as "decidedWhy", o.letter_name as letter,
      o.letter_at as "letterAt", o.watch, o.watch_until as "watchUntil", o.version
    from own_policy o join sale_fact s on s.id = o.sale_id join product_listed p on p.id = s.product_id
      join person_name a on a.id = s.agent_id left join org_unit u on u.id = s.group_id
      left join person_name w on w.id = o.person_id left join person_name d on d.id = o.decided_by
    where o.centre_id = ${ctx.centre.id} and ${within} ${rest}
    order by o.state <> 'suspected', o.kind = 'self' and o.letter_id is null desc, o.found_at desc limit 200`
}

/** Own policies in the actor's reach: those to be decided first, then those whose letter is owed. At most 200. */
export async function ownPolicies(ctx: Ctx): Promise<OwnRow[]> {
  const { rows } = await rowsWhere(ctx).execute(ctx.db)
  return rows
}

/** What is kept of one case as an own policy, null when nothing is. */
export async function ownOfSale(ctx: Ctx, saleId: string): Promise<OwnRow | null> {
  const { rows } = await rowsWhere(ctx, sql`and o.sale_id = ${saleId}`).execute(ctx.db)
  return rows[0] ?? null
}

async function held(ctx: Ctx, saleId: string, version: number): Promise<OwnRow> {
  await sql`select 1 from own_policy where sale_id = ${saleId} and centre_id = ${ctx.centre.id} for update`.execute(
    ctx.db,
  )
  const policy = await ownOfSale(ctx, saleId)
  if (!policy) throw notFound()
  if (policy.version !== version) throw stale({ state: policy.state, version: policy.version })
  return policy
}

/**
 * Says of a suspected policy whether it is what it looks like, with the reason. Confirmed, it counts by the rulebook's
 * weight from now on, a letter is owed for an own one, and it is watched; dismissed, it stays a customer's.
 */
export async function decideOwn(
  ctx: Ctx,
  asked: { saleId: string; confirmed: boolean; why: string; version: number },
): Promise<void> {
  const { saleId, confirmed, why } = asked
  const policy = await held(ctx, saleId, asked.version)
  if (!reaches(reach(ctx.actor, DECIDERS), policy.groupId)) throw notFound()
  demand(mayDecideOwn(policy, ctx.actor), { kind: 'sale', id: saleId })
  const watched = confirmed && policy.kind === 'self'
  await sql`update own_policy set state = ${confirmed ? 'confirmed' : 'dismissed'}, decided_by = ${ctx.actor.personId},
      decided_at = ${ctx.now}, decided_why = ${why}, watch = ${watched ? 'open' : 'none'},
      watch_until = ${watched ? watchUntil(ctx, policy.acceptedOn, policy.groupId) : null}, version = version + 1
    where sale_id = ${saleId}`.execute(ctx.db)
  const stepId = await stepOf(ctx, saleId, confirmed ? 'confirmed' : 'dismissed', why)
  const weight = confirmed ? weightOf(ctx, policy.kind, policy.groupId) : '1'
  if (Number(weight) !== Number(policy.weight)) await recredit(ctx, saleId, { kind: 'weight', weight }, stepId)
  await settle(ctx, causeOf(saleId), 'done')
  if (watched && policy.letter === null)
    await notifyAll(ctx, [
      {
        ...{ kind: 'task', personId: policy.sellerId, key: 'credit.letterOwed', clause: 'S4.4.11c', link: '/sales' },
        cause: `credit.letter.${saleId}`,
      },
    ])
  await ctx.decide({ verdict: { ok: true }, subject: { kind: 'sale', id: saleId }, clauses: ['S4.4.11c'] })
  await ctx.emit(`credit.${confirmed ? 'confirmed' : 'dismissed'}`, { kind: 'sale', id: saleId }, { kind: policy.kind })
  ctx.touch('credit')
}

/** The letter of a policy in the actor's reach, as base64 with its media type. Logs the look at the seller's paper. */
export async function letterFile(ctx: Ctx, saleId: string): Promise<{ name: string; type: string; base64: string }> {
  const policy = await ownOfSale(ctx, saleId)
  const { rows } = await sql<{ id: string | null }>`select letter_id as id from own_policy
    where sale_id = ${saleId} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  const id = rows[0]?.id
  if (!policy?.letter || !id) throw notFound()
  await ctx.looked('person', [policy.sellerId])
  const type = policy.letter.toLowerCase().endsWith('.pdf')
    ? 'application/pdf'
    : policy.letter.toLowerCase().endsWith('.png')
      ? 'image/png'
      : 'image/jpeg'
  return { name: policy.letter, type, base64: await readFile(pathOf(ctx, id), 'base64') }
}

/** Puts the letter of guarantee to a policy that was found later, by its seller or the line above. */
export async function addLetter(ctx: Ctx, asked: { saleId: string; letterId: string; version: number }): Promise<void> {
  const { saleId, letterId } = asked
  await held(ctx, saleId, asked.version)
  const letter = await letterOf(ctx, letterId, saleId)
  if (!letter) throw notFound()
  demand(mayStandAsLetter(letter), { kind: 'sale', id: saleId })
  await sql`update own_policy set letter_id = ${letterId}, letter_name = ${letter.name}, letter_by = ${ctx.actor.personId}, letter_at = ${ctx.now},
      version = version + 1 where sale_id = ${saleId}`.execute(ctx.db)
  await stepOf(ctx, saleId, 'letter')
  await settle(ctx, `credit.letter.${saleId}`, 'done')
  ctx.touch('credit')
}
