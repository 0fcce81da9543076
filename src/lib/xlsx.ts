import type { Merge } from './heads.ts'
import { TableError } from './tableError.ts'
import {
  type Cell,
  cellText,
  columnOf,
  elapsedText,
  momentText,
  type NumberKind,
  numberKind,
  unescapeText,
} from './xlsxCells.ts'
import { openPackage, XLSX_LIMITS, type XlsxLimits, type XlsxPackage } from './xlsxPackage.ts'

/** A row that has something in it. `cells` ends with the last filled one; `raw` is each as a person would read it. */
export type XlsxRow = {
  /** Counted from 1, as Excel shows it. */
  readonly rowNo: number
  readonly cells: Cell[]
  readonly raw: string[]
  /** Hidden by hand or by a filter. */
  readonly hidden: boolean
}

export type XlsxSheet = { readonly name: string; readonly hidden: boolean }

/** An open workbook; close it when done. */
export type Workbook = {
  /** Sheets of cells in the order of the tabs. */
  readonly sheets: readonly XlsxSheet[]
  /** Rows of a sheet by its name, of the first visible one without; `onBytes` hears how much of `size` was read. */
  readonly rows: (sheet?: string, onBytes?: (bytes: number, size: number) => void) => AsyncGenerator<XlsxRow>
  /** Merged cells of a sheet in the order of the file; none for a sheet too large to look through twice. */
  readonly merges: (sheet?: string) => Promise<Merge[]>
  readonly close: () => void
}

/** A sheet that unpacks to more, some 60,000 rows, is a list by a system, which merges nothing. In bytes. */
const MERGES_UP_TO = 32 * 1024 * 1024
/** Characters of merged ranges that are read, some 30,000 of them. */
const MERGES_TEXT = 1024 * 1024
const MERGE = /<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"/g

type Link = { readonly type: string; readonly target: string }

const truth = (value: string | undefined): boolean => value === '1' || value === 'true'

async function readAll(pack: XlsxPackage, part: string, open: Parameters<XlsxPackage['read']>[1]): Promise<void> {
  for await (const bytes of pack.read(part, open)) void bytes
}

/** The links of a part by id; targets are made absolute in the zip. */
async function linksOf(pack: XlsxPackage, part: string): Promise<Map<string, Link>> {
  const slash = part.lastIndexOf('/') + 1
  const folder = part.slice(0, slash)
  const links = new Map<string, Link>()
  const file = `${folder}_rels/${part.slice(slash)}.rels`
  if (!pack.has(file)) return links
  await readAll(pack, file, {
    open: (name, { Id, Type, Target }) => {
      if (name !== 'Relationship' || !Id || !Target) return
      const target = Target.startsWith('/') ? Target.slice(1) : new URL(folder + Target, 'zip:/').pathname.slice(1)
      links.set(Id, { type: Type?.slice(Type.lastIndexOf('/') + 1) ?? '', target: decodeURIComponent(target) })
    },
  })
  return links
}

/** What a zip without a workbook is, for the words of the refusal. */
function refuse(pack: XlsxPackage): never {
  const parts = pack.parts()
  if (pack.has('xl/workbook.bin')) throw new TableError('xlsb')
  if (pack.has('content.xml') && pack.has('meta-inf/manifest.xml')) throw new TableError('ods')
  throw new TableError('zipArchive', { holds: parts[0] ?? '' })
}

async function sharedStrings(pack: XlsxPackage, part: string, limits: XlsxLimits): Promise<string[]> {
  const strings: string[] = []
  let characters = 0
  let text = ''
  let inText = false
  let inReading = false
  await readAll(pack, part, {
    open: (name) => {
      if (name === 'si') text = ''
      // How a word is read aloud (rPh) stands beside the word and is no part of it.
      else if (name === 'rPh') inReading = true
      else if (name === 't') inText = !inReading
    },
    text: (piece) => {
      if (inText) text += piece
    },
    close: (name) => {
      if (name === 't') inText = false
      else if (name === 'rPh') inReading = false
      else if (name === 'si') {
        characters += text.length
        if (strings.length >= limits.strings || characters > limits.stringCharacters) throw new TableError('tooLarge')
        strings.push(unescapeText(text))
      }
    },
  })
  return strings
}

/** How the numbers of each cell style are read. */
async function styleKinds(pack: XlsxPackage, part: string): Promise<NumberKind[]> {
  const codes = new Map<number, string>()
  const kinds: NumberKind[] = []
  let inCells = false
  await readAll(pack, part, {
    open: (name, { numFmtId, formatCode }) => {
      if (name === 'numFmt') codes.set(Number(numFmtId), formatCode ?? '')
      else if (name === 'cellXfs') inCells = true
      else if (name === 'xf' && inCells) {
        const id = Number(numFmtId ?? 0)
        kinds.push(numberKind(id, codes.get(id)))
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false
    },
  })
  return kinds
}

/**
 * Opens an .xlsx (also .xlsm, .xltx): sheets in tab order, rows by streaming, formulas as their last result. Nothing is
 * held but the shared strings. Throws TableError: damaged, tooLarge, passwordProtected, xlsb, ods, zipArchive, noSheet;
 * rows: sheetUnknown, tooManyColumns, damaged. Source: ECMA-376 part 1, 18.2, 18.3, 18.4.
 */
export async function openXlsx(path: string, limits: XlsxLimits = XLSX_LIMITS): Promise<Workbook> {
  const pack = await openPackage(path, limits)
  try {
    const roots = pack.has('_rels/.rels') ? await linksOf(pack, '') : new Map<string, Link>()
    const workbook = [...roots.values()].find((link) => link.type === 'officeDocument')?.target
    if (!workbook || !/xl\/[^/]*\.xml$/i.test(workbook) || !pack.has(workbook)) refuse(pack)
    const links = await linksOf(pack, workbook)
    const partOf = (type: string) => [...links.values()].find((link) => link.type === type && pack.has(link.target))
    const sheets: (XlsxSheet & { readonly part: string })[] = []
    let from1904 = false
    await readAll(pack, workbook, {
      open: (name, attributes) => {
        if (name === 'workbookPr') from1904 = truth(attributes.date1904)
        if (name !== 'sheet') return
        const id = Object.entries(attributes).find(([key]) => key === 'id' || key.endsWith(':id'))?.[1]
        const link = id === undefined ? undefined : links.get(id)
        // Charts and dialogs have tabs too.
        if (link?.type !== 'worksheet' || !pack.has(link.target)) return
        const hidden = attributes.state === 'hidden' || attributes.state === 'veryHidden'
        sheets.push({ name: unescapeText(attributes.name ?? ''), hidden, part: link.target })
      },
    })
    if (sheets.length === 0) throw new TableError('noSheet')
    const stylesPart = partOf('styles')?.target
    const stringsPart = partOf('sharedStrings')?.target
    const kinds = stylesPart ? await styleKinds(pack, stylesPart) : []
    let strings: Promise<string[]> | undefined
    const find = (wanted: string | undefined) => {
      const first = sheets.find((sheet) => !sheet.hidden) ?? sheets[0]
      const sheet = wanted === undefined ? first : sheets.find(({ name }) => name === wanted)
      if (!sheet) throw new TableError('sheetUnknown', { sheet: wanted ?? '' })
      return sheet
    }
    return {
      sheets: sheets.map(({ name, hidden }) => ({ name, hidden })),
      async *rows(wanted, onBytes) {
        const sheet = find(wanted)
        strings ??= stringsPart ? sharedStrings(pack, stringsPart, limits) : Promise.resolve([])
        const reader = sheetReader(await strings, kinds, from1904, limits)
        const size = pack.size(sheet.part)
        for await (const bytes of pack.read(sheet.part, reader.events)) {
          onBytes?.(bytes, size)
          yield* reader.rows.splice(0)
          if (reader.done()) return
        }
      },
      async merges(wanted) {
        const { part } = find(wanted)
        if (pack.size(part) > MERGES_UP_TO) return []
        // They stand behind the cells, which the reader of the rows has to go past before it knows them.
        return [...(await pack.after(part, 'sheetData>', MERGES_TEXT)).matchAll(MERGE)].map(
          ([, left = '', top, right = '', bottom]) => ({
            ...{ top: Number(top), bottom: Number(bottom), left: columnOf(left), right: columnOf(right) },
          }),
        )
      },
      close: pack.close,
    }
  } catch (error) {
    pack.close()
    throw error
  }
}

/** Gathers rows from the events of a sheet's XML. */
function sheetReader(strings: readonly string[], kinds: readonly NumberKind[], from1904: boolean, limits: XlsxLimits) {
  const rows: XlsxRow[] = []
  let inData = false
  let done = false
  let rowNo = 0
  let hidden = false
  let cells: Cell[] = []
  let raw: string[] = []
  let column = -1
  let type = 'n'
  let style = 0
  let text = ''
  let inText = false
  let inReading = false

  const cellValue = (): Cell => {
    if (text === '') return null
    if (type === 's') {
      const string = strings[Number(text)]
      if (string === undefined) throw new TableError('damaged', { row: rowNo, detail: `no string ${text}` })
      return string === '' ? null : string
    }
    if (type === 'b') return truth(text)
    if (type !== 'n') return type === 'd' ? text : unescapeText(text)
    const number = Number(text)
    if (Number.isNaN(number)) throw new TableError('damaged', { row: rowNo, detail: `no number: ${text.slice(0, 40)}` })
    const kind = kinds[style] ?? 'number'
    return kind === 'moment' ? momentText(number, from1904) : kind === 'elapsed' ? elapsedText(number) : number
  }

  return {
    rows,
    done: () => done,
    events: {
      open(name: string, attributes: Readonly<Record<string, string>>) {
        if (name === 'sheetData') inData = true
        if (!inData) return
        if (name === 'row') {
          rowNo = attributes.r === undefined ? rowNo + 1 : Number(attributes.r)
          hidden = truth(attributes.hidden)
          cells = []
          raw = []
          column = -1
        } else if (name === 'c') {
          const named = attributes.r === undefined ? -1 : columnOf(attributes.r)
          column = named < 0 ? column + 1 : named
          type = attributes.t ?? 'n'
          style = Number(attributes.s ?? 0)
          text = ''
        } else if (name === 'v' || name === 't') inText = !inReading
        else if (name === 'rPh') inReading = true
      },
      text(piece: string) {
        if (inText) text += piece
      },
      close(name: string) {
        if (!inData) return
        if (name === 'v' || name === 't') inText = false
        else if (name === 'rPh') inReading = false
        else if (name === 'c') {
          const value = type === 'e' ? null : cellValue()
          // Formatting reaches to the last column of the sheet; only a filled cell there is too much.
          if (value === null && type !== 'e') return
          if (column >= limits.columns) throw new TableError('tooManyColumns', { row: rowNo, limit: limits.columns })
          while (cells.length < column) {
            cells.push(null)
            raw.push('')
          }
          cells[column] = value
          // A formula that failed has no value, but whoever looks for the fault wants to read #N/A.
          raw[column] = type === 'e' ? text : cellText(value)
        } else if (name === 'row') {
          if (cells.length > 0) rows.push({ rowNo, cells, raw, hidden })
        } else if (name === 'sheetData') {
          inData = false
          done = true
        }
      },
    },
  }
}
