import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { InstantIn } from '../../lib/wire.ts'
import type { Boot, Ctx, Http } from '../../platform/context.ts'
import { fault } from '../../platform/errors.ts'
import { inCentre } from '../../platform/transaction.ts'
import { keyText, type Source, sourceByKey } from './sources.ts'
import { type Given, judgeArrival, type Taken, takeArrival } from './take.ts'

/* How a web site tells us of a customer: one POST with the key of its source. */

/** Characters of a key at most; what is longer is none. */
const LONGEST_KEY = 200

/** One customer, as a site posts him. */
export const Delivery = z.object({
  /** The site's own number for it. Posted again, it is the same arrival. */
  id: z.string().trim().min(1).max(100),
  phone: z.string().trim().min(1).max(40),
  name: z.string().trim().max(80).nullable().default(null),
  /** Code of a model in the catalog. */
  model: z.string().trim().max(60).nullable().default(null),
  wants: z.string().trim().max(500).default(''),
  /** When the form was sent; now where it is absent. */
  at: InstantIn.nullable().default(null),
  /** That the customer agreed to be called, with what stands at the source's form. */
  consent: z.literal(true, { error: 'only a customer who agreed to be called may be delivered' }),
})
export type Delivery = z.infer<typeof Delivery>

export const givenBy = ({ id, phone, name, model, wants, at }: Delivery, via: Given['via']): Given => ({
  ...{ externalId: id, number: phone, name: name || null, model: model || null, wants, at, via },
})

async function sourceOf(boot: Boot, http: Http): Promise<Source> {
  const key = http.headers.get('x-source-key') ?? ''
  const hash = createHmac('sha256', boot.numberKey).update(keyText(key)).digest()
  const source = key === '' || key.length > LONGEST_KEY ? null : await sourceByKey(boot.db, hash)
  if (!source) throw fault('SOURCE_KEY')
  return source
}

/** Takes one customer of a site. Throws SOURCE_KEY without an open source's key, REFUSED with what cannot be taken. */
export async function deliver(boot: Boot, http: Http, delivery: Delivery): Promise<Taken> {
  const source = await sourceOf(boot, http)
  return await inCentre(boot, source.centreId, 'arrivals.deliver', (ctx: Ctx) => {
    const given = givenBy(delivery, 'post')
    const verdict = judgeArrival(ctx, given)
    if (!verdict.ok) throw fault('REFUSED', { reasons: [...verdict.reasons] })
    return takeArrival(ctx, source, given)
  })
}
