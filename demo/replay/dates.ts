import { chance } from '../chance.ts'
import { type Row, weekdayOf } from './rows.ts'

/** One contact to be played: the last of its row, or an earlier one, whose day is made up. */
export type Contact = { readonly row: Row; readonly last: boolean }

/** Fixed, so that two replays of a file play the same days. */
const SEED = 20_080_505
/** Working days between a contact and the one before it. */
const GAP = [1, 3] as const

const isWeekend = (day: number) => weekdayOf(day) > 5

/**
 * When everything is played, by day (days since 1970-01-01), the days in their order. The last contact of a row is on its
 * date, a weekend too. The earlier ones, of which the file tells only how many there were, go back from it one by one:
 * each 1, 2 or 3 days of Monday to Friday before the next, thrown by a seeded die in the order of the file. So a person
 * has at most one contact a day.
 */
export function playbill(rows: readonly Row[]): Map<number, Contact[]> {
  const dice = chance(SEED)
  const days = new Map<number, Contact[]>()
  const on = (day: number, contact: Contact) => {
    const others = days.get(day)
    if (others) others.push(contact)
    else days.set(day, [contact])
  }
  for (const row of rows) {
    on(row.day, { row, last: true })
    let day = row.day
    for (let earlier = 1; earlier < row.contacts; earlier++) {
      for (let back = dice.between(...GAP); back > 0; back--)
        do day -= 1
        while (isWeekend(day))
      on(day, { row, last: false })
    }
  }
  return new Map([...days].sort(([a], [b]) => a - b))
}
