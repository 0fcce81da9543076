import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '../../../test/world.ts'

let w: World<Record<never, never>>
beforeAll(async () => {
  w = await world({})
})
afterAll(() => w.close())

describe('who is signed in', () => {
  test('holds roles with the groups below them', async () => {
    const um = await w.boot.access.person(w.people.wen)
    expect(um?.actor).toMatchObject({ name: '溫嵐', staffNo: 'wen', roles: ['um'], groupId: null })
    expect(um?.actor.grants[0]?.groupIds).toEqual([w.units.Dawn, w.units.Tide])
    expect((await w.boot.access.person(w.people.ann))?.actor.groupId).toBe(w.units.Dawn)
  })
})
