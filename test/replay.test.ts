import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chance } from '../demo/chance.ts'
import { quietBoot } from '../demo/quietBoot.ts'
import { countFile } from '../demo/replay/count.ts'
import { playbill } from '../demo/replay/dates.ts'
import { type Outcome, replay } from '../demo/replay/replay.ts'
import { differences } from '../demo/replay/report.ts'
import { dateOf, rowsOf, weekdayOf } from '../demo/replay/rows.ts'
import { secondsOf, shared } from '../demo/replay/shares.ts'
import { type FreshDatabase, freshDatabase } from './clone.ts'

/* The replay, on files made up here: what it plays, and that it notices what is not right. */

const HEAD =
  '"age";"job";"marital";"education";"default";"balance";"housing";"loan";"contact";"day";"month";"duration";"campaign";"pdays";"previous";"poutcome";"y"'
const row = (day: number, month: string, duration: number, campaign: number, y: 'yes' | 'no', age = 41) =>
  `${age};"admin.";"married";"secondary";"no";${campaign * 7 - 20};"yes";"no";"unknown";${day};"${month}";${duration};${campaign};-1;0;"unknown";"${y}"`
const file = (...rows: string[]) => `${[HEAD, ...rows].join('\n')}\n`

/** Rows of three weeks in three years, one of them a 29 February on a day off, with everything that is at an edge. */
function madeUp(): string {
  const dice = chance(60)
  const days: [number, string][] = [
    [5, 'may'],
    [6, 'may'],
    [28, 'dec'],
    [31, 'dec'],
    [2, 'jan'],
    [3, 'mar'],
  ]
  const rows = days.flatMap(([day, month]) =>
    Array.from({ length: 8 }, () =>
      row(day, month, dice.between(0, 900), dice.is(0.6) ? 1 : dice.between(2, 4), dice.is(0.3) ? 'yes' : 'no'),
    ),
  )
  // No talk at all, a long one, a sale without a talk, many contacts, a child, and the 29 February of 2012.
  return file(
    ...rows,
    row(4, 'mar', 0, 1, 'no'),
    row(4, 'mar', 20_000, 2, 'yes'),
    row(4, 'mar', 0, 12, 'yes', 9),
    row(29, 'feb', 77, 1, 'no'),
  )
}

const wide = file(row(1, 'jan', 10, 1, 'no'), row(28, 'feb', 20, 40, 'yes'))

describe('a made-up file of some years', () => {
  let fresh: FreshDatabase
  let folder: string
  let outcome: Outcome
  const text = madeUp()
  beforeAll(async () => {
    fresh = await freshDatabase({ max: 8 })
    folder = mkdtempSync(join(tmpdir(), 'kaibo-replay-test-'))
    const boot = quietBoot(fresh.db, folder, new Uint8Array(32).fill(7), pino({ level: 'silent' }))
    outcome = (await replay(boot, text))!
  }, 240_000)
  afterAll(async () => {
    await fresh.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('the product’s own reports tell what the file does, in all and by month', () => {
    expect(outcome.differences).toEqual([])
    const { synthetic, ...product } = outcome.product
    expect(product).toEqual(countFile(text))
    expect(product.months.map(({ month }) => month)).toEqual(['2008-05', '2008-12', '2009-01', '2009-03', '2012-02'])
    expect(synthetic).toBe(product.contacts - product.leads)
  })

  test('the gate said yes to every single dial, under a clause and a version that was in force then', async () => {
    const { rows } = await sql<{ decisions: number; calls: number; dated: number; refused: number }>`
      select (select count(*) from decision where operation = 'calls.dial' and allowed and version_id is not null)::int as decisions,
        (select count(*) from decision where not allowed)::int as refused,
        (select count(*) from call)::int as calls,
        (select count(*) from call where not synthetic_date)::int as dated`.execute(fresh.db)
    const { contacts, leads } = outcome.product
    expect(rows[0]).toEqual({ decisions: contacts, calls: contacts, dated: leads, refused: 0 })
  })

  test('calls with a made-up day are marked, lie before the last one and have no talk', async () => {
    const { rows } = await sql<{ found: number }>`
      select count(*)::int as found from call c join call l on l.lead_id = c.lead_id and not l.synthetic_date
      where c.synthetic_date and (c.occurred_on >= l.occurred_on or c.talk_seconds > 0 or c.note <> 'synthetic date')`.execute(
      fresh.db,
    )
    expect(rows[0]!.found).toBe(0)
  })

  test('the clause page of the gate says that hours are nine to nine and no caps hold', async () => {
    const { rows } = await sql<{ text: { en: string }; from: Temporal.PlainDate }>`
      select c -> 'text' as text, v.effective_on as from from rule_version v,
        jsonb_path_query(v.content, '$.chapters[*].clauses[*] ? (@.id == "S3.6")') c`.execute(fresh.db)
    expect(rows).toHaveLength(1)
    expect(rows[0]!.text.en).toMatch(/9:00 to 21:00.*no caps/)
    expect(rows[0]!.from.toString()).toBe('2008-01-01')
  })
})

test('a total that differs is told, and a month that one of the two lacks', () => {
  const told = countFile(file(row(5, 'may', 100, 2, 'yes'), row(6, 'jun', 50, 1, 'no')))
  const right = { ...told, synthetic: 1 }
  expect(differences(told, right)).toEqual([])
  expect(differences(told, { ...right, talkSeconds: 149 })).toEqual([{ what: 'talkSeconds', file: 150, product: 149 }])
  expect(differences(told, { ...right, synthetic: 0, months: told.months.slice(0, 1) })).toEqual([
    { what: 'contacts with a made-up day', file: 1, product: 0 },
    { what: 'lastContacts 2008-06', file: 1, product: 0 },
  ])
})

test('a year is added whenever month and day go backwards, and a 29 February waits for its year', () => {
  const text = file(
    row(31, 'dec', 1, 1, 'no'),
    row(1, 'jan', 1, 1, 'no'),
    row(29, 'feb', 1, 1, 'no'),
    row(28, 'feb', 1, 1, 'no'),
  )
  const dates = rowsOf(text).map(({ day }) => dateOf(day).toString())
  expect(dates).toEqual(['2008-12-31', '2009-01-01', '2012-02-29', '2013-02-28'])
  expect(countFile(text).months.map(({ month }) => month)).toEqual(['2008-12', '2009-01', '2012-02', '2013-02'])
})

test('earlier contacts lie on one working day each before the last, the same at every run', () => {
  const rows = rowsOf(wide)
  const days = playbill(rows)
  expect(playbill(rows)).toEqual(days)
  const mine = [...days].filter(([, contacts]) => contacts.some(({ row: one }) => one.n === 1)).map(([day]) => day)
  expect(mine).toHaveLength(40)
  expect(mine.at(-1)).toBe(rows[1]!.day)
  expect(mine.slice(0, -1).filter((day) => weekdayOf(day) > 5)).toEqual([])
  expect([...days.values()].flat().filter(({ last }) => last)).toHaveLength(2)
})

test('whoever has a talk of half a day has nothing else to do', () => {
  const rows = rowsOf(
    file(row(5, 'may', 40_000, 1, 'no'), ...Array.from({ length: 30 }, () => row(5, 'may', 300, 1, 'no'))),
  )
  const hands = shared(
    rows.map((one) => ({ row: one, last: true })),
    40,
  )
  expect(hands.find((hand) => hand.some((contact) => contact.row.talk === 40_000))).toHaveLength(1)
  expect(hands.flat()).toHaveLength(31)
  expect(secondsOf({ row: rows[0]!, last: true })).toBeGreaterThan(40_000)
})

test.each([
  ['an empty file', '', 'lacks the columns age, job'],
  ['no rows', `${HEAD}\n`, 'no rows'],
  ['a column too few', `${HEAD.replace(';"y"', '')}\n`, 'lacks the column y.'],
  ['another month', file(row(5, 'may', 1, 1, 'no'), row(5, 'mai', 1, 1, 'no')), 'Row 3: month is "mai"'],
  ['a day that no month has', file(row(31, 'jun', 1, 1, 'no')), 'no year has a day 31 jun'],
  ['a talk below nothing', file(row(5, 'may', -1, 1, 'no')), 'Row 2: duration is "-1"'],
  ['a talk of a day', file(row(5, 'may', 86_400, 1, 'no')), 'Row 2: duration is "86400"'],
  ['no contact at all', file(row(5, 'may', 1, 0, 'no')), 'Row 2: campaign is "0"'],
  [
    'another answer',
    file(row(5, 'may', 1, 1, 'no').replace('"no"\n', '"maybe"\n').replace(/"no"$/, '"maybe"')),
    'y is "maybe"',
  ],
  ['a row cut off', file('58;"management"'), 'Row 2 has 2 values and the head has 17'],
  ['a quote never closed', file('58;"management'), 'no file of semicolon separated values'],
])('%s is refused with the reason', (_, text, why) => {
  expect(() => rowsOf(text)).toThrow(why)
})

test('the command tells what is wrong with a file and exits with 2, before it makes a database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kaibo-replay-test-'))
  try {
    const run = (name: string, text: string | Buffer) => {
      writeFileSync(join(folder, name), text)
      const args = [join(import.meta.dirname, '../demo/replay.ts'), '--json', '--file', join(folder, name)]
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        encoding: 'utf8',
        env: { TMPDIR: folder },
      })
      return { status, stdout, stderr: stderr.trim() }
    }
    expect(run('bad.csv', file(row(31, 'jun', 1, 1, 'no')))).toEqual({
      ...{ status: 2, stdout: '', stderr: 'Row 2: no year has a day 31 jun.' },
    })
    const { status, stderr } = run('cut.csv.gz', gzipSync(HEAD).subarray(0, 40))
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/cut\.csv\.gz cannot be read/) })
    // Nothing is left behind.
    expect(readdirSync(folder).sort()).toEqual(['bad.csv', 'cut.csv.gz'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
