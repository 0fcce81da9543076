import { sql } from 'kysely'
import type { Boot } from '../../src/platform/context.ts'
import { countFile, type Totals } from './count.ts'
import { playbill } from './dates.ts'
import { makeHouse } from './house.ts'
import { playDay } from './play.ts'
import { type Difference, differences, type Reported, reported } from './report.ts'
import { dateOf, type Row, rowsOf } from './rows.ts'
import { agentsFor } from './shares.ts'
import { deliveries, type Issued, takeIn } from './supply.ts'

export type Outcome = {
  readonly product: Reported
  readonly file: Totals
  readonly differences: readonly Difference[]
}

export type Watching = {
  /** Told after every day: contacts played so far, of how many. */
  readonly played?: (day: string, done: number, all: number) => void
  readonly stopped?: () => boolean
  /** Whether the people of the centre can sign in afterwards. */
  readonly accounts?: boolean
}

/**
 * Plays a file of the bank's columns through an empty database and asks the product for the totals: the file comes in
 * through the importer, and each contact is claimed, judged by the gate, dialled and recorded or sold by the commands that
 * the desk calls, on the centre's shifted clock. Null when it was stopped. Throws FileFault for a file that cannot be read,
 * and whatever the house refuses on the way.
 */
export async function replay(boot: Boot, text: string, watching: Watching = {}): Promise<Outcome | null> {
  const { played = () => {}, stopped = () => false, accounts = false } = watching
  const rows = rowsOf(text)
  const days = playbill(rows)
  const at = [...days.keys()]
  const [from, until] = [at[0]!, at.at(-1)!]
  const tries = rows.reduce((most, { contacts }) => Math.max(most, contacts), 0)
  const house = await makeHouse(boot, { agents: agentsFor(days.values()), from, until, days: at, tries, accounts })
  const lists = deliveries(rows, days)
  const issued = new Map<Row, Issued>()
  const all = rows.reduce((sum, { contacts }) => sum + contacts, 0)
  let done = 0
  let analysed = 1
  for (const [day, contacts] of days) {
    if (stopped()) return null
    const coming = lists.get(day) ?? []
    if (coming.length > 0) await house.at(day, 7 * 3600)
    for (const list of coming) for (const [row, lead] of await takeIn(house, list)) issued.set(row, lead)
    // The database learns what its tables hold before it is asked often, and again whenever they have doubled.
    if (issued.size >= 2 * analysed) {
      await sql`analyze`.execute(boot.db)
      analysed = issued.size
    }
    const planned = contacts.map((contact) => ({ ...contact, lead: issued.get(contact.row)! }))
    const count = () => {
      done += 1
    }
    await playDay(house, { day, contacts: planned, stopped, played: count })
    if (stopped()) return null
    played(dateOf(day).toString(), done, all)
  }
  const file = countFile(text)
  const product = await reported(house, from, until)
  return { product, file, differences: differences(file, product) }
}
