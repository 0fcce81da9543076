import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sql } from 'kysely'
import type { Mapping } from '../src/modules/lists/rules.ts'
import type { Boot, Ctx } from '../src/platform/context.ts'
import { pathOf } from '../src/platform/files.ts'
import { FAMILY_NAMES, GIVEN_NAMES, PROVINCES } from './cast.ts'
import type { Chance } from './chance.ts'

/*
 * Contacts of the bank's campaign as lists of people to call: what the file knows of each, with a name and a number made
 * up. How a contact ended is not in the list; the demo's history is played by it.
 */

/** Beginning of the demo's numbers, of a range that no carrier was given. */
export const MADE_UP_RANGE = '140'

/** How a contact of the file ended. */
export type Ending = {
  readonly bought: boolean
  /** Contacts up to and with the last one. */
  readonly contacts: number
  /** Seconds of the last talk. */
  readonly talk: number
}

type Contact = Readonly<Record<string, string>>

const WORDS: Readonly<Record<string, string>> = {
  ...{
    management: '管理',
    technician: '技術',
    entrepreneur: '創業',
    'blue-collar': '工人',
    unknown: '不詳',
    retired: '退休',
  },
  ...{
    'admin.': '行政',
    services: '服務業',
    'self-employed': '自僱',
    unemployed: '待業',
    housemaid: '家政',
    student: '學生',
  },
  ...{ married: '已婚', single: '未婚', divorced: '離異', tertiary: '大專以上', secondary: '中學', primary: '小學' },
  ...{ yes: '有', no: '無', success: '成交', failure: '未成交', other: '其他' },
}
const inWords = (value: string | undefined) => WORDS[value ?? ''] ?? value ?? ''

/** Heads of the lists as the data officer gets them, and what each column is. */
export const HEADERS = [
  ...['客戶姓名', '性別', '手機', '省份', '年齡', '職業', '婚姻', '教育', '年均餘額', '房貸', '信貸', '上次活動'],
]
export const MAPPING: Mapping = [
  ...(['name', 'gender', 'phone1', 'region', 'age'] as const),
  ...(['fact', 'fact', 'fact', 'fact', 'fact', 'fact', 'fact'] as const),
]

/** Every so-manieth contact of the file, in its order. */
export function contacts(count: number): Contact[] {
  const text = gunzipSync(readFileSync(join(import.meta.dirname, 'data/bank-full.csv.gz'))).toString()
  const [head = '', ...lines] = text.trimEnd().split('\n')
  const cells = (line: string) => line.trimEnd().replaceAll('"', '').split(';')
  const names = cells(head)
  const step = lines.length / count
  return Array.from({ length: count }, (_, n) =>
    Object.fromEntries(cells(lines[Math.floor(n * step)]!).map((value, at) => [names[at]!, value])),
  )
}

export const endingOf = (contact: Contact): Ending => ({
  bought: contact.y === 'yes',
  contacts: Number(contact.campaign),
  talk: Number(contact.duration),
})

/** The n-th made-up number, as a Chinese list writes it. */
export const numberAt = (n: number): string => `${MADE_UP_RANGE}${String(10_000_000 + n * 7).padStart(8, '0')}`

/** What lists are like: some numbers are cut off, some missing, some stand twice. */
function cellOf(n: number, dice: Chance): string {
  const number = numberAt(n)
  if (dice.is(0.006)) return number.slice(0, 9)
  if (dice.is(0.003)) return ''
  if (n > 0 && dice.is(0.008)) return numberAt(n - 1)
  return dice.is(0.15) ? `${number.slice(0, 3)} ${number.slice(3, 7)} ${number.slice(7)}` : number
}

/** A csv of these contacts; the first has the number `from`. */
export function csvOf(people: readonly Contact[], from: number, dice: Chance): string {
  const rows = people.map((one, at) =>
    [
      dice.pick(FAMILY_NAMES) + dice.pick(GIVEN_NAMES),
      dice.is(0.5) ? '男' : '女',
      cellOf(from + at, dice),
      dice.pick(PROVINCES),
      one.age,
      inWords(one.job),
      inWords(one.marital),
      inWords(one.education),
      one.balance,
      inWords(one.housing),
      inWords(one.loan),
      inWords(one.poutcome),
    ].join(','),
  )
  return `${HEADERS.join(',')}\n${rows.join('\n')}\n`
}

/** Lays a file where handed-in files lie, as the web server would have. Returns its id. */
export async function handIn(boot: Boot, ctx: Ctx, name: string, text: string): Promise<string> {
  const id = randomUUID()
  const at = pathOf(boot, id)
  mkdirSync(dirname(at), { recursive: true, mode: 0o700 })
  writeFileSync(at, text, { mode: 0o600 })
  await sql`insert into stored_file (id, centre_id, name, bytes, sha256, uploaded_by)
    values (${id}, ${ctx.centre.id}, ${name}, ${Buffer.byteLength(text)}, '', ${ctx.actor.personId})`.execute(ctx.db)
  return id
}
