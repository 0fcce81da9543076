import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { plansOf, type Step } from '../../../test/plans.ts'
import { type World, world } from '../../../test/world.ts'
import { no, yes } from '../../lib/verdict.ts'
import { rulebookWith } from './api.ts'
import { decisionsOf } from './decisions.ts'

const router = { rulebook: rulebookWith(() => []) }

let w: World<typeof router>
beforeAll(async () => {
  w = await world(router)
})
afterAll(() => w.close())

test('a clause’s decisions of the week are counted and shown as far as the reader may see [S1.1.4 D]', async () => {
  const refused = no('idle.tooLong', 'S4.3.3c', { minutes: 9 })
  const about = (id: string) => ({ kind: 'person', id })
  await w.run((ctx) => ctx.decide({ verdict: yes, subject: about(w.people.ann), clauses: ['S4.3.3c'] }), 'ann')
  await w.run((ctx) => ctx.decide({ verdict: refused, subject: about(w.people.ann) }), 'ann')
  await w.run((ctx) => ctx.decide({ verdict: refused, subject: about(w.people.deng) }), 'deng')
  await w.run((ctx) => ctx.decide({ verdict: refused, subject: about(w.people.fang) }), 'fang')
  const seen = async (name: Name) => await w.as(name).rulebook.decisions({ clause: 'S4.3.3c' })
  expect(await seen('guo')).toMatchObject({
    allowed: 1,
    refused: 3,
    byCode: [{ code: 'idle.tooLong', times: 3 }],
  })
  expect(await seen('wen')).toMatchObject({ allowed: 1, refused: 2 })
  expect(await seen('lin')).toMatchObject({ allowed: 1, refused: 1 })
  const own = await seen('ann')
  expect(own.latest.map((one) => [one.allowed, one.actor, one.subject.name, one.versionNumber])).toEqual([
    [false, '安寧', '安寧', 1],
    [true, '安寧', '安寧', 1],
  ])
  expect(own.latest[0]?.reasons).toEqual([
    { code: 'idle.tooLong', because: { key: 'refusal.idle.tooLong', values: { minutes: 9 } } },
  ])
  expect(await seen('bo')).toMatchObject({ allowed: 0, refused: 0, latest: [] })
  await w.setNow('2026-06-25T09:30')
  expect(await seen('guo')).toMatchObject({ allowed: 0, refused: 0 })
  await w.setNow('2026-06-17T09:30')
})

test('the page of a clause reads its own week by an index, among the decisions of two months', async () => {
  // Twenty clauses of a floor, thinned to what a test can wait for.
  await w.sql`
    insert into decision (verdict_id, occurred_on, at, centre_id, operation, allowed, clause, codes, actor_id)
    select uuidv7(), (at at time zone 'Asia/Shanghai')::date, at, ${w.centre}, 'calls.dial', n % 9 > 0,
      'X' || n % 20, case when n % 9 > 0 then '{}' else array['gate.hours'] end,
      (array(select id from person))[1 + n % 16]
    from generate_series(1, 40000) n,
      lateral (select timestamptz '2026-06-17 01:00Z' - n * interval '1 minute' as at) t`
  await w.sql`analyze decision`
  const scans = (plans: Step[][]) => plans.flat().filter((step) => step.table?.startsWith('decision_y'))
  for (const name of ['guo', 'lin', 'ann'] as Name[]) {
    const plans = await w.run((ctx) => plansOf(ctx, (recorded) => decisionsOf(recorded, 'X3')), name)
    expect(scans(plans).length, name).toBeGreaterThan(0)
    for (const step of scans(plans)) expect(step, name).toMatchObject({ does: expect.stringMatching(/Index|Bitmap/) })
    // The month before the week is not touched at all.
    expect(scans(plans).filter((step) => /m05/.test(step.table ?? ''))).toEqual([])
  }
})
