import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Name } from '../../../test/cast.ts'
import { customersWith, dialOf, mobile, product } from '../../../test/dialling.ts'
import { type World, world } from '../../../test/world.ts'
import { command } from '../../platform/api.ts'
import { recordAct, withdrawConsent } from '../customers/consent.ts'
import { stopCalling } from '../customers/doNotCall.ts'
import { allowDial, closeDial } from './allow.ts'
import { compliance } from './api.ts'
import { type DialFacts, judge } from './facts.ts'

/** What a desk does, as small as it can be: a command that dials after the gate's yes. */
const desk = {
  dial: command({
    may: ['tsr'],
    input: z.object({ dial: z.custom<DialFacts & { callId: string }>() }),
    output: z.object({ cold: z.boolean() }),
    run: (ctx, { dial }) => allowDial(ctx, dial),
  }),
}
const router = { desk, compliance }

let w: World<typeof router>
let productId: string
beforeAll(async () => {
  w = await world(router)
  productId = await product(w, ['ann', 'bo', 'fang'])
})
afterAll(() => w.close())

let numbers = 0
let calls = 0
const newCall = () => `01890000-0000-7000-8000-${String(++calls).padStart(12, '0')}`
const oneCustomer = async () => (await customersWith(w, [mobile(++numbers)]))[0]!
type Customer = Awaited<ReturnType<typeof oneCustomer>>

/** 'yes', or the codes of all reasons. */
const dial = (agent: Name, to: Customer, more: Partial<DialFacts> = {}, callId = newCall()) =>
  w
    .as(agent)
    .desk.dial({ dial: { ...dialOf(w, agent, productId, to, more), callId } })
    .then(
      () => 'yes',
      (error: { data?: { reasons: { code: string }[] } }) => {
        if (!error.data) throw error
        return error.data.reasons.map((reason) => reason.code).join(' ')
      },
    )
const judged = async (agent: Name, to: Customer) =>
  (await w.run((ctx) => judge(ctx, [dialOf(w, agent, productId, to)])))[0]!
const at = async (wall: string, work: () => Promise<void>) => {
  await w.setNow(wall)
  await work()
  await w.setNow('2026-06-17T09:30')
}

describe('[S3.6 K] hours', () => {
  test('a dial inside the hours of all packs is allowed, one outside is refused with the time from which', async () => {
    const one = await oneCustomer()
    await at('2026-06-17T08:30', async () => {
      expect(await dial('ann', one)).toBe('hours')
      expect((await judged('ann', one)).callableFrom?.toString()).toBe('2026-06-17T01:00:00Z')
    })
    expect(await dial('ann', one)).toBe('yes')
    await at('2026-06-17T21:00', async () => expect(await dial('bo', await oneCustomer())).toBe('hours hours'))
  })

  test('at the customer’s own clock where the list names another zone, and inside the customer’s own wish', async () => {
    const far = await oneCustomer()
    await w.sql`update customer set zone = 'Europe/London' where id = ${far.customerId}`
    expect(await dial('ann', far)).toBe('hours hours')
    const wish = await oneCustomer()
    await w.sql`update customer set wish = '[["14:00","15:00"]]' where id = ${wish.customerId}`
    expect(await dial('ann', wish)).toBe('hoursWish')
    await at('2026-06-17T14:30', async () => expect(await dial('ann', wish)).toBe('yes'))
  })
})

describe('[S3.6 K] frequency of one number, over agents and batches', () => {
  test('cold: one in two hours by whomever; a redial of a call that broke off is the same contact', async () => {
    const one = await oneCustomer()
    const callId = newCall()
    expect(await dial('ann', one, {}, callId)).toBe('yes')
    expect(await dial('bo', one)).toBe('capCold')
    await w.run((ctx) =>
      closeDial(ctx, callId, { endedAt: ctx.now, answered: true, brokeOff: true, failed: false, abandoned: false }),
    )
    expect(await dial('bo', one)).toBe('yes')
    await at('2026-06-17T11:40', async () => expect(await dial('ann', await oneCustomer())).toBe('yes'))
  })

  test('two customers behind one number share its caps', async () => {
    const e164 = mobile(++numbers)
    const [one] = await customersWith(w, [e164])
    const other = await oneCustomer()
    await w.sql`
      insert into phone (centre_id, customer_id, e164, hash, masked, country, zones, valid)
      select centre_id, ${other.customerId}, e164, hash, masked, country, zones, valid from phone where id = ${one!.phoneId}`
    const [shared] = await w.sql<{ id: string }>`
      select id from phone where customer_id = ${other.customerId} and e164 = ${e164}`
    expect(await dial('ann', one!)).toBe('yes')
    expect(await dial('bo', { customerId: other.customerId, phoneId: shared!.id })).toBe('capCold')
  })

  test('warm by a recorded act of the customer: only law and carrier count, three in five minutes', async () => {
    const one = await oneCustomer()
    await w.run((ctx) =>
      recordAct(ctx, {
        ...{ customerId: one.customerId, kind: 'inbound', from: ctx.now, to: null },
        record: { kind: 'call', id: newCall() },
      }),
    )
    const answers = []
    for (const agent of ['ann', 'bo', 'ann', 'bo'] as const) answers.push(await dial(agent, one))
    expect(answers).toEqual(['yes', 'yes', 'yes', 'capCallee'])
    const rows = await w.sql`select cold from dial_ledger d join phone p on p.hash = d.hash where p.id = ${one.phoneId}`
    expect(rows).toEqual([{ cold: false }, { cold: false }, { cold: false }])
  })

  test('a line that failed on our side is no contact of the cold caps, and counts for the carrier', async () => {
    const one = await oneCustomer()
    const fail = async () => {
      const callId = newCall()
      const answer = await dial('ann', one, {}, callId)
      const end = { answered: false, brokeOff: false, failed: true, abandoned: false }
      await w.run((ctx) => closeDial(ctx, callId, { endedAt: ctx.now, ...end }))
      return answer
    }
    expect([await fail(), await fail(), await fail(), await fail()]).toEqual(['yes', 'yes', 'yes', 'capCallee'])
  })
})

describe('[S3.6 K] do-not-call and consent', () => {
  test('a number that is stopped while another agent has it in preview is refused at the next dial', async () => {
    const one = await oneCustomer()
    expect((await judged('bo', one)).allow).toBe(true)
    const source = { kind: 'call', id: newCall() } as const
    await w.run(
      (ctx) => stopCalling(ctx, { phoneId: one.phoneId, list: 'own', reason: 'customerRefused', source }),
      'ann',
    )
    expect(await dial('bo', one)).toBe('dncOwn')
    expect(await dial('fang', one)).toBe('dncOwn')
    const verdict = await judged('bo', one)
    expect([verdict.callableFrom, verdict.reasons[0]!.overridable]).toEqual([null, false])
  })

  test('a stop that was committed after a waiting dial began is heard all the same', async () => {
    const one = await oneCustomer()
    const facts = { ...dialOf(w, 'bo', productId, one), callId: newCall() }
    const stop = {
      phoneId: one.phoneId,
      list: 'own',
      reason: 'customerRefused',
      source: { kind: 'call', id: null },
    } as const
    // The dial's own instant is fixed before the stop is committed.
    const dialling = w.run(async (ctx) => {
      await w.run((inner) => stopCalling(inner, stop))
      await allowDial(ctx, facts)
    }, 'bo')
    await expect(dialling).rejects.toThrow(/dncOwn/)
  })

  test('a withdrawn consent stops all calling; without any consent there is no basis', async () => {
    const one = await oneCustomer()
    await w.run((ctx) => withdrawConsent(ctx, { customerId: one.customerId, evidence: '來電' }))
    expect(await dial('ann', one)).toBe('consentWithdrawn')
    const none = await oneCustomer()
    await w.sql`delete from consent where customer_id = ${none.customerId}`
    expect(await dial('ann', none)).toBe('basisMissing')
  })
})

describe('[S4.4.10a K] whose lead and whose licence', () => {
  test.each<[string, Partial<DialFacts> | (() => Promise<Partial<DialFacts>>), string]>([
    ['a number that somebody typed', { lead: null }, 'numberNotIssued'],
    ['a lead of somebody else', { agentId: 'bo' }, 'leadNotHeld'],
    [
      'a line without approval or recording',
      { line: { callerIdApproved: false, recordingReady: false } },
      'callerIdNotApproved recordingNotReady',
    ],
    [
      'a number that the centre does not have',
      { phoneId: '01890000-0000-7000-8000-00000000ffff' },
      'numberInvalid basisMissing placeUnknown',
    ],
  ])('%s is refused, the lead in hand is allowed', async (_, change, codes) => {
    const one = await oneCustomer()
    const more = typeof change === 'function' ? await change() : change
    const agentId = more.agentId ? w.people.bo : w.people.ann
    const facts = { ...dialOf(w, 'ann', productId, one), ...more, agentId, callId: newCall() }
    const answer = await w
      .as('ann')
      .desk.dial({ dial: facts })
      .then(
        () => 'yes',
        (error: { data: { reasons: { code: string }[] } }) => error.data.reasons.map((reason) => reason.code).join(' '),
      )
    expect(answer).toBe(codes)
    expect(await dial('ann', one)).toBe('yes')
  })

  test('an agent without authorisation for the product, and one not registered and not trained', async () => {
    expect(await dial('chen', await oneCustomer())).toBe('productNotAuthorised')
    await w.sql`update person set registration_no = null, trained_on = null where id = ${w.people.fang}`
    expect(await dial('fang', await oneCustomer())).toBe('agentNotRegistered agentNotTrained')
    await w.sql`update person set registration_no = 'R', trained_on = '2024-01-08' where id = ${w.people.fang}`
    expect(await dial('fang', await oneCustomer())).toBe('yes')
  })

  test('one call is one dial', async () => {
    const callId = newCall()
    expect(await dial('ann', await oneCustomer(), {}, callId)).toBe('yes')
    await expect(dial('ann', await oneCustomer(), {}, callId)).rejects.toThrow()
  })
})

describe('[S3.6 K] every decision is kept', () => {
  test('a yes with its clause, a no with every reason, after the rollback of the command', async () => {
    const one = await oneCustomer()
    const leadId = newCall()
    await dial('ann', one, { leadId })
    await dial('bo', one, { leadId })
    const rows = await w.as('lin').compliance.decisions({ subjectId: leadId })
    expect(rows.map(({ allowed, clause, codes, actor }) => [allowed, clause, codes, actor])).toEqual([
      [false, 'S3.6', ['capCold'], '柏川'],
      [true, 'S3.6', [], '安寧'],
    ])
    expect(rows[0]!.reasons[0]).toMatchObject({
      pack: 'design-default',
      mark: 'design',
      because: { key: 'gate.capColdHours' },
    })
    expect(rows[0]!.reasons[0]!.from).toBe('2026-06-17T03:30:00Z')
  })

  test('a leader sees those of his group, the region’s head of his region, quality all', async () => {
    const one = await oneCustomer()
    await dial('fang', one, { leadId: one.customerId })
    const seen = async (name: Name) => (await w.as(name).compliance.decisions({ subjectId: one.customerId })).length
    expect([await seen('su'), await seen('xu'), await seen('qin'), await seen('guo')]).toEqual([1, 1, 1, 1])
    expect([await seen('lin'), await seen('wen')]).toEqual([0, 0])
    await expect(seen('ann')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  test('refused dials of today by reason', async () => {
    const before = await w.as('tao').compliance.refusedToday({})
    expect(before.byCode).toEqual([])
    const before2 = await w.as('guo').compliance.refusedToday({})
    await w.sql`insert into authorisation (person_id, product_id, from_on) values (${w.people.deng}, ${productId}, '2024-01-08')`
    const one = await oneCustomer()
    await dial('deng', one)
    await dial('deng', one)
    expect(await w.as('tao').compliance.refusedToday({})).toMatchObject({
      ...{ allowed: 1, refused: 1 },
      byCode: [{ code: 'capCold', clause: 'S3.6', refused: 1, people: 1 }],
    })
    expect((await w.as('guo').compliance.refusedToday({})).refused).toBe(before2.refused + 1)
  })
})

test('the packs in force say every figure with its source, and the hours that all of them leave open', async () => {
  const { packs, hours, origin } = await w.as('ann').compliance.packs({})
  expect(packs.map((pack) => pack.id)).toEqual(['cn-life', 'cn-general', 'carrier-tencent-2026', 'design-default'])
  expect(hours).toEqual([['09:00', '21:00']])
  expect(origin).toEqual({ clause: 'S3.6', documentCode: 'visit' })
  const caps = packs[2]!.says.filter((said) => said.topic === 'caps')
  expect(caps.map(({ key, values }) => [key, values])).toEqual([
    ['compliance.says.capCalleeHours', { max: 5, period: 24 }],
    ['compliance.says.capCalleeMinutes', { max: 3, period: 5 }],
    ['compliance.says.failuresCount', {}],
  ])
  expect(caps[0]!.source).toMatchObject({ id: 'cn.carrier.tencent', mark: 'A' })
})

test('the group’s own packs add to the centre’s and take none away', async () => {
  const one = await oneCustomer()
  const book = { title: {}, chapters: [{ id: 'x', title: {}, clauses: [{ id: 'S3.6', params: { packs: ['uk'] } }] }] }
  await w.sql`
    with made as (insert into rule_document (centre_id, unit_id, code) values (${w.centre}, ${w.units.Summit}, 'own') returning id)
    insert into rule_version (document_id, number, effective_on, content, published_at)
    select id, 1, '2024-01-08', ${JSON.stringify(book)}::jsonb, now() from made`
  await sql`update centre set rules_stamp = rules_stamp + 1 where id = ${w.centre}`.execute(w.boot.db)
  expect((await w.as('fang').compliance.packs({})).packs.map((pack) => pack.id)).toEqual([
    ...['cn-life', 'cn-general', 'carrier-tencent-2026', 'design-default', 'uk'],
  ])
  expect(await dial('fang', one)).toBe('dncListStale')
  expect(await dial('ann', one)).toBe('yes')
})
