import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Web, web } from '../../../test/web.ts'
import { wall } from './api.ts'
import { wallOf } from './wall.ts'

/* The wall of a car dealer's house: orders, appointments and visits of groups. */

let w: Web<{ wall: typeof wall }>
const TODAY = '2026-06-17'
beforeAll(async () => {
  w = await web({ wall }, { kind: 'dealership' })
  // Two usual days of Dawn with three orders and one.
  await w.sql`insert into call_day (agent_id, day, batch_id, centre_id, group_id, dials, talk_seconds)
    select ${w.people.ann}, ${TODAY}::date - n, uuidv7(), ${w.centre}, ${w.units.Dawn}, 100, 1200 from generate_series(1, 2) n`
  for (const day of ['2026-06-16', '2026-06-16', '2026-06-16', '2026-06-15']) await deal('ann', ['order'], day)
  await deal('ann', ['appointment', 'visit', 'order'])
  await deal('ann', ['appointment'])
  await deal('deng', ['visit'])
  await deal(null, ['visit', 'order'])
})
afterAll(() => w.close())

/** A deal of whoever an agent invited, or of a walk-in, with what happened on a day. */
async function deal(by: 'ann' | 'deng' | null, kinds: readonly string[], day = TODAY) {
  const groupId = by && { ann: w.units.Dawn, deng: w.units.Tide }[by]
  await w.sql`
    with made as (
      insert into deal (centre_id, customer_id, agent_id, group_id, state, opened_at, opened_on)
      values (${w.centre}, uuidv7(), ${by && w.people[by]}, ${groupId}, 'delivered', ${day}::date, ${day}::date)
      returning id)
    insert into deal_event (deal_id, centre_id, kind, occurred_on, at, recorded_at, recorded_by, person_id)
    select made.id, ${w.centre}, kind, ${day}::date, ${`${day}T09:00+08`}::timestamptz, now(), ${w.people.guo}, ${w.people.guo}
    from made cross join unnest(${kinds as string[]}::text[]) as kind`
}

const shown = (unit: 'root' | 'Dawn', unitKind: 'centre' | 'group') => {
  const place = { unitId: w.units[unit], unitKind, regionId: null, rootId: w.units.root, name: 'Hall', unit }
  return wallOf(w.boot, w.centre, place)
}

test('[S4.5.2 R] a screen of a dealership shows orders, appointments and visits of today by group against plan', async () => {
  const hall = await shown('root', 'centre')
  expect(hall.kind).toBe('dealership')
  expect(hall.groups.map(({ name, figures, plan }) => [name, figures, plan?.cases ?? null])).toMatchObject([
    ['Dawn', { cases: 1, appointments: 2, visits: 1 }, 2],
    ['Tide', { cases: 0, appointments: 0, visits: 1 }, null],
    ['Summit', { cases: 0, appointments: 0, visits: 0 }, null],
  ])
  // Who walked in belongs to no group and to the house.
  expect(hall.total).toMatchObject({ figures: { cases: 2, appointments: 2, visits: 3 }, plan: { cases: 2, days: 2 } })
  const dawn = await shown('Dawn', 'group')
  expect(dawn.total).toMatchObject({ figures: { cases: 1, appointments: 2, visits: 1 }, plan: { cases: 2 } })
})
