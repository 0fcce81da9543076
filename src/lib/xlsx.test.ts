import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fileOf, workbookOf, zipOf } from '../../test/office-files.ts'
import { sniff } from './sniff.ts'
import { openXlsx } from './xlsx.ts'
import { columnLetters, columnOf, elapsedText, momentText, numberKind } from './xlsxCells.ts'
import { XLSX_LIMITS } from './xlsxPackage.ts'

async function read(path: string, sheet?: string) {
  const book = await openXlsx(path)
  try {
    return await Array.fromAsync(book.rows(sheet))
  } finally {
    book.close()
  }
}

const cellsOf = async (path: string, sheet?: string) => (await read(path, sheet)).map(({ cells }) => cells)

const data = (rows: string) => `<sheetData>${rows}</sheetData>`
const one = (name: string, xml: string) => ({ name, file: 'worksheets/sheet1.xml', xml })

describe('a workbook', () => {
  test('has its sheets in the order of the tabs, whatever their files are called; hidden ones are known', async () => {
    const path = await workbookOf([
      { name: '隱藏', file: 'worksheets/sheet3.xml', xml: data('<row><c><v>3</v></c></row>'), state: 'veryHidden' },
      { name: '名單', file: 'worksheets/sheet2.xml', xml: data('<row><c><v>2</v></c></row>') },
      { name: '舊 &amp; 新', file: 'worksheets/sheet1.xml', xml: data('<row><c><v>1</v></c></row>') },
    ])
    const book = await openXlsx(path)
    expect(book.sheets).toEqual([
      { name: '隱藏', hidden: true },
      { name: '名單', hidden: false },
      { name: '舊 & 新', hidden: false },
    ])
    book.close()
    expect(await cellsOf(path)).toEqual([[2]])
    expect(await cellsOf(path, '舊 & 新')).toEqual([[1]])
    await expect(cellsOf(path, '沒有')).rejects.toMatchObject({ code: 'sheetUnknown', values: { sheet: '沒有' } })
  })

  test('keeps the row numbers of Excel, knows hidden rows, and leaves out empty ones and empty cells', async () => {
    const path = await workbookOf([
      one(
        'S',
        data(
          '<row r="3"><c r="B3"><v>1</v></c><c r="XFD3" s="1"/></row><row r="4"/><row r="7" hidden="1"><c r="A7" t="b"><v>1</v></c></row>',
        ),
      ),
    ])
    expect(await read(path)).toEqual([
      { rowNo: 3, cells: [null, 1], raw: ['', '1'], hidden: false },
      { rowNo: 7, cells: [true], raw: ['TRUE'], hidden: true },
    ])
  })

  test('reads cells without a reference, prefixed names, inline, shared and formula texts, failed formulas', async () => {
    const path = await workbookOf(
      [
        {
          name: 'S',
          file: 'worksheets/sheet1.xml',
          xml: `<x:sheetData xmlns:x="u"><x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="inlineStr"><x:is><x:r><x:t>王</x:t></x:r><x:r><x:t>小明</x:t></x:r></x:is></x:c><x:c t="str"><x:f>A1&amp;"x"</x:f><x:v>甲x</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c><x:c><x:v>1.3800138E10</x:v></x:c></x:row></x:sheetData>`,
        },
      ],
      {
        more: {
          'xl/sharedStrings.xml':
            '<sst><si><t>甲</t><rPh><t>jia</t></rPh><t xml:space="preserve"> _x000D_乙</t></si></sst>',
        },
      },
    )
    expect(await read(path)).toEqual([
      {
        rowNo: 1,
        cells: ['甲 \r乙', '王小明', '甲x', null, 13_800_138_000],
        raw: ['甲 \r乙', '王小明', '甲x', '#N/A', '13800138000'],
        hidden: false,
      },
    ])
  })

  test.each([
    ['1900', '', ['2026-06-17', '2026-06-17T09:20:00', '09:20:00', '27:05:09', 46_190]],
    ['1904', '<workbookPr date1904="1"/>', ['2030-06-18', '2030-06-18T09:20:00', '09:20:00', '27:05:09', 46_190]],
  ])('tells days, times and lengths from numbers by their format, %s calendar', async (_, properties, expected) => {
    const path = await workbookOf(
      [
        one(
          'S',
          data(
            `<row><c s="1"><v>46190</v></c><c s="1"><v>46190.3888888889</v></c><c s="2"><v>0.388888888888889</v></c><c s="3"><v>1.12857638888889</v></c><c s="4"><v>46190</v></c></row>`,
          ),
        ),
      ],
      {
        properties,
        more: {
          'xl/styles.xml':
            '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/><numFmt numFmtId="166" formatCode="[Red]0.00&quot;days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf/><xf numFmtId="164"/><xf numFmtId="20"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>',
        },
      },
    )
    expect(await cellsOf(path)).toEqual([expected])
  })

  test('refuses a filled cell beyond the last column, not a coloured one', async () => {
    const path = await workbookOf([one('S', data('<row r="2"><c r="ALM2"><v>1</v></c></row>'))])
    await expect(read(path)).rejects.toMatchObject({ code: 'tooManyColumns', values: { row: 2, limit: 1000 } })
  })
})

describe('a file that is no workbook is refused with what it is', () => {
  const ole = (name: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), randomBytes(2_000_000), Buffer.from(name, 'utf16le')])

  test.each([
    ['empty', ''],
    ['passwordProtected', ole('EncryptedPackage')],
    ['oldXls', ole('Workbook')],
    ['htmlAsXls', '\ufeff\r\n<html xmlns:x="urn:x"><table><tr><td>1</td></tr></table></html>'],
    ['htmlAsXls', '<?xml version="1.0"?><html><table/></html>'],
    ['xmlSpreadsheet', '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'],
    ['notTable', '%PDF-1.7'],
    ['notTable', Buffer.from('89504e470d0a1a0a0000', 'hex')],
  ])('%s', async (code, content) => {
    await expect(sniff(await fileOf(content, 'list.xls'))).rejects.toMatchObject({ code })
  })

  test.each([
    ['xlsb', { 'xl/workbook.bin': '' }],
    ['ods', { mimetype: '', 'content.xml': '', 'META-INF/manifest.xml': '' }],
    ['zipArchive', { 'list.csv': 'a,b' }],
    [
      'zipArchive',
      {
        '_rels/.rels': `<R><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/></R>`,
        'word/document.xml': '<d/>',
      },
    ],
  ])('%s by its parts', async (code, parts) => {
    await expect(openXlsx(await zipOf(parts as Record<string, string>))).rejects.toMatchObject({ code })
  })

  test.each([
    ['cut off', '<sheetData><row><c><v>1'],
    ['a DTD', '<!DOCTYPE x [<!ENTITY a "b">]><sheetData/>'],
    ['a missing shared string', data('<row><c t="s"><v>7</v></c></row>')],
    ['a number that is none', data('<row><c><v>abc</v></c></row>')],
    ['no end to the sheet', '<sheetData><row></c></row></sheetData>'],
  ])('damaged: %s', async (_, xml) => {
    await expect(read(await workbookOf([one('S', xml)]))).rejects.toMatchObject({ code: 'damaged' })
  })

  test('damaged: not a whole zip', async () => {
    await expect(openXlsx(await fileOf('PK\u0003\u0004 and no more', 'list.xlsx'))).rejects.toMatchObject({
      code: 'damaged',
    })
  })

  test('noSheet', async () => {
    await expect(openXlsx(await workbookOf([]))).rejects.toMatchObject({ code: 'noSheet' })
  })
})

describe('a bomb is refused before it goes off', () => {
  test('by its declared size', async () => {
    const path = await workbookOf([one('S', data(`<row><c t="str"><v>${'a'.repeat(20_000_000)}</v></c></row>`))])
    await expect(openXlsx(path)).rejects.toMatchObject({ code: 'tooLarge' })
  })

  test('by one endless text, by too many shared strings', async () => {
    const text = randomBytes(3_000_000).toString('hex')
    const long = await workbookOf([one('S', data(`<row><c t="str"><v>${text}</v></c></row>`))])
    await expect(read(long)).rejects.toMatchObject({ code: 'tooLarge' })
    const many = await workbookOf([one('S', data('<row><c t="s"><v>0</v></c></row>'))], {
      more: { 'xl/sharedStrings.xml': `<sst>${'<si><t>a</t></si>'.repeat(11)}</sst>` },
    })
    const book = await openXlsx(many, { ...XLSX_LIMITS, strings: 10 })
    await expect(Array.fromAsync(book.rows())).rejects.toMatchObject({ code: 'tooLarge' })
    book.close()
  })
})

describe('cells', () => {
  test.each([
    [1, '1900-01-01'],
    [59, '1900-02-28'],
    [61, '1900-03-01'],
    [46_190.999_999, '2026-06-18'],
    [2_958_465, '9999-12-31'],
    [-1, -1],
    [2_999_999_999, 2_999_999_999],
  ])('serial %d', (serial, text) => {
    expect(momentText(serial, false)).toBe(text)
  })

  test.each([
    [14, undefined, 'moment'],
    [31, undefined, 'moment'],
    [46, undefined, 'elapsed'],
    [48, undefined, 'number'],
    [49, undefined, 'number'],
    [200, 'yyyy年m月d日', 'moment'],
    [200, '[$-804]h:mm AM/PM', 'moment'],
    [200, '#,##0"days"', 'number'],
    [200, '[Red]-0.00', 'number'],
    [200, 'General', 'number'],
    [200, '_ ¥* #,##0_ ', 'number'],
    [200, '[mm]:ss', 'elapsed'],
  ] as const)('format %d %s is a %s', (id, code, kind) => {
    expect(numberKind(id, code)).toBe(kind)
  })

  test('letters of columns go both ways', () => {
    for (const column of [0, 25, 26, 51, 701, 702, 16_383]) expect(columnOf(`${columnLetters(column)}12`)).toBe(column)
    expect(columnLetters(27)).toBe('AB')
    expect(elapsedText(-0.5)).toBe('-12:00:00')
  })
})
