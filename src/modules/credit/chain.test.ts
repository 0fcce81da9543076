import { createHmac, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { inHand, sales, seated, sellable, talking } from '../../../test/selling.ts'
import { type Batch, batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { firstFault, type Link, linkAfter, START, type Tip } from '../../lib/chain.ts'
import type { Db } from '../../platform/database.ts'
import { forgetOpenSales, openSales } from '../sales/opening.ts'
import { credit } from './api.ts'
import { type CentreReport, isWhole, linesOf, verifyResults } from './verify.ts'
import { sealChain } from './watch.ts'

/* The chain of results on a real database, and what is found when somebody with every right on it tampers. */

const router = { sales, credit }
let w: World<typeof router>
let productId: string
let list: Batch
let numbers = 0
const cases: string[] = []

beforeAll(async () => {
  w = await world(router, { at: '2026-06-15T10:00' })
  productId = await sellable(w, 'L7', ['ann', 'bo', 'deng'])
  list = await batch(w, productId, 'June')
  await seated(w, ['ann', 'bo', 'deng'])
  // Two days that are sealed, and one that runs.
  for (const [day, name] of [
    ['2026-06-15', 'ann'],
    ['2026-06-16', 'bo'],
    ['2026-06-17', 'deng'],
  ] as const) {
    await w.setNow(`${day}T00:10`)
    await w.run((ctx) => sealChain(ctx, ctx.today))
    await w.setNow(`${day}T10:00`)
    cases.push(await sell(name), await sell(name))
    const [first] = cases.slice(-2)
    await w.as('liu').sales.move({ saleId: first!, state: 'underwriting', occurredOn: day, note: 'x', version: 1 })
  }
})
afterAll(() => w.close())

async function sell(name: Name): Promise<string> {
  await inHand(w, list, name, 1)
  const { tabId, callId } = await talking(w, name)
  const application = { applicationNo: `CASE-${++numbers}`, productId, payWay: 'yearly' as const, rawPremium: '1000' }
  const said = { disclosures: ['coolingOff', 'exclusions'], note: '' }
  return (await w.as(name).sales.accept({ tabId, callId, ...application, ...said })).saleId
}

const hashOf = (text: string) => createHmac('sha256', w.boot.numberKey).update(text).digest()
const verify = async (db: Db = w.boot.db) => (await verifyResults(db, hashOf))[0]!
const linksIn = async (db: Db) =>
  (await sql<Link>`select seq, body, prev, hash from chain_entry order by seq`.execute(db)).rows

/** What is found after a change that is taken back afterwards. */
async function tampered(change: (db: Db) => Promise<unknown>): Promise<CentreReport> {
  let report: CentreReport | null = null
  const undone = new Error('undone')
  const tried = w.boot.db.transaction().execute(async (db) => {
    await change(db)
    report = await verify(db)
    throw undone
  })
  await expect(tried).rejects.toBe(undone)
  return report!
}

/** Reckons every link anew from one on, as somebody would who knows how it is done and has not the key. */
async function recompute(db: Db, from: number): Promise<void> {
  const links = await linksIn(db)
  let tip: Tip = links.findLast(({ seq }) => seq < from) ?? START
  for (const { body } of links.filter(({ seq }) => seq >= from)) {
    const link = linkAfter(tip, body)
    await sql`update chain_entry set prev = ${link.prev}, hash = ${link.hash} where seq = ${link.seq}`.execute(db)
    tip = link
  }
  await sql`update chain_tip set hash = ${tip.hash}`.execute(db)
}
const edit = (db: Db, seq: number, from: string, to: string) =>
  sql`update chain_entry set body = replace(body, ${from}, ${to}) where seq = ${seq}`.execute(db)

describe('[S4.4.11b D] the chain of results', () => {
  test('has a link for every entry of a case, in its transaction, reckoned as everybody can reckon it', async () => {
    const links = await linksIn(w.boot.db)
    expect(firstFault(links)).toBeNull()
    expect(links.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    const without = await w.sql`select 1 from sale_event e
      where not exists (select from chain_entry c where c.fact_id = e.id and c.subject_id = e.sale_id)`
    expect(without).toEqual([])
    const [first] = await w.sql<{ body: string }>`select body from chain_entry order by seq limit 1`
    expect(Object.keys(JSON.parse(first!.body))).toEqual([
      ...['agent', 'annual', 'at', 'fact', 'group', 'kind', 'on', 'raw', 'standard', 'state', 'subject', 'weight'],
    ])
  })

  test('holds no name, number or free text', async () => {
    const [{ text }] = (await w.sql<{ text: string }>`select string_agg(body, ' ') as text from chain_entry`) as [never]
    expect(text).not.toMatch(/[\u4e00-\u9fff]|\+86|CASE-|note/)
  })

  test('is not added to by what is refused', async () => {
    const before = (await linksIn(w.boot.db)).length
    const stale = { saleId: cases[0]!, state: 'issued' as const, occurredOn: '2026-06-17', note: '', version: 99 }
    await expect(w.as('liu').sales.move(stale)).rejects.toMatchObject({ code: 'STALE' })
    expect(await linksIn(w.boot.db)).toHaveLength(before)
  })

  test('has no gap when many add to it at once', async () => {
    const entry = () => w.as('guo').credit.numbers({ personId: w.people.guo })
    await entry()
    await Promise.all(
      Array.from({ length: 12 }, () =>
        w.run(async (ctx) => {
          const data = { agent: null, group: null, weight: '1', state: 'x', raw: '1', annual: '1', standard: '1' }
          for (let n = 0; n < 3; n++)
            ctx.chain({ kind: 'test.many', subjectId: w.centre, factId: randomUUID(), on: ctx.today, data })
        }),
      ),
    )
    const links = await linksIn(w.boot.db)
    expect(links).toHaveLength(9 + 36)
    expect(firstFault(links)).toBeNull()
    expect(isWhole(await verify())).toBe(true)
  })
})

describe('[S4.4.11b A] npm run verify', () => {
  test('finds nothing where nobody touched anything, and says up to when days are sealed', async () => {
    const report = await verify()
    expect(report.chain).toMatchObject({ days: 2, sealedUntil: '2026-06-16', fault: null })
    expect(report.differences).toEqual([])
    expect(linesOf(report)).toContain('  the chain is whole')
  })

  test('finds an edited entry', async () => {
    const { chain } = await tampered((db) => edit(db, 2, '"raw":"1000.00"', '"raw":"9000.00"'))
    expect(chain.fault).toEqual({ kind: 'edited', seq: 2, day: '2026-06-15' })
  })

  test('finds an entry that was edited with its own hash', async () => {
    const { chain } = await tampered(async (db) => {
      await edit(db, 2, w.people.ann, w.people.bo)
      const [before, link] = (await linksIn(db)).slice(0, 2)
      const { hash } = linkAfter(before!, link!.body)
      await sql`update chain_entry set hash = ${hash} where seq = 2`.execute(db)
    })
    expect(chain.fault).toEqual({ kind: 'unlinked', seq: 3, day: '2026-06-15' })
  })

  test('finds a cut tail: with its tip, and of a sealed day', async () => {
    const open = await tampered((db) => sql`delete from chain_entry where seq > 8`.execute(db))
    expect(open.chain.fault).toMatchObject({ kind: 'cutTail', seq: 9 })
    const sealed = await tampered(async (db) => {
      await sql`delete from chain_entry where seq > 4`.execute(db)
      await sql`update chain_tip set seq = 4, hash = (select hash from chain_entry where seq = 4)`.execute(db)
    })
    expect(sealed.chain.fault).toEqual({ kind: 'cutTail', seq: 5, day: '2026-06-16' })
    expect(linesOf(sealed).join('\n')).toContain('FAULT at entry 5, day 2026-06-16: the tail was cut')
  })

  test('finds a recomputed tail, also when the heads were rewritten along', async () => {
    const tail = async (db: Db) => {
      await edit(db, 4, w.people.bo, w.people.ann)
      await recompute(db, 4)
    }
    const plain = await tampered(tail)
    expect(plain.chain.fault).toEqual({ kind: 'recomputed', seq: 6, day: '2026-06-16' })
    const withHeads = await tampered(async (db) => {
      await tail(db)
      await sql`update chain_head h set hash = e.hash from chain_entry e where e.seq = h.seq`.execute(db)
    })
    expect(withHeads.chain.fault).toEqual({ kind: 'recomputed', seq: 6, day: '2026-06-16' })
  })

  test('finds a link taken out, swapped and filed elsewhere, and a head that is gone', async () => {
    const gap = await tampered((db) => sql`delete from chain_entry where seq = 5`.execute(db))
    expect(gap.chain.fault).toMatchObject({ kind: 'gap', seq: 5 })
    const swapped = await tampered(async (db) => {
      await sql`update chain_entry set seq = 1000 where seq = 3`.execute(db)
      await sql`update chain_entry set seq = 3 where seq = 4`.execute(db)
      await sql`update chain_entry set seq = 4 where seq = 1000`.execute(db)
    })
    expect(swapped.chain.fault).toMatchObject({ kind: 'edited', seq: 3 })
    const filed = await tampered((db) =>
      sql`update chain_entry set subject_id = ${cases[1]!} where seq = 1`.execute(db),
    )
    expect(filed.chain.fault).toMatchObject({ kind: 'columns', seq: 1 })
    const head = await tampered((db) => sql`delete from chain_head where day = '2026-06-15'`.execute(db))
    expect(head.chain.fault).toEqual({ kind: 'headMissing', seq: null, day: '2026-06-15' })
    const last = await tampered((db) => sql`delete from chain_head where day = '2026-06-16'`.execute(db))
    expect(last.chain.fault).toEqual({ kind: 'headMissing', seq: null, day: '2026-06-16' })
  })

  test('finds a case that no longer says what its chain says', async () => {
    const changes: [(db: Db) => Promise<unknown>, string][] = [
      [(db) => sql`update sale set agent_id = ${w.people.bo} where id = ${cases[0]!}`.execute(db), 'caseChanged'],
      [(db) => sql`update sale set standard_premium = 9 where id = ${cases[3]!}`.execute(db), 'caseChanged'],
      [(db) => sql`update sale set weight = 0 where id = ${cases[3]!}`.execute(db), 'caseChanged'],
      [(db) => sql`update sale set state = 'issued' where id = ${cases[3]!}`.execute(db), 'caseChanged'],
      [
        (db) => sql`update sale_event set occurred_on = '2026-05-31' where sale_id = ${cases[1]!}`.execute(db),
        'entryChanged',
      ],
      [
        (db) => sql`delete from sale_event where state = 'underwriting' and sale_id = ${cases[0]!}`.execute(db),
        'linkWithoutEntry',
      ],
      [
        (db) =>
          sql`insert into sale_event (sale_id, centre_id, state, occurred_on, recorded_at, source)
          select sale_id, centre_id, 'issued', occurred_on, recorded_at, 'manual' from sale_event limit 1`.execute(db),
        'entryWithoutLink',
      ],
    ]
    for (const [change, kind] of changes) {
      const report = await tampered(change)
      expect(report.chain.fault, kind).toBeNull()
      expect(report.differences.map((one) => one.kind)).toContain(kind)
      expect(isWhole(report)).toBe(false)
    }
  })

  test('cannot find what was cut with its tip before the day was sealed, and says so', async () => {
    const unsealed = await tampered(async (db) => {
      await sql`delete from chain_entry where seq > 44`.execute(db)
      await sql`update chain_tip set seq = 44, hash = (select hash from chain_entry where seq = 44)`.execute(db)
    })
    expect(unsealed.chain.fault).toBeNull()
  })
})

test('cases that a take-over brings along are linked, and that they were taken back is a link too', async () => {
  const openingId = randomUUID()
  const day = (text: string) => Temporal.PlainDate.from(text)
  const [product] = await w.sql<{ version: string; customer: string }>`
    select product_version_id as version, customer_id as customer from sale limit 1`
  const brought = (rowNo: number) => ({
    ...{ rowNo, applicationNo: `BEFORE-${rowNo}`, agentId: w.people.ann, groupId: w.units.Dawn, productId },
    ...{ customerId: product!.customer, productVersionId: product!.version, payWay: 'yearly', payTimes: 1 },
    premium: { raw: '100.00', annual: '100.00', standard: '35.00' },
    entries: [
      { state: 'accepted' as const, on: day('2026-05-04') },
      { state: 'issued' as const, on: day('2026-05-09') },
    ],
  })
  await w.run((ctx) => openSales(ctx, openingId, [brought(1), brought(2)]))
  expect(await w.sql`select 1 from chain_line where kind = 'sale.opening'`).toHaveLength(4)
  expect(isWhole(await verify())).toBe(true)
  expect(await w.run((ctx) => forgetOpenSales(ctx, openingId, 10))).toHaveLength(2)
  expect(await w.sql`select 1 from sale where opening_id = ${openingId}`).toEqual([])
  expect(await w.sql`select 1 from chain_line where kind = 'sale.forgotten'`).toHaveLength(2)
  expect(isWhole(await verify())).toBe(true)
})

test('a night that was missed is sealed by the next one, and no day twice', async () => {
  await w.setNow('2026-06-20T00:10')
  await w.run((ctx) => sealChain(ctx, ctx.today))
  await w.run((ctx) => sealChain(ctx, ctx.today))
  const heads = await w.sql`select day::text, seq from chain_head_of_day order by day`
  expect(heads).toEqual([
    ...[
      ['2026-06-15', 3],
      ['2026-06-16', 6],
      ['2026-06-17', 51],
      ['2026-06-18', 51],
      ['2026-06-19', 51],
    ].map(([day, seq]) => ({ day, seq })),
  ])
  expect(isWhole(await verify())).toBe(true)
})
