import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encode, fileOf, folder, workbookOf } from '../../test/office-files.ts'
import { openTable, openTables, type TableOptions } from './table.ts'
import { type WriteCell, writeXlsx } from './xlsxWrite.ts'

async function read(path: string, options: TableOptions = {}) {
  const table = await openTable(path, 'list', options)
  try {
    const rows = await Array.fromAsync(table.rows())
    return { table, rows, cells: rows.map(({ cells }) => cells) }
  } finally {
    table.close()
  }
}

const csv = async (text: string, options: TableOptions = {}) => read(await fileOf(text), options)

async function workbook(rows: WriteCell[][], options: TableOptions = {}) {
  const path = join(await folder(), 'list.xlsx')
  const [first = [], ...rest] = rows
  await writeXlsx(path, [
    { name: '名單', columns: first.map((head) => ({ head: String(head ?? '') })), rows: rest },
    { name: '第二', columns: [{ head: '保單' }, { head: '保費' }], rows: [['P1', 1200]] },
  ])
  return read(path, options)
}

describe('the heads', () => {
  test('stand below a title, a date and an empty line', async () => {
    const { table, rows } = await csv(
      '2026年6月名单,,,\n制表：王小明,,2026-06-17,\n\n姓名,手机,城市,备注\n张三,13800138000,深圳,\n',
    )
    expect(table.headerRow).toBe(4)
    expect(table.headers).toEqual(['姓名', '手机', '城市', '备注'])
    expect(rows).toEqual([
      {
        rowNo: 5,
        cells: ['张三', '13800138000', '深圳', null],
        raw: ['张三', '13800138000', '深圳', ''],
        hidden: false,
        skip: null,
      },
    ])
  })

  test('are missing where the first wide row holds a number to dial', async () => {
    const { table, cells } = await csv('张三,13800138000,深圳\n李四,13900139000,广州\n')
    expect(table.headerRow).toBeNull()
    expect(table.headers).toEqual(['', '', ''])
    expect(cells).toHaveLength(2)
  })

  test('of a single column', async () => {
    expect((await csv('手机号\n13800138000\n')).table.headerRow).toBe(1)
    expect((await csv('13800138000\n13900139000\n')).table.headerRow).toBeNull()
  })

  test('may leave a column without one, be told twice, or hold a line end', async () => {
    const { table } = await csv('姓名,"手机\n（必填）",,备注,备注\na,13800138000,x,y,z\n')
    expect(table.headers).toEqual(['姓名', '手机 （必填）', '', '备注', '备注'])
  })

  test('are where somebody says they are', async () => {
    const text = '甲,乙\n姓名,手机\n张三,13800138000\n'
    expect((await csv(text)).table.headers).toEqual(['甲', '乙'])
    expect((await csv(text, { headerRow: 2 })).table.headers).toEqual(['姓名', '手机'])
    const { table, cells } = await csv(text, { headerRow: null })
    expect([table.headerRow, cells.length]).toEqual([null, 3])
  })

  test('of a workbook with a title', async () => {
    const { table, cells } = await workbook([
      ['六月名單'],
      [],
      ['姓名', '電話', '到期日'],
      ['王小明', 13_800_138_000, Temporal.PlainDate.from('2026-07-01')],
    ])
    expect(table.headerRow).toBe(3)
    expect(cells).toEqual([['王小明', 13_800_138_000, '2026-07-01']])
  })
})

describe('heads of several rows', () => {
  const two = '六月業績\n工號,受理,,承保,\n,件數,保費,件數,保費\nA1,3,1200,1,400\nA2,1,300,,\n'
  const names = ['工號', '受理 件數', '受理 保費', '承保 件數', '承保 保費']

  test('are joined, and their last row is no data', async () => {
    const { table, rows } = await csv(two)
    expect([table.headerRow, table.headerRows, table.headers]).toEqual([2, [2, 3], names])
    expect(rows.map(({ rowNo }) => rowNo)).toEqual([4, 5])
    expect((await csv(two, { headerRow: 2 })).table.headerRows).toEqual([2, 3])
  })

  test('of a workbook are known by the cells that were merged, which are filled down below them', async () => {
    const row = (no: number, ...cells: string[]) =>
      `<row r="${no}">${cells.map((cell, at) => (cell ? `<c r="${'ABCDE'[at]}${no}" t="str"><v>${cell}</v></c>` : '')).join('')}</row>`
    const rows = [
      row(1, '名單'),
      row(2, '組別', '聯絡', '', '備註 sheetData&gt;'),
      row(3, '', '微信', '地址'),
      row(4, '一組', 'wx1', '深圳'),
      row(5, '', 'wx2', '廣州', 'sheetData>'),
      row(6, '', 'wx3', '上海'),
      row(7, '二組', 'wx4', '北京'),
      row(8, '', 'wx5', '天津'),
    ]
    const refs = ['A1:D1', 'A2:A3', 'B2:C2', 'D2:D3', 'A7:A8', 'A4:A6']
    const path = await workbookOf([
      {
        name: 'S',
        file: 'worksheets/sheet1.xml',
        xml: `<x:sheetData xmlns:x="u">${rows.join('')}</x:sheetData><mergeCells count="6">${refs.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`.replaceAll(
          /<(\/?)(row|c|v)\b/g,
          '<$1x:$2',
        ),
      },
    ])
    const { table, cells } = await read(path)
    expect(table.headers).toEqual(['組別', '聯絡 微信', '聯絡 地址', '備註 sheetData>'])
    expect(cells.map(([group]) => group)).toEqual(['一組', '一組', '一組', '二組', '二組'])
  })
})

test('sums and the heads of the next page are told, wherever they stand', async () => {
  const page = '六月名單,,\n姓名,手機,保費\n'
  const { rows } = await csv(`${page}王,13800138000,3\n小計,,3\n${page}李,13900139000,4\n合計,,7\n`)
  expect(rows.map(({ rowNo, skip }) => [rowNo, skip])).toEqual([
    ...[
      [3, null],
      [4, 'total'],
      [5, 'heads'],
      [6, 'heads'],
      [7, null],
      [8, 'total'],
    ],
  ])
})

test('a table under any titles and with any sums between reads back to its rows', async () => {
  const word = fc.constantFrom('王小明', '李華', '陳大文', '合', '小計明', 'Total Care')
  const data = fc.tuple(word, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 99_999 }))
  const title = fc.constantFrom('六月業績,,', '製表：小王,,2026-06-30', ',,內部資料', '')
  const sum = fc.constantFrom('小計,9,1200', '一組小計,,300', ',合計,3', 'Total,12,5', '姓名,件數,保費')
  await fc.assert(
    fc.asyncProperty(
      fc.array(title, { maxLength: 3 }),
      fc.array(fc.tuple(data, fc.option(sum)), { minLength: 4, maxLength: 20 }),
      async (titles, body) => {
        const lines = body.flatMap(([row, after]) => [row.join(','), ...(after === null ? [] : [after])])
        const { table, rows } = await csv(`${[...titles, '姓名,件數,保費', ...lines].join('\n')}\n`)
        expect(table.headers).toEqual(['姓名', '件數', '保費'])
        expect(rows.filter(({ skip }) => skip === null).map(({ cells }) => cells)).toEqual(
          body.map(([row]) => row.map(String)),
        )
      },
    ),
    { numRuns: 50 },
  )
})

describe('cells', () => {
  test('are trimmed of every kind of space, empty is null, raw is as it was', async () => {
    const { rows } = await csv('a,b,c,d\n\u3000王\u00a0,"=""0138""",\t13800138000,\u200b\n')
    expect(rows[0]?.cells).toEqual(['王', '0138', '13800138000', null])
    expect(rows[0]?.raw).toEqual(['\u3000王\u00a0', '="0138"', '\t13800138000', '\u200b'])
  })

  test('that a system wrote as ="…" for Excel hold what stands inside', async () => {
    const { cells } = await csv('姓名,手机\n王,="013800138000"\n')
    expect(cells).toEqual([['王', '013800138000']])
  })

  test('of a short row are filled up, of a long one kept; empty rows are left out', async () => {
    const { table, rows } = await csv('a,b,c,\nx\n,,,\ny,1,2,3,4\n')
    expect(table.headers).toEqual(['a', 'b', 'c', '', ''])
    expect(rows.map(({ rowNo, cells }) => [rowNo, ...cells])).toEqual([
      [2, 'x', null, null, null, null],
      [4, 'y', '1', '2', '3', '4'],
    ])
  })
})

describe('a file', () => {
  test('is opened by what it is: text that a system named .xls', async () => {
    const path = await fileOf(encode('姓名\t电话\r\n王小明\t13800138000\r\n', 'gb18030'), 'list.xls')
    const { table, cells } = await read(path)
    expect(table).toMatchObject({ kind: 'csv', encoding: 'gb18030', encodingSure: true, delimiter: '\t', sheets: [] })
    expect(cells).toEqual([['王小明', '13800138000']])
  })

  test('is read in the encoding and by the delimiter that somebody chose', async () => {
    const path = await fileOf(encode('姓名;電話,分機\n王;1,2\n', 'big5'))
    const { table } = await read(path, { encoding: 'gb18030', delimiter: ',' })
    expect(table).toMatchObject({ encoding: 'gb18030', delimiter: ',' })
    expect(table.headers).not.toContain('姓名')
  })

  test('of several sheets is read sheet by sheet', async () => {
    const { table } = await workbook([['姓名', '電話']])
    expect(table).toMatchObject({ kind: 'xlsx', encoding: null, sheet: '名單' })
    const { table: second, cells } = await workbook([['姓名', '電話']], { sheet: '第二' })
    expect([second.sheet, second.headers, cells]).toEqual(['第二', ['保單', '保費'], [['P1', 1200]]])
  })

  test('is opened once for all its sheets, each with heads of its own', async () => {
    const path = join(await folder(), 'groups.xlsx')
    const columns = (...heads: string[]) => heads.map((head) => ({ head }))
    await writeXlsx(path, [
      {
        name: '一組',
        columns: columns('姓名', '保費'),
        rows: [
          ['王', 1],
          ['小計', 1],
        ],
      },
      { name: '二組', columns: columns('保費', '姓名'), rows: [[2, '李']] },
      { name: '說明', columns: columns('注意'), rows: [] },
    ])
    const read = async (options = {}) => {
      const { tables, close } = await openTables(path, 'groups.xlsx', options)
      const sheets = []
      for (const { sheet, headers, rows } of tables)
        sheets.push([
          sheet,
          headers.join(),
          ...(await Array.fromAsync(rows(), ({ cells, skip }) => `${cells} ${skip}`)),
        ])
      close()
      return sheets
    }
    expect(await read()).toEqual([
      ['一組', '姓名,保費', '王,1 null', '小計,1 total'],
      ['二組', '保費,姓名', '2,李 null'],
      ['說明', '注意'],
    ])
    expect((await read({ sheets: ['說明', '二組'] })).map(([sheet]) => sheet)).toEqual(['說明', '二組'])
    await expect(read({ sheets: ['三組'] })).rejects.toMatchObject({ code: 'sheetUnknown' })
  })

  test('with nothing but spaces has no heads and no rows', async () => {
    const { table, rows } = await csv(' \n\n')
    expect([table.headerRow, table.headers, rows]).toEqual([null, [], []])
  })

  test('of a real campaign is read whole, twice, and says how far it is', async () => {
    const path = join(await folder(), 'bank.csv')
    const packed = new URL('../../demo/data/bank-full.csv.gz', import.meta.url)
    await pipeline(createReadStream(packed), createGunzip(), createWriteStream(path))
    const table = await openTable(path, 'bank-full.csv')
    expect(table).toMatchObject({ encoding: 'utf-8', delimiter: ';', headerRow: 1 })
    expect(table.headers).toHaveLength(17)
    for (const _ of [1, 2]) {
      let rows = 0
      let yes = 0
      let share = 0
      let backwards = 0
      for await (const { cells } of table.rows()) {
        rows += 1
        if (cells[16] === 'yes') yes += 1
        if (table.progress() < share) backwards += 1
        share = table.progress()
      }
      expect([rows, yes, share > 0.9, backwards]).toEqual([45_211, 5289, true, 0])
      expect(table.progress()).toBe(1)
    }
  })
})
