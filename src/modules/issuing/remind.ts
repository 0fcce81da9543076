import { sql } from 'kysely'
import { isWorkday } from '../../lib/workdays.ts'
import type { Ctx } from '../../platform/context.ts'
import { type NewNotice, notifyAll } from '../notices/notices.ts'
import { leadersOf } from '../people/structure.ts'
import { LATEST, nextCause, noReasonCause } from './waiting.ts'

/** Days for which a reminder is shown as new. */
const VALID_DAYS = 3

type Case = {
  readonly id: string
  readonly number: string
  readonly agent_id: string
  readonly group_id: string | null
  readonly next_on: Temporal.PlainDate | null
  readonly due: boolean
}

/**
 * Each working morning: the agent is told of a case whose next step's day has come, and of one that lies without a reason
 * for longer than the rule allows; the leader how many of his group there are. Each once. [S4.2.3b]
 */
export async function remind(ctx: Ctx, day: Temporal.PlainDate): Promise<void> {
  const rules = ctx.rules.at(day)
  if (!rules.has('accepted.follow') || !isWorkday(day, rules.get('calendar')).workday) return
  const { reasonWithinDays } = rules.get('accepted.follow')
  const oldest = day.subtract({ days: reasonWithinDays })
  const { rows } = await sql<Case>`
    select s.id, s.application_no as number, s.agent_id, s.group_id, f.next_on, coalesce(f.next_on <= ${day}, false) as due
    from sale_fact s ${LATEST}
    where s.centre_id = ${ctx.centre.id} and s.state in ('accepted', 'underwriting', 'awaitingPayment')
      and (f.next_on <= ${day} or ((f.reason is null or f.reason = 'unknown') and s.accepted_on < ${oldest}))
    order by s.accepted_on, s.id`.execute(ctx.db)
  const validUntil = ctx.now.add({ hours: 24 * VALID_DAYS })
  const common = { kind: 'task' as const, clause: 'S4.2.3b', link: '/waiting', validUntil }
  const toAgents = rows.map(({ id, number, agent_id, next_on, due }): NewNotice => {
    const [key, cause] =
      due && next_on ? ['issuing.nextStep', nextCause(id, next_on)] : ['issuing.noReason', noReasonCause(id)]
    return { ...common, personId: agent_id, key, values: { number }, cause }
  })
  const toLeaders: NewNotice[] = []
  for (const [groupId, cases] of Map.groupBy(rows, ({ group_id }) => group_id)) {
    if (groupId === null) continue
    const values = { groupId, count: cases.length, due: cases.filter(({ due }) => due).length }
    for (const personId of await leadersOf(ctx, groupId))
      toLeaders.push({
        ...common,
        personId,
        key: 'issuing.groupDue',
        values,
        cause: `issuing.groupDue.${groupId}.${day}`,
      })
  }
  await notifyAll(ctx, [...toAgents, ...toLeaders])
}
