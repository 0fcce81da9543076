import { mobile } from '../dialling.ts'
import { BEARERS, BESIDE, type Case, type House, type Line, type Who } from './house.ts'

/* Who arrives, the morning's allocation, the front desk and the showroom. */

/** Of Dawn itself, and for whom an agent's own things are not. */
const OTHERS = ['bo', 'deng', ...BESIDE] as const satisfies readonly Who[]
const OTHER_SELLERS = ['bo', 'deng', 'tao', 'su'] as const satisfies readonly Who[]

const once = <T>(make: () => Promise<T>) => {
  let kept: Promise<T> | undefined
  return () => {
    kept ??= make()
    return kept
  }
}

export function arrivalLines({ w, productId, leadAt, next }: House): Line[] {
  const { Dawn } = w.units
  const given = () => ({
    ...{ code: `site-${next()}`, name: `Site ${next()}`, productId, groupId: Dawn, consentText: 'I agree' },
  })
  const source = () => w.as('liu').arrivals.addSource({ ...given(), channel: 'web' })
  const phone = once(() => w.as('liu').arrivals.addSource({ ...given(), channel: 'phone' }))
  /** Somebody who arrived today, and whose lead lies with Dawn or with Ann. */
  async function arrived(holderId: string | null) {
    const { sourceId } = await phone()
    const lead = await leadAt(Dawn, holderId)
    const [row] = await w.sql<{ id: string }>`
      insert into arrival (centre_id, source_id, external_id, via, arrived_at, occurred_on, recorded_at, result, customer_id,
        lead_id, product_id, group_id)
      select ${w.centre}, ${sourceId}, ${`form-${next()}`}, 'hand', centre_now(c), '2026-06-17', centre_now(c), 'lead',
        ${lead.customerId}, ${lead.leadId}, ${productId}, ${Dawn} from centre c where c.id = ${w.centre} returning id`
    return { id: row!.id, leadId: lead.leadId }
  }
  /** An allocation of Dawn of a day of its own, with one lead that is proposed to Bo. */
  async function allocated(day = Temporal.PlainDate.from('2024-02-01').add({ days: next() }).toString()) {
    const { id, leadId } = await arrived(null)
    const [row] = await w.sql<{ id: string }>`
      insert into allocation (centre_id, group_id, day, from_on, to_on, state, proposed_at)
      select ${w.centre}, ${Dawn}, ${day}, ${day}, ${day}, 'proposed', centre_now(c) from centre c where c.id = ${w.centre}
      on conflict (group_id, day) do update set state = 'proposed' returning id`
    const allocationId = row!.id
    for (const name of ['ann', 'bo'] as const)
      await w.sql`insert into allocation_agent (allocation_id, person_id, load, skill, contacts)
        values (${allocationId}, ${w.people[name]}, 0, 1, 0) on conflict do nothing`
    await w.sql`insert into allocation_line (allocation_id, lead_id, arrival_id, channel, proposed_to, given_to)
      values (${allocationId}, ${leadId}, ${id}, 'web', ${w.people.bo}, ${w.people.bo})`
    const [{ version } = { version: 1 }] = await w.sql<{ version: number }>`select version from allocation
      where id = ${allocationId}`
    return { allocationId, leadId, version }
  }
  const change = (
    op: string,
    make: (at: Awaited<ReturnType<typeof allocated>>) => Pick<Case, 'input' | 'effect'>,
  ): Line => ({
    ...{ op, outside: BESIDE },
    make: async () => {
      const at = await allocated()
      return { ...make(at), input: { allocationId: at.allocationId, version: at.version, ...make(at).input } }
    },
  })
  return [
    {
      ...{ op: 'arrivals.deliver', by: BEARERS },
      // A session opens nothing here: the source's key does, in arrivals/deliver.test.ts.
      make: () => ({ input: { id: 'a1', phone: mobile(1).slice(3), consent: true }, code: 'SOURCE_KEY' }),
    },
    {
      op: 'arrivals.enterCall',
      make: async () => {
        await phone()
        const number = mobile(6_000_000 + next())
        return {
          input: { number, agreed: true },
          effect: () =>
            w.sql`select 1 from phone p join arrival a on a.customer_id = p.customer_id where p.e164 = ${number}`,
        }
      },
    },
    { op: 'arrivals.sources', make: async () => ({ input: {}, row: (await source()).sourceId }) },
    {
      op: 'arrivals.addSource',
      make: () => {
        const input = { ...given(), channel: 'web' }
        return { input, effect: () => w.sql`select 1 from arrival_source where code = ${input.code}` }
      },
    },
    {
      op: 'arrivals.newKey',
      make: async () => {
        const { sourceId, key } = await source()
        return {
          input: { sourceId },
          effect: () => w.sql`select 1 from arrival_source where id = ${sourceId} and key_hint <> ${key!.slice(-4)}`,
        }
      },
    },
    {
      op: 'arrivals.revokeSource',
      make: async () => {
        const { sourceId } = await source()
        return {
          input: { sourceId },
          effect: () => w.sql`select 1 from arrival_source where id = ${sourceId} and revoked_at is not null`,
        }
      },
    },
    {
      ...{ op: 'arrivals.list', outside: OTHERS },
      make: async () => ({ input: {}, row: (await arrived(w.people.ann)).id }),
    },
    { op: 'arrivals.clock', make: () => ({ input: {}, row: '"arrived"' }) },
    {
      ...{ op: 'arrivals.give', outside: BESIDE },
      make: async () => {
        const { leadId } = await arrived(null)
        return {
          input: { leadId, personId: w.people.bo },
          effect: () => w.sql`select 1 from lead where id = ${leadId} and holder_id = ${w.people.bo}`,
        }
      },
    },
    {
      ...{ op: 'arrivals.allocation', outside: BESIDE },
      make: async () => {
        const { allocationId } = await allocated('2026-06-17')
        return { input: { groupId: Dawn }, row: allocationId }
      },
    },
    {
      ...{ op: 'arrivals.propose', outside: BESIDE },
      make: async () => {
        const { allocationId, version } = await allocated('2026-06-17')
        return {
          input: { groupId: Dawn },
          effect: () => w.sql`select 1 from allocation where id = ${allocationId} and version > ${version}`,
        }
      },
    },
    change('arrivals.adjust', ({ leadId }) => ({
      input: { leadId, personId: w.people.ann },
      effect: () => w.sql`select 1 from allocation_line where lead_id = ${leadId} and given_to = ${w.people.ann}`,
    })),
    change('arrivals.setInTurn', ({ allocationId }) => ({
      input: { personId: w.people.ann, inTurn: false },
      effect: () => w.sql`select 1 from allocation_agent where allocation_id = ${allocationId} and not in_turn`,
    })),
    change('arrivals.confirm', ({ leadId }) => ({
      input: {},
      effect: () => w.sql`select 1 from lead where id = ${leadId} and holder_id = ${w.people.bo}`,
    })),
  ]
}

export function showroomLines({ w, idOf, calling, leadAt, productId, next }: House): Line[] {
  const { Dawn } = w.units
  /** A deal of Ann's whose customer is received by Shan, expected today, with these entries. */
  async function deal(...kinds: string[]) {
    const { customerId, leadId, number } = await leadAt(Dawn, w.people.ann)
    const state = { visit: 'visited', reception: 'received', lostAsked: 'lostAsked' }[kinds.at(-1) ?? ''] ?? 'booked'
    const [row] = await w.sql<{ id: string }>`
      insert into deal (centre_id, customer_id, lead_id, agent_id, group_id, sales_id, product_id, state, appointed_at, opened_at,
        opened_on)
      values (${w.centre}, ${customerId}, ${leadId}, ${w.people.ann}, ${Dawn}, ${idOf('shan')}, ${productId}, ${state},
        '2026-06-17T06:00Z', '2026-06-17T01:00Z', '2026-06-17') returning id`
    const id = row!.id
    for (const kind of ['appointment', ...kinds])
      await w.sql`
        insert into deal_event (deal_id, centre_id, kind, occurred_on, at, recorded_at, recorded_by, person_id)
        values (${id}, ${w.centre}, ${kind}, '2026-06-17', '2026-06-17T01:00Z', '2026-06-17T01:00Z', ${idOf('shan')},
          ${idOf('shan')})`
    return { id, customerId, number: number.slice(3) }
  }
  const entered = (dealId: string, kind: string) => () =>
    w.sql`select 1 from deal_event where deal_id = ${dealId} and kind = ${kind}`
  const day = '2026-06-17'
  return [
    {
      ...{ op: 'showroom.book', outside: ['deng', 'tao'] },
      make: async (as) => {
        const desk = await calling(as === 'lin' ? 'tl' : 'tsr', 'talking')
        const { tabId, callId } = desk
        return {
          ...{ as: desk.personId, input: { tabId, callId, at: '2026-06-18T02:00:00Z' } },
          effect: () => w.sql`select 1 from deal where customer_id = ${desk.customerId}`,
        }
      },
    },
    {
      ...{ op: 'showroom.today', outside: OTHER_SELLERS },
      make: async () => ({ input: {}, row: (await deal()).id }),
    },
    {
      op: 'showroom.find',
      make: async () => {
        const { number, customerId } = await deal()
        return { input: { digits: number }, row: customerId }
      },
    },
    {
      op: 'showroom.visit',
      make: async () => {
        const { id, customerId } = await deal()
        return { input: { dealId: id, customerId }, effect: entered(id, 'visit') }
      },
    },
    {
      op: 'showroom.walkIn',
      make: () => {
        const number = mobile(6_500_000 + next())
        return {
          input: { number, agreed: true },
          effect: () =>
            w.sql`select 1 from phone p join deal d on d.customer_id = p.customer_id where p.e164 = ${number}`,
        }
      },
    },
    { ...{ op: 'showroom.deals', outside: OTHERS }, make: async () => ({ input: {}, row: (await deal()).id }) },
    {
      ...{ op: 'showroom.deal', outside: OTHERS },
      make: async () => {
        const { id } = await deal()
        return { input: { id }, row: id }
      },
    },
    {
      ...{ op: 'showroom.orders', outside: OTHERS },
      make: async () => {
        const { id } = await deal('order')
        return { input: { agentId: w.people.ann }, row: id }
      },
    },
    {
      op: 'showroom.record',
      make: async () => {
        const { id } = await deal('visit')
        return { input: { dealId: id, version: 1, step: 'reception' }, effect: entered(id, 'reception') }
      },
    },
    {
      ...{ op: 'showroom.askLost', outside: OTHER_SELLERS },
      make: async () => {
        const { id } = await deal('visit')
        const input = { dealId: id, version: 1, reason: 'price', note: 'too dear' }
        return { input, effect: entered(id, 'lostAsked') }
      },
    },
    {
      op: 'showroom.decideLost',
      make: async () => {
        const { id } = await deal('lostAsked')
        return { input: { dealId: id, version: 1, approve: true }, effect: entered(id, 'lost') }
      },
    },
    {
      op: 'showroom.takeBack',
      make: async () => {
        const { id } = await deal('visit')
        return { input: { dealId: id, version: 1, why: 'a slip' }, effect: entered(id, 'takenBack') }
      },
    },
    { ...{ op: 'showroom.daySheet', outside: BESIDE }, make: () => ({ input: {}, row: w.people.ann }) },
    {
      ...{ op: 'showroom.editSheet', outside: ['tao', 'su'] },
      make: () => {
        const value = 100 + next()
        return {
          input: { day, personId: w.people.ann, figure: 'visits', value, why: 'counted by hand' },
          effect: () => w.sql`select 1 from day_sheet_edit where after = ${value}`,
        }
      },
    },
  ]
}
