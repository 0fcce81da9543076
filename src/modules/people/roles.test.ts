import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { refusal } from '../../../test/refused.ts'
import { type World, world } from '../../../test/world.ts'
import { people } from './api.ts'
import { groupsReached, inReach, leadersOf, lineAbove } from './structure.ts'

const router = { people }

let w: World<typeof router>
beforeAll(async () => {
  w = await world(router)
})
afterAll(() => w.close())

/** A new person of a group, so that tests do not stand in each other's way. */
async function newcomer(staffNo: string, unitId = w.units.Tide): Promise<string> {
  const { personId } = await w
    .as('admin')
    .people.addPerson({ staffNo, name: `新人${staffNo}`, unitId, role: 'tsr', rank: 'trainee' })
  return personId
}

describe('roles and ranks', () => {
  test('are given by others: nobody grants himself a role, ends his own or edits his own rank [S4.1.1]', async () => {
    const { people: p, units } = w
    expect(
      await refusal(w.as('admin').people.grantRole({ personId: p.admin, role: 'deptManager', unitId: units.root })),
    ).toEqual(['people.ownRole'])
    expect(
      await refusal(w.as('guo').people.setRank({ personId: p.guo, rank: 'centreHead', confirmed: true, reason: 'x' })),
    ).toEqual(['people.ownRank'])
    const [own] = (await w.as('guo').people.person({ personId: p.guo })).grants
    expect(await refusal(w.as('guo').people.endRole({ grantId: own!.id }))).toEqual(['people.ownRole'])
    expect(await refusal(w.as('guo').people.leave({ personId: p.guo, version: 1, on: '2026-07-01' }))).toEqual([
      'people.ownStanding',
    ])
    const kept = await w.sql<{ codes: string[]; allowed: boolean }>`
      select codes, allowed from decision where clause = 'S4.1.1' and subject_id = ${p.admin}`
    expect(kept).toEqual([{ codes: ['people.ownRole'], allowed: false }])
  })

  test('hold over the kind of unit they are made for, and end on their day', async () => {
    const personId = await newcomer('role1')
    expect(await refusal(w.as('guo').people.grantRole({ personId, role: 'um', unitId: w.units.Dawn }))).toEqual([
      'people.roleElsewhere',
    ])
    const { grantId } = await w.as('guo').people.grantRole({ personId, role: 'tl', unitId: w.units.Dawn })
    expect(await w.run((ctx) => leadersOf(ctx, w.units.Dawn))).toContain(personId)
    await w.as('admin').people.endRole({ grantId })
    expect(await w.run((ctx) => leadersOf(ctx, w.units.Dawn))).toEqual([w.people.lin])
    await w.as('guo').people.setRank({ personId, rank: 'tsr', confirmed: true, reason: 'passed probation' })
    const after = await w.as('guo').people.person({ personId })
    expect(after.ranks).toMatchObject([{ rank: 'tsr', confirmed: true, fromOn: '2026-06-17', recordedBy: '郭文華' }])
  })
})

describe('administrators and accounts', () => {
  test('an administrator is made, ended and let go by an administrator only', async () => {
    const personId = await newcomer('adm1')
    const grant = { personId, role: 'admin' as const, unitId: w.units.root }
    expect(await refusal(w.as('guo').people.grantRole(grant))).toEqual(['people.adminsOnly'])
    const { grantId } = await w.as('admin').people.grantRole(grant)
    expect(await refusal(w.as('guo').people.endRole({ grantId }))).toEqual(['people.adminsOnly'])
    expect(await refusal(w.as('guo').people.leave({ personId, version: 1, on: '2026-06-17' }))).toEqual([
      'people.adminsOnly',
    ])
    const made = { staffNo: 'adm2', name: '管理', unitId: w.units.root, role: 'admin' as const }
    expect(await refusal(w.as('guo').people.addPerson(made))).toEqual(['people.adminsOnly'])
    await w.as('admin').people.endRole({ grantId })
  })

  test('a person gets one account, whose first password is told once', async () => {
    const personId = await newcomer('acc1')
    expect((await w.as('guo').people.person({ personId })).username).toBeNull()
    const requestId = crypto.randomUUID()
    const open = () => w.as('guo', { requestId }).people.openAccount({ personId, username: 'Acc1' })
    expect(await open()).toEqual({ username: 'acc1', firstPassword: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/) })
    expect(await refusal(open())).toEqual(['REQUEST_DONE'])
    expect((await w.as('guo').people.person({ personId })).username).toBe('acc1')
    expect((await w.as('tao').people.person({ personId })).username).toBeNull()
    expect(await refusal(w.as('guo').people.openAccount({ personId, username: 'other' }))).toEqual([
      'people.hasAccount',
    ])
    expect(await refusal(w.as('lin').people.openAccount({ personId, username: 'other' }))).toEqual(['FORBIDDEN'])
  })
})

describe('acting for an absent leader [S4.4.2]', () => {
  test('is appointed by the unit manager for the day and ends by itself', async () => {
    const { untilOn } = await w.as('xu').people.appointActing({ personId: w.people.fang, groupId: w.units.Summit })
    expect(untilOn).toBe('2026-06-18')
    const acting = await w.boot.access.person(w.people.fang)
    expect(acting?.actor.roles).toEqual(['tsr', 'tl'])
    expect(acting?.actor.grants[1]).toMatchObject({ acting: true, groupIds: [w.units.Summit] })
    // Once more is the same appointment; somebody else is not possible.
    await w.as('xu').people.appointActing({ personId: w.people.fang, groupId: w.units.Summit })
    const other = await newcomer('act1', w.units.Summit)
    expect(await refusal(w.as('xu').people.appointActing({ personId: other, groupId: w.units.Summit }))).toEqual([
      'acting.already',
    ])
    const kept =
      await w.sql`select 1 from decision where clause = 'S4.4.2' and allowed and subject_id = ${w.units.Summit}`
    expect(kept).toHaveLength(1)
    await w.setNow('2026-06-18T00:00')
    try {
      expect((await w.boot.access.person(w.people.fang))?.actor.roles).toEqual(['tsr'])
      expect(await w.run((ctx) => leadersOf(ctx, w.units.Summit))).toEqual([w.people.su])
    } finally {
      await w.setNow('2026-06-17T09:30')
    }
  })

  test('waits for the hour of decision unless a reason is given', async () => {
    await w.setNow('2026-06-17T08:29')
    try {
      const groupId = (await w.as('guo').people.addUnit({ kind: 'group', parentId: w.units.East, name: 'Early' }))
        .unitId
      const asked = { personId: await newcomer('early1', groupId), groupId }
      expect(await refusal(w.as('wen').people.appointActing(asked))).toEqual(['acting.tooEarly'])
      await w.as('wen').people.appointActing({ ...asked, reason: 'called in sick' })
    } finally {
      await w.setNow('2026-06-17T09:30')
    }
  })

  test('keeps to the manager’s own region, and is nobody’s own act', async () => {
    const { people: p, units } = w
    expect(await refusal(w.as('wen').people.appointActing({ personId: p.fang, groupId: units.Summit }))).toEqual([
      'NOT_FOUND',
    ])
    expect(await refusal(w.as('wen').people.appointActing({ personId: p.fang, groupId: units.Tide }))).toEqual([
      'NOT_FOUND',
    ])
    expect(await refusal(w.as('wen').people.appointActing({ personId: p.tao, groupId: units.Tide }))).toEqual([
      'acting.isLeader',
    ])
    expect(await refusal(w.as('guo').people.appointActing({ personId: p.guo, groupId: units.Tide }))).toEqual([
      'people.ownRole',
    ])
    await expect(w.as('lin').people.appointActing({ personId: p.ann, groupId: units.Dawn })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })
})

describe('who may know of whom', () => {
  const seen = async (name: Name, more: { search?: string; role?: 'tl' } = {}) =>
    (await w.as(name).people.persons(more)).persons.map((one) => one.staffNo)

  test('an agent knows his group, a leader his groups, a unit manager his region, a manager all', async () => {
    expect((await seen('ann')).sort()).toEqual(expect.arrayContaining(['ann', 'bo', 'chen', 'lin']))
    expect(await seen('ann')).not.toContain('tao')
    expect(await seen('su')).toEqual(expect.arrayContaining(['su', 'fang']))
    expect(await seen('su')).not.toContain('ann')
    expect(await seen('wen')).toEqual(expect.arrayContaining(['wen', 'lin', 'ann', 'tao', 'deng']))
    expect(await seen('wen')).not.toContain('fang')
    expect(await seen('guo')).toEqual(expect.arrayContaining(['fang', 'ann', 'hao', 'xu']))
    await expect(w.as('ann').people.person({ personId: w.people.deng })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('people are found by characters, pinyin, initials and staff number', async () => {
    for (const search of ['安寧', 'anning', 'An Ning', 'an', 'ANN'])
      expect(await seen('guo', { search }), search).toContain('ann')
    expect(await seen('guo', { search: 'gwh' })).toEqual(['guo'])
    expect(await seen('guo', { search: '%' })).toEqual([])
    expect(await seen('guo', { role: 'tl', search: 'tao' })).toEqual(['tao'])
  })

  test('a unit’s people are those below it, by pinyin', async () => {
    const { persons, total } = await w.as('guo').people.persons({ unitId: w.units.Dawn, day: '2026-06-16' })
    expect(persons.map((one) => one.name)).toEqual(['安寧', '柏川', '陳一', '林夏'])
    expect(total).toBe(4)
    const region = await w.as('guo').people.persons({ unitId: w.units.East, day: '2026-06-16' })
    expect(region.persons.map((one) => one.staffNo)).toEqual(['wen', 'ann', 'bo', 'chen', 'lin', 'deng', 'tao'])
  })

  test('birthday and history are for himself and the line above, whose look is logged', async () => {
    const personId = w.people.chen
    expect((await w.as('ann').people.person({ personId })).close).toBeNull()
    expect((await w.as('tan').people.person({ personId })).close).toBeNull()
    expect((await w.as('chen').people.person({ personId })).close?.birthday).toBe('1996-06-20')
    expect((await w.as('lin').people.person({ personId })).close?.registrationNo).toBe('R-chen')
    const looks = await w.sql<{ person_id: string }>`
      select person_id from access_log where ${personId}::uuid = any(subject_ids)`
    expect(looks).toEqual([{ person_id: w.people.lin }])
  })

  test('reach and line above follow the tree', async () => {
    expect(await w.run((ctx) => lineAbove(ctx, w.people.deng))).toEqual(
      [w.people.tao, w.people.wen, w.people.guo, w.people.hao].sort(),
    )
    expect(await w.run((ctx) => inReach(ctx, ['tl'], w.people.ann), 'lin')).toBe(true)
    expect(await w.run((ctx) => inReach(ctx, ['tl'], w.people.fang), 'lin')).toBe(false)
    expect(await w.run((ctx) => inReach(ctx, ['tl'], w.people.ann), 'wen')).toBe(false)
    expect(await w.run((ctx) => inReach(ctx, ['um'], w.people.ann), 'wen')).toBe(true)
    const groups = await w.run((ctx) => groupsReached(ctx, ['um', 'tl']), 'wen')
    expect(groups).toContainEqual({ id: w.units.Dawn, name: 'Dawn', regionId: w.units.East })
    expect(groups.map((group) => group.id)).not.toContain(w.units.Summit)
  })
})
