import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sellable } from '../../../test/selling.ts'
import { batch, pooled } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import type { CheckItem } from '../../platform/checkItem.ts'
import { inCentre } from '../../platform/transaction.ts'
import { setupWith } from './api.ts'
import { HOUSE_ITEMS } from './houseItems.ts'
import { PEOPLE_ITEMS } from './peopleItems.ts'
import { RULE_ITEMS } from './ruleItems.ts'
import { openAccounts } from './slips.ts'
import { WORK_ITEMS } from './workItems.ts'

const ITEMS: readonly CheckItem[] = [...PEOPLE_ITEMS, ...RULE_ITEMS, ...WORK_ITEMS, ...HOUSE_ITEMS]
const router = { setup: setupWith(ITEMS) }

/* The list on the test centre: sixteen people, of them five agents. What is added is seen at once. */

let w: World<typeof router>
beforeAll(async () => {
  w = await world(router)
})
afterAll(() => w.close())

const list = async (who: 'guo' | 'hao' | 'liu' | 'admin' = 'guo') => await w.as(who).setup.checkList({})
const item = async (id: string) => (await list()).items.find((one) => one.id === id)

describe('the list tells what is there', () => {
  test('a centre with people and nothing else can dial nobody, and says what for', async () => {
    const { can, agents, able, missing, day, items } = await list()
    expect({ can, agents, able, day }).toEqual({ can: 'none', agents: 5, able: 0, day: '2026-06-17' })
    expect(missing).toEqual([
      'setup.accounts',
      ...['setup.products', 'setup.authorised', 'setup.seats', 'setup.leads', 'setup.handedDown'],
    ])
    const found = Object.fromEntries(items.map(({ id, state, figures }) => [id, [state, figures]]))
    expect(found).toMatchObject({
      'setup.groups': ['done', { regions: 2, groups: 3 }],
      'setup.leaders': ['done', { groupsWithout: 0, regionsWithout: 0 }],
      'setup.manager': ['done', { managers: 2 }],
      'setup.licences': ['done', { agents: 5, registered: 5, trained: 5 }],
      'setup.accounts': ['missing', { people: 16, accounts: 0 }],
      'setup.holidays': ['done', { year: 2026 }],
      'setup.timetable': ['missing', { online: '09:20' }],
      'setup.packs': ['done', { packs: 4, lacking: 0 }],
      'setup.handedDown': ['missing', { agents: 5, holding: 0 }],
    })
    // No pack in force demands a national list, and nobody serves this centre.
    expect(found['setup.doNotCallDemanded']).toBeUndefined()
    expect(found['setup.reach']).toBeUndefined()
  })

  test('an agent to whom nothing is missing can dial, and the list counts him', async () => {
    const productId = await sellable(w, 'R1', ['ann'])
    await w.run((ctx) => openAccounts(ctx, [w.people.ann]), 'guo')
    await w.sql`insert into seat (centre_id, group_id, label, caller_id, caller_id_approved, line_registered, recording, person_id)
      values (${w.centre}, ${w.units.Dawn}, 'D1', '02161234567', true, true, true, ${w.people.ann})
      on conflict do nothing`
    await w.sql`update seat set caller_id = '02161234567', caller_id_approved = true, line_registered = true, recording = true
      where person_id = ${w.people.ann}`
    const [lead] = await pooled(w, await batch(w, productId, 'June'), 1)
    expect(await item('setup.leads')).toMatchObject({ state: 'done' })
    await w.sql`update lead set state = 'agent', group_id = ${w.units.Dawn}, holder_id = ${w.people.ann}, held_since = now()
      where id = ${lead!.leadId}`
    expect(await list()).toMatchObject({ can: 'some', agents: 5, able: 1 })
    expect(await item('setup.accounts')).toMatchObject({ figures: { accounts: 1 } })
    expect(await item('setup.handedDown')).toMatchObject({ state: 'missing', figures: { holding: 1 } })
    // One mark less on the line, and he cannot.
    await w.sql`update seat set recording = false where person_id = ${w.people.ann}`
    expect(await list()).toMatchObject({ can: 'none', able: 0 })
    await w.sql`update seat set recording = true where person_id = ${w.people.ann}`
  })

  test('a group without a leader and a centre with one manager are told', async () => {
    await w.sql`update role_grant set until_on = '2026-06-17' where role in ('tl', 'deputyGm') and person_id in
      (${w.people.lin}, ${w.people.hao})`
    expect(await item('setup.leaders')).toMatchObject({ state: 'missing', figures: { groupsWithout: 1 } })
    expect(await item('setup.manager')).toMatchObject({ state: 'missing', figures: { managers: 1 } })
    await w.sql`update role_grant set until_on = null where role in ('tl', 'deputyGm') and person_id in
      (${w.people.lin}, ${w.people.hao})`
  })

  test('in the evening, before a weekend and a holiday, the day of the first dial is the next one worked', async () => {
    await w.setNow('2026-06-17T18:40')
    expect((await list()).day).toBe('2026-06-18')
    // 19 June 2026 is the dragon boat festival, a Friday.
    await w.setNow('2026-06-18T19:00')
    expect((await list()).day).toBe('2026-06-22')
    await w.setNow('2026-06-17T09:30')
  })

  test('how the house is served, and its back-ups', async () => {
    const served = (given: { alone: boolean; secure: boolean }) =>
      inCentre({ ...w.boot, served: { ...given, address: null } }, w.centre, 'test', (ctx) => HOUSE_ITEMS[0]!.look(ctx))
    expect(await served({ alone: true, secure: false })).toEqual({ done: false, variant: 'alone', needed: true })
    expect(await served({ alone: false, secure: false })).toMatchObject({ done: false })
    expect(await served({ alone: false, secure: true })).toMatchObject({ done: true })
    expect(await item('setup.backup')).toMatchObject({ state: 'missing' })
    await w.sql`insert into backup_run (place, ended_at, bytes) values (${`here:${w.boot.dataDir}/backups/kaibo-1`}, now(), 1)`
    expect(await item('setup.backup')).toMatchObject({ state: 'done' })
    expect(await item('setup.backupElsewhere')).toMatchObject({ state: 'missing' })
    await w.sql`update backup_run set place = 'here:/mnt/safe/kaibo-1'`
    expect(await item('setup.backupElsewhere')).toMatchObject({ state: 'done' })
  })
})

describe('what people say of an item', () => {
  test('a look is confirmed, kept with who and when, and taken back', async () => {
    await w.as('guo').setup.confirm({ item: 'setup.timetable', reason: '' })
    expect(await item('setup.timetable')).toMatchObject({ state: 'done', mark: { said: 'looked', by: '郭文華' } })
    await w.as('admin').setup.takeUp({ item: 'setup.timetable' })
    expect(await item('setup.timetable')).toMatchObject({ state: 'missing', mark: null })
    expect(await w.sql`select mark from setup_mark order by id`).toEqual([{ mark: 'looked' }, { mark: 'open' }])
  })

  test('what the first dial does not need is put off with a reason; what it needs is not', async () => {
    await w.as('guo').setup.putOff({ item: 'setup.figures', reason: 'Decided in the first week' })
    expect(await item('setup.figures')).toMatchObject({
      ...{ state: 'later', mark: { said: 'later', reason: 'Decided in the first week' } },
    })
    const refused = (code: string) => ({ code: 'REFUSED', data: { reasons: [{ code }] } })
    await expect(w.as('guo').setup.putOff({ item: 'setup.seats', reason: 'no' })).rejects.toMatchObject(
      refused('setup.neededFirst'),
    )
    await expect(w.as('guo').setup.confirm({ item: 'setup.seats' })).rejects.toMatchObject(refused('setup.showsItself'))
    await expect(w.as('guo').setup.confirm({ item: 'setup.none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    // Not on this centre's list.
    await expect(w.as('guo').setup.confirm({ item: 'setup.doNotCallDemanded' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

test('a car dealer’s list asks for no licence and no stock of leads', async () => {
  const dealer = await world(router, { kind: 'dealership' })
  const { items, missing } = await dealer.as('guo').setup.checkList({})
  const ids = items.map(({ id }) => id)
  expect(ids).not.toContain('setup.licences')
  expect(ids).not.toContain('setup.leads')
  expect(missing).toContain('setup.seats')
  expect(items.find(({ id }) => id === 'setup.seats')).toMatchObject({ variant: 'plain' })
  await dealer.close()
})

test('where a pack demands the national list, its age counts', async () => {
  const hours = { ...w.boot, rulesOf: w.boot.rulesOf }
  const look = () =>
    inCentre(hours, w.centre, 'test', (ctx) =>
      WORK_ITEMS.find(({ id }) => id === 'setup.doNotCallDemanded')!.look({
        ...ctx,
        rules: {
          at: (day, group) => ({
            ...ctx.rules.at(day, group),
            get: ((key: string) => (key === 'packs' ? ['uk'] : ctx.rules.at(day, group).get(key as never))) as never,
          }),
        },
      }),
    )
  expect(await look()).toEqual({ done: false, figures: { most: 28 } })
  await w.sql`insert into do_not_call_list (centre_id, list, as_of, entries, recorded_at)
    values (${w.centre}, 'national', '2026-06-10T00:00+08', 3, now())`
  expect(await look()).toEqual({ done: true, figures: { most: 28, age: 7 } })
  await w.sql`update do_not_call_list set as_of = '2026-04-10T00:00+08'`
  expect(await look()).toMatchObject({ done: false, variant: 'old' })
})
