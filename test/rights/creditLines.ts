import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BEARERS, BESIDE, type House, type Line, type Who } from './house.ts'

/* Whose results they are: corrections, own policies, what should be looked into, numbers of people. */

export function creditLines({ w, next, sold, anySale, idOf, as }: House): Line[] {
  const reason = 'booked under the wrong name'
  /** A case of Dawn: an agent's own where an agent asks. */
  const one = async (who: Who) => {
    const sale = await anySale()
    return { ...(who === 'ann' ? { as: sale.personId } : {}), saleId: sale.saleId }
  }
  const asked = async (by: Who = 'lin') => {
    const { saleId } = await sold()
    return (await as(by).credit.ask({ saleId, toAgentId: w.people.bo, reason, version: 1 })).requestId
  }
  const file = async () => {
    const [row] = await w.sql<{ id: string }>`insert into stored_file (centre_id, name, bytes, sha256, uploaded_by)
      values (${w.centre}, 'letter.pdf', 4, 'x', ${w.people.ann}) returning id`
    mkdirSync(join(w.boot.dataDir, 'files'), { recursive: true })
    writeFileSync(join(w.boot.dataDir, 'files', row!.id), '%PDF')
    return row!.id
  }
  /** An own policy of a new agent of Dawn, as far as asked. */
  const policy = async (state: 'suspected' | 'confirmed', letter = false) => {
    const { saleId, personId } = await sold()
    const letterId = letter ? await file() : null
    await w.sql`insert into own_policy (sale_id, centre_id, kind, found_by, person_id, relation, state, found_at, found_on,
        letter_id, letter_name)
      values (${saleId}, ${w.centre}, 'self', '{name}', ${personId}, 'self', ${state}, '2026-06-17T02:00Z', '2026-06-17',
        ${letterId}, ${letter ? 'letter.pdf' : null})`
    return { saleId, personId }
  }
  const finding = async () => {
    const { saleId } = await sold()
    const [row] = await w.sql<{ id: string }>`
      insert into credit_finding (centre_id, kind, sale_id, agent_id, group_id, found_on, found_at, facts)
      values (${w.centre}, 'parked', ${saleId}, ${w.people.ann}, ${w.units.Dawn}, '2026-06-17', '2026-06-17T02:00Z', '{}')
      returning id`
    return row!.id
  }
  const number = () => `138${String(10_000_000 + next()).slice(-8)}`
  const added = async (who: Who) => {
    const personId = idOf(who)
    const { masked } = await as(who).credit.addNumber({ personId, number: number(), relation: 'self' })
    const [row] = await w.sql<{ id: string }>`select id from person_number
      where person_id = ${personId} order by id desc limit 1`
    return { personId, masked, id: row!.id }
  }
  const ended = (requestId: string, state: string) => () =>
    w.sql`select 1 from credit_request where id = ${requestId} and state = ${state}`
  return [
    {
      ...{ op: 'credit.ofSale', outside: [...BESIDE, 'bo', 'deng'] },
      make: async (who) => {
        const { saleId, ...caller } = await one(who)
        return { ...caller, input: { saleId }, row: '"sale.taken"' }
      },
    },
    { ...{ op: 'credit.requests', outside: BESIDE }, make: async () => ({ input: {}, row: await asked() }) },
    {
      ...{ op: 'credit.ask', outside: BESIDE },
      make: async () => {
        const { saleId } = await sold()
        return {
          input: { saleId, toAgentId: w.people.bo, reason, version: 1 },
          effect: () => w.sql`select 1 from credit_request where sale_id = ${saleId}`,
        }
      },
    },
    {
      ...{ op: 'credit.approve', outside: ['xu'] },
      make: async () => {
        const requestId = await asked()
        return {
          input: { requestId, version: 1 },
          effect: () => w.sql`select 1 from credit_approval where request_id = ${requestId}`,
        }
      },
    },
    {
      ...{ op: 'credit.refuse', outside: ['xu'] },
      make: async () => {
        const requestId = await asked()
        return { input: { requestId, why: 'no', version: 1 }, effect: ended(requestId, 'refused') }
      },
    },
    {
      ...{ op: 'credit.withdraw', outside: BESIDE },
      make: async (who) => {
        const requestId = await asked(who)
        return { input: { requestId, version: 1 }, effect: ended(requestId, 'withdrawn') }
      },
    },
    {
      ...{ op: 'credit.own', outside: BESIDE },
      make: async () => ({ input: {}, row: (await policy('suspected')).saleId }),
    },
    {
      ...{ op: 'credit.decideOwn', outside: BESIDE },
      make: async () => {
        const { saleId } = await policy('suspected')
        return {
          input: { saleId, confirmed: true, why: 'asked', version: 1 },
          effect: () => w.sql`select 1 from own_policy where sale_id = ${saleId} and state = 'confirmed'`,
        }
      },
    },
    {
      ...{ op: 'credit.addLetter', outside: [...BESIDE, 'bo'] },
      make: async (who) => {
        const { saleId, personId } = await policy('confirmed')
        return {
          ...(who === 'ann' ? { as: personId } : {}),
          input: { saleId, letterId: await file(), version: 1 },
          effect: () => w.sql`select 1 from own_policy where sale_id = ${saleId} and letter_id is not null`,
        }
      },
    },
    {
      ...{ op: 'credit.letter', outside: [...BESIDE, 'bo'] },
      make: async (who) => {
        const { saleId, personId } = await policy('confirmed', true)
        return { ...(who === 'ann' ? { as: personId } : {}), input: { saleId }, row: 'letter.pdf' }
      },
    },
    { op: 'credit.findings', make: async () => ({ input: {}, row: await finding() }) },
    {
      op: 'credit.lookInto',
      make: async () => {
        const findingId = await finding()
        return {
          input: { findingId, note: 'seen' },
          effect: () => w.sql`select 1 from credit_finding where id = ${findingId} and note = 'seen'`,
        }
      },
    },
    // Of others only those who keep the structure see and enter them.
    {
      ...{ op: 'credit.numbers', by: BEARERS },
      make: async (who) => {
        const { personId, id } = await added(who)
        return { input: { personId }, row: id, outside: who === 'ann' ? ['lin', 'wen', 'bo', 'liu', 'hao'] : [] }
      },
    },
    {
      ...{ op: 'credit.addNumber', by: BEARERS },
      make: (who) => {
        const [personId, given] = [idOf(who), number()]
        const masked = `138****${given.slice(-4)}`
        return {
          input: { personId, number: given, relation: 'spouse' },
          effect: () => w.sql`select 1 from person_number where person_id = ${personId} and masked = ${masked}
            and relation = 'spouse'`,
          outside: who === 'ann' ? ['lin', 'wen', 'bo', 'liu', 'hao'] : [],
        }
      },
    },
    {
      ...{ op: 'credit.removeNumber', by: BEARERS },
      make: async (who) => {
        const { id } = await added(who)
        return {
          input: { numberId: id },
          effect: () => w.sql`select 1 from person_number where id = ${id} and removed_at is not null`,
          outside: who === 'ann' ? ['lin', 'wen', 'bo', 'liu', 'hao'] : [],
        }
      },
    },
  ]
}
