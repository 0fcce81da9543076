import type { AnyRouter } from '@orpc/server'
import { createLeads } from '../src/modules/leads/create.ts'
import { customersWith, mobile } from './dialling.ts'
import type { World } from './world.ts'

/* Lists and leads of the test centre without a file: what an import leaves behind. */

type AnyWorld = World<AnyRouter>

export type Batch = {
  readonly id: string
  readonly productId: string
  readonly purpose: string
  readonly grade: string
}

/** A list that was imported. `expiresOn` as 'YYYY-MM-DD'. */
export async function batch(
  w: AnyWorld,
  productId: string,
  name: string,
  { grade = 'B', expiresOn = null as string | null } = {},
): Promise<Batch> {
  const [row] = await w.sql<{ id: string }>`
    insert into list_batch (centre_id, name, source, purpose, consent_evidence, consent_given_on, product_id, grade, country,
      expires_on, state, created_by, created_at)
    select id, ${name}, 'partner', 'sale', 'contract 7', '2026-05-01', ${productId}, ${grade}, 'CN', ${expiresOn}, 'done',
      ${w.people.liu}, centre_now(c) from centre c where id = ${w.centre} returning id`
  return { id: row!.id, productId, purpose: 'sale', grade }
}

const numbers = new WeakMap<AnyWorld, number>()

/** So many new customers of a list in the company's pool. */
export async function pooled(w: AnyWorld, of: Batch, count: number) {
  const from = numbers.get(w) ?? 1_000_000
  numbers.set(w, from + count)
  const customers = await customersWith(
    w,
    Array.from({ length: count }, (_, n) => mobile(from + n)),
  )
  const placed = await w.run((ctx) =>
    createLeads(
      ctx,
      of,
      customers.map(({ customerId }, at) => ({ rowNo: at + 1, customerId })),
    ),
  )
  return customers.map((customer, at) => ({ ...customer, leadId: placed.get(at + 1)!.leadId! }))
}
