import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../../test/world.ts'
import { notices } from './api.ts'
import { type NewNotice, notify, openCauses, settle } from './notices.ts'

const router = { notices }
let w: World<typeof router>
beforeAll(async () => {
  w = await world(router)
})
afterAll(() => w.close())

const give = (notice: NewNotice) => w.run((ctx) => notify(ctx, notice))
const keys = async (name: Parameters<typeof w.as>[0], prefix: string) =>
  (await w.as(name).notices.mine({})).notices.filter(({ key }) => key.startsWith(prefix)).map(({ key }) => key)

test('praise reaches everybody of the unit, with the names of today', async () => {
  await give({ kind: 'praise', unitId: w.units.root, key: 'praise.sale', values: { personId: w.people.ann, count: 2 } })
  for (const name of ['bo', 'fang', 'guo', 'wen'] as const)
    expect((await w.as(name).notices.mine({})).notices.find(({ key }) => key === 'praise.sale')).toMatchObject({
      values: { person: '安寧', count: 2 },
      personal: false,
      unread: true,
    })
  expect(await w.sql`select values from notice where key = 'praise.sale'`).toEqual([
    { values: { personId: w.people.ann, count: 2 } },
  ])
})

test('a group’s news stays in the group and with those who have a role in it', async () => {
  await give({ kind: 'news', unitId: w.units.Dawn, key: 'group.news' })
  for (const name of ['ann', 'lin'] as const) expect(await keys(name, 'group.')).toEqual(['group.news'])
  for (const name of ['deng', 'wen', 'guo'] as const) expect(await keys(name, 'group.')).toEqual([])
})

test('what is late or wrong is never said to a whole unit, by no way', async () => {
  await expect(give({ kind: 'alert', unitId: w.units.Dawn, key: 'public.shame' })).rejects.toThrow('to a whole unit')
  await expect(
    w.sql`insert into notice (centre_id, kind, unit_id, key, at, occurred_on)
      values (${w.centre}, 'alert', ${w.units.Dawn}, 'public.shame', now(), current_date)`,
  ).rejects.toThrow('check constraint')
})

test('one cause gives one notice to each addressee, also from two at once', async () => {
  const both = ['lin', 'tao'] as const
  const all = () =>
    w.run(async (ctx) => {
      for (const name of both)
        await notify(ctx, { kind: 'task', personId: w.people[name], key: 'once.task', cause: 'once:1' })
    })
  await Promise.all([all(), all(), all()])
  for (const name of both) expect(await keys(name, 'once.')).toEqual(['once.task'])
  expect(await give({ kind: 'task', personId: w.people.lin, key: 'once.task', cause: 'once:1' })).toBe(false)
})

test('what is settled is told as settled and no longer as new', async () => {
  await give({ kind: 'alert', personId: w.people.su, key: 'late.seat', cause: 'late:1' })
  expect(await w.run((ctx) => openCauses(ctx, 'late:'))).toEqual(['late:1'])
  await w.run((ctx) => settle(ctx, 'late:1', 'dialled'))
  expect(await w.run((ctx) => openCauses(ctx, 'late:'))).toEqual([])
  const told = (await w.as('su').notices.mine({})).notices.find(({ key }) => key === 'late.seat')
  expect(told).toMatchObject({ unread: false, settled: { how: 'dialled' } })
  expect(await give({ kind: 'alert', personId: w.people.su, key: 'late.seat', cause: 'late:1' })).toBe(false)
})

test('a notice past its time stands among the rest', async () => {
  await give({
    kind: 'news',
    personId: w.people.fang,
    key: 'past.news',
    validUntil: Temporal.Instant.from('2026-06-17T01:30:00Z'),
  })
  const told = (await w.as('fang').notices.mine({})).notices.find(({ key }) => key === 'past.news')
  expect(told).toMatchObject({ unread: false, settled: null })
})

test('reading is one’s own; what is another’s is neither read nor settled', async () => {
  await give({ kind: 'task', personId: w.people.xu, key: 'own.task' })
  await give({ kind: 'news', unitId: w.units.West, key: 'own.news' })
  const mine = (await w.as('xu').notices.mine({})).notices.filter(({ key }) => key.startsWith('own.'))
  expect(mine.map(({ key, unread }) => [key, unread])).toEqual([
    ['own.news', true],
    ['own.task', true],
  ])
  const task = mine.find(({ key }) => key === 'own.task')!
  const ids = mine.map(({ id }) => id)
  await expect(w.as('wen').notices.settle({ id: task.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await w.as('wen').notices.markRead({ ids })).toEqual({ read: 0 })
  expect(await w.as('xu').notices.markRead({ ids })).toEqual({ read: 2 })
  expect(await w.as('xu').notices.markRead({ ids })).toEqual({ read: 0 })
  await w.as('xu').notices.settle({ id: task.id })
  const after = (await w.as('xu').notices.mine({})).notices.filter(({ key }) => key.startsWith('own.'))
  expect(after.map(({ key, unread, settled }) => [key, unread, settled?.how ?? null])).toEqual([
    ['own.news', false, null],
    ['own.task', false, 'done'],
  ])
})

test('the pages of the past join without gap, and years of notices do not slow the newest', async () => {
  await w.sql`insert into notice (centre_id, kind, person_id, key, values, at, occurred_on)
    select ${w.centre}, 'news', ${w.people.chen}, 'old.' || i, '{}', timestamptz '2026-06-17T01:00:00Z' - make_interval(hours => i), '2026-06-17'
    from generate_series(1, 40000) i`
  await w.sql`insert into notice_read select id, ${w.people.chen}, now() from notice where key like 'old.%'`
  await w.sql`analyze notice, notice_read`
  const seen: string[] = []
  let before: { at: string; id: string } | undefined
  for (let page = 0; page < 4; page++) {
    const { notices: told, next } = await w.as('chen').notices.mine(before ? { before } : {})
    seen.push(...told.map(({ key }) => key).filter((key) => key.startsWith('old.')))
    before = next ?? undefined
    expect(next).not.toBeNull()
  }
  expect(seen.length).toBeGreaterThanOrEqual(110)
  expect(seen).toEqual(seen.map((_, i) => `old.${i + 1}`))
  const plan = await w.sql<{
    'QUERY PLAN': string
  }>`explain select id from notice n where n.person_id = ${w.people.chen}
    and (n.at, n.id) < (timestamptz '2026-06-01T00:00:00Z', '00000000-0000-0000-0000-000000000000'::uuid)
    order by n.at desc, n.id desc limit 31`
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('notice_person')
})
