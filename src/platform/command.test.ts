import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type World, world } from '../../test/world.ts'
import { no, yes } from '../lib/verdict.ts'
import { Day, DayIn, Instant } from '../lib/wire.ts'
import { command, demand, query, stale } from './api.ts'
import { inCentre } from './transaction.ts'

const Note = z.object({ text: z.string() })

/** Notes on a board: enough of a module to see how every command runs. */
const router = {
  board: {
    pin: command({
      may: ['tl', 'deptManager'],
      input: Note,
      output: z.object({ id: z.uuid(), at: Instant, on: Day }),
      async run(ctx, { text }) {
        const { rows } = await sql<{ id: string }>`insert into note (text) values (${text}) returning id`.execute(
          ctx.db,
        )
        ctx.touch('board', { groupId: ctx.actor.groupId ?? undefined })
        return { id: rows[0]!.id, at: ctx.now, on: ctx.today }
      },
    }),
    pinTwice: command({ may: ['tl'], input: Note, output: z.object({}), run: async () => ({}) }),
    pinPolitely: command({
      may: 'everyone',
      input: Note,
      output: z.object({}),
      async run(ctx, { text }) {
        await sql`insert into note (text) values (${text})`.execute(ctx.db)
        ctx.touch('board')
        await ctx.enqueue('board.tell', { text })
        const id = ctx.actor.personId
        demand(text.includes('please') ? yes : no('impolite', 'S1.5.2', { text: 'note' }), { kind: 'person', id })
        return {}
      },
    }),
    edit: command({
      may: 'everyone',
      input: z.object({ version: z.number() }),
      output: z.object({}),
      run: async () => {
        throw stale({ text: 'as it is now', version: 2 })
      },
    }),
    of: query({
      may: 'everyone',
      input: z.object({ day: DayIn }),
      output: z.array(z.object({ text: z.string() })),
      run: async (ctx) =>
        (await sql<{ text: string; secret: string }>`select text, 'x' as secret from note`.execute(ctx.db)).rows,
    }),
  },
}

let house: World<typeof router>
beforeAll(async () => {
  house = await world(router)
  await house.sql`create table note (id uuid primary key default gen_random_uuid(), text text not null)`
})
afterAll(() => house.close())

const notes = (text: string) => house.sql`select id from note where text = ${text}`

test('a double click does it once, and both clicks hear the same', async () => {
  const lin = house.as('lin', { requestId: randomUUID() })
  const [one, two] = await Promise.all([lin.board.pin({ text: 'twice' }), lin.board.pin({ text: 'twice' })])
  expect(one).toEqual(two)
  expect(one).toEqual({ id: expect.any(String), at: '2026-06-17T01:30:00Z', on: '2026-06-17' })
  expect(await notes('twice')).toHaveLength(1)
})

test('a retry after a lost answer hears the first result and announces nothing more', async () => {
  const lin = house.as('lin', { requestId: randomUUID() })
  const first = await lin.board.pin({ text: 'retried' })
  const before = house.topics.length
  expect(await lin.board.pin({ text: 'retried' })).toEqual(first)
  expect(house.topics.length).toBe(before)
  expect(await notes('retried')).toHaveLength(1)
})

test('an id that was used is refused for another input and another command, and is free for another person', async () => {
  const requestId = randomUUID()
  const lin = house.as('lin', { requestId })
  await lin.board.pin({ text: 'mine' })
  await expect(lin.board.pin({ text: 'other' })).rejects.toMatchObject({ code: 'REQUEST_REUSED' })
  await expect(lin.board.pinTwice({ text: 'mine' })).rejects.toMatchObject({ code: 'REQUEST_REUSED' })
  await house.as('tao', { requestId }).board.pin({ text: 'mine' })
  expect(await notes('mine')).toHaveLength(2)
})

test('a command without an id of its own is not begun', async () => {
  const lin = house.as('lin', { requestId: 'again' })
  await expect(lin.board.pin({ text: 'nameless' })).rejects.toMatchObject({ code: 'REQUEST_ID' })
  expect(await notes('nameless')).toHaveLength(0)
})

test('a refusal takes everything back but its own record, with the clause and the version in force', async () => {
  const requestId = randomUUID()
  const ann = house.as('ann', { requestId })
  const before = house.topics.length
  await expect(ann.board.pinPolitely({ text: 'now!' })).rejects.toMatchObject({
    code: 'REFUSED',
    status: 409,
    data: { reasons: [{ code: 'impolite', clause: 'S1.5.2', because: { key: 'refusal.impolite' } }] },
  })
  expect(await notes('now!')).toHaveLength(0)
  expect(house.topics.length).toBe(before)
  expect(await house.runJobs({})).toEqual([])
  const kept = await house.sql`select operation, allowed, clause, codes, version_id is not null as dated, actor_id,
    subject_kind, subject_id, occurred_on::text as day from decision where operation = 'board.pinPolitely'`
  const { ann: id } = house.people
  expect(kept).toEqual([
    {
      operation: 'board.pinPolitely',
      allowed: false,
      clause: 'S1.5.2',
      codes: ['impolite'],
      dated: true,
      actor_id: id,
      subject_kind: 'person',
      subject_id: id,
      day: '2026-06-17',
    },
  ])
  // The id was not used up: what was refused may be asked again when the rule says yes.
  await expect(ann.board.pinPolitely({ text: 'now!' })).rejects.toMatchObject({ code: 'REFUSED' })
  const told: unknown[] = []
  await house.as('ann').board.pinPolitely({ text: 'please' })
  await house.runJobs({ 'board.tell': async (_boot, data) => void told.push(data) })
  expect(told).toEqual([{ centreId: house.centre, actorId: id, text: 'please' }])
})

test('who may not is refused before the input is read, a stranger before that', async () => {
  const pin = house.as('ann').board.pin({} as never)
  await expect(pin).rejects.toMatchObject({ code: 'FORBIDDEN', status: 403 })
  await expect(house.stranger.board.pin({ text: 'x' })).rejects.toMatchObject({ code: 'UNAUTHORIZED', status: 401 })
  await expect(house.as('lin').board.pin({} as never)).rejects.toMatchObject({ status: 400 })
})

test('a stale edit is answered with the row as it is', async () => {
  await expect(house.as('ann').board.edit({ version: 1 })).rejects.toMatchObject({
    code: 'STALE',
    status: 412,
    data: { current: { text: 'as it is now', version: 2 } },
  })
})

test('what an operation does not say that it answers does not leave', async () => {
  const [row] = await house.as('ann').board.of({ day: '2026-06-17' })
  expect(Object.keys(row ?? {})).toEqual(['text'])
  await expect(house.as('ann').board.of({ day: 'tomorrow' } as never)).rejects.toMatchObject({ status: 400 })
})

test('what cannot be appended at the end is told by its own error, and nothing of the work stays', async () => {
  const work = inCentre(house.boot, house.centre, 'board.broken', async (ctx) => {
    await sql`insert into note (text) values ('half done')`.execute(ctx.db)
    await ctx.emit('board.pinned', { kind: 'note', id: 'no id of ours' })
  })
  await expect(work).rejects.toThrow('invalid input syntax for type uuid')
  expect(await house.sql`select from note where text = 'half done'`).toEqual([])
})
