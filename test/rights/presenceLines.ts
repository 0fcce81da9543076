import { notify } from '../../src/modules/notices/notices.ts'
import { BESIDE, type House, type Line, type Who } from './house.ts'

/* Notices, and the day by the timetable. */

export function noticeLines({ w, next, idOf }: House): Line[] {
  /** A task to one person. Answers its id. */
  const told = async (who: Who) => {
    const cause = `rights ${next()}`
    await w.run((ctx) => notify(ctx, { kind: 'task', personId: idOf(who), key: 'test', cause }))
    const [row] = await w.sql<{ id: string }>`select id from notice where cause = ${cause}`
    return row!.id
  }
  return [
    { op: 'notices.mine', make: async (as) => ({ input: {}, row: await told(as) }) },
    {
      ...{ op: 'notices.mine', by: ['bo'], outside: ['ann', 'lin', 'wen', 'guo', 'admin'] },
      make: async () => ({ input: {}, row: await told('bo') }),
    },
    {
      ...{ op: 'notices.markRead', outside: ['bo'] },
      make: async (as) => {
        const id = await told(as)
        return { input: { ids: [id] }, effect: () => w.sql`select 1 from notice_read where notice_id = ${id}` }
      },
    },
    {
      ...{ op: 'notices.settle', outside: ['bo'] },
      make: async (as) => {
        const id = await told(as)
        return { input: { id }, effect: () => w.sql`select 1 from notice where id = ${id} and settled_at is not null` }
      },
    },
  ]
}

export function presenceLines({ w, hired, group, next, idOf }: House): Line[] {
  /** Somebody new with the caller's role, so that his day is empty. */
  const fresh = async (as: Who) => hired((await w.boot.access.person(idOf(as)))!.actor.roles[0]!)
  const came = (personId: string) => () =>
    w.sql`select 1 from attendance_day where person_id = ${personId} and checked_in_at is not null`
  const does = (personId: string, state: string) => () =>
    w.sql`select 1 from presence where person_id = ${personId} and state = ${state}`
  const idle = async () => {
    const [row] = await w.sql<{ id: string }>`
      insert into idle_alert (centre_id, person_id, group_id, occurred_on, idle_since, raised_at, limit_minutes)
      select c.id, ${w.people.chen}, ${w.units.Dawn}, '2026-06-17', centre_now(c) - ${next()} * interval '1 second',
        centre_now(c), 8 from centre c where c.id = ${w.centre} returning id`
    return row!.id
  }
  const until = '2026-06-17T01:40:00Z'
  return [
    { op: 'attendance.timetable', make: () => ({ input: {}, row: '"dial"' }) },
    {
      op: 'attendance.mine',
      make: async (as) => {
        const personId = await fresh(as)
        const reason = `word ${next()}`
        await w.asPerson(personId).attendance.sendExcuse({ until, reason })
        return { as: personId, input: {}, row: reason, outside: ['lin', 'bo', 'guo'] }
      },
    },
    {
      op: 'attendance.checkIn',
      make: async (as) => {
        const personId = await fresh(as)
        return { as: personId, input: {}, effect: came(personId) }
      },
    },
    {
      op: 'attendance.ready',
      make: async (as) => {
        const personId = await fresh(as)
        return { as: personId, input: {}, effect: does(personId, 'ready') }
      },
    },
    {
      op: 'attendance.goOnline',
      make: async (as) => {
        const personId = await fresh(as)
        return { as: personId, input: {}, effect: does(personId, 'online') }
      },
    },
    {
      op: 'attendance.pause',
      make: async (as) => {
        const personId = await fresh(as)
        await w.asPerson(personId).attendance.goOnline({})
        return { as: personId, input: { reason: 'meeting' }, effect: does(personId, 'meeting') }
      },
    },
    {
      op: 'attendance.resume',
      make: async (as) => {
        const personId = await fresh(as)
        await w.asPerson(personId).attendance.goOnline({})
        await w.asPerson(personId).attendance.pause({ reason: 'meeting' })
        return { as: personId, input: {}, effect: does(personId, 'online') }
      },
    },
    {
      op: 'attendance.goOffline',
      make: async (as) => {
        const personId = await fresh(as)
        await w.asPerson(personId).attendance.goOnline({})
        return { as: personId, input: {}, effect: does(personId, 'offline') }
      },
    },
    {
      op: 'attendance.sendExcuse',
      make: async (as) => {
        const personId = await fresh(as)
        return {
          ...{ as: personId, input: { until, reason: 'the bus' } },
          effect: () => w.sql`select 1 from attendance_day where person_id = ${personId} and excuse = 'the bus'`,
        }
      },
    },
    {
      ...{ op: 'attendance.roll', outside: BESIDE },
      make: () => ({ input: { groupId: w.units.Dawn }, row: w.people.ann }),
    },
    {
      ...{ op: 'attendance.startFloor', outside: ['lin', ...BESIDE.slice(0, 2)] },
      make: async () => {
        const groupId = await group()
        return {
          ...{ as: await hired('tl', groupId), input: { groupId } },
          effect: () => w.sql`select 1 from floor_start where group_id = ${groupId}`,
        }
      },
    },
    { ...{ op: 'attendance.idleAlerts', outside: BESIDE }, make: async () => ({ input: {}, row: await idle() }) },
    {
      ...{ op: 'attendance.markIdle', outside: BESIDE },
      make: async () => {
        const alertId = await idle()
        return {
          input: { alertId, cause: 'systemFault' },
          effect: () => w.sql`select 1 from idle_alert where id = ${alertId} and cause is not null`,
        }
      },
    },
    { ...{ op: 'attendance.leaderless', outside: ['xu'] }, make: async () => ({ input: {}, row: await group() }) },
  ]
}
