import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { csvLine } from '../../lib/csv.ts'
import { openTable } from '../../lib/table.ts'
import { TableError } from '../../lib/tableError.ts'
import type { Ctx } from '../../platform/context.ts'
import { Delivery, givenBy } from './deliver.ts'
import { type Source, sourcesWithFolder } from './sources.ts'
import { judgeArrival, takeArrival } from './take.ts'

/*
 * Files of customers that a program lays down: <data>/drop/<source>/*.csv or .xlsx, with the heads id, phone, name, model,
 * wants, at, consent. A file is taken in one transaction, and written down by what is in it; on the next look its results
 * lie beside it and it goes to done/. Killed in between, it is looked at again and nothing comes twice.
 */

const HEADS = ['id', 'phone', 'name', 'model', 'wants', 'at', 'consent'] as const
const ENDING = /\.(csv|xlsx)$/i
/** Rows of a file and bytes at most: what is longer is a list, and lists are imported. */
const MOST_ROWS = 5000
const MOST_BYTES = 5_000_000

type RowResult = { readonly row: number; readonly result: string; readonly why: string }

/** Where the files of a source are laid down. */
export const dropFolder = (ctx: Pick<Ctx, 'dataDir'>, code: string) => join(ctx.dataDir, 'drop', code)

/** Sizes at the last look: a file that is still being written is left for the next one. */
const seen = new Map<string, string>()

/** Looks into the folder of every open source. Run again, it finds nothing new. */
export async function takeDropped(ctx: Ctx): Promise<void> {
  for (const source of await sourcesWithFolder(ctx)) {
    const folder = dropFolder(ctx, source.code)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of (await readdir(folder)).filter((one) => ENDING.test(one) && !/\.result\.csv$/i.test(one)).sort())
      await look(ctx, source, folder, name)
  }
}

async function look(ctx: Ctx, source: Source, folder: string, name: string): Promise<void> {
  const path = join(folder, name)
  const { size, mtimeMs } = await stat(path)
  const mark = `${size} ${mtimeMs}`
  if (seen.get(path) !== mark) {
    seen.set(path, mark)
    return
  }
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  const { rows } = await sql<{ results: RowResult[] }>`select results from arrival_file
    where source_id = ${source.id} and sha256 = ${sha256}`.execute(ctx.db)
  if (rows[0]) return await putAway(folder, name, rows[0].results)
  const results = size > MOST_BYTES ? [refused('tooLong')] : await takeFile(ctx, source, path, name)
  await sql`insert into arrival_file (centre_id, source_id, sha256, name, results, at)
    values (${ctx.centre.id}, ${source.id}, ${sha256}, ${name}, ${JSON.stringify(results)}::jsonb, ${ctx.now})`.execute(
    ctx.db,
  )
  await ctx.emit('arrivals.fileTaken', { kind: 'source', id: source.id }, { rows: results.length })
}

const refused = (why: string): RowResult => ({ row: 0, result: 'refused', why })

/** The results beside the file, and the file out of the way. */
async function putAway(folder: string, name: string, results: readonly RowResult[]): Promise<void> {
  const lines = results.map(({ row, result, why }) => csvLine([row, result, why]))
  await writeFile(join(folder, `${name}.result.csv`), csvLine(['row', 'result', 'why']) + lines.join(''))
  await mkdir(join(folder, 'done'), { recursive: true })
  await rename(join(folder, name), join(folder, 'done', name))
  seen.delete(join(folder, name))
}

async function takeFile(ctx: Ctx, source: Source, path: string, name: string): Promise<RowResult[]> {
  const results: RowResult[] = []
  try {
    const table = await openTable(path, name)
    try {
      const heads = table.headers.map((head) => head.trim().toLowerCase())
      const missing = ['id', 'phone', 'consent'].filter((head) => !heads.includes(head))
      if (missing.length > 0) return [refused(`no column ${missing.join(', ')}`)]
      for await (const { rowNo, cells } of table.rows()) {
        if (results.length === MOST_ROWS) return [...results, { row: rowNo, result: 'refused', why: 'tooLong' }]
        const cell = (head: string) => String(cells[heads.indexOf(head)] ?? '').trim()
        results.push(await takeRow(ctx, source, rowNo, Object.fromEntries(HEADS.map((head) => [head, cell(head)]))))
      }
    } finally {
      table.close()
    }
  } catch (error) {
    if (!(error instanceof TableError)) throw error
    return [...results, refused(error.code)]
  }
  return results
}

const AGREED = /^(true|yes|y|1|是|有)$/i

async function takeRow(ctx: Ctx, source: Source, row: number, cells: Record<string, string>): Promise<RowResult> {
  const read = Delivery.safeParse({ ...cells, at: cells.at || null, consent: AGREED.test(cells.consent ?? '') })
  if (!read.success) {
    const why = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    return { row, result: 'refused', why }
  }
  const given = givenBy(read.data, 'file')
  const verdict = judgeArrival(ctx, given)
  if (!verdict.ok) return { row, result: 'refused', why: verdict.reasons.map(({ code }) => code).join(', ') }
  const { result, again } = await takeArrival(ctx, source, given)
  return { row, result: again ? 'again' : result, why: '' }
}
