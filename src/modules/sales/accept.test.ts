import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { refusedFor } from '../../../test/refused.ts'
import { inHand, sales, seated, sellable, talking } from '../../../test/selling.ts'
import { type Batch, batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { wrapUp } from '../calls/wrapUp.ts'
import { notices } from '../notices/api.ts'

const router = { sales, notices }
let w: World<typeof router>
let productId: string
let list: Batch
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T10:00' })
  productId = await sellable(w, 'L7', ['ann', 'bo', 'deng'])
  list = await batch(w, productId, 'June')
  await seated(w, ['ann', 'bo', 'chen', 'deng'])
  for (const name of ['ann', 'bo', 'chen', 'deng'] as const) await inHand(w, list, name, 12)
})
afterAll(() => w.close())

let numbers = 0
const application = (more: Partial<Parameters<ReturnType<typeof w.as>['sales']['accept']>[0]> = {}) => ({
  ...{ applicationNo: `app-${++numbers}000`, productId, payWay: 'monthly' as const, rawPremium: '250.5' },
  ...{ disclosures: ['coolingOff', 'exclusions'], note: '' },
  ...more,
})
const sell = async (name: Name, more: Parameters<typeof application>[0] = {}) => {
  const { tabId, callId } = await talking(w, name)
  const asked = { tabId, callId, ...application(more) }
  return { ...asked, ...(await w.as(name).sales.accept(asked)) }
}
const wrapped = async (callId: string) => (await w.sql`select outcome from call where id = ${callId}`).length === 1
/** Leaves a talk that is not sold on, so that the desk is free again. */
const leave = (name: Name, { tabId, callId }: { tabId: string; callId: string }) => {
  const refused = { lineResult: 'answered', outcome: 'refused', note: '', disclosures: [], callback: null } as const
  return w.run((ctx) => wrapUp(ctx, { tabId, callId, ...refused }), name)
}

describe('[S4.3.3b C] an application at the desk', () => {
  test('is the sale and the wrap-up of the closing call, with three premiums as of today', async () => {
    const { saleId, callId } = await sell('ann')
    const { sale, entries } = await w.as('ann').sales.sale({ id: saleId })
    expect(sale).toMatchObject({
      ...{ applicationNo: 'APP-1000', raw: '250.50', annual: '3006.00', standard: '1052.10', currency: 'CNY' },
      ...{ state: 'accepted', acceptedOn: '2026-06-17', issuedOn: null, agent: '安寧', group: 'Dawn', callId },
    })
    expect(entries).toMatchObject([{ state: 'accepted', source: 'desk', by: '安寧' }])
    const [call] = await w.sql`select outcome, disclosures, lead_after from call where id = ${callId}`
    expect(call).toEqual({ outcome: 'sale', disclosures: ['coolingOff', 'exclusions'], lead_after: 'sale' })
    const [act] = await w.sql`select kind, to_at from customer_act where record_id = ${saleId}`
    expect(act).toEqual({ kind: 'openApplication', to_at: null })
    const [lead] =
      await w.sql`select state, closed_as from lead where id = (select lead_id from sale where id = ${saleId})`
    expect(lead).toEqual({ state: 'closed', closed_as: 'sale' })
  })

  test('is done once, however often it is sent', async () => {
    const { tabId, callId } = await talking(w, 'ann')
    const asked = { tabId, callId, ...application() }
    const requestId = randomUUID()
    const twice = await Promise.all([1, 2].map(() => w.as('ann', { requestId }).sales.accept(asked)))
    expect(twice[0]).toEqual(twice[1])
    // A second click that is a request of its own belongs to no call any more.
    await refusedFor(w.as('ann').sales.accept({ ...asked, applicationNo: 'OTHER-1' }), 'calls.deskMovedOn', 'house')
    expect(await w.sql`select 1 from sale where application_no = ${asked.applicationNo.toUpperCase()}`).toHaveLength(1)
  })

  test('is refused with every reason at once, and nothing of the call is recorded', async () => {
    const sold = await sell('ann')
    const open = await talking(w, 'bo')
    const asked = application({ applicationNo: sold.applicationNo, rawPremium: '99.99', disclosures: ['exclusions'] })
    const reasons = await refusedFor(w.as('bo').sales.accept({ ...open, ...asked }), 'sales.disclosuresMissing', 'S3.4')
    expect(reasons.map(({ code }) => code)).toEqual([
      ...['sales.belowMinimum', 'sales.applicationTaken', 'sales.disclosuresMissing'],
    ])
    expect(reasons[2]!.because.values).toEqual({ count: 1, missing: 'coolingOff' })
    expect(await wrapped(open.callId)).toBe(false)
    await w.as('bo').sales.accept({ ...open, ...application() })
    expect(await wrapped(open.callId)).toBe(true)
  })

  test('of a product without authorisation or way to pay is refused', async () => {
    const other = await sellable(w, 'L8', ['deng'])
    const open = await talking(w, 'ann')
    await refusedFor(
      w.as('ann').sales.accept({ ...open, ...application({ productId: other }) }),
      'sales.notAuthorised',
      'S3.6',
    )
    await refusedFor(
      w.as('ann').sales.accept({ ...open, ...application({ payWay: 'quarterly' }) }),
      'sales.payWayUnknown',
      'house',
    )
    await leave('ann', open)
    const offer = await w.as('ann').sales.offer({})
    expect(offer.products.map(({ code }) => code)).toEqual(['L7'])
  })

  test('taken twice in one instant at two desks is one case', async () => {
    const [ann, bo] = [await talking(w, 'ann'), await talking(w, 'bo')]
    const asked = application()
    const both = await Promise.allSettled([
      w.as('ann').sales.accept({ ...ann, ...asked }),
      w.as('bo').sales.accept({ ...bo, ...asked }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await w.sql`select 1 from sale where application_no = ${asked.applicationNo.toUpperCase()}`).toHaveLength(1)
    if (both[0]!.status === 'rejected') await leave('ann', ann)
    else await leave('bo', bo)
  })
})

describe('[S4.3.3b R] [S4.5.2 R] the sale is heard of at once', () => {
  const inboxOf = async (name: Name) => (await w.as(name).notices.mine({})).notices
  const cleared = async (name: Name) => {
    const ids = (await inboxOf(name)).map(({ id }) => id)
    if (ids.length > 0) await w.as(name).notices.markRead({ ids: ids.slice(0, 200) })
  }

  test('by everybody of the centre, with agent, group and product and nothing of the customer', async () => {
    const { saleId } = await sell('deng')
    expect(w.topics.filter(({ name }) => name === 'notices')).toContainEqual({ name: 'notices', centreId: w.centre })
    for (const name of ['ann', 'fang', 'su', 'liu', 'hao', 'guo'] as const) {
      const praise = (await inboxOf(name)).find(({ values }) => values.saleId === saleId)
      expect(praise, name).toMatchObject({ kind: 'praise', personal: false, key: 'sales.accepted', clause: 'S4.3.3b' })
      expect(Object.keys(praise!.values).sort()).toEqual([
        ...['group', 'groupId', 'person', 'personId', 'product', 'saleId'],
      ])
      expect(praise!.values).toMatchObject({
        person: '鄧飛',
        group: 'Tide',
        product: { hant: '安家L7', en: 'Home L7' },
      })
    }
  })

  test('by the leader and the unit manager as a task, and by nobody else', async () => {
    const { saleId } = await sell('deng')
    const asked = await w.sql<{ person_id: string }>`
      select person_id from notice where cause = ${`congratulate.${saleId}`} order by person_id`
    expect(asked.map((row) => row.person_id)).toEqual([w.people.tao, w.people.wen].sort())
    const task = (await inboxOf('tao')).find(({ values, personal }) => personal && values.saleId === saleId)
    expect(task).toMatchObject({
      ...{ kind: 'task', key: 'sales.congratulateAt', clause: 'S4.5.2', unread: true, values: { seat: 'A4' } },
    })
    await w.as('tao').notices.settle({ id: task!.id })
    const settled = await w.sql`select person_id, settled_by, settled_how from notice
      where cause = ${`congratulate.${saleId}`} and settled_at is not null`
    expect(settled).toEqual([{ person_id: w.people.tao, settled_by: w.people.tao, settled_how: 'done' }])
  })

  test('[S4.5.2 D] what was announced under which version of the clause is kept', async () => {
    const { saleId } = await sell('bo')
    const kept = await w.sql`select clause, allowed, version_id is not null as known from decision
      where subject_id = ${saleId} order by clause`
    expect(kept).toEqual(['S4.3.3b', 'S4.5.2'].map((clause) => ({ clause, allowed: true, known: true })))
    const [event] = await w.sql`select name, actor_id from event where subject_id = ${saleId}`
    expect(event).toEqual({ name: 'sales.accepted', actor_id: w.people.bo })
    await cleared('lin')
    expect((await inboxOf('lin')).filter(({ unread }) => unread)).toEqual([])
  })
})
