import { sql } from 'kysely'
import type { CheckItem } from '../../platform/checkItem.ts'
import type { Ctx } from '../../platform/context.ts'
import { productsOn, scriptOf } from '../catalog/catalog.ts'
import { packsInForce } from '../compliance/facts.ts'
import { asks, peopleFacts } from './facts.ts'

const both = (clause: string | null) => ({ life: clause, dealership: clause })
const needed = { needed: true, confirmable: false } as const

/** When the imported do-not-call lists are of; null where none was ever imported. */
async function importedOf(ctx: Ctx): Promise<{ own: Temporal.Instant | null; national: Temporal.Instant | null }> {
  const { rows } = await sql<{ list: 'own' | 'shared' | 'national'; as_of: Temporal.Instant }>`
    select list, as_of from not_called_list where centre_id = ${ctx.centre.id}`.execute(ctx.db)
  const of = (list: string) => rows.find((row) => row.list === list)?.as_of ?? null
  return { own: of('own'), national: of('national') }
}

const dayOf = (at: Temporal.Instant, { centre }: Ctx) => at.toZonedDateTimeISO(centre.timeZone).toPlainDate()

/** What is sold, by which lines, to whom. */
export const WORK_ITEMS: readonly CheckItem[] = [
  {
    ...{ id: 'setup.products', area: 'goods', clause: both('S3.6'), link: '/products', ...needed },
    async look(ctx) {
      const products = await productsOn(ctx, ctx.today, { listed: true })
      return { done: products.length > 0, figures: { products: products.length } }
    },
  },
  {
    ...{ id: 'setup.scripts', area: 'goods', clause: { life: 'S4.6.4', dealership: null }, link: '/products' },
    ...{ needed: false, confirmable: false },
    async look(ctx) {
      const products = await productsOn(ctx, ctx.today, { listed: true })
      const scripts = await Promise.all(products.map(({ id }) => scriptOf(ctx, id)))
      const scripted = scripts.filter((script) => script !== null).length
      const figures = { products: products.length, scripted }
      return { done: products.length > 0 && scripted === products.length, figures }
    },
  },
  {
    ...{ id: 'setup.authorised', area: 'goods', clause: { life: 'S4.6.4', dealership: 'S3.6' }, link: '/products' },
    ...needed,
    async look(ctx) {
      const { agents, authorised } = await peopleFacts(ctx)
      return { done: agents > 0 && authorised === agents, figures: { agents, authorised } }
    },
  },
  {
    ...{ id: 'setup.seats', area: 'lines', clause: both('S3.6'), link: '/seats', ...needed },
    async look(ctx) {
      const { agents, seated } = await peopleFacts(ctx)
      const done = agents > 0 && seated === agents
      return { done, figures: { agents, seated }, ...(!done && !asks(ctx).recording && { variant: 'plain' }) }
    },
  },
  {
    ...{ id: 'setup.doNotCall', area: 'lists', clause: both('S3.6'), link: '/do-not-call' },
    ...{ needed: false, confirmable: true },
    async look(ctx) {
      const { own } = await importedOf(ctx)
      return { done: own !== null, figures: own ? { day: dayOf(own, ctx).toString() } : {} }
    },
  },
  {
    ...{ id: 'setup.doNotCallDemanded', area: 'lists', clause: both('S3.6'), link: '/do-not-call', ...needed },
    async look(ctx) {
      const ages = packsInForce(ctx, null).flatMap(({ dncListMaxAgeDays: days }) => (days ? [days] : []))
      if (ages.length === 0) return null
      const most = Math.min(...ages)
      const { national } = await importedOf(ctx)
      if (!national) return { done: false, figures: { most } }
      const age = Math.floor((ctx.now.epochMilliseconds - national.epochMilliseconds) / 86_400_000)
      return { done: age < most, figures: { most, age }, ...(age >= most && { variant: 'old' }) }
    },
  },
  {
    // A car dealer's leads come in by themselves.
    ...{ id: 'setup.leads', area: 'lists', kind: 'life', clause: both('S4.4.10a'), link: '/lists', ...needed },
    async look(ctx) {
      const { rows } = await sql<{ pool: boolean; groups: boolean }>`
        select exists (select from lead_held where centre_id = ${ctx.centre.id} and state = 'pool') as pool,
          exists (select from org_unit u where u.centre_id = ${ctx.centre.id} and u.kind = 'group'
            and exists (select from lead_held h where h.group_id = u.id and h.state in ('group', 'agent'))) as groups`.execute(
        ctx.db,
      )
      const { pool, groups } = rows[0]!
      return { done: pool || groups }
    },
  },
  {
    ...{ id: 'setup.handedDown', area: 'lists', kind: 'life', clause: both('S4.4.10a'), link: '/leads', ...needed },
    async look(ctx) {
      const { agents, holding } = await peopleFacts(ctx)
      return { done: agents > 0 && holding === agents, figures: { agents, holding } }
    },
  },
]
