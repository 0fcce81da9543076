import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mobile, product } from '../../../test/dialling.ts'
import { basis, handedIn } from '../../../test/lists.ts'
import { encode, folder } from '../../../test/office-files.ts'
import { refusedFor } from '../../../test/refused.ts'
import { type World, world } from '../../../test/world.ts'
import { writeXlsx } from '../../lib/xlsxWrite.ts'
import { withdrawConsent } from '../customers/consent.ts'
import { stopCalling } from '../customers/doNotCall.ts'
import { leads } from '../leads/api.ts'
import { leadsOfList } from '../leads/create.ts'
import { listsWith } from './api.ts'
import { forgetCells } from './batches.ts'
import { type ImportJob, importBatch } from './import.ts'
import type { Mapping } from './rules.ts'

const router = { lists: listsWith(leadsOfList), leads }
let w: World<typeof router>
let productId: string
beforeAll(async () => {
  w = await world(router)
  productId = await product(w, ['ann'])
  await w.sql`insert into product_version (product_id, effective_on, pay_ways, standard_factor)
    values (${productId}, '2024-01-08', '{"yearly":1}', 1)`
})
afterAll(() => w.close())

const JOBS = {
  'lists.import': (boot: World<typeof router>['boot'], data: Record<string, unknown>) =>
    importBatch(boot, data as ImportJob, leadsOfList),
}
let lists = 0

/** Hands a file in, takes the suggested mapping unless another is given, and imports it. */
async function imported(
  name: string,
  content: Uint8Array | { path: string },
  more: { mapping?: Mapping; grade?: 'A' | 'B' } = {},
) {
  const fileId = await handedIn(w, name, content)
  const { file } = await w.as('liu').lists.inspect({ fileId })
  const headers = file!.columns.map(({ header }) => header)
  const mapping = more.mapping ?? file!.columns.map(({ suggested }) => suggested)
  const input = {
    ...basis(productId, fileId, `list ${++lists}`, headers, mapping),
    grade: more.grade ?? ('B' as const),
  }
  const { batchId } = await w.as('liu').lists.createBatch(input)
  await w.as('liu').lists.start({ batchId })
  await w.runJobs(JOBS)
  return { fileId, batchId, file: file!, mapping, batch: await w.as('liu').lists.batch({ batchId }) }
}
const resultsOf = (batchId: string) =>
  w.sql<{ row_no: number; result: string; code: string | null }>`
    select row_no, result, code from list_row where batch_id = ${batchId} order by row_no`
const customerOf = (e164: string) =>
  w.sql<{
    name: string
    gender: string
    birthday: Temporal.PlainDate
    region: string
    facts: Record<string, unknown>
    wish: unknown
  }>`
    select c.name, c.gender, c.birthday, c.region, c.facts, c.wish from customer c join phone p on p.customer_id = c.id
    where p.e164 = ${e164}`
let numbers = 0
const fresh = () => mobile(2_000_000 + ++numbers).slice(3)

describe('[S4.4.10a D] a list comes in from a real file, with a result for every row', () => {
  test('GB18030 with commas: every kind of row, customers, consent, leads in the pool', async () => {
    const [good, second, stopped, stays, hidden] = [fresh(), fresh(), fresh(), fresh(), fresh()]
    await w.run((ctx) =>
      stopCalling(ctx, {
        ...{ e164: `+86${stopped}`, masked: '***', list: 'own', reason: 'customerRefused' },
        source: { kind: 'person', id: w.people.qin },
      }),
    )
    const text = [
      '2026年6月 客户名单,,,,,,',
      '姓名,手机号码,备用手机,性别,出生日期,省份,方便接听时间,备注',
      `王小明,${good},${second},男,1990-01-02,广东省,10:00-12:00,老客户`,
      `李娜,${good.slice(0, 3)} ${good.slice(3, 7)}-${good.slice(7)},,女,,,,`,
      `张伟,${stopped},,男,,,,`,
      '赵芳,1.38001E+10,,女,,,,',
      '钱进,12345,,男,,,,',
      '孙立,,,男,,,,',
      `周全,${stays},,男,2015-01-02,,,`,
      `吴越,${hidden},,男,,,随时,`,
      `郑重,${fresh()},6280,男,不详,火星,,`,
    ].join('\r\n')
    const { batch, batchId, file } = await imported('六月名单.csv', encode(text, 'gb18030'))
    expect(file).toMatchObject({ encoding: 'gb18030', delimiter: ',', headerRow: 2, fileName: '六月名单.csv' })
    expect(file.columns.map(({ suggested }) => suggested)).toEqual([
      ...['name', 'phone1', 'phone2', 'gender', 'birthday', 'region', 'wish', 'fact'],
    ])
    expect(JSON.stringify(file.columns)).not.toContain(good)
    expect((await resultsOf(batchId)).map(({ row_no, result, code }) => `${row_no} ${result} ${code}`)).toEqual([
      '3 GOOD null',
      '4 DUP inFile',
      '5 DNC doNotCall',
      '6 INV scientific',
      '7 INV shortCode',
      '8 BAD noNumber',
      '9 BAD minor',
      '10 BAD wishUnreadable',
      '11 GOOD numberLeftOut',
    ])
    expect(batch).toMatchObject({ state: 'done', rowsTotal: 9, rowsDone: 9, good: 2, dup: 1, dnc: 1, inv: 2, bad: 3 })
    const [customer] = await customerOf(`+86${good}`)
    expect(customer).toMatchObject({
      name: '王小明',
      gender: 'male',
      region: '44',
      facts: { 备注: '老客户' },
      wish: [['10:00', '12:00']],
    })
    expect(customer!.birthday.toString()).toBe('1990-01-02')
    expect(await customerOf(`+86${second}`)).toHaveLength(1)
    expect(await customerOf(`+86${stopped}`)).toEqual([])
    const consents =
      await w.sql`select c.purpose, c.evidence, c.given_at::text as given, c.recorded_by = ${w.people.liu} as by_liu
      from consent c join phone p on p.customer_id = c.customer_id where p.e164 = ${`+86${good}`}`
    expect(consents).toEqual([
      { purpose: 'sale', evidence: 'web form 12', given: '2026-04-30 16:00:00+00', by_liu: true },
    ])
    const stock = (await w.as('liu').leads.stock({})).batches.find((row) => row.batchId === batchId)
    expect(stock).toMatchObject({ pool: 2, group: 0, agent: 0, closed: 0 })
    const notices =
      await w.sql`select key, values from notice where person_id = ${w.people.liu} and key = 'lists.imported'`
    expect(notices.at(-1)).toMatchObject({ values: { good: 2, rows: 9 } })
  })

  test('Big5 with semicolons, and a workbook; the same file twice is all duplicates', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => `陳小姐${n};${fresh()};女`)
    const big5 = encode(['姓名;電話號碼;性別', ...rows].join('\n'), 'big5')
    const first = await imported('客戶.csv', big5)
    expect(first.file).toMatchObject({ encoding: 'big5', delimiter: ';' })
    expect(first.batch).toMatchObject({ good: 40, dup: 0 })
    const again = await imported('客戶.csv', big5)
    expect(again.batch).toMatchObject({ state: 'done', good: 0, dup: 40 })
    expect((await resultsOf(again.batchId)).every(({ code }) => code === 'openLead')).toBe(true)

    const path = `${await folder()}/book.xlsx`
    await writeXlsx(path, [
      {
        name: 'June',
        columns: [{ head: 'Name' }, { head: 'Mobile' }, { head: 'Birthday' }],
        rows: Array.from({ length: 30 }, (_, n) => [
          `Ann ${n}`,
          Number(fresh()),
          Temporal.PlainDate.from('1988-03-04'),
        ]),
      },
    ])
    const book = await imported('book.xlsx', { path })
    expect(book.file).toMatchObject({ kind: 'xlsx', sheet: 'June' })
    expect(book.batch).toMatchObject({ good: 30, inv: 0, bad: 0 })
  })

  test('a better list takes over what nobody has in hand, and closes the lead it replaces', async () => {
    const [free, held] = [fresh(), fresh()]
    const content = Buffer.from(`name,mobile\nA,${free}\nB,${held}\n`)
    const old = await imported('b.csv', content)
    const { lots } = await w
      .as('liu')
      .leads.issue({ batchId: old.batchId, shares: [{ groupId: w.units.Dawn, quantity: 2 }] })
    await w.as('lin').leads.receive({ lotId: lots[0]!.id })
    await w.as('lin').leads.distribute({
      groupId: w.units.Dawn,
      batchId: old.batchId,
      shares: [{ personId: w.people.ann, quantity: 1 }],
    })
    const better = await imported('a.csv', content, { grade: 'A' })
    expect(better.batch).toMatchObject({ good: 1, dup: 1 })
    const ends = await w.sql`select state, closed_as from lead where batch_id = ${old.batchId} order by state`
    expect(ends).toEqual([
      { state: 'agent', closed_as: null },
      { state: 'closed', closed_as: 'superseded' },
    ])
  })

  test('who took consent back is not brought in again by a list', async () => {
    const number = fresh()
    const content = Buffer.from(`name,mobile\nA,${number}\n`)
    await imported('a.csv', content)
    const [row] = await w.sql<{ customer_id: string }>`select customer_id from phone where e164 = ${`+86${number}`}`
    await w.run((ctx) => withdrawConsent(ctx, { customerId: row!.customer_id, evidence: 'said so' }))
    await w.sql`update lead set state = 'closed', closed_as = 'refusal', closed_at = '2026-06-17', due_at = null where customer_id = ${row!.customer_id}`
    const again = await imported('a.csv', content)
    expect(await resultsOf(again.batchId)).toEqual([{ row_no: 2, result: 'DNC', code: 'consentWithdrawn' }])
  })
})

describe('[S4.4.10a K] source and consent evidence', () => {
  test('a list without them is refused before a row is read, and the refusal is kept', async () => {
    const fileId = await handedIn(w, 'a.csv', Buffer.from(`name,mobile\nA,${fresh()}\n`))
    const full = basis(productId, fileId, 'without', ['name', 'mobile'], ['name', 'phone1'])
    await refusedFor(w.as('liu').lists.createBatch({ ...full, source: ' ' }), 'lists.sourceMissing', 'S4.4.10a')
    await refusedFor(
      w.as('liu').lists.createBatch({ ...full, consentEvidence: '' }),
      'lists.evidenceMissing',
      'S4.4.10a',
    )
    await refusedFor(
      w.as('liu').lists.createBatch({ ...full, consentGivenOn: null }),
      'lists.consentDayMissing',
      'S4.4.10a',
    )
    expect(await w.sql`select 1 from list_batch where name = 'without'`).toEqual([])
    const kept =
      await w.sql`select distinct unnest(codes) as code from decision where operation = 'lists.createBatch' and not allowed order by 1`
    expect(kept.map(({ code }) => code)).toEqual([
      'lists.consentDayMissing',
      'lists.evidenceMissing',
      'lists.sourceMissing',
    ])
    const { batchId } = await w.as('liu').lists.createBatch(full)
    await refusedFor(w.as('liu').lists.createBatch(full), 'lists.nameTaken', 'house')
    expect((await w.as('guo').lists.batch({ batchId })).state).toBe('draft')
    await expect(w.as('lin').lists.batch({ batchId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(w.as('guo').lists.start({ batchId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('before and after an import', () => {
  test('the preview judges the same rows the same way, and writes nothing', async () => {
    const [known, other] = [fresh(), fresh()]
    await imported('a.csv', Buffer.from(`name,mobile\nA,${known}\n`))
    const fileId = await handedIn(w, 'b.csv', Buffer.from(`name,mobile\nA,${known}\nB,${other}\nB,${other}\nC,\n`))
    const { preview } = await w.as('liu').lists.preview({
      ...{ fileId, mapping: ['name', 'phone1'], country: 'CN', grade: 'B', hidden: 'skip' },
    })
    expect(preview).toMatchObject({ looked: 4, whole: true, counts: { GOOD: 1, DUP: 2, BAD: 1, INV: 0, DNC: 0 } })
    expect(preview!.rows.map(({ result, code }) => `${result} ${code}`)).toEqual([
      ...['DUP openLead', 'GOOD null', 'DUP inFile', 'BAD noNumber'],
    ])
    expect(JSON.stringify(preview)).not.toContain(other)
    expect(preview!.rows[1]!.taken!.phones[0]).toMatch(/^135\*{4}\d{4}$/)
    expect(await customerOf(`+86${other}`)).toEqual([])
  })

  test('what is wrong with a file is said by name', async () => {
    const read = async (content: Buffer) =>
      (await w.as('liu').lists.inspect({ fileId: await handedIn(w, 'x.xls', content) })).problem
    expect(await read(Buffer.from('<html><table></table></html>'))).toMatchObject({ code: 'htmlAsXls' })
    expect(await read(Buffer.alloc(0))).toMatchObject({ code: 'empty' })
    const fileId = await handedIn(w, 'a.csv', encode(`姓名,手机\n王,${fresh()}\n`, 'gb18030'))
    const options = {
      headers: ['姓名', '手机'],
      mapping: ['name' as const, 'phone1' as const],
      hidden: 'skip' as const,
      encoding: 'utf-8' as const,
    }
    const { batchId } = await w.as('liu').lists.createBatch({ ...basis(productId, fileId, 'wrong', [], []), options })
    await w.as('liu').lists.start({ batchId })
    await w.runJobs(JOBS)
    expect(await w.as('liu').lists.batch({ batchId })).toMatchObject({
      state: 'failed',
      error: { code: 'badBytes' },
      good: 0,
    })
  })

  test('columns are kept under a name and fit the next file with these heads, in any order', async () => {
    const mapping = ['name', 'phone1', 'fact'] as const
    await w.as('liu').lists.saveMapping({ name: 'partner', headers: ['客戶', '號碼', 'job'], mapping: [...mapping] })
    const look = async (head: string) => {
      const fileId = await handedIn(w, 'a.csv', Buffer.from(`${head}\n1,2,3,4\n`))
      return (await w.as('liu').lists.inspect({ fileId })).file!.mappings
    }
    expect(await look('job,號碼,x,客戶')).toMatchObject([
      { name: 'partner', mapping: ['fact', 'phone1', 'skip', 'name'] },
    ])
    expect(await look('job,號碼,x,y')).toEqual([])
  })

  test('rows that were not taken, masked on the page and whole in the file; a formula is guarded; a month later they are forgotten', async () => {
    const number = fresh()
    const head = await imported('a.csv', Buffer.from(`name,mobile\nA,${number}\n`))
    const { batchId } = await imported('b.csv', Buffer.from(`name,mobile\n=cmd|x,${number}\nB,${fresh()}\nC,12\n`))
    const { rows } = await w.as('guo').lists.rows({ batchId, result: 'DUP' })
    expect(rows).toMatchObject([
      { rowNo: 2, code: 'openLead', cells: ['=cmd|x', expect.stringMatching(/^135\*{4}\d{4}$/)] },
    ])
    const { text, next } = await w.as('liu').lists.errorFile({ batchId, language: 'hans' })
    expect(next).toBeNull()
    expect(text.split('\r\n')).toEqual([
      '\ufeff行号,name,mobile,结果,原因',
      `2,'=cmd|x,${number},DUP,这位客户已有同级或更高级的名单在跟进`,
      '4,C,12,INV,号码栏里不是号码',
      '',
    ])
    await expect(w.as('guo').lists.errorFile({ batchId, language: 'en' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await w.sql`select 1 from event where name = 'lists.errorFileTaken'`).toHaveLength(1)
    await w.setNow('2026-07-20T02:20')
    await w.run(forgetCells)
    expect((await w.as('guo').lists.rows({ batchId, result: 'DUP' })).rows[0]).toMatchObject({
      code: 'openLead',
      cells: null,
    })
    await w.setNow('2026-06-17T09:30')
    expect(head.batch.good).toBe(1)
  })
})
