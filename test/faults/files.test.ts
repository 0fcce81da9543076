import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csvText } from '../../src/lib/csv.ts'
import { openTable } from '../../src/lib/table.ts'
import type { TableErrorCode } from '../../src/lib/tableError.ts'
import { writeXlsx } from '../../src/lib/xlsxWrite.ts'
import words from '../../src/modules/lists/words.json' with { type: 'json' }
import shared from '../../src/ui/words.json' with { type: 'json' }
import { basis, handedIn, listWorld } from '../lists.ts'
import { encode, fileOf, workbookOf, zipOf } from '../office-files.ts'

/* Files that offices hand in and that nobody would make by intent, through the operations that people use. */

let at: Awaited<ReturnType<typeof listWorld>>
beforeAll(async () => {
  at = await listWorld()
})
afterAll(() => at.w.close())

const look = async (content: Uint8Array | { path: string }, name = 'list.csv', opening = {}) =>
  await at.w.as('liu').lists.inspect({ fileId: await handedIn(at.w, name, content), ...opening })

/** Both languages have a sentence for it. */
const worded = (code: string) => {
  const key = `file.problem.${code}` as keyof typeof shared.en
  expect([shared.en[key], shared.hant[key]]).toEqual([expect.any(String), expect.any(String)])
}

const CODES: Readonly<Record<TableErrorCode, true>> = {
  ...{
    empty: true,
    passwordProtected: true,
    oldXls: true,
    htmlAsXls: true,
    xmlSpreadsheet: true,
    xlsb: true,
    ods: true,
  },
  ...{ zipArchive: true, notTable: true, damaged: true, tooLarge: true, tooManyColumns: true, tooManyRows: true },
  ...{ noSheet: true, sheetUnknown: true, badBytes: true, quoteNotClosed: true, recordTooLong: true },
}

test.each(Object.keys(CODES))('%s is said with what to do about it, in both languages', (code) => {
  worded(code)
  const key = `file.problem.${code}` as keyof typeof shared.en
  expect(shared.hant[key]).toMatch(/請/)
  // A sentence about the file, then one about what helps.
  expect(shared.en[key]).toMatch(/\. [A-Z]/)
})

describe('a csv', () => {
  test('in another encoding than its system says is read as what it is, also across a late first Chinese character', async () => {
    for (const encoding of ['gb18030', 'big5'] as const) {
      const text = encoding === 'big5' ? '姓名,電話\n王小明,' : '姓名,电话\n王小明,'
      const { file } = await look(encode(`${text}${at.fresh()}\n`, encoding))
      expect(file).toMatchObject({ encoding, columns: [{ suggested: 'name' }, { suggested: 'phone1' }] })
    }
  })

  test('opened in an encoding that it is not in is refused with the row, and nothing of it is taken', async () => {
    const { problem, file } = await look(encode('姓名,电话\n王小明,1\n', 'gb18030'), 'a.csv', { encoding: 'utf-8' })
    expect([problem?.code, file]).toEqual(['badBytes', null])
    worded('badBytes')
  })

  test('with 40 columns is taken whole: names, numbers, and each other column as a fact under its head', async () => {
    const more = Array.from({ length: 38 }, (_, n) => n + 1)
    const number = at.fresh()
    const lines = [
      ['姓名', '手机', ...more.map((n) => `欄 ${n}`)],
      ['王小明', number, ...more.map((n) => `值 ${n}`)],
    ]
    const fileId = await handedIn(at.w, 'wide.csv', Buffer.from(lines.map((line) => line.join(',')).join('\n')))
    const mapping = ['name', 'phone1', ...more.map(() => 'fact' as const)] as const
    const { batchId } = await at.w.as('liu').lists.createBatch(basis(at.productId, fileId, 'wide', lines[0]!, mapping))
    await at.w.as('liu').lists.start({ batchId })
    await at.work()
    expect(await at.w.as('liu').lists.batch({ batchId })).toMatchObject({ state: 'done', good: 1 })
    const [customer] = await at.customerOf(`+86${number}`)
    expect(Object.keys(customer!.facts)).toHaveLength(38)
    expect(customer!.facts['欄 38']).toBe('值 38')
  })

  test('whose quotation mark never closes names the row where it opened', async () => {
    const { problem } = await look(Buffer.from('name,mobile\nA,13800138000\nB,"13900139000\nC,13700137000\n'))
    expect(problem).toEqual({ code: 'quoteNotClosed', values: { row: 3 } })
    worded('quoteNotClosed')
    worded('recordTooLong')
  })

  test('that is empty, or a zero-byte workbook, is said to be empty', async () => {
    for (const name of ['list.csv', 'list.xlsx'])
      expect((await look(Buffer.alloc(0), name)).problem?.code).toBe('empty')
    worded('empty')
  })

  test('of heads alone, or of blank lines alone, is imported with no row', async () => {
    const { batch } = await at.imported('heads.csv', Buffer.from('name,mobile\n'))
    expect(batch).toMatchObject({ state: 'done', rowsTotal: 0, good: 0 })
  })
})

describe('a workbook that is a bomb', () => {
  const bomb = () =>
    workbookOf([
      {
        name: 'S',
        file: 'worksheets/sheet1.xml',
        xml: `<sheetData><row><c t="str"><v>${'0'.repeat(40_000_000)}</v></c></row></sheetData>`,
      },
    ])

  test('is refused before it is unpacked, in a sentence', async () => {
    const { problem, file } = await look({ path: await bomb() }, 'bomb.xlsx')
    expect([problem?.code, file]).toEqual(['tooLarge', null])
    worded('tooLarge')
  })

  test('of a zip in a zip is no workbook', async () => {
    const inner = await readFile(await bomb())
    const { problem } = await look({ path: await zipOf({ 'inner.xlsx': inner }) }, 'outer.xlsx')
    expect(problem?.code).toBe('zipArchive')
  })
})

describe('rows', () => {
  test('whose numbers are none are left out one by one, each with its reason', async () => {
    const none: [string, string][] = [
      ['12', 'tooShort'],
      ['1.38E+10', 'scientific'],
      ['call me', 'notANumber'],
      ['10086', 'shortCode'],
      ['1380013800013800138000', 'tooLong'],
      ['=1+1', 'notANumber'],
      ['', 'noNumber'],
    ]
    const good = at.fresh()
    const lines = ['name,mobile', ...none.map(([number], n) => `N${n},${number}`), `G,${good}`]
    const { batchId, batch } = await at.imported('none.csv', Buffer.from(lines.join('\n')))
    expect(batch).toMatchObject({ state: 'done', good: 1, rowsDone: none.length + 1 })
    const results = await at.resultsOf(batchId)
    const codes = results.filter(({ result }) => result !== 'GOOD').map(({ code }) => code)
    for (const code of codes)
      expect(words.en[`lists.code.${code}` as keyof typeof words.en]).toEqual(expect.any(String))
    expect(codes).toHaveLength(none.length)
    expect(results.at(-1)).toMatchObject({ result: 'GOOD' })
  })

  test('with a name and a remark of 10,000 characters are taken, cut to what a page can show', async () => {
    const number = at.fresh()
    const { batch } = await at.imported(
      'long.csv',
      Buffer.from(`name,mobile,note\n${'王'.repeat(10_000)},${number},${'長'.repeat(10_000)}\n`),
    )
    expect(batch).toMatchObject({ state: 'done', good: 1 })
    const [customer] = await at.customerOf(`+86${number}`)
    expect([customer!.name.length, String(customer!.facts.note).length]).toEqual([100, 2000])
    expect(await at.w.as('liu').lists.batches({})).toBeDefined()
  })

  test('with HTML in names and remarks keep it as it was typed', async () => {
    const number = at.fresh()
    const [name, note] = ['<b>王</b>', '<img src=x onerror=alert(1)> & "quoted"']
    await at.imported('html.csv', Buffer.from(`name,mobile,note\n${name},${number},"${note.replaceAll('"', '""')}"\n`))
    expect(await at.customerOf(`+86${number}`)).toMatchObject([{ name, facts: { note } }])
  })
})

describe('exports: what a spreadsheet would run is text', () => {
  const RUN = ['=1+1', '+cmd|x', '-cmd|x', '@SUM(A1)', '\t=1', '\r=1', '＝1', '=HYPERLINK("http://x","y")']

  test('in csv each is led by an apostrophe', async () => {
    let text = ''
    for await (const piece of csvText([RUN, ['-5', '+8613800138000', '王']], { bom: false })) text += piece
    const path = await fileOf(text)
    const table = await openTable(path, 'out.csv', { headerRow: null })
    const rows = await Array.fromAsync(table.rows())
    table.close()
    expect(rows[0]!.raw).toEqual(RUN.map((value) => `'${value}`))
    // A signed number runs nothing, and stays one.
    expect(rows[1]!.raw.slice(0, 3)).toEqual(['-5', '+8613800138000', '王'])
  })

  test('in a workbook each is an inline text and never a formula', async () => {
    const path = await fileOf('', 'out.xlsx')
    await writeXlsx(path, [{ name: 'S', columns: RUN.map((_, n) => ({ head: `h${n}` })), rows: [RUN] }])
    const table = await openTable(path, 'out.xlsx')
    const rows = await Array.fromAsync(table.rows())
    table.close()
    expect(rows[0]!.raw.map((value) => value.replaceAll('\r', '\n'))).toEqual(
      RUN.map((value) => value.replaceAll('\r', '\n')),
    )
  })

  test('in the file of rows that were not taken, as it is fetched', async () => {
    const lines = RUN.slice(0, 4).map((value) => `"${value}",12`)
    const { batchId } = await at.imported('run.csv', Buffer.from(['name,mobile', ...lines, ''].join('\n')))
    const { text } = await at.w.as('liu').lists.errorFile({ batchId, language: 'en' })
    for (const line of text.split('\r\n').slice(1, 5)) expect(line).toMatch(/^\d+,'[=+\-@]/)
  })
})
