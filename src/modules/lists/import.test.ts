import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listWorld } from '../../../test/lists.ts'
import { encode, folder } from '../../../test/office-files.ts'
import { writeXlsx } from '../../lib/xlsxWrite.ts'
import { withdrawConsent } from '../customers/consent.ts'
import { stopCalling } from '../customers/doNotCall.ts'
import { listFictionalNumbers } from '../customers/fictional.ts'

let at: Awaited<ReturnType<typeof listWorld>>
beforeAll(async () => {
  at = await listWorld()
})
afterAll(() => at.w.close())

describe('[S4.4.10a D] a list comes in from a real file, with a result for every row', () => {
  test('GB18030 with commas: every kind of row, customers, consent, leads in the pool', async () => {
    const { w, fresh, imported, resultsOf, customerOf } = at
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
    const { fresh, imported, resultsOf } = at
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

  test('a messy workbook: heads of two rows, sums and heads between, hidden rows; each row says what became of it', async () => {
    const { w, imported, resultsOf, customerOf } = at
    await w.run((ctx) => listFictionalNumbers(ctx, { CN: ['140'] }))
    const path = decodeURIComponent(new URL('../../../demo/messy/leads-two-heads.xlsx', import.meta.url).pathname)
    const { batchId, batch, file } = await imported('leads.xlsx', { path })
    expect(file).toMatchObject({ headerRow: 4, hiddenRows: 2 })
    expect(file.columns.map(({ header, suggested }) => `${header}: ${suggested}`)).toEqual([
      ...['組別: skip', '客戶 姓名: name', '客戶 性別: gender', '聯絡電話 手機: phone1', '聯絡電話 市話: phone2'],
      ...['保單 到期日: renewalExpiresOn', '保單 年繳保費: skip', '備註: fact'],
    ])
    // Neither a sum nor the heads once more stand for what is in a column.
    expect(file.columns[1]!.samples).toEqual(['王雨欣', '李子涵', '張浩然'])
    const codes = (await resultsOf(batchId)).map(({ row_no, result, code }) => `${row_no} ${result} ${code}`)
    expect(codes.filter((line) => !line.endsWith('GOOD null'))).toEqual([
      ...['7 BAD hiddenRow', '9 BAD totalRow', '13 BAD totalRow', '14 BAD headsAgain', '15 BAD headsAgain'],
      ...['17 BAD hiddenRow', '19 BAD totalRow', '20 BAD totalRow'],
    ])
    expect(batch).toMatchObject({ state: 'done', good: 7, bad: 8 })
    expect(await customerOf('+8614000020001')).toMatchObject([{ name: '王雨欣', gender: 'female' }])
  })

  test('a better list takes over what nobody has in hand, and closes the lead it replaces', async () => {
    const { w, fresh, imported } = at
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
    const better = await imported('a.csv', content, 'A')
    expect(better.batch).toMatchObject({ good: 1, dup: 1 })
    const ends = await w.sql`select state, closed_as from lead where batch_id = ${old.batchId} order by state`
    expect(ends).toEqual([
      { state: 'agent', closed_as: null },
      { state: 'closed', closed_as: 'superseded' },
    ])
  })

  test('who took consent back is not brought in again by a list', async () => {
    const { w, fresh, imported, resultsOf } = at
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
