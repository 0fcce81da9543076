import { BESIDE, type House, type Line, type Who } from './house.ts'

/* Leads on their way down, seats, and the floor. */

/** Of Dawn itself, and for whom an agent's own things are not. */
const OTHERS = ['bo', 'deng', ...BESIDE] as const satisfies readonly Who[]

export function leadLines({ w, hired, group, leadAt, newBatch }: House): Line[] {
  const { Dawn } = w.units
  const lot = async (step: 'companyToGroup' | 'groupToAgent', groupId: string, personId: string | null) => {
    const [row] = await w.sql<{ id: string }>`
      insert into lead_lot (centre_id, step, group_id, person_id, quantity, issued_by, issued_at, occurred_on)
      select c.id, ${step}, ${groupId}, ${personId}::uuid, 1, ${w.people.liu}, centre_now(c), '2026-06-17'
      from centre c where c.id = ${w.centre} returning id`
    return row!.id
  }
  const lies =
    (leadId: string, state: string, holderId: string | null = null) =>
    () =>
      w.sql`select 1 from lead where id = ${leadId} and state = ${state} and holder_id is not distinct from ${holderId}::uuid`
  const centre = ['guo', 'hao', 'liu', 'qin'] as const
  const line = ['lin', 'wen', ...centre] as const
  return [
    {
      op: 'leads.stock',
      make: async () => {
        const of = await newBatch()
        await leadAt(null, null, of)
        return { input: {}, row: of.id }
      },
    },
    { ...{ op: 'leads.groups', outside: BESIDE }, make: () => ({ input: {}, row: Dawn }) },
    {
      ...{ op: 'leads.receivers', outside: BESIDE },
      make: () => ({ input: { groupId: Dawn }, row: w.people.ann }),
    },
    {
      ...{ op: 'leads.receivers', outside: BESIDE },
      make: async () => {
        const of = await newBatch()
        await leadAt(Dawn, null, of)
        return { input: { groupId: Dawn }, row: of.id }
      },
    },
    {
      op: 'leads.issue',
      make: async () => {
        const [of, groupId] = [await newBatch(), await group()]
        const { leadId } = await leadAt(null, null, of)
        return {
          input: { batchId: of.id, shares: [{ groupId, quantity: 1 }] },
          effect: () => w.sql`select 1 from lead where id = ${leadId} and group_id = ${groupId}`,
        }
      },
    },
    {
      ...{ op: 'leads.lots', by: ['ann', 'lin', 'wen', 'guo', 'hao', 'liu'], outside: OTHERS },
      make: async () => ({ input: {}, row: await lot('groupToAgent', Dawn, w.people.ann) }),
    },
    {
      op: 'leads.receive',
      make: async (as) => {
        const mine = as === 'ann'
        const groupId = mine ? Dawn : await group()
        const person = mine ? w.people.ann : await hired('tl', groupId)
        const id = await lot(mine ? 'groupToAgent' : 'companyToGroup', groupId, mine ? person : null)
        return {
          ...{ as: person, input: { lotId: id }, outside: ['bo', 'deng', 'lin', 'tao', 'su'] },
          effect: () => w.sql`select 1 from lead_lot where id = ${id} and received_at is not null`,
        }
      },
    },
    {
      ...{ op: 'leads.distribute', outside: BESIDE },
      make: async () => {
        const of = await newBatch()
        const { leadId } = await leadAt(Dawn, null, of)
        return {
          input: { groupId: Dawn, batchId: of.id, shares: [{ personId: w.people.bo, quantity: 1 }] },
          effect: lies(leadId, 'agent', w.people.bo),
        }
      },
    },
    {
      ...{ op: 'leads.recall', outside: BESIDE },
      make: async (as) => {
        const personId = await hired('tsr')
        const { leadId } = await leadAt(Dawn, personId)
        const to = as === 'liu' ? 'company' : 'group'
        return {
          input: { groupId: Dawn, personId, to, only: 'all', reason: 'ill' },
          effect: lies(leadId, to === 'company' ? 'pool' : 'group'),
        }
      },
    },
    {
      ...{ op: 'leads.list', by: ['ann', ...line], outside: OTHERS },
      make: async () => {
        const of = await newBatch()
        return { input: { batchId: of.id }, row: (await leadAt(Dawn, w.people.ann, of)).leadId }
      },
    },
    {
      ...{ op: 'leads.list', by: line, outside: ['ann', ...OTHERS] },
      make: async () => ({ input: { groupId: Dawn }, row: (await leadAt(Dawn)).leadId }),
    },
    {
      ...{ op: 'leads.list', by: centre, outside: ['ann', 'lin', 'wen', ...OTHERS] },
      make: async () => {
        const of = await newBatch()
        return { input: { batchId: of.id }, row: (await leadAt(null, null, of)).leadId }
      },
    },
    ...(
      [
        [['ann', ...line], OTHERS, () => leadAt(Dawn, w.people.ann)],
        [line, ['ann', ...OTHERS], () => leadAt(Dawn)],
        [centre, ['ann', 'lin', 'wen', ...OTHERS], () => leadAt()],
      ] as const
    ).map(([by, outside, lead]) => ({
      ...{ op: 'leads.lead', by, outside },
      make: async () => {
        const { leadId } = await lead()
        return { input: { id: leadId }, row: leadId }
      },
    })),
    {
      ...{ op: 'leads.due', outside: OTHERS },
      make: async (as) => {
        const personId = await hired('tsr')
        const { leadId } = await leadAt(Dawn, personId)
        return { ...(as === 'ann' ? { as: personId } : {}), input: { personId }, row: leadId }
      },
    },
    {
      ...{ op: 'leads.dueSummary', outside: BESIDE },
      make: () => ({ input: { groupId: Dawn }, row: w.people.ann }),
    },
  ]
}

export function seatLines({ w, hired, seat, next }: House): Line[] {
  const { Dawn } = w.units
  const fields = { callerId: '02161234567', callerIdApproved: true, lineRegistered: true, recording: true }
  const form = () => ({ ...fields, groupId: Dawn, label: `Seat ${next()}` })
  const outside = ['xu'] as const
  return [
    { ...{ op: 'telephony.seats', outside }, make: async () => ({ input: {}, row: await seat(Dawn) }) },
    {
      ...{ op: 'telephony.addSeat', outside },
      make: () => {
        const input = form()
        return { input, effect: () => w.sql`select 1 from seat where label = ${input.label}` }
      },
    },
    {
      ...{ op: 'telephony.editSeat', outside },
      make: async () => {
        const input = { ...form(), seatId: await seat(Dawn), version: 1 }
        return { input, effect: () => w.sql`select 1 from seat where label = ${input.label}` }
      },
    },
    {
      ...{ op: 'telephony.assignSeat', outside },
      make: async () => {
        const [seatId, personId] = [await seat(Dawn), await hired('tsr')]
        return {
          input: { seatId, version: 1, personId },
          effect: () => w.sql`select 1 from seat where id = ${seatId} and person_id = ${personId}`,
        }
      },
    },
  ]
}

export function boardLines({ w }: House): Line[] {
  const { Dawn } = w.units
  return [
    {
      ...{ op: 'floor.board', outside: OTHERS },
      make: () => ({ input: { groupId: Dawn }, row: w.people.ann }),
    },
    {
      ...{ op: 'floor.board', by: ['tao', 'wen', 'guo', 'hao'], outside: ['lin', 'su', 'ann', 'bo'] },
      make: () => ({ input: {}, row: w.people.deng }),
    },
    { ...{ op: 'floor.hours', outside: BESIDE }, make: () => ({ input: { groupId: Dawn }, row: '"hours"' }) },
    {
      ...{ op: 'floor.figures', outside: BESIDE },
      make: async () => {
        await w.sql`insert into call_day (agent_id, day, batch_id, centre_id, group_id, dials)
          values (${w.people.ann}, '2026-06-15', ${w.centre}, ${w.centre}, ${Dawn}, 1) on conflict do nothing`
        return { input: { from: '2026-06-01', to: '2026-06-30' }, row: w.people.ann }
      },
    },
    { ...{ op: 'floor.progress', outside: BESIDE }, make: () => ({ input: { groupId: Dawn }, row: w.people.ann }) },
  ]
}

export function saleLines({ w, productId, agent, calling, sold, anySale, application }: House): Line[] {
  const kind = (as: Who) => (as === 'lin' ? 'tl' : 'tsr')
  /** A case of Dawn: an agent's own where an agent asks. */
  const one = async (as: Who) => {
    const sale = await anySale()
    return { ...(as === 'ann' ? { as: sale.personId } : {}), sale }
  }
  return [
    {
      ...{ op: 'sales.offer', outside: ['fang'] },
      make: async (as) => ({ as: (await agent(kind(as))).personId, input: {}, row: productId }),
    },
    {
      op: 'sales.accept',
      make: async (as) => {
        const at = await calling(kind(as), 'talking')
        const input = application(at)
        return {
          ...{ as: at.personId, input },
          effect: () => w.sql`select 1 from sale where application_no = ${input.applicationNo}`,
        }
      },
    },
    {
      ...{ op: 'sales.ownMonth', outside: ['ann', 'deng', 'tao'] },
      make: async (as) => {
        const { personId, saleId } = await sold(kind(as))
        return { as: personId, input: {}, row: saleId }
      },
    },
    {
      ...{ op: 'sales.list', outside: OTHERS },
      make: async (as) => {
        const { sale, ...caller } = await one(as)
        return { ...caller, input: {}, row: sale.saleId }
      },
    },
    {
      ...{ op: 'sales.sale', outside: OTHERS },
      make: async (as) => {
        const { sale, ...caller } = await one(as)
        return { ...caller, input: { id: sale.saleId }, row: sale.saleId }
      },
    },
    {
      ...{ op: 'sales.month', outside: BESIDE },
      make: async () => ({ input: {}, row: (await anySale()).personId }),
    },
    {
      ...{ op: 'sales.move', outside: ['xu'] },
      make: async () => {
        const { saleId } = await sold()
        return {
          input: { saleId, state: 'underwriting', occurredOn: '2026-06-17', version: 1 },
          effect: () => w.sql`select 1 from sale where id = ${saleId} and state = 'underwriting'`,
        }
      },
    },
    {
      op: 'sales.takeBack',
      make: async () => {
        const { saleId } = await sold()
        await w.as('liu').sales.move({ saleId, state: 'underwriting', occurredOn: '2026-06-17', version: 1 })
        return {
          input: { saleId, why: 'wrong case', version: 2 },
          effect: () => w.sql`select 1 from sale where id = ${saleId} and state = 'accepted'`,
        }
      },
    },
  ]
}
