import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { product } from '../../../test/dialling.ts'
import { batch, pooled } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { leads } from './api.ts'
import { recordAttempt } from './attempts.ts'
import { createLeads } from './create.ts'

const router = { leads }
let w: World<typeof router>
let productId: string
beforeAll(async () => {
  w = await world(router)
  productId = await product(w, ['ann', 'bo', 'chen', 'deng'])
})
afterAll(() => w.close())

const GROUP = fc.constantFrom('Dawn' as const, 'Tide' as const)
const AGENTS = { Dawn: ['ann', 'bo', 'chen'], Tide: ['deng'] } as const
const LEADER = { Dawn: 'lin', Tide: 'tao' } as const
const quantity = fc.integer({ min: 1, max: 6 })
const step = fc.oneof(
  fc.record({ do: fc.constant('issue' as const), group: GROUP, quantity }),
  fc.record({ do: fc.constant('receive' as const), group: GROUP }),
  fc.record({ do: fc.constant('give' as const), group: GROUP, quantity, who: fc.nat(2) }),
  fc.record({
    do: fc.constant('recall' as const),
    group: GROUP,
    who: fc.nat(2),
    to: fc.constantFrom('group' as const, 'company' as const),
  }),
  fc.record({ do: fc.constant('return' as const), group: GROUP }),
  fc.record({
    do: fc.constant('try' as const),
    group: GROUP,
    who: fc.nat(2),
    closes: fc.constantFrom(undefined, undefined, 'refusal' as const, 'sale' as const),
  }),
  fc.record({ do: fc.constant('supersede' as const), quantity }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 200 }) }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

let calls = 0
let lists = 0
let now = Temporal.PlainDateTime.from('2026-06-17T09:30')

async function run(step: Step, list: { id: string; customers: string[] }): Promise<void> {
  const groupId = 'group' in step ? w.units[step.group] : ''
  const who = (): Name =>
    'group' in step && 'who' in step ? AGENTS[step.group][step.who % AGENTS[step.group].length]! : 'ann'
  const personId = w.people[who()]
  const back = { groupId, personId, only: 'all', reason: 'x' } as const
  switch (step.do) {
    case 'issue':
      await w.as('liu').leads.issue({ batchId: list.id, shares: [{ groupId, quantity: step.quantity }] })
      return
    case 'receive':
      for (const lot of (await w.as(LEADER[step.group]).leads.lots({ open: true })).lots)
        if (lot.toReceive) await w.as(LEADER[step.group]).leads.receive({ lotId: lot.id })
      return
    case 'give':
      await w.as(LEADER[step.group]).leads.distribute({ groupId, shares: [{ personId, quantity: step.quantity }] })
      return
    case 'recall':
      await w.as('guo').leads.recall({ ...back, to: step.to })
      return
    case 'return':
      await w.as('guo').leads.recall({ ...back, personId: null, to: 'company' })
      return
    case 'try': {
      const [lead] = await w.sql<{ id: string }>`
        select id from lead where holder_id = ${personId} and state = 'agent' order by shuffle limit 1`
      if (!lead) return
      const callId = `01890000-0000-7000-8000-${String(++calls).padStart(12, '0')}`
      await w.run((ctx) =>
        recordAttempt(ctx, {
          leadId: lead.id,
          agentId: personId,
          callId,
          at: ctx.now,
          outcome: 'x',
          closes: step.closes,
        }),
      )
      return
    }
    case 'supersede': {
      const better = await batch(w, productId, `better ${++lists}`, { grade: 'A' })
      const rows = list.customers.slice(0, step.quantity).map((customerId, at) => ({ rowNo: at + 1, customerId }))
      await w.run((ctx) => createLeads(ctx, better, rows))
      return
    }
    case 'wait':
      now = now.add({ hours: step.hours })
      await w.setNow(now.toString())
  }
}

type Hold = {
  lead_id: string
  from: number
  until: number | null
  holder: string
  group_id: string | null
  person_id: string | null
}
type Lead = { id: string; state: string; group_id: string | null; holder_id: string | null; closed: boolean }
const HOLDER = { pool: 'company', group: 'group', agent: 'agent' } as const

test('[S4.4.10a D] who held a lead and when has no gap and no overlap, and no lead gets lost, whatever is done', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const made = await batch(w, productId, `list ${++lists}`)
      const customers = await pooled(w, made, 12)
      const list = { id: made.id, customers: customers.map(({ customerId }) => customerId) }
      // What a rule refuses changes nothing; anything else that goes wrong is an error.
      for (const one of steps)
        await run(one, list).catch((error: { code?: string }) => {
          if (error.code !== 'REFUSED') throw error
        })
      const leadRows = await w.sql<Lead>`
        select id, state, group_id, holder_id, state = 'closed' as closed from lead where batch_id = ${made.id}`
      expect(leadRows).toHaveLength(12)
      const stock = (await w.as('liu').leads.stock({})).batches.find(({ batchId }) => batchId === made.id)!
      expect(stock.pool + stock.group + stock.agent + stock.closed).toBe(12)
      const holds = await w.sql<Hold>`
        select lead_id, extract(epoch from from_at)::float8 as "from", extract(epoch from until_at)::float8 as until, holder, group_id, person_id
        from lead_hold where lead_id in (select id from lead where batch_id = ${made.id}) order by id`
      const byLead = Map.groupBy(holds, (hold) => hold.lead_id)
      for (const lead of leadRows) {
        const own = byLead.get(lead.id)!
        expect(own[0]!.holder).toBe('company')
        for (const [at, hold] of own.entries())
          expect(hold.until).toBe(own[at + 1]?.from ?? (lead.closed ? hold.until : null))
        const last = own.at(-1)!
        expect(last.until === null).toBe(!lead.closed)
        if (!lead.closed)
          expect([last.holder, last.group_id, last.person_id]).toEqual([
            HOLDER[lead.state as keyof typeof HOLDER],
            lead.group_id,
            lead.holder_id,
          ])
      }
      const lots = await w.sql`
        select t.id from lead_lot t where t.quantity <> (select count(*) from lead_hold h where h.lot_id = t.id)`
      expect(lots).toEqual([])
    }),
    { numRuns: 25 },
  )
}, 240_000)
