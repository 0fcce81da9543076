import type { AnyRouter } from '@orpc/server'
import { judgeNumber } from '../src/lib/phoneNumber.ts'
import type { DialFacts } from '../src/modules/compliance/facts.ts'
import { addCustomers } from '../src/modules/customers/add.ts'
import { giveConsent } from '../src/modules/customers/consent.ts'
import type { Name } from './cast.ts'
import type { World } from './world.ts'

/* A dial in the test centre with nothing against it: product, authorisation, customer, consent, lead, line. */

type AnyWorld = World<AnyRouter>

/** A product that everybody of the named may sell. Returns its id. */
export async function product(w: AnyWorld, sellers: readonly Name[], code = 'L1'): Promise<string> {
  const [row] = await w.sql<{ id: string }>`
    insert into product (centre_id, code, name, subject)
    values (${w.centre}, ${code}, '{"hant":"安家","hans":"安家","en":"Home"}', 'life') returning id`
  for (const name of sellers)
    await w.sql`insert into authorisation (person_id, product_id, from_on) values (${w.people[name]}, ${row!.id}, '2024-01-08')`
  return row!.id
}

/** The n-th mobile number of a range that carriers give out, E.164; of Guangdong. */
export const mobile = (n: number): string => `+86135${String(90_000_000 + n).slice(0, 8)}`

export const judged = (e164: string) => {
  const number = judgeNumber(e164, 'CN')
  if (!number.ok) throw new Error(`${e164} is no number: ${number.code}`)
  return number
}

/** Customers with one number each and consent to be sold to. */
export async function customersWith(w: AnyWorld, numbers: readonly string[]) {
  return await w.run(async (ctx) => {
    const added = await addCustomers(
      ctx,
      numbers.map((e164) => ({ name: '王小明', phones: [judged(e164)] })),
    )
    await giveConsent(
      ctx,
      added.map(({ customerId }) => ({
        ...{
          customerId,
          purpose: 'sale',
          givenAt: ctx.now.subtract({ hours: 24 * 30 }),
          expiresAt: null,
          evidence: 'list',
        },
      })),
      { by: 'list' },
    )
    return added.map(({ customerId, phoneIds }) => ({ customerId, phoneId: phoneIds[0]! }))
  })
}

/** A clean dial by an agent to a number. */
export const dialOf = (
  w: AnyWorld,
  agent: Name,
  productId: string,
  to: { readonly customerId: string; readonly phoneId: string },
  more: Partial<DialFacts> = {},
): DialFacts => ({
  ...to,
  leadId: null,
  lead: {
    onIssuedBatch: true,
    issuedToTsr: true,
    heldBy: w.people[agent],
    notBefore: null,
    renewalExpiresOn: null,
    plan: { tries: 0, lastTryAt: null, roundsLeft: 1, closed: false },
  },
  agentId: w.people[agent],
  ...{ productId, subject: 'life', purpose: 'sale', mode: 'preview' },
  line: { callerIdApproved: true, recordingReady: true },
  ...more,
})
