import type { AnyRouter } from '@orpc/server'
import type { arrivals } from '../src/modules/arrivals/api.ts'
import { addProduct, authorise } from '../src/modules/catalog/catalog.ts'
import { addPerson } from '../src/modules/people/people.ts'
import type { Role } from '../src/platform/actor.ts'
import type { Name } from './cast.ts'
import { mobile } from './dialling.ts'
import type { World } from './world.ts'

/* A car dealer's house in the test centre: models, sources, a front desk and a showroom. */

type AnyWorld = World<AnyRouter>
type ArrivalWorld = World<{ arrivals: typeof arrivals }>

const SINCE = Temporal.PlainDate.from('2024-01-08')

/** A model that the named may make appointments for. */
export const modelOf = (w: AnyWorld, code: string, agents: readonly Name[]): Promise<string> =>
  w.run(async (ctx) => {
    const productId = await addProduct(ctx, {
      ...{ code, name: { hant: `遠航${code}`, en: `Voyager ${code}` }, subject: 'vehicle', effectiveOn: SINCE },
      ...{ payWays: { single: 1 }, standardFactor: 1, minPremium: null },
    })
    await authorise(ctx, { productId, personIds: agents.map((name) => w.people[name]), fromOn: SINCE })
    return productId
  }, 'guo')

/** Somebody of the house with one role over the centre, in no group. */
export const houseMember = (w: AnyWorld, role: Role, name: string): Promise<string> =>
  w.run((ctx) =>
    addPerson(ctx, {
      ...{ staffNo: `house-${name}`, name, employedFrom: SINCE, unitId: w.units.root, registrationNo: `R-${name}` },
      ...{ birthday: SINCE.subtract({ years: 30 }), trainedOn: SINCE, roles: [{ role, unitId: w.units.root }] },
    }),
  )

/** A source whose customers are for Dawn. Answers its id and, for a web source, its key. */
export const sourceOf = (
  w: ArrivalWorld,
  productId: string,
  channel: 'web' | 'phone' = 'web',
  code = channel === 'web' ? 'site' : 'phone',
) =>
  w.as('liu').arrivals.addSource({
    ...{ code, name: `${channel} ${code}`, channel, productId, groupId: w.units.Dawn },
    consentText: 'I agree to be called about a car',
  })

/** One customer as a site tells of him. */
export const told = (n: number, more: object = {}) => ({
  ...{ id: `form-${n}`, phone: mobile(7_000_000 + n).slice(3), name: `客${n}`, consent: true },
  ...more,
})
