import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basis, handedIn, listWorld } from '../../../test/lists.ts'
import { encode } from '../../../test/office-files.ts'
import { refusedFor } from '../../../test/refused.ts'
import { forgetCells } from './batches.ts'

let at: Awaited<ReturnType<typeof listWorld>>
beforeAll(async () => {
  at = await listWorld()
})
afterAll(() => at.w.close())

describe('[S4.4.10a K] source and consent evidence', () => {
  test('a list without them is refused before a row is read, and the refusal is kept', async () => {
    const { w, productId, fresh } = at
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
    const { w, fresh, imported, customerOf } = at
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
    const { w, productId, fresh, work } = at
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
    await work()
    expect(await w.as('liu').lists.batch({ batchId })).toMatchObject({
      state: 'failed',
      error: { code: 'badBytes' },
      good: 0,
    })
  })

  test('columns are kept under a name and fit the next file with these heads, in any order', async () => {
    const { w } = at
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
    const { w, fresh, imported } = at
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
