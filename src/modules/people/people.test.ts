import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { refusal } from '../../../test/refused.ts'
import { type World, world } from '../../../test/world.ts'
import { people } from './api.ts'
import { joinUnit } from './people.ts'
import { groupsOn } from './structure.ts'

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
