import { listFictionalNumbers } from '../src/modules/customers/fictional.ts'
import { sheets } from '../src/modules/sheets/api.ts'
import type { Field, ReadRow, SheetKind } from '../src/modules/sheets/rules.ts'
import { openSheets, questioner } from '../src/modules/sheets/sheets.ts'
import { handedIn } from './lists.ts'
import { world } from './world.ts'

/* The files of demo/messy handed in at the test centre, whose numbers are good there. */

export async function messyWorld() {
  const w = await world({ sheets })
  await w.run((ctx) => listFictionalNumbers(ctx, { CN: ['140'] }))
  const fileOf = (name: string) =>
    handedIn(w, name, { path: decodeURIComponent(new URL(`../demo/messy/${name}`, import.meta.url).pathname) })
  return {
    w,
    fileOf,
    /** The rows of a file as a kind, and what would have to be asked. */
    async read(name: string, kind: SheetKind, asked: { hidden?: 'take'; sheets?: string[] } = {}) {
      const fileId = await fileOf(name)
      const open = await w.run((ctx) => openSheets(ctx, kind, { fileId, ...asked }), 'liu')
      const rows: ReadRow[] = []
      const words = questioner(kind, open.lexicon)
      for await (const row of open.rows()) {
        rows.push(row)
        words.hear(row)
      }
      open.close()
      return { rows, questions: words.questions(), sheets: open.sheets }
    },
  }
}

export const textField = (key: string, ...heads: string[]): Field => ({ key, kind: 'text', heads })
export const faultsOf = ({ faults }: ReadRow) => faults.map(({ field, code }) => `${field} ${code}`).join()
/** A value as a person would write it; '' for none. */
export const shown = (value: unknown) =>
  value instanceof Object && 'e164' in value ? value.e164 : value === undefined ? '' : String(value)
