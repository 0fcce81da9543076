import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { onTestFinished } from 'vitest'
import { ZipFile } from 'yazl'

/** A folder of this test's own, removed when it ends. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kaibo-files-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

/** A file with this content in a folder of its own. */
export async function fileOf(content: string | Uint8Array, name = 'list.csv'): Promise<string> {
  const path = join(await folder(), name)
  await writeFile(path, content)
  return path
}

const tables = new Map<string, Map<string, Buffer>>()

/** Node decodes these encodings but does not write them, so the way back is read off the decoder. */
export function encode(text: string, encoding: 'gb18030' | 'big5'): Buffer {
  let table = tables.get(encoding)
  if (!table) {
    table = new Map()
    const decoder = new TextDecoder(encoding)
    for (let lead = 0x81; lead <= 0xfe; lead++) {
      for (let trail = 0x40; trail <= 0xfe; trail++) {
        const bytes = Buffer.from([lead, trail])
        const character = decoder.decode(bytes)
        if ([...character].length === 1 && character !== '\ufffd' && !table.has(character)) table.set(character, bytes)
      }
    }
    tables.set(encoding, table)
  }
  const bytes: Buffer[] = []
  for (const character of text) {
    const wide = table.get(character)
    if (character.charCodeAt(0) < 0x80) bytes.push(Buffer.from(character))
    else if (wide) bytes.push(wide)
    else throw new Error(`${encoding} has no ${character}`)
  }
  return Buffer.concat(bytes)
}

/** A zip of these parts. */
export async function zipOf(parts: Readonly<Record<string, string | Buffer>>, name = 'book.xlsx'): Promise<string> {
  const path = join(await folder(), name)
  const zip = new ZipFile()
  for (const [part, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content as string), part)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
  return path
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const link = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`

export type RawSheet = { readonly name: string; readonly file: string; readonly xml: string; readonly state?: string }

/** A workbook from the XML of its sheets, as others' programs write them; `more` adds or replaces parts. */
export const workbookOf = (
  sheets: readonly RawSheet[],
  { properties = '', more = {} }: { properties?: string; more?: Readonly<Record<string, string>> } = {},
): Promise<string> =>
  zipOf({
    '_rels/.rels': `<Relationships>${link('r1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<workbook xmlns:r="${OFFICE}">${properties}<sheets>${sheets
      .map(
        ({ name, state }, at) =>
          `<sheet name="${name}" sheetId="${9 - at}"${state ? ` state="${state}"` : ''} r:id="s${at}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${sheets
      .map(({ file }, at) => link(`s${at}`, 'worksheet', file))
      .join(
        '',
      )}${link('st', 'styles', 'styles.xml')}${link('ss', 'sharedStrings', '/xl/sharedStrings.xml')}</Relationships>`,
    ...Object.fromEntries(sheets.map(({ file, xml }) => [`xl/${file}`, `<worksheet>${xml}</worksheet>`])),
    ...more,
  })
