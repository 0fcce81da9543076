import type { Delimiter } from '../../lib/csv.ts'
import type { Encoding } from '../../lib/encoding.ts'
import { openTable, type Table } from '../../lib/table.ts'
import { TableError } from '../../lib/tableError.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { pathOf, storedFile } from '../../platform/files.ts'

/** How a file is to be opened, where a person knows better than the guess. `headerRow` null = it has no heads. */
export type Opening = {
  readonly encoding?: Encoding | undefined
  readonly delimiter?: Delimiter | undefined
  readonly sheet?: string | undefined
  readonly headerRow?: number | null | undefined
}

/** Why a file cannot be read, worded by the page under `file.problem.<code>`. */
export type Problem = { readonly code: string; readonly values: Readonly<Record<string, string | number>> }

/** What lists can be read from here: the data folder and the handle. */
type Place = Pick<Ctx, 'db' | 'centre' | 'dataDir'>

/** Opens a handed-in file as a table. Not found where the centre has no such file. */
export async function openList(ctx: Place, fileId: string, opening: Opening): Promise<Table> {
  const file = await storedFile(ctx, fileId)
  if (!file) throw notFound()
  const { encoding, delimiter, sheet, headerRow } = opening
  return await openTable(pathOf(ctx, file.id), file.name, {
    ...(encoding && { encoding }),
    ...(delimiter && { delimiter }),
    ...(sheet !== undefined && { sheet }),
    ...(headerRow !== undefined && { headerRow }),
  })
}

/** Does something with a table and closes it; what is wrong with the file itself is answered, not thrown. */
export async function withList<T>(
  ctx: Place,
  fileId: string,
  opening: Opening,
  use: (table: Table) => Promise<T>,
): Promise<{ readonly problem: Problem } | { readonly problem: null; readonly value: T }> {
  let table: Table | undefined
  try {
    table = await openList(ctx, fileId, opening)
    return { problem: null, value: await use(table) }
  } catch (error) {
    if (error instanceof TableError) return { problem: problemOf(error) }
    throw error
  } finally {
    table?.close()
  }
}

export const problemOf = ({ code, values }: TableError): Problem => ({ code, values })
