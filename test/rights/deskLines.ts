import { randomUUID } from 'node:crypto'
import { mobile } from '../dialling.ts'
import { BESIDE, type Case, type House, type Line, type Who } from './house.ts'

/* The desk, calls and promises. Each line has an agent of its own in Dawn, so that no two share a desk. */

type Desk = Awaited<ReturnType<House['calling']>>
const OTHERS = ['bo', 'deng', ...BESIDE] as const satisfies readonly Who[]

export function deskLines({ w, hired, agent, calling, called, anyCall, promised, next }: House): Line[] {
  const kind = (as: Who) => (as === 'lin' ? 'tl' : 'tsr')
  /** A command at the desk, at a step of it; those with no desk find none. */
  const at = (op: string, step: 'preview' | 'dialling' | 'talking', make: (desk: Desk) => Case): Line => ({
    ...{ op, outside: ['deng', 'tao'] },
    make: async (as) => {
      const desk = await calling(kind(as), step)
      return { ...make(desk), as: desk.personId }
    },
  })
  const stands =
    ({ personId }: Desk, step: string) =>
    () =>
      w.sql`select 1 from desk where agent_id = ${personId} and step = ${step}`
  /** A recorded call of Dawn: the agent's own where an agent asks. */
  const past = async (as: Who) => {
    const call = await anyCall()
    return { call, ...(as === 'ann' ? { as: call.personId } : {}) }
  }
  const promise = async (as: Who) => {
    const personId = await hired('tsr')
    return { id: await promised(personId), ...(as === 'ann' ? { as: personId } : {}) }
  }
  return [
    {
      ...{ op: 'calls.desk', outside: ['deng', 'tao'] },
      make: async (as) => {
        const desk = await calling(kind(as), 'preview')
        return { as: desk.personId, input: {}, row: desk.leadId }
      },
    },
    {
      op: 'calls.open',
      make: async (as) => {
        const [personId, tabId] = [await hired(kind(as)), randomUUID()]
        return {
          ...{ as: personId, input: { tabId } },
          effect: () => w.sql`select 1 from desk where agent_id = ${personId} and tab_id = ${tabId}`,
        }
      },
    },
    {
      ...{ op: 'calls.next', outside: ['deng', 'tao'] },
      make: async (as) => {
        const { personId, tabId, leadId } = await agent(kind(as))
        return {
          ...{ as: personId, input: { tabId } },
          effect: () => w.sql`select 1 from desk where lead_id = ${leadId}`,
        }
      },
    },
    at('calls.skip', 'preview', ({ tabId, leadId }) => ({
      input: { tabId, reason: 'needsPreparation' },
      effect: () => w.sql`select 1 from desk_skip where lead_id = ${leadId}`,
    })),
    at('calls.dial', 'preview', (desk) => ({
      ...{ input: { tabId: desk.tabId, phoneId: desk.phoneId }, row: desk.number.slice(3) },
      effect: stands(desk, 'dialling'),
    })),
    at('calls.answered', 'dialling', (desk) => ({ input: { tabId: desk.tabId }, effect: stands(desk, 'talking') })),
    at('calls.hangUp', 'talking', (desk) => ({
      input: { tabId: desk.tabId, lineResult: 'answered' },
      effect: stands(desk, 'wrapUp'),
    })),
    at('calls.record', 'talking', ({ tabId, callId }) => ({
      input: { tabId, callId, lineResult: 'answered', outcome: 'later' },
      effect: () => w.sql`select 1 from call where id = ${callId}`,
    })),
    at('calls.saveDraft', 'talking', ({ tabId, callId, personId }) => ({
      input: { tabId, callId, draft: { note: 'half a' } },
      effect: () => w.sql`select 1 from desk where agent_id = ${personId} and draft->>'note' = 'half a'`,
    })),
    {
      ...{ op: 'calls.lookUp', outside: ['ann', 'bo', 'deng', 'tao'] },
      make: async (as) => {
        const { personId, customerId, number } = await agent(kind(as))
        return { as: personId, input: { number }, row: customerId }
      },
    },
    {
      ...{ op: 'calls.startInbound', outside: ['deng', 'tao'] },
      make: async (as) => {
        const { personId, tabId, customerId, phoneId } = await agent(kind(as))
        return {
          ...{ as: personId, input: { tabId, customerId, phoneId } },
          effect: () => w.sql`select 1 from desk where customer_id = ${customerId} and direction = 'inbound'`,
        }
      },
    },
    at('calls.addNumber', 'preview', ({ tabId, customerId }) => ({
      input: { tabId, number: mobile(5_000_000 + next()) },
      effect: () => w.sql`select 1 from phone where customer_id = ${customerId} offset 1`,
    })),
    {
      ...{ op: 'calls.callbacks', outside: OTHERS },
      make: async (as) => {
        const { id, ...caller } = await promise(as)
        return { ...caller, input: {}, row: id }
      },
    },
    {
      ...{ op: 'calls.moveCallback', outside: OTHERS },
      make: async (as) => {
        const { id, ...caller } = await promise(as)
        return {
          ...{ ...caller, input: { callbackId: id, at: '2026-06-17T07:00:00Z', why: 'asked by text' } },
          effect: () => w.sql`select 1 from callback where id = ${id} and due_from = '2026-06-17T07:00Z'`,
        }
      },
    },
    {
      ...{ op: 'calls.dropCallback', outside: OTHERS },
      make: async (as) => {
        const { id, ...caller } = await promise(as)
        return {
          ...{ ...caller, input: { callbackId: id, why: 'has moved' } },
          effect: () => w.sql`select 1 from callback where id = ${id} and state = 'dropped'`,
        }
      },
    },
    {
      ...{ op: 'calls.giveCallback', outside: BESIDE },
      make: async () => {
        const id = await promised(await hired('tsr'))
        return {
          input: { callbackId: id, toAgentId: w.people.bo },
          effect: () => w.sql`select 1 from callback where id = ${id} and agent_id = ${w.people.bo}`,
        }
      },
    },
    {
      ...{ op: 'calls.ownDay', outside: ['fang', 'tao'] },
      make: async (as) => ({ as: (await agent(kind(as))).personId, input: {}, row: '"stock":1' }),
    },
    {
      ...{ op: 'calls.recent', outside: ['ann', 'deng', 'lin', 'tao'] },
      make: async (as) => {
        const { personId, callId } = await called(kind(as))
        return { as: personId, input: {}, row: callId }
      },
    },
    {
      ...{ op: 'calls.correct', outside: ['ann', 'deng', 'lin', 'tao'] },
      make: async (as) => {
        const { personId, callId } = await called(kind(as))
        return {
          ...{ as: personId, input: { callId, note: 'he said June', why: 'forgotten' } },
          effect: () => w.sql`select 1 from call_correction where call_id = ${callId}`,
        }
      },
    },
    {
      ...{ op: 'calls.callsOf', outside: BESIDE },
      make: async () => {
        const { personId, callId } = await anyCall()
        return { input: { agentId: personId }, row: callId }
      },
    },
    {
      ...{ op: 'calls.call', outside: OTHERS },
      make: async (as) => {
        const { call, ...caller } = await past(as)
        return { ...caller, input: { id: call.callId }, row: call.callId }
      },
    },
    {
      ...{ op: 'calls.owed', outside: BESIDE },
      make: async () => {
        const { personId } = await anyCall()
        const [seat] = await w.sql<{ id: string }>`select id from seat where person_id = ${personId}`
        return { input: {}, row: seat!.id }
      },
    },
    {
      ...{ op: 'calls.months', outside: BESIDE },
      make: async () => {
        await anyCall()
        const { today } = await w.run(async (ctx) => ctx)
        return { input: {}, row: `"month":"${today.toPlainYearMonth()}"` }
      },
    },
  ]
}
