import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { TableError } from './tableError.ts'
import { columnLetters } from './xlsxCells.ts'

/** What can be written into a cell; undefined and null leave it empty, an instant must be put on a wall clock first. */
export type WriteCell =
  | string
  | number
  | boolean
  | null
  | undefined
  | Temporal.PlainDate
  | Temporal.PlainDateTime
  | Temporal.PlainTime

export type WriteSheet = {
  readonly name: string
  /** Heads, bold and frozen, with the width in characters; 14 where it is not said. */
  readonly columns: readonly { readonly head: string; readonly width?: number }[]
  readonly rows: Iterable<readonly WriteCell[]> | AsyncIterable<readonly WriteCell[]>
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** Limits of the format: rows of a sheet, characters of a cell and of a sheet's name. */
const MAX_ROWS = 1_048_576
const MAX_TEXT = 32_767
const MAX_NAME = 31
const DEFAULT_WIDTH = 14

/** Places in the list of cell styles below. */
const BOLD = 1
const DATE = 2
const DATE_TIME = 3
const TIME = 4

const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/><numFmt numFmtId="166" formatCode="hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const hexEscape = (code: number): string => `_x${code.toString(16).toUpperCase().padStart(4, '0')}_`

/** Text as XML: characters that XML lacks become _x0007_, as Excel writes them, and so does a text that looks so. */
function xmlText(text: string): string {
  const escaped = text
    .toWellFormed()
    .replace(/_(?=x[0-9a-fA-F]{4}_)/g, hexEscape(0x5f))
    .replace(/[&<>"]/g, (c) => NAMED[c] ?? c)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be replaced
  return escaped.replace(/[\x00-\x08\x0b-\x1f\ufffe\uffff]/g, (c) => hexEscape(c.charCodeAt(0)))
}

const FIRST_DAY = Temporal.PlainDate.from('1900-03-01')
const DAY_ZERO = Temporal.PlainDate.from('1899-12-30')
const DAY_SECONDS = 86_400

const dayFraction = ({ hour, minute, second }: Temporal.PlainTime | Temporal.PlainDateTime): number =>
  (hour * 3600 + minute * 60 + second) / DAY_SECONDS

const serial = (day: Temporal.PlainDate): number => DAY_ZERO.until(day, { largestUnit: 'days' }).days

function cellXml(at: string, value: WriteCell): string {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'number') return Number.isFinite(value) ? `<c r="${at}"><v>${value}</v></c>` : ''
  if (typeof value === 'boolean') return `<c r="${at}" t="b"><v>${value ? 1 : 0}</v></c>`
  if (typeof value === 'string') return stringXml(at, value, 0)
  if (value instanceof Temporal.PlainTime) return `<c r="${at}" s="${TIME}"><v>${dayFraction(value)}</v></c>`
  const day = value instanceof Temporal.PlainDate ? value : value.toPlainDate()
  // Before March 1900 Excel's calendar is one day off, and before 1900 it has none.
  if (Temporal.PlainDate.compare(day, FIRST_DAY) < 0) return stringXml(at, value.toString(), 0)
  if (value instanceof Temporal.PlainDate) return `<c r="${at}" s="${DATE}"><v>${serial(day)}</v></c>`
  return `<c r="${at}" s="${DATE_TIME}"><v>${serial(day) + dayFraction(value)}</v></c>`
}

/** An inline string is text whatever it begins with, so a formula in a customer's name stays a name. */
function stringXml(at: string, value: string, style: number): string {
  const text = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT - 1)}…` : value
  return `<c r="${at}"${style ? ` s="${style}"` : ''} t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`
}

async function* sheetXml({ columns, rows }: WriteSheet, active: boolean): AsyncGenerator<string> {
  const letters = columns.map((_, at) => columnLetters(at))
  const widths = columns.map(
    ({ width = DEFAULT_WIDTH }, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`,
  )
  const heads = columns.map(({ head }, at) => stringXml(`${letters[at]}1`, head, BOLD))
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView${active ? ' tabSelected="1"' : ''} workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${widths.length > 0 ? `<cols>${widths.join('')}</cols>` : ''}<sheetData><row r="1">${heads.join('')}</row>`
  let rowNo = 1
  let out = ''
  for await (const row of rows) {
    rowNo += 1
    if (rowNo > MAX_ROWS) throw new TableError('tooManyRows', { limit: MAX_ROWS - 1 })
    out += `<row r="${rowNo}">`
    for (const [at, value] of row.entries()) {
      letters[at] ??= columnLetters(at)
      out += cellXml(`${letters[at]}${rowNo}`, value)
    }
    out += '</row>'
    if (out.length > 65_536) {
      yield out
      out = ''
    }
  }
  yield `${out}</sheetData></worksheet>`
}

/** Names that Excel accepts: no more than 31 characters, none of []:*?/\, no two alike but for case. */
function sheetNames(sheets: readonly WriteSheet[]): string[] {
  const taken = new Set<string>()
  return sheets.map(({ name }, at) => {
    const clean =
      name
        .replace(/[[\]:*?/\\]/g, ' ')
        .replace(/^'+|'+$/g, '')
        .trim() || `Sheet${at + 1}`
    let unique = clean.slice(0, MAX_NAME)
    for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${clean.slice(0, MAX_NAME - 4)} ${n}`
    taken.add(unique.toLowerCase())
    return unique
  })
}

/**
 * A workbook as a stream of bytes, made while it is read: rows are asked for one by one and none is held. An error of
 * the rows, or tooManyRows, ends the stream with it.
 */
export function xlsxStream(sheets: readonly WriteSheet[]): Readable {
  const zip = new ZipFile()
  const add = (part: string, text: string) => zip.addBuffer(Buffer.from(text), part)
  const names = sheetNames(sheets)
  const parts = sheets.map((_, at) => `worksheets/sheet${at + 1}.xml`)
  add(
    '[Content_Types].xml',
    `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${CONTENT}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${CONTENT}.styles+xml"/>${parts.map((part) => `<Override PartName="/xl/${part}" ContentType="${CONTENT}.worksheet+xml"/>`).join('')}</Types>`,
  )
  add(
    '_rels/.rels',
    `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  )
  add(
    'xl/_rels/workbook.xml.rels',
    `${XML}<Relationships xmlns="${PACKAGE}/relationships">${parts.map((part, at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/worksheet" Target="${part}"/>`).join('')}<Relationship Id="rId${parts.length + 1}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  )
  add(
    'xl/workbook.xml',
    `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${names.map((name, at) => `<sheet name="${xmlText(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`).join('')}</sheets></workbook>`,
  )
  add('xl/styles.xml', STYLES)
  const output = zip.outputStream as Readable
  const bodies: Readable[] = []
  zip.on('error', (error: Error) => output.destroy(error))
  for (const [at, sheet] of sheets.entries()) {
    const body = Readable.from(sheetXml(sheet, at === 0), { objectMode: false, highWaterMark: 1 << 18 })
    body.on('error', (error) => output.destroy(error))
    bodies.push(body)
    zip.addReadStream(body, `xl/${parts[at]}`)
  }
  // Whoever stops reading must not leave the question behind the rows open.
  output.on('close', () => {
    for (const body of bodies) body.destroy()
  })
  zip.end()
  return output
}

/** Writes a workbook to a file; nothing is left of it when that fails. */
export async function writeXlsx(path: string, sheets: readonly WriteSheet[]): Promise<void> {
  try {
    await pipeline(xlsxStream(sheets), createWriteStream(path))
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}
