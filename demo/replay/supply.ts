import { leadsOfList } from '../../src/modules/leads/create.ts'
import { issue, receiveLot } from '../../src/modules/leads/distribute.ts'
import { dialFactsOf } from '../../src/modules/leads/facts.ts'
import { equalShares } from '../../src/modules/leads/rules.ts'
import { batch, createBatch, rowsOf, startImport } from '../../src/modules/lists/batches.ts'
import { importBatch } from '../../src/modules/lists/import.ts'
import type { Mapping } from '../../src/modules/lists/rules.ts'
import type { Ctx } from '../../src/platform/context.ts'
import { inCentre } from '../../src/platform/transaction.ts'
import { FAMILY_NAMES, GIVEN_NAMES } from '../cast.ts'
import { type Chance, chance } from '../chance.ts'
import { handIn, MADE_UP_RANGE } from '../list.ts'
import type { Contact } from './dates.ts'
import type { House } from './house.ts'
import { dateOf, KNOWN_BEFORE, type Row } from './rows.ts'

/* The file as lists for the real importer: one for each month of last contacts, taken in when its first contact is due. */

/** The page of lists shows so many. */
const MOST_LISTS = 150

const HEADERS = ['客戶姓名', '手機', ...KNOWN_BEFORE]
/** What the bank knew of a person stays as it wrote it, his age too: whoever was called then is played. */
const MAPPING: Mapping = ['name', 'phone1', ...KNOWN_BEFORE.map(() => 'fact' as const)]

export type Delivery = { readonly name: string; readonly rows: readonly Row[] }

/** Lists by the day on which they are needed. */
export function deliveries(
  rows: readonly Row[],
  days: ReadonlyMap<number, readonly Contact[]>,
): Map<number, Delivery[]> {
  const months = [...Map.groupBy(rows, ({ day }) => dateOf(day).toString().slice(0, 7))]
  const together = Math.ceil(months.length / MOST_LISTS)
  const listOf = new Map<Row, number>()
  const lists: Delivery[] = []
  for (let at = 0; at < months.length; at += together) {
    const some = months.slice(at, at + together)
    const of = some.flatMap(([, found]) => found)
    for (const row of of) listOf.set(row, lists.length)
    lists.push({ name: [...new Set([some[0]![0], some.at(-1)![0]])].join(' – '), rows: of })
  }
  const needed = new Map<number, Delivery[]>()
  const seen = new Set<number>()
  for (const [day, contacts] of days) {
    const fresh = [...new Set(contacts.map(({ row }) => listOf.get(row)!))].filter((list) => !seen.has(list))
    for (const list of fresh) seen.add(list)
    if (fresh.length > 0)
      needed.set(
        day,
        fresh.sort((a, b) => a - b).map((list) => lists[list]!),
      )
  }
  return needed
}

const csvOf = (rows: readonly Row[], dice: Chance): string =>
  [
    HEADERS.join(','),
    ...rows.map(({ n, known }) =>
      [
        dice.pick(FAMILY_NAMES) + dice.pick(GIVEN_NAMES),
        `${MADE_UP_RANGE}${String(10_000_000 + n).padStart(8, '0')}`,
        ...known.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)),
      ].join(','),
    ),
    '',
  ].join('\n')

/** A lead with the group that it was issued to. */
export type Issued = { readonly leadId: string; readonly groupId: string }

/**
 * Takes a list in as the data officer does, from the file to the last row, issues it to the groups in equal shares and has
 * their leaders receive it. Answers the lead of each row. Throws where the importer leaves a row out.
 */
export async function takeIn(house: House, { name, rows }: Delivery): Promise<Map<Row, Issued>> {
  const { boot, centreId, officer } = house
  const run = <T>(operation: string, work: (ctx: Ctx) => Promise<T>, actor = officer) =>
    inCentre(boot, centreId, operation, work, actor)
  const batchId = await run('lists.createBatch', async (ctx) => {
    const fileId = await handIn(boot, ctx, `${name}.csv`, csvOf(rows, chance(rows[0]!.n)))
    const made = await createBatch(ctx, {
      ...{ name, source: 'UCI Bank Marketing', purpose: 'sale', grade: 'B', country: 'CN', listPrice: null, fileId },
      ...{ consentEvidence: '回放用虛構同意', consentGivenOn: ctx.today, consentExpiresOn: null, expiresOn: null },
      ...{ productId: house.productId, options: { headers: HEADERS, mapping: MAPPING, hidden: 'skip' as const } },
    })
    await startImport(ctx, made.batchId)
    return made.batchId
  })
  await importBatch(boot, { centreId, actorId: officer.personId, batchId }, leadsOfList)
  const { state, good } = await run('lists.batch', (ctx) => batch(ctx, batchId))
  if (state !== 'done' || good !== rows.length)
    throw new Error(`The importer took ${good} of ${rows.length} rows of list ${name} and ended as "${state}".`)
  const leads = new Map<string, Row>()
  for (let after: number | null = 0; after !== null; ) {
    const page = await run('lists.rows', (ctx) => rowsOf(ctx, { batchId, result: 'GOOD', after: after! }))
    // Row 1 of the list is its head.
    for (const { rowNo, leadId } of page.rows) leads.set(leadId!, rows[rowNo - 2]!)
    after = page.next
  }
  const equal = equalShares(
    rows.length,
    house.groups.map(() => rows.length),
  )
  const shares = house.groups.map(({ id: groupId }, n) => ({ groupId, quantity: equal[n]! }))
  const lots = await run('leads.issue', (ctx) => issue(ctx, { batchId, shares }))
  const given = house.groups.filter((_, n) => equal[n]! > 0)
  for (const [n, { id }] of lots.entries()) await run('leads.receive', (ctx) => receiveLot(ctx, id), given[n]!.leader)
  const facts = await run('leads.issued', (ctx) => dialFactsOf(ctx, [...leads.keys()]))
  return new Map([...leads].map(([leadId, row]) => [row, { leadId, groupId: facts.get(leadId)!.groupId! }]))
}
