import type { Ctx } from '../../platform/context.ts'
import { withSheets } from '../sheets/look.ts'
import type { Question } from '../sheets/rules.ts'
import { questioner } from '../sheets/sheets.ts'
import { fileOf, type Options, type Problem } from './files.ts'
import { type Judged, judgeRows, type PlacedRow } from './judge.ts'
import { INSURER_FILE } from './kind.ts'
import { RESULTS, type Result } from './rules.ts'

/** Rows that a dry run looks at, and rows of one look. */
const MOST = 5000
const LOT = 500
/** Rows shown of each result. */
const SHOWN = 50

export type DryRun = {
  readonly looked: number
  /** The whole file was looked at. */
  readonly whole: boolean
  readonly counts: Readonly<Record<Result, number>>
  readonly rows: readonly Judged[]
  readonly questions: readonly Question[]
}

/**
 * What would become of a file's rows and what has to be asked first; nothing is written. Counts over the first 5,000 rows;
 * the first 50 of each result.
 */
export async function dryRun(
  ctx: Ctx,
  asked: { readonly id: string; readonly options: Options },
): Promise<{ problem: Problem | null; dryRun: DryRun | null }> {
  const file = await fileOf(ctx, asked.id)
  const opening = { ...asked.options, fileId: file.fileId, near: file.asOf }
  const ran = await withSheets(ctx, INSURER_FILE, opening, async (open): Promise<DryRun> => {
    const ask = questioner(INSURER_FILE, open.lexicon)
    const seen = new Set<string>()
    const rows: Judged[] = []
    const counts = Object.fromEntries(RESULTS.map((result) => [result, 0])) as Record<Result, number>
    let lot: PlacedRow[] = []
    let place = 0
    const look = async () => {
      const at = { asOf: file.asOf.toString(), file: file.id }
      const judging = { at, asOf: file.asOf, importerId: ctx.actor.personId, seen, dry: true, note: '' }
      const { judged } = await judgeRows(ctx, lot, judging)
      lot = []
      for (const one of judged) {
        if (one.applicationNo) seen.add(one.applicationNo)
        counts[one.result] += 1
        if (counts[one.result] <= SHOWN) rows.push(one)
      }
    }
    let whole = true
    for await (const read of open.rows()) {
      if (place === MOST) {
        whole = false
        break
      }
      place += 1
      ask.hear(read)
      lot.push({ place, read })
      if (lot.length === LOT) await look()
    }
    await look()
    return { looked: place, whole, counts, rows, questions: ask.questions() }
  })
  return ran.problem ? { problem: ran.problem, dryRun: null } : { problem: null, dryRun: ran.value }
}
