import { SaxesParser } from 'saxes'
import * as yauzl from 'yauzl'
import { TableError } from './tableError.ts'

/** How much a workbook may unpack to. Sizes in bytes; `text` in characters between two tags. */
export type XlsxLimits = {
  readonly parts: number
  readonly bytes: number
  /** Unpacked to packed size of one part. Sheets of real data stay below 60; deflate can do 1,032. */
  readonly ratio: number
  readonly text: number
  readonly strings: number
  readonly stringCharacters: number
  readonly columns: number
}

/** A million rows of a call list unpack to some 600 MB, which streams; only shared strings are held in memory. */
export const XLSX_LIMITS: XlsxLimits = {
  parts: 2000,
  bytes: 2 * 1024 ** 3,
  ratio: 300,
  text: 4_000_000,
  strings: 4_000_000,
  stringCharacters: 150_000_000,
  columns: 1000,
}

/** A small part compresses as well as it likes; only a big one can hurt. */
const RATIO_FROM = 10_000_000

/** Called while a part is read; names are without their namespace prefix. */
export type XmlEvents = {
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string) => void
}

/** An opened zip of XML parts. */
export type XlsxPackage = {
  readonly has: (part: string) => boolean
  readonly parts: () => readonly string[]
  /** Bytes of the part when unpacked, 0 where there is none. */
  readonly size: (part: string) => number
  /**
   * Reads one part. Yields after each chunk the bytes read so far, so that what `events` gathered can be handed on
   * before more is read. Refuses with damaged or tooLarge.
   */
  readonly read: (part: string, events: XmlEvents) => AsyncGenerator<number>
  /** What follows the last `mark` in a part, unpacked but not parsed; at most some `most` bytes of it. */
  readonly after: (part: string, mark: string, most: number) => Promise<string>
  readonly close: () => void
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

/** What a library threw, as one of our codes. */
const damaged = (error: unknown, part: string): TableError =>
  error instanceof TableError
    ? error
    : new TableError('damaged', { part, detail: error instanceof Error ? error.message : String(error) }, error)

/**
 * Opens the zip and lists its parts, checking every declared size before anything is unpacked; yauzl then holds each
 * part to its declared size. Codes: damaged, tooLarge, passwordProtected.
 */
export async function openPackage(path: string, limits: XlsxLimits): Promise<XlsxPackage> {
  let zip: yauzl.ZipFile
  try {
    zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true })
  } catch (error) {
    throw damaged(error, path.slice(path.lastIndexOf('/') + 1))
  }
  const entries = new Map<string, yauzl.Entry>()
  try {
    let total = 0
    for await (const entry of zip.eachEntry()) {
      const { compressedSize, uncompressedSize } = entry
      total += uncompressedSize
      const bomb = uncompressedSize > RATIO_FROM && uncompressedSize > limits.ratio * compressedSize
      if (bomb || entries.size >= limits.parts || total > limits.bytes) throw new TableError('tooLarge')
      if (entry.isEncrypted()) throw new TableError('passwordProtected')
      // Some writers spell a part differently in the list and in the link to it.
      entries.set(entry.fileName.toLowerCase(), entry)
    }
  } catch (error) {
    zip.close()
    throw damaged(error, 'zip')
  }
  const find = (part: string) => entries.get(part.toLowerCase())

  async function* read(part: string, events: XmlEvents): AsyncGenerator<number> {
    const entry = find(part)
    if (!entry) throw new TableError('damaged', { part, detail: 'missing' })
    let sinceTag = 0
    const parser = new SaxesParser({ position: false })
    parser.on('doctype', () => {
      throw new TableError('damaged', { part, detail: 'DTD' })
    })
    parser.on('opentag', (tag) => {
      sinceTag = 0
      events.open(local(tag.name), tag.attributes as Record<string, string>)
    })
    if (events.text) parser.on('text', events.text)
    parser.on('closetag', (tag) => {
      sinceTag = 0
      events.close?.(local(tag.name))
    })
    const decoder = new TextDecoder('utf-8', { fatal: true })
    let bytes = 0
    try {
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        bytes += (chunk as Buffer).length
        sinceTag += (chunk as Buffer).length
        parser.write(decoder.decode(chunk as Buffer, { stream: true }))
        // The parser holds a text until its tag ends, so an endless one would fill the memory.
        if (sinceTag > limits.text) throw new TableError('tooLarge')
        yield bytes
      }
      parser.write(decoder.decode())
      parser.close()
    } catch (error) {
      throw damaged(error, part)
    }
    yield bytes
  }

  async function after(part: string, mark: string, most: number): Promise<string> {
    const entry = find(part)
    if (!entry) return ''
    const wanted = Buffer.from(mark)
    let rest: Buffer[] = []
    let bytes = 0
    // The end of the piece before, where a mark may have begun.
    let edge = Buffer.alloc(0)
    try {
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        const piece = Buffer.concat([edge, chunk as Buffer])
        const at = piece.lastIndexOf(wanted)
        if (at >= 0) {
          rest = [piece.subarray(at + wanted.length)]
          bytes = 0
        } else if (rest.length > 0 && bytes < most) {
          rest.push(chunk as Buffer)
          bytes += (chunk as Buffer).length
        }
        edge = piece.subarray(Math.max(0, piece.length - wanted.length + 1))
      }
    } catch (error) {
      throw damaged(error, part)
    }
    return Buffer.concat(rest).toString('utf8')
  }

  return {
    has: (part) => find(part) !== undefined,
    parts: () => [...entries.keys()],
    size: (part) => find(part)?.uncompressedSize ?? 0,
    read,
    after,
    close: () => zip.close(),
  }
}
