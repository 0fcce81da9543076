import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { copyFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AnyRouter } from '@orpc/server'
import { leads } from '../src/modules/leads/api.ts'
import { leadsOfList } from '../src/modules/leads/create.ts'
import { listsWith } from '../src/modules/lists/api.ts'
import { type ImportJob, importBatch } from '../src/modules/lists/import.ts'
import type { Mapping } from '../src/modules/lists/rules.ts'
import { pathOf } from '../src/platform/files.ts'
import { mobile, product } from './dialling.ts'
import { type World, world } from './world.ts'

/* Files handed in at the test centre, as the web server would have left them. */

/** Puts bytes, or a file of this path, where handed-in files lie. Returns the file's id. */
export async function handedIn(
  w: World<AnyRouter>,
  name: string,
  content: Uint8Array | { path: string },
): Promise<string> {
  const id = randomUUID()
  const at = pathOf(w.boot, id)
  mkdirSync(dirname(at), { recursive: true })
  if ('path' in content) await copyFile(content.path, at)
  else writeFileSync(at, content)
  await w.sql`insert into stored_file (id, centre_id, name, bytes, sha256, uploaded_by)
    values (${id}, ${w.centre}, ${name}, ${(await stat(at)).size}, '', ${w.people.liu})`
  return id
}

const router = { lists: listsWith(leadsOfList), leads }
const JOBS = {
  'lists.import': (boot: World<typeof router>['boot'], data: Record<string, unknown>) =>
    importBatch(boot, data as ImportJob, leadsOfList),
}

/** The test centre with a product on sale, and how a list comes in there. */
export async function listWorld() {
  const w = await world(router)
  const productId = await product(w, ['ann'])
  await w.sql`insert into product_version (product_id, effective_on, pay_ways, standard_factor)
    values (${productId}, '2024-01-08', '{"yearly":1}', 1)`
  let lists = 0
  let numbers = 0
  return {
    w,
    productId,
    /** A number that nobody had yet, as a list of this country writes it. */
    fresh: () => mobile(2_000_000 + ++numbers).slice(3),
    /** Works off what was started. */
    work: () => w.runJobs(JOBS),
    /** Hands a file in, takes the mapping that the house suggests, and imports it. */
    async imported(name: string, content: Uint8Array | { path: string }, grade: 'A' | 'B' = 'B') {
      const fileId = await handedIn(w, name, content)
      const { file } = await w.as('liu').lists.inspect({ fileId })
      const headers = file!.columns.map(({ header }) => header)
      const mapping = file!.columns.map(({ suggested }) => suggested)
      const filled = { ...basis(productId, fileId, `list ${++lists}`, headers, mapping), grade }
      const { batchId } = await w.as('liu').lists.createBatch(filled)
      await w.as('liu').lists.start({ batchId })
      await w.runJobs(JOBS)
      return { batchId, file: file!, batch: await w.as('liu').lists.batch({ batchId }) }
    },
    resultsOf: (batchId: string) =>
      w.sql<{ row_no: number; result: string; code: string | null }>`
        select row_no, result, code from list_row where batch_id = ${batchId} order by row_no`,
    customerOf: (e164: string) =>
      w.sql<Customer>`select c.name, c.gender, c.birthday, c.region, c.facts, c.wish from customer c
        join phone p on p.customer_id = c.id where p.e164 = ${e164}`,
  }
}

type Customer = {
  readonly name: string
  readonly gender: string
  readonly birthday: Temporal.PlainDate
  readonly region: string
  readonly facts: Record<string, unknown>
  readonly wish: unknown
}

/** What a data officer fills in for a list, as the operation takes it. */
export const basis = (
  productId: string,
  fileId: string,
  name: string,
  headers: readonly string[],
  mapping: Mapping,
) => ({
  ...{ name, productId, fileId, source: 'partner bank', purpose: 'sale' as const, grade: 'B' as const, country: 'CN' },
  ...{ consentEvidence: 'web form 12', consentGivenOn: '2026-05-01' },
  options: { headers: [...headers], mapping: [...mapping], hidden: 'skip' as const },
})
