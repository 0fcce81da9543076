import { sql } from 'kysely'
import { nextWorkday } from '../../lib/workdays.ts'
import { type Actor, reach } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { leadersOf, lineAbove } from '../people/structure.ts'
import { isOpen } from '../sales/rules.ts'
import { IMPORTERS, type Kind, maySettle } from './rules.ts'
import type { Difference, OurCase } from './word.ts'

/* Where the insurer's files and our cases differ: each with an owner and a due day, until a file agrees or a person says why. */

/** What differs now for one application number. */
export type Found = {
  readonly applicationNo: string
  readonly ours: (OurCase & { readonly groupId: string | null }) | null
  readonly differences: readonly Difference[]
}

/** The next working day of the centre. */
const dueOn = (ctx: Ctx): Temporal.PlainDate => nextWorkday(ctx.today, ctx.rules.at(ctx.today).get('calendar')).day

/** Whose sale it is, is for the leader to clear up, unless he sold it himself; all else for whoever hands files in. */
async function ownerOf(ctx: Ctx, { kind }: Difference, ours: Found['ours'], importerId: string): Promise<string> {
  if (kind !== 'agentDiffers' || !ours) return importerId
  const leaders = ours.groupId ? await leadersOf(ctx, ours.groupId) : []
  const [first] = [...leaders, ...(await lineAbove(ctx, ours.agentId))].filter((id) => id !== ours.agentId)
  return first ?? importerId
}

type Known = { id: string; application_no: string; kind: Kind; theirs: string | null; settled: boolean }

/**
 * Brings the differences of these numbers to what was found: new ones are opened, those that the files have come to agree
 * on are settled. What a person settled stays so for as long as the insurer says the same. Answers owners of new ones.
 */
export async function reconcile(ctx: Ctx, importerId: string, found: readonly Found[]): Promise<string[]> {
  const numbers = found.map(({ applicationNo }) => applicationNo)
  const { rows: known } = await sql<Known>`
    select distinct on (application_no, kind) id, application_no, kind, theirs, settled_at is not null as settled
    from policy_difference where centre_id = ${ctx.centre.id} and application_no = any(${sql.val(numbers)}::text[])
      and (settled_at is null or settled_how = 'byHand')
    order by application_no, kind, settled_at desc nulls first`.execute(ctx.db)
  const byNumber = Map.groupBy(known, ({ application_no }) => application_no)
  const opened: { number: string; difference: Difference; ours: Found['ours'] }[] = []
  const agreed: string[] = []
  for (const { applicationNo, ours, differences } of found) {
    const before = byNumber.get(applicationNo) ?? []
    for (const difference of differences) {
      const same = before.find(({ kind }) => kind === difference.kind)
      if (!same || (same.settled && same.theirs !== difference.theirs))
        opened.push({ number: applicationNo, difference, ours })
    }
    for (const { id, kind, settled } of before) {
      const stays =
        differences.some((one) => one.kind === kind) || (kind === 'stateDiffers' && ours !== null && isOpen(ours.state))
      if (!settled && !stays) agreed.push(id)
    }
  }
  await agree(ctx, agreed)
  return await openAll(ctx, importerId, opened)
}

/** A later file agrees: nobody has to do anything any more. */
async function agree(ctx: Ctx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`update policy_difference set settled_at = ${ctx.now}, settled_on = ${ctx.today}, settled_how = 'agreed',
    version = version + 1 where id = any(${sql.val([...ids])}::uuid[])`.execute(ctx.db)
  ctx.touch('policies')
}

async function openAll(
  ctx: Ctx,
  importerId: string,
  opened: readonly { number: string; difference: Difference; ours: Found['ours'] }[],
): Promise<string[]> {
  if (opened.length === 0) return []
  const due = dueOn(ctx)
  const rows = []
  for (const { number, difference, ours } of opened)
    rows.push({
      ...{ number, kind: difference.kind, sale_id: ours?.saleId ?? null },
      ...{
        ours: difference.ours,
        theirs: difference.theirs,
        owner_id: await ownerOf(ctx, difference, ours, importerId),
      },
    })
  const { rows: written } = await sql<{ owner_id: string }>`
    insert into policy_difference (centre_id, application_no, kind, sale_id, ours, theirs, owner_id, due_on, found_at,
      found_on)
    select ${ctx.centre.id}, g.number, g.kind, g.sale_id, g.ours, g.theirs, g.owner_id, ${due}::date,
      ${ctx.now}::timestamptz, ${ctx.today}::date
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g(number text, kind text, sale_id uuid, ours text,
      theirs text, owner_id uuid)
    on conflict (centre_id, application_no, kind) where settled_at is null do nothing returning owner_id`.execute(
    ctx.db,
  )
  ctx.touch('policies')
  return written.map(({ owner_id }) => owner_id)
}

/**
 * Cases that no file has named yet although they were accepted a while ago: ours and not theirs. Looked for among those
 * that a centre still waits for or counts as issued. Answers owners of new ones.
 */
export async function findMissing(
  ctx: Ctx,
  importerId: string,
  { first, last }: { first: Temporal.PlainDate; last: Temporal.PlainDate },
): Promise<string[]> {
  const { rows } = await sql<{ number: string; saleId: string; state: string }>`
    select s.application_no as number, s.id as "saleId", s.state
    from sale_fact s where s.centre_id = ${ctx.centre.id} and s.accepted_on between ${first} and ${last}
      and s.state in ('accepted', 'underwriting', 'awaitingPayment', 'issued', 'delivered', 'inForce')
      and not exists (select from policy_standing p
        where p.centre_id = s.centre_id and p.application_no = s.application_no)
      and not exists (select from policy_difference d where d.centre_id = s.centre_id
        and d.application_no = s.application_no and d.kind = 'oursNotTheirs'
        and (d.settled_at is null or d.settled_how = 'byHand'))
    order by s.accepted_on, s.id`.execute(ctx.db)
  const difference = (state: string) => ({ kind: 'oursNotTheirs' as const, ours: state, theirs: null })
  const opened = rows.map(({ number, saleId, state }) => ({
    ...{ number, difference: difference(state) },
    ours: { saleId } as Found['ours'],
  }))
  return await openAll(ctx, importerId, opened)
}

/** Cases that came to an end without the insurer's ever having named them are missed no longer. */
export async function endMissing(ctx: Ctx): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select d.id from policy_difference d join sale_fact s on s.id = d.sale_id
    where d.centre_id = ${ctx.centre.id} and d.settled_at is null and d.kind = 'oursNotTheirs'
      and s.state in ('declined', 'cancelledInCoolingOff', 'lapsed', 'surrendered')`.execute(ctx.db)
  await agree(
    ctx,
    rows.map(({ id }) => id),
  )
}

export type DifferenceRow = {
  readonly id: string
  readonly applicationNo: string
  readonly kind: Kind
  readonly saleId: string | null
  readonly agent: string | null
  readonly group: string | null
  readonly ours: string | null
  readonly theirs: string | null
  readonly ownerId: string
  readonly owner: string | null
  readonly dueOn: Temporal.PlainDate
  readonly foundOn: Temporal.PlainDate
  readonly settledAt: Temporal.Instant | null
  readonly settledBy: string | null
  readonly settledHow: 'agreed' | 'byHand' | null
  readonly note: string
  readonly version: number
}

/** What of differences the actor may see: all of the centre for those who hand files in, else what he is to settle. */
function visibleDifferences(ctx: Ctx) {
  const ofCentre = sql<boolean>`d.centre_id = ${ctx.centre.id}`
  const all = reach(ctx.actor, IMPORTERS).centre
  return all ? ofCentre : sql<boolean>`(${ofCentre} and d.owner_id = ${ctx.actor.personId})`
}

/** Rows that a list shows at most. */
const MOST = 500

/** Differences that the actor may see: open ones by due day, or the latest settled ones. `more` = there are further ones. */
export async function differences(ctx: Ctx, asked: { open: boolean; id?: string | undefined }) {
  const choice = asked.id
    ? sql`d.id = ${asked.id}`
    : asked.open
      ? sql`d.settled_at is null order by d.due_on, d.id`
      : sql`d.settled_at is not null order by d.settled_at desc`
  const { rows } = await sql<DifferenceRow>`
    select d.id, d.application_no as "applicationNo", d.kind, d.sale_id as "saleId", a.name as agent, u.name as group,
      case when d.kind = 'agentDiffers' then (select name from person_name where id::text = d.ours)
        else d.ours end as ours,
      case when d.kind = 'agentDiffers' then (select name from person_name where id::text = d.theirs)
        else d.theirs end as theirs,
      d.owner_id as "ownerId", o.name as owner, d.due_on as "dueOn", d.found_on as "foundOn",
      d.settled_at as "settledAt", b.name as "settledBy", d.settled_how as "settledHow", d.note, d.version
    from policy_difference d left join sale_fact s on s.id = d.sale_id left join person_name a on a.id = s.agent_id
      left join org_unit u on u.id = s.group_id left join person_name o on o.id = d.owner_id
      left join person_name b on b.id = d.settled_by
    where ${visibleDifferences(ctx)} and ${choice} limit ${MOST + 1}`.execute(ctx.db)
  return { differences: rows.slice(0, MOST), more: rows.length > MOST }
}

type Locked = { owner_id: string; open: boolean; agent_id: string | null; version: number }

/** Settles a difference with what was done about it. It comes up again only when the insurer says something else. */
export async function settleDifference(ctx: Ctx, asked: { id: string; note: string }): Promise<void> {
  const { rows } = await sql<Locked>`
    select d.owner_id, d.settled_at is null as open, s.agent_id, d.version
    from policy_difference d left join sale_fact s on s.id = d.sale_id
    where d.id = ${asked.id} and ${visibleDifferences(ctx)} for update of d`.execute(ctx.db)
  const one = rows[0]
  if (!one) throw notFound()
  const by: Pick<Actor, 'personId' | 'roles'> = ctx.actor
  const verdict = maySettle({ note: asked.note, open: one.open, ownerId: one.owner_id, by, sellerId: one.agent_id })
  const subject = { kind: 'difference', id: asked.id }
  demand(verdict, subject)
  await sql`update policy_difference set settled_at = ${ctx.now}, settled_on = ${ctx.today}, settled_how = 'byHand',
    settled_by = ${ctx.actor.personId}, note = ${asked.note}, version = version + 1 where id = ${asked.id}`.execute(
    ctx.db,
  )
  await ctx.emit('policies.differenceSettled', subject)
  ctx.touch('policies')
}
