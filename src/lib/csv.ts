import { createReadStream, createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { pipeline, Readable, Transform } from 'node:stream'
import { pipeline as run } from 'node:stream/promises'
import { type CsvError, parse } from 'csv-parse'
import { type Encoding, encodingOf } from './encoding.ts'
import { TableError } from './tableError.ts'
import type { WriteCell } from './xlsxWrite.ts'

export type Delimiter = ',' | ';' | '\t' | '|'

/** In the order of preference where the text speaks for none. */
const DELIMITERS: readonly Delimiter[] = [',', '\t', ';', '|']

export type CsvFormat = {
  readonly encoding: Encoding
  readonly delimiter: Delimiter
  /** Puts U+FFFD for a byte the encoding does not have, instead of refusing the file. */
  readonly replaceBadBytes?: boolean
}

/** What the delimiter is told by, in bytes and records. */
const SAMPLE = 256 * 1024
const SAMPLE_RECORDS = 50
/** No row of a list is longer; a quotation mark that never closes would swallow the file. In characters. */
const MAX_RECORD = 1024 * 1024

/** How often each delimiter stands outside quotation marks, per record. */
function delimiterCounts(text: string): Record<Delimiter, number>[] {
  const records: Record<Delimiter, number>[] = []
  let counts = { ',': 0, '\t': 0, ';': 0, '|': 0 }
  let quoted = false
  let filled = false
  for (const character of text) {
    if (character === '"') quoted = !quoted
    if (quoted) continue
    if (character === '\n' || character === '\r') {
      if (filled) records.push(counts)
      if (records.length === SAMPLE_RECORDS) return records
      counts = { ',': 0, '\t': 0, ';': 0, '|': 0 }
      filled = false
      continue
    }
    filled = true
    if (character in counts) counts[character as Delimiter] += 1
  }
  if (filled) records.push(counts)
  return records
}

/**
 * The delimiter of a text, by which one cuts the most records into the same number of fields; a first line `sep=;`, as
 * Excel knows it, decides. A comma where nothing speaks for any.
 */
export function guessDelimiter(text: string): Delimiter {
  const said = /^\ufeff?"?sep=(.)/i.exec(text)?.[1]
  const known = DELIMITERS.find((delimiter) => delimiter === said)
  if (known) return known
  const records = delimiterCounts(text)
  let best: Delimiter = ','
  let bestScore = 0
  for (const delimiter of DELIMITERS) {
    const times = new Map<number, number>()
    for (const counts of records)
      if (counts[delimiter] > 0) times.set(counts[delimiter], (times.get(counts[delimiter]) ?? 0) + 1)
    for (const [fields, alike] of times) {
      // Many records alike weigh more than many fields: a comma in a few addresses makes no table.
      const score = alike + Math.min(fields, 9) / 10
      if (score > bestScore) {
        best = delimiter
        bestScore = score
      }
    }
  }
  return best
}

/** Encoding and delimiter of a file, the encoding as given or guessed; `sure` is false where a person should look. */
export async function inspectCsv(path: string, forced?: Encoding): Promise<CsvFormat & { readonly sure: boolean }> {
  const { encoding, sure } = forced === undefined ? await encodingOf(path) : { encoding: forced, sure: true }
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE), 0, SAMPLE, 0)
    const text = new TextDecoder(encoding).decode(buffer.subarray(0, bytesRead), { stream: true })
    return { encoding, sure, delimiter: guessDelimiter(text) }
  } finally {
    await file.close()
  }
}

const REFUSALS: Readonly<Record<string, 'quoteNotClosed' | 'recordTooLong'>> = {
  CSV_QUOTE_NOT_CLOSED: 'quoteNotClosed',
  CSV_INVALID_CLOSING_QUOTE: 'quoteNotClosed',
  CSV_MAX_RECORD_SIZE: 'recordTooLong',
}

/**
 * Records of a file, by streaming. `rowNo` counts them from 1 with the empty ones, so it is the row that Excel shows; a
 * field may hold line ends. `onBytes` hears how much was read. Codes: badBytes, quoteNotClosed, recordTooLong; their
 * row is where the fault begins, for badBytes near it.
 */
export async function* csvRows(
  path: string,
  { encoding, delimiter, replaceBadBytes = false }: CsvFormat,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<{ readonly rowNo: number; readonly fields: string[] }> {
  const decoder = new TextDecoder(encoding, { fatal: !replaceBadBytes })
  let bytes = 0
  let rowNo = 0
  const badBytes = (error: unknown) => new TableError('badBytes', { encoding, row: parser.info.records + 1 }, error)
  const decode = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      try {
        done(null, decoder.decode(chunk, { stream: true }))
      } catch (error) {
        done(badBytes(error))
      }
    },
    flush(done) {
      try {
        done(null, decoder.decode())
      } catch (error) {
        done(badBytes(error))
      }
    },
  })
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // A stray mark inside a field, as in 5" screen, is part of the text.
    relax_quotes: true,
    max_record_size: MAX_RECORD,
  })
  // pipeline closes the file when the reader of the rows stops early, and hands every error on to the parser.
  pipeline(createReadStream(path), decode, parser, () => undefined)
  try {
    for await (const fields of parser) {
      rowNo += 1
      onBytes?.(bytes)
      yield { rowNo, fields: fields as string[] }
    }
  } catch (error) {
    const refusal = REFUSALS[(error as CsvError).code]
    if (refusal === undefined) throw error
    throw new TableError(refusal, { row: Number((error as CsvError).records) + 1 }, error)
  }
}

export type CsvWriting = {
  readonly delimiter?: Delimiter
  /** A byte order mark, without which Excel takes UTF-8 for the machine's own encoding. On unless said otherwise. */
  readonly bom?: boolean
}

/** A field that Excel would run as a formula begins so, in ASCII or full width; a plain number with a sign is none. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/
const SIGNED_NUMBER = /^[+-]?\d+([.,]\d+)?$/

function csvField(value: WriteCell, delimiter: Delimiter): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value !== 'string') return value.toString().replace('T', ' ')
  const text = FORMULA.test(value) && !SIGNED_NUMBER.test(value) ? `'${value}` : value
  const plain = !/["\r\n]|^\s|\s$/.test(text) && !text.includes(delimiter)
  return plain ? text : `"${text.replaceAll('"', '""')}"`
}

/** One record with its line end. A text that a spreadsheet would run as a formula gets an apostrophe before it. */
export const csvLine = (cells: readonly WriteCell[], delimiter: Delimiter = ','): string =>
  `${cells.map((cell) => csvField(cell, delimiter)).join(delimiter)}\r\n`

/** Records as UTF-8 text in pieces of some 64 kB, made while it is read. */
export async function* csvText(
  rows: Iterable<readonly WriteCell[]> | AsyncIterable<readonly WriteCell[]>,
  { delimiter = ',', bom = true }: CsvWriting = {},
): AsyncGenerator<string> {
  let out = bom ? '\ufeff' : ''
  for await (const row of rows) {
    out += csvLine(row, delimiter)
    if (out.length > 65_536) {
      yield out
      out = ''
    }
  }
  yield out
}

/** Writes records, heads among them, to a file in UTF-8; nothing is left of it when that fails. */
export async function writeCsv(
  path: string,
  rows: Iterable<readonly WriteCell[]> | AsyncIterable<readonly WriteCell[]>,
  writing: CsvWriting = {},
): Promise<void> {
  try {
    await run(Readable.from(csvText(rows, writing), { objectMode: false }), createWriteStream(path))
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}
