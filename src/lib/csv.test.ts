import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encode, fileOf, folder } from '../../test/office-files.ts'
import { csvLine, csvRows, csvText, guessDelimiter, inspectCsv, writeCsv } from './csv.ts'
import { ENCODINGS, encodingOf, guessEncoding } from './encoding.ts'

const HANS = '姓名,手机号,城市\r\n王小明,13800138000,深圳市\r\n欧阳丽,13900139000,广州市天河区\r\n'
const HANT = '姓名,手機,城市\r\n王小明,0912345678,臺北市\r\n歐陽麗,0922345678,高雄市三民區\r\n'

describe('encoding', () => {
  test.each([
    ['utf-8', 'simplified', Buffer.from(HANS)],
    ['utf-8', 'with a mark', Buffer.from(`\ufeff${HANT}`)],
    ['utf-8', 'plain ASCII', Buffer.from('a,b\n1,2\n')],
    ['gb18030', 'simplified', encode(HANS, 'gb18030')],
    ['gb18030', 'traditional, as a mainland office saves it', encode(HANT, 'gb18030')],
    ['big5', 'traditional', encode(HANT, 'big5')],
    ['utf-16le', 'Excel’s Unicode text', Buffer.from(`\ufeff${HANS}`, 'utf16le')],
    ['gb18030', 'heads only', encode('姓名,电话,备注', 'gb18030')],
    ['big5', 'heads only', encode('姓名,電話,備註', 'big5')],
    ['gb18030', 'names only', encode('赵敏\n周芷若\n张无忌\n谢逊', 'gb18030')],
    ['big5', 'names only', encode('趙敏\n周芷若\n張無忌\n謝遜', 'big5')],
  ])('%s: %s', async (encoding, _, bytes) => {
    expect(guessEncoding(bytes)).toEqual({ encoding, sure: true })
    expect(await encodingOf(await fileOf(bytes))).toEqual({ encoding, sure: true })
  })

  test('each is one that this Node decodes', () => {
    for (const encoding of ENCODINGS) expect(new TextDecoder(encoding).encoding).toBe(encoding)
  })

  test('what is hardly Chinese is not sure', () => {
    expect(guessEncoding(encode('鬯鬲鬻鼗', 'gb18030')).sure).toBe(false)
  })

  test('a long plain beginning says nothing; one bad byte far on makes it no UTF-8', async () => {
    const plain = 'a,13800138000,x\n'.repeat(100_000)
    const late = Buffer.concat([Buffer.from(plain), encode(HANS.repeat(20), 'gb18030')])
    expect(await encodingOf(await fileOf(late))).toEqual({ encoding: 'gb18030', sure: true })
  })
})

describe('delimiter', () => {
  test.each([
    [',', 'a,b\n1,2\n'],
    [';', '"age";"job"\n58;"a, b"\n44;"c"\n'],
    [';', 'a;b;c\n1,5;2,5;x\n3,5;4,5;y\n'],
    ['\t', '名單\n\na\tb\n1, 2\t3\n4\t5\n'],
    ['|', 'P1|張三|1,200.00|x\nP2|李四|900.00|y\n'],
    [';', 'sep=;\na,b;c,d\n'],
    [',', 'phone\n13800138000\n'],
    [',', ''],
    [',', '"多行\n一;二;三\n四;五;六",b\nc,d\n'],
  ])('%j of %j', (delimiter, text) => {
    expect(guessDelimiter(text)).toBe(delimiter)
  })
})

describe('reading', () => {
  const rows = async (content: string | Uint8Array, format: Partial<Parameters<typeof csvRows>[1]> = {}) =>
    Array.fromAsync(csvRows(await fileOf(content), { encoding: 'utf-8', delimiter: ',', ...format }))

  test('rows are counted as Excel shows them: empty ones too, several lines of one field not', async () => {
    expect(await rows('\ufeffa,b\r\n\r\n"x\r\ny",2\r\nz,3,4\n,')).toEqual([
      { rowNo: 1, fields: ['a', 'b'] },
      { rowNo: 2, fields: [''] },
      { rowNo: 3, fields: ['x\r\ny', '2'] },
      { rowNo: 4, fields: ['z', '3', '4'] },
      { rowNo: 5, fields: ['', ''] },
    ])
  })

  test('a mark inside a field is text', async () => {
    const [row] = await rows('5" screen,"he said ""hi""",x\n')
    expect(row?.fields).toEqual(['5" screen', 'he said "hi"', 'x'])
  })

  test('a mark that never closes is refused with the row it opened in', async () => {
    await expect(rows('a,b\n1,"2\n3,4\n')).rejects.toMatchObject({ code: 'quoteNotClosed', values: { row: 2 } })
    const swallowing = `a,b\n1,"2\n${'3,4\n'.repeat(400_000)}`
    await expect(rows(swallowing)).rejects.toMatchObject({ code: 'recordTooLong', values: { row: 2 } })
  })

  test('a byte that the encoding lacks is refused, or replaced when asked', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\n'), Buffer.from([0xff, 0x0a])])
    await expect(rows(bytes)).rejects.toMatchObject({ code: 'badBytes', values: { encoding: 'utf-8' } })
    expect((await rows(bytes, { replaceBadBytes: true })).at(-1)?.fields).toEqual(['\ufffd'])
    await expect(rows(Buffer.from('a,\xc4', 'latin1'), { encoding: 'gb18030' })).rejects.toMatchObject({
      code: 'badBytes',
    })
  })

  test('a file that is not there is an error, not an empty list', async () => {
    const reading = Array.fromAsync(csvRows('/nowhere/list.csv', { encoding: 'utf-8', delimiter: ',' }))
    await expect(reading).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('whoever stops early closes the file', async () => {
    const path = await fileOf('a,b\n'.repeat(200_000))
    for await (const { rowNo } of csvRows(path, { encoding: 'utf-8', delimiter: ',' })) if (rowNo === 2) break
    expect(await inspectCsv(path)).toEqual({ encoding: 'utf-8', delimiter: ',', sure: true })
  })
})

describe('writing', () => {
  test('a formula becomes a text, a signed number stays one', () => {
    expect(csvLine(['=1+1', '@x', '-5', '+86138', '-1-2', '＝1', '\t=1', ' =1', 'a=b', '-1,5'])).toBe(
      `'=1+1,'@x,-5,+86138,'-1-2,'＝1,'\t=1,' =1,a=b,"-1,5"\r\n`,
    )
  })

  test('values of every kind', () => {
    const row = [
      null,
      undefined,
      1.5,
      Number.NaN,
      true,
      Temporal.PlainDate.from('2026-06-17'),
      Temporal.PlainDateTime.from('2026-06-17T09:20'),
    ]
    expect(csvLine(row, ';')).toBe(';;1.5;;TRUE;2026-06-17;2026-06-17 09:20:00\r\n')
  })

  test('is made while it is read: rows that nobody reads are not asked for', async () => {
    let asked = 0
    function* rows() {
      for (;;) {
        asked += 1
        yield [asked, '王小明']
      }
    }
    for await (const piece of csvText(rows(), { bom: false })) {
      expect(piece.startsWith('1,王小明\r\n2,')).toBe(true)
      break
    }
    expect(asked).toBeLessThan(10_000)
  })

  test('what was written is read back, any text but a formula', async () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((s) => s.isWellFormed() && !/^[\s]*[=+\-@＝＋－＠]|^[\t\r\n]|^\ufeff/.test(s))
    const table = fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom(',', ';', '\t'), fc.boolean(), async (written, delimiter, bom) => {
        const path = join(await folder(), 'out.csv')
        await writeCsv(path, written, { delimiter, bom })
        expect((await readFile(path)).subarray(0, 3).equals(Buffer.from('\ufeff'))).toBe(bom)
        const read = await Array.fromAsync(csvRows(path, { encoding: 'utf-8', delimiter }))
        expect(read.map(({ fields }) => fields)).toEqual(written)
      }),
      { numRuns: 60 },
    )
  })
})
