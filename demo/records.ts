import { sql } from 'kysely'
import { takeFile } from '../src/modules/records/files.ts'
import { takeRecords } from '../src/modules/records/take.ts'
import { type Chance, chance } from './chance.ts'
import type { House } from './house.ts'
import { handIn } from './list.ts'

/* What the telephone switch of the demo centre kept of yesterday: Asterisk's own file, for most of the seats. */

/** Whose seat hands nothing in, for days. */
export const OWING = 'cui'
/** Seats that another gateway serves: their records come tomorrow. */
const ELSEWHERE = ['D02', 'E05']
/** The seat at which somebody called on his own account, and how often. */
const STRAY = { seat: 'C04', calls: 3 }
/** Of so many dials one is unknown to the switch. */
const LOST = 160

type Dial = {
  readonly seat: string
  readonly number: string
  readonly at: Temporal.Instant
  readonly ring: number
  readonly talk: number
  readonly answered: boolean
}

async function dialsOf(house: House, day: Temporal.PlainDate): Promise<Dial[]> {
  return await house.as('liu', 'demo.records', async (ctx) => {
    const { rows } = await sql<Dial>`
      select s.label as seat, p.e164 as number, c.dialled_at as at, c.ring_seconds as ring, c.talk_seconds as talk,
        c.answered_at is not null as answered
      from call c join seat s on s.id = c.seat_id join phone p on p.id = c.phone_id
      where c.occurred_on = ${day} and c.centre_id = ${ctx.centre.id} and c.line_result <> 'lineFailure'
        and s.person_id <> ${house.people.get(OWING)} and s.label <> all(${ELSEWHERE})
      order by c.dialled_at, c.id`.execute(ctx.db)
    return rows
  })
}

/** The switch's own lines: no heads, fields in Asterisk's order, its clock some seconds after the click. */
function linesOf(dials: readonly Dial[], zone: string, dice: Chance): string {
  const wall = (at: Temporal.Instant, seconds: number) =>
    at
      .add({ seconds })
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .toString({ smallestUnit: 'second' })
      .replace('T', ' ')
  return dials
    .map(({ seat, number, at, ring, talk, answered }, n) => {
      const rang = Math.max(1, ring - dice.between(1, 5))
      const lasted = answered ? Math.max(1, talk - dice.between(0, 6)) : 0
      const later = dice.between(2, 9)
      const start = wall(at, later)
      const national = number.slice(3)
      const file = answered ? `out-${national}-${seat}-${1_781_600_000 + n}.wav` : ''
      return [
        ...['""', '"95012345"', `"${national}"`, '"from-internal"', '"""95012345"" <95012345>"'],
        ...[
          `"PJSIP/${seat}-${(0xa000_0000 + n).toString(16)}"`,
          '"PJSIP/trunk-0000c0de"',
          '"Dial"',
          '""',
          `"${start}"`,
        ],
        ...[
          answered ? `"${wall(at, later + rang)}"` : '',
          `"${wall(at, later + rang + lasted)}"`,
          rang + lasted,
          lasted,
        ],
        ...[`"${answered ? 'ANSWERED' : 'NO ANSWER'}"`, '"DOCUMENTATION"', `"${1_781_600_000 + n}.${n}"`, `"${file}"`],
      ].join(',')
    })
    .join('\n')
}

/** Takes yesterday's records in as the data officer does: most meet, some were never allowed, some never left. */
export async function bringRecords(house: House, day: Temporal.PlainDate): Promise<void> {
  const dice = chance(20_260_616)
  const all = await dialsOf(house, day)
  const kept = all.filter((_, n) => n % LOST !== LOST - 1)
  const own = kept.filter(({ seat }) => seat === STRAY.seat)
  const strays = own.slice(0, STRAY.calls).map(
    (dial, n): Dial => ({
      ...dial,
      number: `+861390000${4_200 + n}`,
      at: dial.at.add({ minutes: 4 }),
      ring: 6,
      talk: 95 + 40 * n,
      answered: true,
    }),
  )
  const id = await house.as('liu', 'records.take', async (ctx) => {
    const lines = linesOf([...kept, ...strays], ctx.centre.timeZone, dice)
    const fileId = await handIn(house.boot, ctx, 'Master.csv', lines)
    return (await takeFile(ctx, { fileId, headerRow: null, prefix: '', aheadSeconds: 0 })).id
  })
  await takeRecords(house.boot, { centreId: house.centreId, actorId: house.people.get('liu')!, recordFileId: id })
}
