import { randomUUID } from 'node:crypto'
import type { AnyRouter } from '@orpc/server'
import { enter } from '../src/modules/attendance/presence.ts'
import { deskOf, openDesk } from '../src/modules/calls/desk.ts'
import { answered, dial } from '../src/modules/calls/dial.ts'
import { takeNext } from '../src/modules/calls/next.ts'
import { addProduct, addScript, authorise } from '../src/modules/catalog/catalog.ts'
import { salesWith } from '../src/modules/sales/api.ts'
import type { Name } from './cast.ts'
import { type Batch, pooled } from './stocked.ts'
import type { World } from './world.ts'

/* Agents at their desks, talking to a customer, in the test centre: where a sale begins. */

/** Sales where every policy is a customer's. */
export const sales = salesWith(async () => ({ verdict: { ok: true }, weight: '1', keep: async () => {} }))

type AnyWorld = World<AnyRouter>

const SINCE = Temporal.PlainDate.from('2024-01-08')
const said = (hant: string, en: string) => ({ hant, en })

/** A product with a script of two disclosures, which the named may sell. Factor 0.35, monthly, yearly or at once. */
export async function sellable(w: AnyWorld, code: string, sellers: readonly Name[]): Promise<string> {
  return await w.run(async (ctx) => {
    const id = await addProduct(ctx, {
      ...{ code, name: said(`安家${code}`, `Home ${code}`), subject: 'life', effectiveOn: SINCE },
      ...{ payWays: { monthly: 12, yearly: 1, single: 1 }, standardFactor: 0.35, minPremium: 100 },
    })
    await addScript(ctx, id, {
      effectiveOn: SINCE,
      sections: [{ key: 'opening', title: said('開場', 'Opening'), text: said('您好', 'Hello') }],
      disclosures: [
        { key: 'coolingOff', text: said('猶豫期', 'Cooling-off period') },
        { key: 'exclusions', text: said('責任免除', 'Exclusions') },
      ],
    })
    await authorise(ctx, { productId: id, personIds: sellers.map((name) => w.people[name]), fromOn: SINCE })
    return id
  }, 'guo')
}

/** A seat with a registered line that records, for each of the named. */
export async function seated(w: AnyWorld, names: readonly Name[]): Promise<void> {
  for (const [at, name] of names.entries())
    await w.sql`insert into seat (centre_id, group_id, label, position, caller_id, caller_id_approved, line_registered, recording, person_id)
      select ${w.centre}, unit_id, ${`A${at + 1}`}, ${at}, '02161234567', true, true, true, ${w.people[name]}
      from membership where person_id = ${w.people[name]} and until_on is null`
}

/** So many new leads of a list in an agent's own hands, due now. */
export async function inHand(w: AnyWorld, of: Batch, name: Name, count: number): Promise<string[]> {
  const leads = (await pooled(w, of, count)).map(({ leadId }) => leadId)
  await w.sql`update lead set state = 'agent', holder_id = ${w.people[name]}, held_since = centre_now(c), due_at = centre_now(c),
      group_id = (select unit_id from membership where person_id = ${w.people[name]} and until_on is null)
    from centre c where c.id = lead.centre_id and lead.id = any(${leads}::uuid[])`
  return leads
}

/** Puts an agent online and into a talk with the next of the leads in hand. */
export async function talking(w: AnyWorld, name: Name): Promise<{ tabId: string; callId: string; leadId: string }> {
  const tabId = randomUUID()
  return await w.run(async (ctx) => {
    await enter(ctx, w.people[name], 'online')
    await openDesk(ctx, tabId, true)
    const taken = await takeNext(ctx, tabId)
    const desk = await deskOf(ctx)
    if (!desk?.phoneId) throw new Error(`nothing to call: ${JSON.stringify(taken)}`)
    await dial(ctx, { tabId, phoneId: desk.phoneId })
    await answered(ctx, tabId)
    return { tabId, callId: desk.callId!, leadId: desk.leadId! }
  }, name)
}
