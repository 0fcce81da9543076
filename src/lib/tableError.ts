/** Why a file cannot be read as a table. Words for each stand in src/ui/words.json; `values` fills their gaps. */
export type TableErrorCode =
  /** Nothing in it. */
  | 'empty'
  /** Locked with a password: Excel then wraps the workbook in an encrypted container. */
  | 'passwordProtected'
  /** The binary workbook of Excel 97–2003. */
  | 'oldXls'
  /** A web page that was named .xls, as old reporting systems export. */
  | 'htmlAsXls'
  /** The one-file XML of Excel 2003. */
  | 'xmlSpreadsheet'
  /** Excel's binary .xlsb. */
  | 'xlsb'
  /** OpenDocument, of LibreOffice or WPS. */
  | 'ods'
  /** A zip of other things; values.holds names one of them. */
  | 'zipArchive'
  /** Neither text nor a workbook: a picture, a PDF. */
  | 'notTable'
  /** Cut off or broken inside; values.detail says what the reader met. */
  | 'damaged'
  /** More than the reader agrees to unpack; a zip bomb, as a rule. */
  | 'tooLarge'
  /** A cell beyond the last column that is read; values.limit, values.row. */
  | 'tooManyColumns'
  /** A sheet to be written with more rows than the format has. */
  | 'tooManyRows'
  /** The workbook has no sheet of cells. */
  | 'noSheet'
  /** No sheet of that name; values.sheet. */
  | 'sheetUnknown'
  /** A byte that the encoding does not have; values.encoding, values.row. */
  | 'badBytes'
  /** A quotation mark that opens a field and never closes, or one that closes too early; values.row. */
  | 'quoteNotClosed'
  /** A record longer than the reader agrees to hold; values.row. */
  | 'recordTooLong'

/** A file that cannot be read or written as a table, with a code for the page's words. */
export class TableError extends Error {
  readonly code: TableErrorCode
  readonly values: Readonly<Record<string, string | number>>

  constructor(code: TableErrorCode, values: Readonly<Record<string, string | number>> = {}, cause?: unknown) {
    const gaps = Object.entries(values).map(([name, value]) => `${name} ${value}`)
    super(`${code}${gaps.length > 0 ? `: ${gaps.join(', ')}` : ''}`, cause === undefined ? {} : { cause })
    this.name = 'TableError'
    this.code = code
    this.values = values
  }
}
