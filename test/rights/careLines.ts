import { addCustomers } from '../../src/modules/customers/add.ts'
import { giveConsent } from '../../src/modules/customers/consent.ts'
import { judged, mobile } from '../dialling.ts'
import type { House, Line } from './house.ts'

/* Birthdays: an agent's own customers, a leader's own people. */

export function careLines({ w, productId, agent, next, newBatch }: House): Line[] {
  const customer = async (holderId: string) => {
    const customerId = await w.run(async (ctx) => {
      const birthday = ctx.today.subtract({ years: 30 })
      const [added] = await addCustomers(ctx, [
        { name: 'Born', birthday, phones: [judged(mobile(9_000_000 + next()))] },
      ])
      const consent = {
        customerId: added!.customerId,
        purpose: 'service',
        givenAt: ctx.now,
        expiresAt: null,
        evidence: 'form',
      }
      await giveConsent(ctx, [consent], { by: 'customer' })
      return added!.customerId
    })
    await w.sql`insert into lead (centre_id, batch_id, customer_id, product_id, purpose, grade, state, group_id, holder_id, due_at)
      values (${w.centre}, ${(await newBatch()).id}, ${customerId}, ${productId}, 'sale', 'B', 'agent', ${w.units.Dawn}, ${holderId}, now())`
    return customerId
  }
  return [
    {
      ...{ op: 'care.birthdays', outside: ['xu'] },
      make: async (as) => {
        if (as !== 'ann') return { input: {}, row: w.people.bo }
        const { personId } = await agent('tsr')
        return { as: personId, input: {}, row: await customer(personId) }
      },
    },
  ]
}
