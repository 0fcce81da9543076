import { describe, expect, test } from 'vitest'
import { judgeNumber, splitNumbers } from './phoneNumber.ts'
import { openTables, type Table, type TableRow } from './table.ts'

/* The files of demo/messy, read as any other; what is expected was written from the files as a person sees them. */

const pathOf = (name: string) => new URL(`../../demo/messy/${name}`, import.meta.url).pathname

async function read(name: string) {
  const { tables, close } = await openTables(decodeURIComponent(pathOf(name)), name)
  try {
    const sheets: { table: Table; rows: TableRow[] }[] = []
    for (const table of tables) sheets.push({ table, rows: await Array.fromAsync(table.rows()) })
    return { ...sheets[0]!, sheets }
  } finally {
    close()
  }
}

const data = (rows: readonly TableRow[]) =>
  rows.filter(({ skip, hidden }) => skip === null && !hidden).map(({ cells }) => cells)

describe('leads under two rows of heads', () => {
  test('have their names, their groups on each row, and tell sums, hidden rows and the heads of the next page', async () => {
    const { table, rows } = await read('leads-two-heads.xlsx')
    expect(table).toMatchObject({ headerRow: 4, headerRows: [4, 5] })
    expect(table.headers).toEqual([
      ...['組別', '客戶 姓名', '客戶 性別', '聯絡電話 手機', '聯絡電話 市話', '保單 到期日', '保單 年繳保費', '備註'],
    ])
    expect(data(rows)).toEqual([
      ['一組', '王雨欣', '女', 14_000_020_001, null, '2027-01-15', 3600, '白天'],
      ['一組', '張浩然', '男', 14_000_020_003, null, '2027-02-01', 2400, '晚上'],
      ['二組', '陳梓萱', '女', 14_000_020_004, null, '2027-03-08', 5200, null],
      ['二組', '合思遠', '男', 14_000_020_005, null, '2026-12-31', 1800, '已轉介'],
      ['二組', '楊佳怡', '女', 14_000_020_006, null, '2027-01-02', 3000, null],
      ['三組', '趙俊傑', '男', 14_000_020_007, null, '2027-04-18', 6000, null],
      ['三組', '周宇軒', '男', 14_000_020_009, null, '2027-05-20', 4100, '合計兩張保單'],
    ])
    const aside = rows.filter(({ skip, hidden }) => skip !== null || hidden)
    expect(aside.map(({ rowNo, skip, hidden }) => [rowNo, hidden ? 'hidden' : skip])).toEqual([
      ...[
        [7, 'hidden'],
        [9, 'total'],
        [13, 'total'],
        [14, 'heads'],
        [15, 'heads'],
        [17, 'hidden'],
      ],
      ...[
        [19, 'total'],
        [20, 'total'],
      ],
    ])
  })

  test('are the same when the sheet was saved as csv, which knows no merged cells', async () => {
    const { rows: merged } = await read('leads-two-heads.xlsx')
    const { table, rows } = await read('leads-two-heads.csv')
    expect(table.headerRows).toEqual([4, 5])
    expect(table.headers.slice(0, 4)).toEqual(['組別', '客戶 姓名', '客戶 性別', '聯絡電話 手機'])
    expect(rows.map(({ rowNo, skip }) => [rowNo, skip])).toEqual(merged.map(({ rowNo, skip }) => [rowNo, skip]))
    expect(rows.map(({ cells }) => cells[1])).toEqual(merged.map(({ cells }) => cells[1]))
  })
})

test('one sheet a leader: each with its own heads, one in another order, notes among them, a hidden one not', async () => {
  const { sheets } = await read('three-leaders.xlsx')
  expect(sheets.map(({ table, rows }) => [table.sheet, table.headerRow, data(rows).length])).toEqual([
    ...[
      ['晨光組', 2, 3],
      ['潮汐組', 1, 3],
      ['遠帆組', 1, 2],
      ['說明', 1, 3],
    ],
  ])
  const of = (at: number, head: string) => {
    const { table, rows } = sheets[at]!
    return data(rows).map((cells) => cells[table.headers.indexOf(head)])
  }
  expect(of(0, '姓名')).toEqual(['安寧', '柏川', '陳一'])
  expect(of(1, '姓名')).toEqual(['鄧飛', '高遠', '韓雨桐'])
  expect(of(1, '受理保費')).toEqual([9800, 2400, 0])
  expect(of(2, '通話時長')).toEqual(['2:10:11', '1:52:47'])
  expect(sheets.map(({ rows }) => rows.filter(({ skip }) => skip === 'total').length)).toEqual([1, 1, 1, 0])
  expect(sheets[0]!.table.sheets).toContainEqual({ name: '十月', hidden: true })
})

test('numbers to dial: repaired where every digit is there, else refused with the reason', async () => {
  const { rows } = await read('mobiles.csv')
  const judge = (cell: TableRow['cells'][number]): string => {
    const judged = judgeNumber(cell ?? null, 'CN', { allow: { CN: ['140'] } })
    if (judged.ok) return judged.extension ? `${judged.e164} ${judged.extension}` : judged.e164
    const parts = typeof cell === 'string' ? splitNumbers(cell) : []
    return parts.length > 1 ? parts.map((part) => judge(part)).join(' ') : judged.code
  }
  const said = rows.map(({ cells: [name, number], skip }): string => `${name} ${skip ?? judge(number ?? null)}`)
  expect(said).toEqual([
    '王偉 +8614000010001',
    '李芳 scientific',
    '張娜 scientific',
    '劉秀英 +8614000010002',
    '陳敏 +8614000010003',
    '楊靜 +8614000010004',
    '趙麗 +8614000010005 801',
    '黃強 +8614000010006 +8614000010007',
    '周磊 +8614000010008 +8614000010009',
    '吳軍 +8614000010010',
    '徐洋 +8614000010011',
    '孫勇 +8614000010012',
    '胡艷 +8614000010013',
    '朱杰 tooShort',
    '高娟 tooLong',
    '林濤 empty',
    '何明 notANumber',
    '總計 total',
  ])
})

test('days and amounts come as the file has them, real days as ISO', async () => {
  const days = await read('days.xlsx')
  expect(data(days.rows).map(([, day]) => day)).toEqual([
    ...[45_356, '2024-03-05', '2024.3.5', '3月5日', '民國113年3月5日', '113/3/5', '2024/3/5 14:05'],
    ...['2024-03-05T14:05:00', '20240305', '2024年3月5日', null, '05/03/2024', '上週五', '2024-02-30'],
  ])
  const { table, rows } = await read('people-amounts.xlsx')
  expect(table.headers).toEqual(['業務員', '工號', '客戶姓名', '身分證號', '受理件數', '受理保費', '發放'])
  expect(rows.map(({ cells, skip }) => (skip ? skip : cells[5]))).toEqual([
    ...['1.2萬', '12,000元', '¥3,600', '(500)', '3600.50', '一千二', '$1,200.00', '2.5w', '0', 'total'],
  ])
  // Excel keeps fifteen digits; the rest are zeros of its own, and none of ours.
  expect(rows[2]!.raw[3]).toBe('990301198803030000')
})

test('the file of the insurer: heads below what it is about, a sum at the end, a product that is called Total Care', async () => {
  const { table, rows } = await read('insurer.xlsx')
  expect(table.headers).toEqual(['序號', '投保單號', '保單號', '險種', '業務員', '受理日', '年化保費', '狀態'])
  expect(rows.map(({ skip }) => skip)).toEqual([...Array.from({ length: 9 }, () => null), 'total'])
  expect(data(rows).map((cells) => cells[7])).toEqual([
    ...['已承保', '照會中', '已承保', '拒保', '猶豫期退保', '撤單', '失效', '已回執', '核保通過'],
  ])
})

test('records of the switch have no heads', async () => {
  const { table, rows } = await read('cdr-master.csv')
  expect([table.headerRow, table.headers.length, rows.length]).toEqual([null, 17, 6])
  expect(rows.map(({ cells }) => cells[14])).toEqual([
    ...['ANSWERED', 'NO ANSWER', 'BUSY', 'ANSWERED', 'FAILED', 'CONGESTION'],
  ])
})

test.each([
  [
    'partner-gb.csv',
    { encoding: 'gb18030', encodingSure: true, delimiter: ';' },
    ['客户姓名', '手机', '省份', '备注'],
    3,
  ],
  [
    'partner-big5.csv',
    { encoding: 'big5', encodingSure: true, delimiter: ',' },
    ['客戶姓名', '性別', '手機', '地址'],
    3,
  ],
  ['unicode-text.tsv', { encoding: 'utf-16le', encodingSure: true, delimiter: '\t' }, ['姓名', '手機', '城市'], 3],
])('%s is read in the encoding it is in', async (name, said, headers, count) => {
  const { table, rows } = await read(name)
  expect(table).toMatchObject({ ...said, headers, headerRow: 1 })
  expect(rows).toHaveLength(count)
})

test('line ends, marks and delimiters inside quotation marks stay', async () => {
  expect(data((await read('partner-gb.csv')).rows).map((cells) => cells[3])).toEqual([
    ...['白天打\r\n晚上也行', '说"考虑一下";再联系', null],
  ])
  expect(data((await read('partner-big5.csv')).rows)[0]![3]).toBe('臺北市信義區, 三樓')
  expect(data((await read('unicode-text.tsv')).rows)[2]![2]).toBe('廣州\t番禺')
})

test.each([
  ['password.xlsx', 'passwordProtected'],
  ['old.xls', 'oldXls'],
  ['report.xls', 'htmlAsXls'],
  ['list.ods', 'ods'],
])('%s is refused as %s', async (name, code) => {
  await expect(read(name)).rejects.toMatchObject({ name: 'TableError', code })
})
