import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { type World, world } from '../../../test/world.ts'
import { people } from './api.ts'
import { joinUnit } from './people.ts'
import { groupsOn, groupsReached, inReach, leadersOf, lineAbove } from './structure.ts'

const router = { people }
const day = (text: string) => Temporal.PlainDate.from(text)

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
const versionOf = async (personId: string) => (await w.as('admin').people.person({ personId })).version
const codes = (reasons: { code: string }[]) => reasons.map((reason) => reason.code)
async function refusal(call: Promise<unknown>): Promise<string[]> {
  const error = await call.then(
    () => null,
    (problem: { code?: string; data?: { reasons: { code: string }[] } }) => problem,
  )
  return error?.data ? codes(error.data.reasons) : [error?.code ?? 'nothing']
}

describe('who is signed in', () => {
  test('holds roles with the groups below them', async () => {
    const um = await w.boot.access.person(w.people.wen)
    expect(um?.actor).toMatchObject({ name: '溫嵐', staffNo: 'wen', roles: ['um'], groupId: null })
    expect(um?.actor.grants[0]?.groupIds).toEqual(expect.arrayContaining([w.units.Dawn, w.units.Tide]))
    expect(um?.actor.grants[0]?.groupIds).not.toContain(w.units.Summit)
    expect((await w.boot.access.person(w.people.ann))?.actor).toMatchObject({ roles: ['tsr'], groupId: w.units.Dawn })
    const manager = await w.boot.access.person(w.people.guo)
    expect(manager?.actor.grants[0]?.groupIds).toEqual(expect.arrayContaining([w.units.Dawn, w.units.Summit]))
  })

  test('is nobody once the employment has ended', async () => {
    const personId = await newcomer('gone1')
    expect((await w.boot.access.person(personId))?.actor.roles).toEqual(['tsr'])
    await w.as('guo').people.leave({ personId, version: await versionOf(personId), on: '2026-06-17' })
    expect(await w.boot.access.person(personId)).toBeNull()
    const after = await w.as('admin').people.person({ personId })
    expect(after).toMatchObject({ employedUntil: '2026-06-17', seats: [], grants: [{ untilOn: '2026-06-17' }] })
  })
})

describe('the tree', () => {
  test('stands as it was on a day, with leaders and heads', async () => {
    const { units } = await w.as('ann').people.tree({})
    expect(units.map((unit) => unit.name).slice(0, 3)).toEqual(['Harbour', 'East', 'West'])
    const dawn = units.find((unit) => unit.id === w.units.Dawn)
    expect(dawn).toMatchObject({ kind: 'group', parentId: w.units.East })
    expect(dawn?.leaders).toEqual([{ personId: w.people.lin, name: '林夏', role: 'tl', acting: false }])
    expect((await w.as('ann').people.tree({ day: '2023-12-31' })).units).toEqual([])
    const before = await w.as('ann').people.tree({ day: '2026-06-16' })
    expect(before.units.map((unit) => [unit.name, unit.heads])).toEqual([
      ['Harbour', 6],
      ['East', 1],
      ['West', 1],
      ['Dawn', 4],
      ['Summit', 2],
      ['Tide', 2],
    ])
  })

  test('opens, names and closes units, and keeps their past', async () => {
    const { unitId } = await w.as('guo').people.addUnit({ kind: 'group', parentId: w.units.West, name: 'Reef' })
    expect(await refusal(w.as('guo').people.addUnit({ kind: 'group', parentId: w.units.West, name: 'Reef' }))).toEqual([
      'people.unitNameTaken',
    ])
    expect(
      await refusal(w.as('guo').people.addUnit({ kind: 'region', parentId: w.units.Dawn, name: 'North' })),
    ).toEqual(['people.unitElsewhere'])
    await w.as('guo').people.renameUnit({ unitId, name: 'Coral', version: 1 })
    await expect(w.as('guo').people.renameUnit({ unitId, name: 'Shoal', version: 1 })).rejects.toMatchObject({
      code: 'STALE',
      data: { current: { name: 'Coral', version: 2 } },
    })
    const personId = await newcomer('reef1', unitId)
    expect(await refusal(w.as('guo').people.closeUnit({ unitId, version: 2 }))).toEqual(['people.unitInUse'])
    await w.as('guo').people.moveTo({ personId, unitId: w.units.Summit, fromOn: '2026-06-17' })
    await w.as('guo').people.closeUnit({ unitId, version: 2 })
    const now = await w.as('guo').people.tree({})
    expect(now.units.find((unit) => unit.id === unitId)).toBeUndefined()
  })

  test('is changed by the department manager and the administrator only', async () => {
    for (const name of ['ann', 'lin', 'wen', 'liu', 'hao'] as Name[])
      await expect(
        w.as(name).people.addUnit({ kind: 'group', parentId: w.units.East, name: `By ${name}` }),
      ).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(w.stranger.people.tree({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})

describe('dated membership', () => {
  test('groups a past figure by where the person then was', async () => {
    const personId = await newcomer('move1', w.units.Tide)
    await w.sql`update membership set from_on = '2026-06-01' where person_id = ${personId}`
    await w.as('guo').people.moveTo({ personId, unitId: w.units.Summit, fromOn: '2026-06-22' })
    // One dial on each of these days, in a report by group.
    const report = await w.sql<{ group_name: string; dials: number }>`
      select m.group_name, count(*) as dials
      from unnest(array['2026-06-19', '2026-06-21', '2026-06-22']::date[]) as dial(on_day)
      join member m on m.person_id = ${personId} and m.from_on <= dial.on_day
        and (m.until_on is null or m.until_on > dial.on_day)
      group by m.group_name order by m.group_name`
    expect(report).toEqual([
      { group_name: 'Summit', dials: 1 },
      { group_name: 'Tide', dials: 2 },
    ])
    const then = await w.run((ctx) => groupsOn(ctx, [personId], day('2026-06-21')))
    expect(then.get(personId)).toBe(w.units.Tide)
    const before = await w.run((ctx) => groupsOn(ctx, [personId], day('2026-05-31')))
    expect(before.get(personId)).toBeNull()
  })

  test('takes the agent’s role along on the day of the move', async () => {
    const personId = await newcomer('move2', w.units.Tide)
    await w.as('guo').people.moveTo({ personId, unitId: w.units.Dawn, fromOn: '2026-06-18' })
    expect((await w.boot.access.person(personId))?.actor.grants).toMatchObject([{ unitId: w.units.Tide }])
    await w.setNow('2026-06-18T09:00')
    try {
      const moved = (await w.boot.access.person(personId))?.actor
      expect(moved).toMatchObject({ groupId: w.units.Dawn, grants: [{ role: 'tsr', unitId: w.units.Dawn }] })
    } finally {
      await w.setNow('2026-06-17T09:30')
    }
  })

  test('is never in two places at once', async () => {
    const personId = await newcomer('move3', w.units.Tide)
    await w.run((ctx) => joinUnit(ctx, personId, w.units.Summit, day('2026-07-01')))
    await w.run((ctx) => joinUnit(ctx, personId, w.units.Dawn, day('2026-06-20')))
    expect(
      (await w.as('admin').people.person({ personId })).seats.map((seat) => [seat.unitName, seat.fromOn, seat.untilOn]),
    ).toEqual([
      ['Summit', '2026-07-01', null],
      ['Dawn', '2026-06-20', '2026-07-01'],
      ['Tide', '2026-06-17', '2026-06-20'],
    ])
    await expect(
      w.sql`insert into membership (person_id, unit_id, from_on, recorded_at)
        values (${personId}, ${w.units.West}, '2026-06-25', now())`,
    ).rejects.toThrow(/exclusion/)
  })

  test('moves nobody in the past', async () => {
    const personId = await newcomer('move4')
    const move = w.as('guo').people.moveTo({ personId, unitId: w.units.Dawn, fromOn: '2026-06-16' })
    expect(await refusal(move)).toEqual(['people.movedPast'])
  })

  test('orders two moves of one person in the same instant', async () => {
    const personId = await newcomer('move5')
    const moves = [w.units.Dawn, w.units.Summit].map((unitId) =>
      w.as('guo').people.moveTo({ personId, unitId, fromOn: '2026-06-19' }),
    )
    await Promise.all(moves)
    expect((await w.as('admin').people.person({ personId })).seats).toHaveLength(2)
  })
})

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

describe('a person’s data', () => {
  test('are edited by version, and standing only by another', async () => {
    const personId = await newcomer('edit1')
    const entry = { personId, name: '新名', birthday: null, registrationNo: 'R-1', trainedOn: '2026-06-01' }
    await w.as('admin').people.editPerson({ ...entry, version: 1 })
    await expect(w.as('admin').people.editPerson({ ...entry, version: 1 })).rejects.toMatchObject({
      code: 'STALE',
      data: { current: { name: '新名', version: 2 } },
    })
    expect((await w.as('guo').people.persons({ search: 'xinming' })).persons).toHaveLength(1)
    const self = {
      personId: w.people.admin,
      version: 1,
      name: '艾達',
      birthday: null,
      registrationNo: 'R-new',
      trainedOn: null,
    }
    expect(await refusal(w.as('admin').people.editPerson(self))).toEqual(['people.ownStanding'])
    expect(
      await refusal(w.as('admin').people.addPerson({ staffNo: 'edit1', name: '重', unitId: w.units.Tide })),
    ).toEqual(['people.staffNoTaken'])
  })

  test('entering twice by one request enters one person', async () => {
    const requestId = crypto.randomUUID()
    const call = () =>
      w
        .as('admin', { requestId })
        .people.addPerson({ staffNo: 'once1', name: '一次', unitId: w.units.Tide, role: 'tsr' })
    const [first, second] = await Promise.all([call(), call()])
    expect(first).toEqual(second)
  })
})
