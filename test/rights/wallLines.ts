import { BEARERS, type House, type Line } from './house.ts'

/* Screens on the wall, and what is announced on them. */

export function wallLines({ w, next }: House): Line[] {
  const { Dawn, Tide } = w.units
  const outside = ['xu'] as const
  const shown = async () => (await w.stranger.wall.arrive({})).code!
  const named = () => ({ name: `Screen ${next()}`, unitId: Dawn })
  const screen = async () => (await w.as('guo').wall.pair({ ...named(), code: await shown() })).screenId
  const said = async () => {
    const text = `Words ${next()}`
    await w.as('guo').wall.announce({ unitId: Dawn, text })
    const [row] = await w.sql<{ id: string }>`select id from notice where values->>'text' = ${text}`
    return { id: row!.id, text }
  }
  return [
    { ...{ op: 'wall.arrive', by: BEARERS }, make: () => ({ input: {}, row: '"paired":false' }) },
    // A session opens nothing here: the screen's own secret does, in src/modules/wall/wall.test.ts.
    { ...{ op: 'wall.live', by: BEARERS }, make: () => ({ input: {}, code: 'NOT_PAIRED' }) },
    { ...{ op: 'wall.screens', outside }, make: async () => ({ input: {}, row: await screen() }) },
    {
      ...{ op: 'wall.pair', outside },
      make: async () => {
        const input = { ...named(), code: await shown() }
        return { input, effect: () => w.sql`select 1 from wall_screen where name = ${input.name}` }
      },
    },
    {
      ...{ op: 'wall.change', outside },
      make: async () => {
        const screenId = await screen()
        return {
          input: { screenId, version: 1, name: 'Door', unitId: Tide },
          effect: () => w.sql`select 1 from wall_screen where id = ${screenId} and unit_id = ${Tide}`,
        }
      },
    },
    {
      ...{ op: 'wall.revoke', outside },
      make: async () => {
        const screenId = await screen()
        return {
          input: { screenId },
          effect: () => w.sql`select 1 from device where id = ${screenId} and revoked_at is not null`,
        }
      },
    },
    { ...{ op: 'wall.announcements', outside }, make: async () => ({ input: {}, row: (await said()).text }) },
    {
      ...{ op: 'wall.announce', outside },
      make: () => {
        const text = `Words ${next()}`
        return {
          input: { unitId: Dawn, text },
          effect: () => w.sql`select 1 from notice where values->>'text' = ${text}`,
        }
      },
    },
    {
      ...{ op: 'wall.withdraw', outside },
      make: async () => {
        const { id } = await said()
        return {
          input: { id },
          effect: () => w.sql`select 1 from notice where id = ${id} and settled_at is not null`,
        }
      },
    },
  ]
}
