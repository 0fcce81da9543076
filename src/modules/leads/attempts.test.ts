import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { product } from '../../../test/dialling.ts'
import { batch, pooled } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { recordAct } from '../customers/consent.ts'
import { leads } from './api.ts'
import { type MadeAttempt, recordAttempt } from './attempts.ts'
import { nextFor } from './claim.ts'
import { distribute } from './distribute.ts'
import { closeAtNight } from './move.ts'

const router = { leads }
let w: World<typeof router>
let productId: string
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T10:00' })
  productId = await product(w, ['ann', 'bo'])
})
afterAll(() => w.close())

const LINE = { callerIdApproved: true, recordingReady: true }
let calls = 0
const newCall = () => `01890000-0000-7000-8000-${String(++calls).padStart(12, '0')}`

let lists = 0
/** One new lead in an agent's hands, the only one of its list. */
async function handed(to: Name = 'ann') {
  const list = await batch(w, productId, `list ${++lists}`)
  const [one] = await pooled(w, list, 1)
  const { lots } = await w.as('liu').leads.issue({ batchId: list.id, shares: [{ groupId: w.units.Dawn, quantity: 1 }] })
  await w.as('lin').leads.receive({ lotId: lots[0]!.id })
  await w.run(
    (ctx) =>
      distribute(ctx, { groupId: w.units.Dawn, batchId: list.id, shares: [{ personId: w.people[to], quantity: 1 }] }),
    'lin',
  )
  return { ...one!, batchId: list.id }
}
const tried = async (leadId: string, wall: string, more: Partial<MadeAttempt> = {}, by: Name = 'ann') => {
  await w.setNow(wall)
  return await w.run(
    (ctx) =>
      recordAttempt(ctx, {
        leadId,
        agentId: w.people[by],
        callId: newCall(),
        at: ctx.now,
        outcome: 'notReached',
        ...more,
      }),
    by,
  )
}
const wall = (at: Temporal.Instant | null) =>
  at?.toZonedDateTimeISO('Asia/Shanghai').toPlainDateTime().toString({ smallestUnit: 'minute' }) ?? null
const row = async (id: string) =>
  (
    await w.sql<{
      state: string
      closed_as: string
      tries: number
      round: number
      due_band: string
      holder_id: string
    }>`
      select state, closed_as, tries, round, due_band, holder_id from lead where id = ${id}`
  )[0]!

describe('[S4.4.10b C] the attempt plan on real leads', () => {
  test('each try sets the next by day and band; the last of a round rests it for another agent; the last round ends it', async () => {
    const { leadId, batchId } = await handed()
    const walls = ['2026-06-17T10:00', '2026-06-17T13:40', '2026-06-18T15:40', '2026-06-22T10:00', '2026-06-24T10:00']
    const after = []
    for (const at of walls) after.push(wall((await tried(leadId, at)).dueAt))
    expect(after).toEqual([
      '2026-06-17T13:30',
      '2026-06-18T15:30',
      '2026-06-22T09:20',
      '2026-06-24T09:20',
      '2026-07-01T09:20',
    ])
    expect(await tried(leadId, '2026-07-01T10:00')).toMatchObject({ state: 'group', closedAs: null })
    expect(await row(leadId)).toMatchObject({ state: 'group', tries: 0, round: 2, holder_id: null })

    // It rests; then it goes to somebody else, since its first agent has had it.
    const give = (to: Name) =>
      w.as('lin').leads.distribute({
        groupId: w.units.Dawn,
        batchId,
        shares: [{ personId: w.people[to], quantity: 1 }],
      })
    await expect(give('bo')).rejects.toMatchObject({ code: 'REFUSED' })
    await w.setNow('2026-08-03T09:30')
    await expect(give('ann')).rejects.toMatchObject({ code: 'REFUSED' })
    await give('bo')
    const second = ['2026-08-03T10:00', '2026-08-03T13:40', '2026-08-04T15:40', '2026-08-06T10:00', '2026-08-10T10:00']
    for (const at of second) expect((await tried(leadId, at, {}, 'bo')).state).toBe('agent')
    expect(await tried(leadId, '2026-08-17T10:00', {}, 'bo')).toMatchObject({
      state: 'closed',
      closedAs: 'planFinished',
    })
    const decisions = await w.sql`select operation, version_id is not null as pinned from decision
      where subject_id = ${leadId} and clause = 'S4.4.10b' order by id`
    expect(decisions).toEqual([
      { operation: 'leads.rest', pinned: true },
      { operation: 'leads.planFinished', pinned: true },
    ])
    const seen = await w.as('lin').leads.lead({ id: leadId })
    expect(seen.tries.map(({ round, number, band }) => `${round}.${number} ${band}`)).toEqual(
      [1, 2].flatMap((round) =>
        ['morning', 'early', 'late', 'morning', 'morning', 'morning'].map((band, n) => `${round}.${n + 1} ${band}`),
      ),
    )
    await w.setNow('2026-06-17T10:00')
  })

  test('a definite outcome closes the lead at once; the agent keeps it in sight', async () => {
    const { leadId } = await handed()
    expect(await tried(leadId, '2026-06-17T10:01', { outcome: 'refused', closes: 'refusal' })).toMatchObject({
      ...{ state: 'closed', closedAs: 'refusal', dueAt: null },
    })
    expect((await w.as('ann').leads.lead({ id: leadId })).closedAs).toBe('refusal')
    const closed = await w.as('ann').leads.list({ personId: w.people.ann, state: 'closed' })
    expect(closed.leads.map(({ id }) => id)).toContain(leadId)
  })

  test('our own line’s failure is no try; a promised time waits for its end and is warm then', async () => {
    const { leadId, customerId } = await handed()
    expect(wall((await tried(leadId, '2026-06-17T10:02', { failed: true })).dueAt)).toBe('2026-06-17T10:02')
    expect((await row(leadId)).tries).toBe(0)
    await w.run((ctx) =>
      recordAct(ctx, {
        ...{ customerId, kind: 'namedTime', record: { kind: 'callback', id: newCall() } },
        from: Temporal.Instant.from('2026-06-17T15:00+08:00'),
        to: Temporal.Instant.from('2026-06-17T15:10+08:00'),
      }),
    )
    const promisedUntil = Temporal.Instant.from('2026-06-17T15:10+08:00')
    expect(wall((await tried(leadId, '2026-06-17T10:03', { promisedUntil })).dueAt)).toBe('2026-06-17T15:10')
    await w.setNow('2026-06-17T15:11')
    const { leads: due } = await w.as('ann').leads.due({})
    expect(due.find(({ id }) => id === leadId)).toMatchObject({ kind: 'warm', tries: 1 })
    await w.setNow('2026-06-17T10:04')
  })

  test('a lead taken back during the call keeps the try and stays with the group', async () => {
    const { leadId } = await handed('bo')
    const back = { groupId: w.units.Dawn, personId: w.people.bo, to: 'group', only: 'all', reason: 'ill' } as const
    await w.as('lin').leads.recall(back)
    expect(await tried(leadId, '2026-06-17T10:05', {}, 'bo')).toMatchObject({ state: 'group' })
    expect(await row(leadId)).toMatchObject({ state: 'group', tries: 1, holder_id: null })
    await tried(leadId, '2026-06-17T10:06', { closes: 'sale', outcome: 'sale' }, 'bo')
    expect(await row(leadId)).toMatchObject({ state: 'closed', closed_as: 'sale' })
  })
})

test('[S4.4.11a C] done of due, and worked through, per agent for the line above alone', async () => {
  await w.setNow('2026-06-17T10:07')
  const [one, other] = [await handed(), await handed()]
  await tried(one.leadId, '2026-06-17T10:08')
  await tried(other.leadId, '2026-06-17T10:09', { outcome: 'refused', closes: 'refusal' })
  await w.setNow('2026-06-17T11:00')
  const { agents } = await w.as('lin').leads.dueSummary({ groupId: w.units.Dawn })
  const ann = agents.find(({ personId }) => personId === w.people.ann)!
  const [facts] = await w.sql<{ stock: number; done: number; worked: number }>`
    select (select count(*) from lead where holder_id = ${w.people.ann} and state = 'agent')::int as stock,
      (select count(*) from lead_attempt where agent_id = ${w.people.ann} and occurred_on = '2026-06-17')::int as done,
      (select count(*) from lead where holder_id = ${w.people.ann} and state = 'closed' and closed_as <> 'expired')::int as worked`
  expect(facts!.done).toBeGreaterThanOrEqual(2)
  expect(ann.overdue).toBe(0)
  expect(ann).toMatchObject({ stock: facts!.stock, doneToday: facts!.done, workedThrough: facts!.worked })
  await expect(w.as('tao').leads.dueSummary({ groupId: w.units.Dawn })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(w.as('bo').leads.due({ personId: w.people.ann })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await w.as('wen').leads.due({ personId: w.people.ann })).progress.stock).toBe(facts!.stock)
})

test('[S4.4.10a D] what is past its use-by closes at night wherever it lies, and doing it again changes nothing', async () => {
  await w.setNow('2026-06-17T10:10')
  const old = await batch(w, productId, 'May', { expiresOn: '2026-06-16' })
  const [one] = await pooled(w, old, 1)
  for (let n = 0; n < 2; n++) await w.run(closeAtNight)
  expect(await row(one!.leadId)).toMatchObject({ state: 'closed', closed_as: 'expired' })
  expect(await w.sql`select 1 from lead_hold where lead_id = ${one!.leadId} and until_at is null`).toEqual([])
  const decided = await w.sql`select 1 from decision where operation = 'leads.expired'`
  expect(decided).toHaveLength(1)
})

describe('[S4.4.3 C] the next lead', () => {
  test('one that may not be called leaves the head of the queue until it may, or for good', async () => {
    await w.setNow('2026-06-17T10:20')
    await w.as('lin').leads.recall({
      ...{ groupId: w.units.Dawn, personId: w.people.ann, to: 'group', only: 'all', reason: 'anew' },
    })
    const early = await handed()
    const stopped = await handed()
    const lost = await handed()
    await w.sql`update customer set wish = '[["14:00","15:00"]]' where id = ${early.customerId}`
    await w.sql`update consent set withdrawn_at = '2026-06-17T01:00Z' where customer_id = ${stopped.customerId}`
    await w.sql`update phone set retired_at = '2026-06-17T01:00Z' where customer_id = ${lost.customerId}`
    const good = await handed()
    const claim = await w.run((ctx) => nextFor(ctx, w.people.ann, LINE), 'ann')
    // Fresh leads come in a random order, so the good one may come first; the others go when they are looked at.
    expect(claim.facts).toMatchObject({ leadId: good.leadId })
    const none = await w.run((ctx) => nextFor(ctx, w.people.ann, LINE, [good.leadId]), 'ann')
    expect(none).toMatchObject({ facts: null, reasons: [] })
    const [waits] = await w.sql<{ due_at: Temporal.Instant }>`select due_at from lead where id = ${early.leadId}`
    expect(wall(waits!.due_at)).toBe('2026-06-17T14:00')
    expect(await row(stopped.leadId)).toMatchObject({ state: 'closed', closed_as: 'doNotCall' })
    expect(await row(lost.leadId)).toMatchObject({ state: 'closed', closed_as: 'invalid' })
    const kept = await w.sql`select codes from decision where subject_id = ${stopped.leadId} and not allowed`
    expect(kept).toEqual([{ codes: ['consentWithdrawn'] }])
  })

  test('what lies with the agent or the line holds leads back and takes none from the queue', async () => {
    await w.setNow('2026-06-17T10:20')
    await handed()
    const line = { callerIdApproved: false, recordingReady: true }
    const claim = await w.run((ctx) => nextFor(ctx, w.people.ann, line), 'ann')
    expect(claim).toMatchObject({ facts: null, reasons: [{ code: 'callerIdNotApproved' }] })
    expect((await w.run((ctx) => nextFor(ctx, w.people.ann, LINE), 'ann')).facts).not.toBeNull()
  })
})
