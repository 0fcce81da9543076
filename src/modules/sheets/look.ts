import type { z } from 'zod'
import { TableError } from '../../lib/tableError.ts'
import type { Ctx } from '../../platform/context.ts'
import { maskedCell } from '../customers/rules.ts'
import type { SheetKind } from './rules.ts'
import type { Look, Problem } from './shapes.ts'
import { type Asked, openSheets, type Sheets } from './sheets.ts'

type Answered<T> = { readonly problem: z.input<typeof Problem> } | { readonly problem: null; readonly value: T }

/** Does something with a file and closes it; what is wrong with the file itself is answered, not thrown. */
export async function withSheets<T>(
  ctx: Ctx,
  kind: SheetKind,
  asked: Asked,
  use: (sheets: Sheets) => Promise<T>,
): Promise<Answered<T>> {
  let sheets: Sheets | undefined
  try {
    sheets = await openSheets(ctx, kind, asked)
    return { problem: null, value: await use(sheets) }
  } catch (error) {
    if (error instanceof TableError) return { problem: { code: error.code, values: { ...error.values } } }
    throw error
  } finally {
    sheets?.close()
  }
}

const SAMPLE_ROWS = 200
const SAMPLES = 3

/** What a file is read as, with masked samples of each column, for a person to look at and to say otherwise. */
export async function lookAt(
  ctx: Ctx,
  kind: SheetKind,
  asked: Asked,
): Promise<{ problem: z.input<typeof Problem> | null; look: z.input<typeof Look> | null }> {
  const looked = await withSheets(ctx, kind, asked, async (open) => {
    const samples: Record<string, string[]> = {}
    const headsBySheet = new Map(open.sheets.map(({ name, heads }) => [name, heads]))
    for await (const { sheet, raw } of open.samples(SAMPLE_ROWS)) {
      for (const [at, head] of (headsBySheet.get(sheet) ?? []).entries()) {
        const value = maskedCell(raw[at]?.trim() ?? '').slice(0, 80)
        samples[head] ??= []
        const known = samples[head]
        if (value !== '' && known.length < SAMPLES && !known.includes(value)) known.push(value)
      }
    }
    return {
      ...{ fileName: open.fileName, format: open.format, encoding: open.encoding, samples },
      sheets: open.sheets.map((one) => ({
        ...one,
        heads: [...one.heads],
        columns: { ...one.columns },
        missing: [...one.missing],
      })),
    }
  })
  return looked.problem ? { problem: looked.problem, look: null } : { problem: null, look: looked.value }
}
