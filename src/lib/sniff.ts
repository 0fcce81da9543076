import { open } from 'node:fs/promises'
import { TableError } from './tableError.ts'

const HEAD = 64 * 1024
/** The names in an OLE container's directory may stand anywhere in it; beyond this nobody's workbook reaches. */
const OLE_SEARCH = 64 * 1024 * 1024

const PASSWORD = Buffer.from('EncryptedPackage', 'utf16le')
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex')

/** What a file is by its first bytes, whatever its name says: half of the .xls files that systems export are text. */
export type FileKind = 'zip' | 'text'

/**
 * Tells a zip (a workbook, one hopes) from text (csv, one hopes). Refuses with a TableError what is plainly neither:
 * empty, passwordProtected, oldXls, htmlAsXls, xmlSpreadsheet, notTable.
 */
export async function sniff(path: string): Promise<FileKind> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0)
    const head = buffer.subarray(0, bytesRead)
    if (head.length === 0) throw new TableError('empty')
    if (head.subarray(0, 2).toString('latin1') === 'PK') return 'zip'
    if (head.subarray(0, 8).equals(OLE)) {
      throw new TableError((await has(file, PASSWORD)) ? 'passwordProtected' : 'oldXls')
    }
    const wide = head[0] === 0xff && head[1] === 0xfe
    const opening = head.toString(wide ? 'utf16le' : 'latin1').replace(/^(\ufeff|ï»¿)?\s*/, '')
    if (/^<(!doctype\s+html|html|head|meta|body|table|style|!--)/i.test(opening)) throw new TableError('htmlAsXls')
    if (opening.startsWith('<?xml')) {
      if (opening.includes('urn:schemas-microsoft-com:office:spreadsheet')) throw new TableError('xmlSpreadsheet')
      throw new TableError(/<(html|table)\b/i.test(opening) ? 'htmlAsXls' : 'notTable')
    }
    // No encoding of text that offices use, UTF-16 apart, writes a zero byte.
    if (!wide && head.includes(0)) throw new TableError('notTable')
    if (opening.startsWith('%PDF') || opening.startsWith('{\\rtf')) throw new TableError('notTable')
    return 'text'
  } finally {
    await file.close()
  }
}

async function has(file: Awaited<ReturnType<typeof open>>, needle: Buffer): Promise<boolean> {
  const chunk = Buffer.alloc(1024 * 1024)
  for (let at = 0; at < OLE_SEARCH; at += chunk.length - needle.length) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at)
    if (chunk.subarray(0, bytesRead).includes(needle)) return true
    if (bytesRead < chunk.length) return false
  }
  return false
}
