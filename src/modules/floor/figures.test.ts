import { afterAll, beforeAll, expect, test } from 'vitest'
import { plansOf } from '../../../test/plans.ts'
import { type World, world } from '../../../test/world.ts'
import { floor } from './api.ts'
import { figures } from './figures.ts'

/* Two years of day sums of the test centre's agents, three lists a day, and a move of one of them in the middle. */

const router = { floor }
let w: World<typeof router>
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T10:00' })
  await w.sql`
    insert into call_day (agent_id, day, batch_id, centre_id, group_id, dials, connected, effective, talk_seconds)
    select a.id, d, l.id, ${w.centre},
      case when a.at = 1 and d < '2026-06-10' then ${w.units.Tide}::uuid when a.at < 3 then ${w.units.Dawn}::uuid else ${w.units.Tide}::uuid end,
      10 * a.at::int, a.at::int, 1, 60
    from generate_series(date '2024-06-17', date '2026-06-16', interval '1 day') d
      cross join unnest(array[${w.people.ann}, ${w.people.bo}, ${w.people.deng}]::uuid[]) with ordinality as a(id, at)
      cross join (select uuidv7() as id from generate_series(1, 3)) l`
  await w.sql`analyze call_day`
}, 60_000)
afterAll(() => w.close())

const MAY = { from: '2026-05-01', to: '2026-05-31' }
const JUNE = { from: '2026-06-01', to: '2026-06-16' }

test('a month of the centre: total, groups and agents are the same sums', async () => {
  const month = await w.as('guo').floor.figures(MAY)
  expect(month.total).toMatchObject({ dials: 31 * 3 * 60, connected: 31 * 3 * 6, effective: 31 * 9, agentDays: 93 })
  expect(month.agents.map(({ dials }) => dials).sort((a, b) => a - b)).toEqual([930, 1860, 2790])
  expect(month.groups.map(({ group, dials }) => [group, dials])).toEqual([
    ['Dawn', 1860],
    ['Tide', 3720],
  ])
})

test('whoever moved stands under each group with what was done there; a leader sees his own group alone', async () => {
  const { agents } = await w.as('guo').floor.figures(JUNE)
  expect(
    agents.filter(({ personId }) => personId === w.people.ann).map(({ group, agentDays }) => [group, agentDays]),
  ).toEqual([
    ['Dawn', 7],
    ['Tide', 9],
  ])
  const own = await w.as('lin').floor.figures(JUNE)
  expect(own.groups.map(({ group }) => group)).toEqual(['Dawn'])
  expect(own.total.dials).toBe(7 * 3 * 10 + 16 * 3 * 20)
})

test('days in the wrong order and more than a year are not summed', async () => {
  await expect(w.as('guo').floor.figures({ from: '2026-05-02', to: '2026-05-01' })).rejects.toThrow()
  await expect(w.as('guo').floor.figures({ from: '2025-05-01', to: '2026-05-02' })).rejects.toThrow()
  await expect(w.as('guo').floor.figures({ from: '2025-05-01', to: '2026-05-01' })).resolves.toBeDefined()
})

test('a month is read by an index and not from the whole past', async () => {
  const of = { from: Temporal.PlainDate.from(MAY.from), to: Temporal.PlainDate.from(MAY.to) }
  const steps = (await w.run((ctx) => plansOf(ctx, (inner) => figures(inner, of)), 'guo')).flat()
  expect(steps).toContainEqual(expect.objectContaining({ table: 'call_day' }))
  expect(steps.filter(({ table, does }) => table === 'call_day' && does === 'Seq Scan')).toEqual([])
})
