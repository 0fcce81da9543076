import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { folder } from '../../test/office-files.ts'
import { openXlsx } from './xlsx.ts'
import { type WriteCell, writeXlsx, xlsxStream } from './xlsxWrite.ts'

async function there(sheets: Parameters<typeof writeXlsx>[1]) {
  const path = join(await folder(), 'out.xlsx')
  await writeXlsx(path, sheets)
  const book = await openXlsx(path)
  const read = await Promise.all(book.sheets.map(({ name }) => Array.fromAsync(book.rows(name))))
  book.close()
  return { names: book.sheets.map(({ name }) => name), rows: read.map((rows) => rows.map(({ cells }) => cells)) }
}

test('days, times, numbers and texts come back as they went, heads first', async () => {
  const { rows } = await there([
    {
      name: '名單',
      columns: [{ head: '姓名', width: 20 }, { head: '電話' }],
      rows: [
        ['王小明', 13_800_138_000, true, Temporal.PlainDate.from('2026-06-17')],
        [null, undefined, '', Temporal.PlainDateTime.from('2026-06-17T09:20:31'), Temporal.PlainTime.from('21:00')],
        ['=cmd|x', '  spaces ', Number.NaN, Temporal.PlainDate.from('1899-12-31')],
      ],
    },
  ])
  expect(rows[0]).toEqual([
    ['姓名', '電話'],
    ['王小明', 13_800_138_000, true, '2026-06-17'],
    [null, null, null, '2026-06-17T09:20:31', '21:00:00'],
    ['=cmd|x', '  spaces ', null, '1899-12-31'],
  ])
})

test('any text and any number survives', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('_x0041_', '_x_x0041_', 'a\r\nb\tc', '\u0000\u001f\ufffe', '\ud800', '&<>"\''),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean())),
      async (cells) => {
        const { rows } = await there([{ name: 'S', columns: [], rows: [[...cells, 'end']] }])
        const expected = cells.map(
          (cell): WriteCell => (typeof cell === 'string' ? cell.toWellFormed() || null : cell === 0 ? 0 : cell),
        )
        expect(rows[0]).toEqual([[...expected, 'end']])
      },
    ),
    { numRuns: 60 },
  )
})

test('names of sheets are made such that Excel takes them', async () => {
  const { names } = await there(
    ['甲/乙', '甲?乙', '', "'x'", 'a'.repeat(40), 'A'.repeat(40)].map((name) => ({ name, columns: [], rows: [] })),
  )
  expect(names).toEqual(['甲 乙', '甲 乙 2', 'Sheet3', 'x', 'a'.repeat(31), `${'A'.repeat(27)} 2`])
})

test('an error of the rows is the error of the file, which is then gone, and the rows are told to stop', async () => {
  const path = join(await folder(), 'out.xlsx')
  let stopped = false
  async function* rows() {
    try {
      yield ['a']
      throw new Error('the question broke off')
    } finally {
      stopped = true
    }
  }
  await expect(writeXlsx(path, [{ name: 'S', columns: [], rows: rows() }])).rejects.toThrow('the question broke off')
  expect(existsSync(path)).toBe(false)
  expect(stopped).toBe(true)
})

test('whoever stops reading stops the rows', async () => {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<string>()
  async function* rows() {
    try {
      for (let row = 0; ; row++) yield [row, `${row * 7919}`]
    } finally {
      stop('stopped')
    }
  }
  for await (const piece of xlsxStream([{ name: 'S', columns: [], rows: rows() }])) if (piece.length > 10_000) break
  expect(await stopped).toBe('stopped')
})

test('more rows than a sheet has are refused, not cut', async () => {
  const path = join(await folder(), 'out.xlsx')
  const rows = Iterator.from({ next: () => ({ done: false, value: [] as WriteCell[] }) })
  const writing = writeXlsx(path, [{ name: 'S', columns: [], rows: { [Symbol.iterator]: () => rows } }])
  await expect(writing).rejects.toMatchObject({ code: 'tooManyRows' })
})
