/* Totals counted straight from a file, by a way of its own: nothing of it is shared with what is played or reported. */

export type Totals = {
  /** Rows. */
  readonly leads: number
  readonly contacts: number
  readonly sales: number
  /** Of last contacts, the only ones whose talk the file knows. */
  readonly talkSeconds: number
  /** Months with last contacts, in their order. */
  readonly months: readonly { readonly month: string; readonly lastContacts: number; readonly sales: number }[]
}

/** One record's fields; a quoted one may hold semicolons and, doubled, quotes. */
function fieldsOf(line: string): string[] {
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]
    if (sign === '"') {
      if (quoted && line[at + 1] === '"') field += line[at++]
      else quoted = !quoted
    } else if (sign === ';' && !quoted) {
      fields.push(field.trim())
      field = ''
    } else field += sign
  }
  fields.push(field.trim())
  return fields
}

const ORDER = 'janfebmaraprmayjunjulaugsepoctnovdec'
const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** Counts a file of the bank's columns that is known to be readable. */
export function countFile(text: string): Totals {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
  const head = fieldsOf(lines[0]!).map((name) => name.toLowerCase())
  const at = (name: string) => head.indexOf(name)
  const [day, month, duration, campaign, y] = [at('day'), at('month'), at('duration'), at('campaign'), at('y')]
  const months = new Map<string, { month: string; lastContacts: number; sales: number }>()
  let [contacts, sales, talkSeconds, year, before] = [0, 0, 0, 2008, 0]
  for (const line of lines.slice(1)) {
    const fields = fieldsOf(line)
    const inYear = ORDER.indexOf(fields[month]!.toLowerCase()) / 3 + 1
    const date = inYear * 31 + Number(fields[day])
    if (date < before) year += 1
    if (inYear === 2 && Number(fields[day]) === 29) while (!isLeap(year)) year += 1
    before = date
    const key = `${String(year).padStart(4, '0')}-${String(inYear).padStart(2, '0')}`
    const sums = months.get(key) ?? { month: key, lastContacts: 0, sales: 0 }
    months.set(key, sums)
    const bought = fields[y]!.toLowerCase() === 'yes' ? 1 : 0
    sums.lastContacts += 1
    sums.sales += bought
    contacts += Number(fields[campaign])
    talkSeconds += Number(fields[duration])
    sales += bought
  }
  return { leads: lines.length - 1, contacts, sales, talkSeconds, months: [...months.values()] }
}
