import { sql } from 'kysely'
import { leadsOfList } from '../src/modules/leads/create.ts'
import { distribute, issue, receiveLot } from '../src/modules/leads/distribute.ts'
import { equalShares } from '../src/modules/leads/rules.ts'
import { createBatch, startImport } from '../src/modules/lists/batches.ts'
import { importBatch } from '../src/modules/lists/import.ts'
import { TREE } from './cast.ts'
import type { Chance } from './chance.ts'
import type { GoodCode } from './goods.ts'
import type { House } from './house.ts'
import { type contacts, csvOf, type Ending, endingOf, HEADERS, handIn, MAPPING } from './list.ts'

/* How lists come in and go down: through the real importer, the real issue, receipt and distribution. */

export type Supply = {
  readonly name: string
  readonly good: GoodCode
  readonly grade: 'A' | 'B'
  readonly source: string
  readonly people: ReturnType<typeof contacts>
  /** Place of the first number in the made-up range. */
  readonly from: number
}

export const GROUPS = TREE.flatMap(([, groups]) => groups)

/** Takes a list in as the data officer does, from the file to the last row. Answers its id and how each lead's contact ended. */
export async function takeIn(house: House, supply: Supply, dice: Chance) {
  const { name, good, grade, source, people, from } = supply
  const actorId = house.people.get('liu')!
  const batchId = await house.as('liu', 'lists.createBatch', async (ctx) => {
    const fileId = await handIn(house.boot, ctx, `${name}.csv`, csvOf(people, from, dice))
    const { batchId: id } = await createBatch(ctx, {
      ...{ name, source, purpose: 'sale', grade, country: 'CN', listPrice: '1.2', fileId },
      ...{ consentEvidence: '活動頁面勾選，表單存檔', consentGivenOn: ctx.today.subtract({ days: 20 }) },
      ...{ consentExpiresOn: ctx.today.add({ months: 12 }), expiresOn: ctx.today.add({ months: 3 }) },
      productId: house.goods.get(good)!.id,
      options: { headers: HEADERS, mapping: MAPPING, hidden: 'skip' },
    })
    await startImport(ctx, id)
    return id
  })
  await importBatch(house.boot, { centreId: house.centreId, actorId, batchId }, leadsOfList)
  const { rows } = await sql<{ row_no: number; lead_id: string }>`select row_no, lead_id from list_row
    where batch_id = ${batchId} and lead_id is not null`.execute(house.boot.db)
  const endings = new Map<string, Ending>()
  // Row 1 of the file is its head.
  for (const { row_no, lead_id } of rows) endings.set(lead_id, endingOf(people[row_no - 2]!))
  return { batchId, endings }
}

/** Company to groups, and the leaders' receipts; `received` false leaves the lots for the leaders of the day. */
export async function issueToGroups(house: House, batchId: string, each: number, received: boolean): Promise<void> {
  const shares = GROUPS.map((group) => ({ groupId: house.units.get(group)!, quantity: each }))
  const lots = await house.as('liu', 'leads.issue', (ctx) => issue(ctx, { batchId, shares }))
  if (!received) return
  for (const [at, { id }] of lots.entries()) await house.as(LEADERS[at]!, 'leads.receive', (ctx) => receiveLot(ctx, id))
}

/** Leaders by group, in the order of the tree. */
export const LEADERS = ['lin', 'tao', 'yuan', 'su', 'shi', 'yu'] as const

/** Leaders to agents: so many more leads for everybody who is there, up to a stock, as far as the pool lasts. */
export async function handDown(
  house: House,
  leaderOf: (group: number) => string,
  { more, upTo, away }: { readonly more: number; readonly upTo: number; readonly away: ReadonlySet<string> },
): Promise<void> {
  for (const [at, group] of GROUPS.entries()) {
    const groupId = house.units.get(group)!
    await house.as(leaderOf(at), 'leads.distribute', async (ctx) => {
      const { rows } = await sql<{ id: string; stock: number }>`
        select m.person_id as id, (select count(*)::int from lead l where l.holder_id = m.person_id and l.state = 'agent') as stock
        from member m join granted_role g on g.person_id = m.person_id and g.role = 'tsr' and g.unit_id = m.group_id
        where m.group_id = ${groupId} and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})
          and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today})
        order by m.person_id`.execute(ctx.db)
      const agents = rows.filter(({ id }) => !away.has(id))
      const { rows: pools } = await sql<{ batch_id: string; free: number }>`
        select batch_id, count(*)::int as free from lead where group_id = ${groupId} and state = 'group' and tries = 0
          and round = 1 group by batch_id order by batch_id`.execute(ctx.db)
      const room = new Map(agents.map(({ id, stock }) => [id, Math.max(0, Math.min(more, upTo - stock))]))
      for (const { batch_id: batchId, free } of pools) {
        const rooms = agents.map(({ id }) => room.get(id)!)
        // Some of the pool are called no more since it was issued, and stay behind.
        const shares = equalShares(Math.floor(free * 0.97), rooms)
        const given = agents
          .map(({ id }, n) => ({ personId: id, quantity: shares[n]! }))
          .filter(({ quantity }) => quantity > 0)
        if (given.length === 0) continue
        await distribute(ctx, { groupId, batchId, shares: given })
        for (const { personId, quantity } of given) room.set(personId, room.get(personId)! - quantity)
      }
    })
  }
}
