import { z } from 'zod'
import { Day, Id } from '../../lib/wire.ts'
import { query } from '../../platform/api.ts'
import { ReasonOut } from '../compliance/told.ts'
import { birthdays } from './birthdays.ts'

/*
 * care: birthdays of customers who agreed to be greeted, and of the people of the house. A greeting carries no product;
 * calls are made at the desk, and the gate is asked there as always.
 */

export const care = {
  birthdays: query({
    may: ['tsr', 'tl', 'um', 'deptManager'],
    personal: true,
    input: z.object({}),
    output: z.object({
      today: Day,
      customers: z.array(
        z.object({
          customerId: Id,
          name: z.string().nullable(),
          masked: z.string(),
          now: z.boolean(),
          reasons: z.array(ReasonOut),
        }),
      ),
      leftOut: z.int(),
      staff: z.array(z.object({ personId: Id, name: z.string(), group: z.string().nullable(), on: Day })),
    }),
    summary: 'Today’s birthdays of own customers who may be greeted, and of the coming week those of own people',
    run: async (ctx) => {
      const found = await birthdays(ctx)
      return { ...found, customers: found.customers.map((one) => ({ ...one, reasons: [...one.reasons] })) }
    },
  }),
}
