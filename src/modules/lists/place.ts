import type { Ctx } from '../../platform/context.ts'

/* What lists asks of leads, which stands after it: handed over where the house is put together (app/). */

/** What a lead takes over from the delivery it came with. */
export type Delivery = {
  readonly id: string
  readonly productId: string
  readonly purpose: string
  readonly grade: string
}

/** A customer of a list who is to become a lead. */
export type ForLead = {
  readonly rowNo: number
  readonly customerId: string
  readonly notBefore?: Temporal.Instant | null | undefined
  readonly renewalExpiresOn?: Temporal.PlainDate | null | undefined
}

/** What became of it; inFile: the customer came further up in the same file; openLead: is being worked already. */
export type Placed = { readonly leadId: string } | { readonly leadId: null; readonly why: 'inFile' | 'openLead' }

export type LeadsOfList = {
  /** Puts leads into the company's pool and answers for every row. */
  readonly create: (ctx: Ctx, delivery: Delivery, rows: readonly ForLead[]) => Promise<Map<number, Placed>>
  /** Customers whose open lead would stay beside a new one of this grade. Reads only. */
  readonly standing: (ctx: Ctx, customerIds: readonly string[], grade: string) => Promise<Set<string>>
}
