import { openAsBlob } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { FAMILY_NAMES, GIVEN_NAMES } from '../demo/cast.ts'
import { chance } from '../demo/chance.ts'
import { type WriteCell, writeXlsx } from '../src/lib/xlsxWrite.ts'
import { type Browser, signedIn } from './browser.ts'
import { type Centre, inOwnCentre, PASSWORD } from './centre.ts'
import { type Measured, rounded, type Sizes, say } from './measured.ts'
import { startNode } from './node.ts'
import { storedAgain } from './stored.ts'

/** Memory of the server over its idle process, at most. */
const AIM_MB = 300
const MB = 1_000_000
const PEOPLE = 200
/** Do-not-call numbers and cases for each lead: 300,000 leads bring 40,000 and 20,000. */
const STOPS = 40_000 / 300_000
const CASES = 20_000 / 300_000

const FIRST_DAY = Temporal.PlainDate.from('2026-06-17')
const TABLES = [
  ...[
    'person',
    'membership',
    'person_rank',
    'role_grant',
    'do_not_call',
    'customer',
    'phone',
    'consent',
    'lead',
    'lead_hold',
  ],
  ...['lead_attempt', 'callback', 'customer_act', 'sale', 'sale_event', 'sale_day'],
] as const

const numberAt = (n: number) => `13${String((n * 7919) % 1_000_000_000).padStart(9, '0')}`

type Book = { readonly leads: number; readonly stops: number; readonly cases: number }

/** Writes the workbook of a centre of 200 seats in 20 groups. */
async function writeBook(path: string, { leads, stops, cases }: Book): Promise<void> {
  const dice = chance(7)
  const staffNo = (n: number) => `T${String(n).padStart(4, '0')}`
  const back = (days: number) => FIRST_DAY.subtract({ days })
  const name = () => dice.pick(FAMILY_NAMES) + dice.pick(GIVEN_NAMES)
  const heads = (names: string) => names.split(' ').map((head) => ({ head }))
  function* rows(count: number, row: (n: number) => WriteCell[]) {
    for (let n = 0; n < count; n++) yield row(n)
  }
  await writeXlsx(path, [
    {
      name: '人員',
      columns: heads('工號 姓名 區域 小組 職務 職級 轉正 入職日期 執業證號'),
      rows: rows(PEOPLE, (n) => {
        const leads = n < 20
        const group = n % 20
        return [
          ...[staffNo(n), name(), `第${Math.floor(group / 5) + 1}區`, `第${group + 1}組`, leads ? '組長' : '坐席'],
          ...[leads ? '組長' : '坐席', '是', back(400 + n), `R${n}`],
        ]
      }),
    },
    {
      name: '名單批次',
      columns: heads('批次 來源 同意憑證 同意日期 產品 等級'),
      rows: rows(6, (n) => [`批次${n}`, '合作銀行', `合約 ${n}`, back(30), 'AN-ACC', '乙']),
    },
    { name: '禁呼名單', columns: heads('電話 登記日期'), rows: rows(stops, (n) => [numberAt(n + leads), back(200)]) },
    {
      name: '名單',
      columns: heads('手機 客戶姓名 性別 批次 坐席 撥打次數 最後撥打 最後結果 下次撥打'),
      rows: rows(leads, (n) => {
        const held = n % 3 === 0
        const tries = held ? n % 4 : 0
        const promised = tries > 0 && n % 10 === 0
        return [
          ...[
            numberAt(n),
            name(),
            n % 2 ? '男' : '女',
            `批次${n % 6}`,
            held ? staffNo(20 + (n % 180)) : null,
            tries || null,
          ],
          tries ? back(1).toPlainDateTime({ hour: 10, minute: n % 60 }) : null,
          tries ? (promised ? '約回電' : '未接') : null,
          promised ? FIRST_DAY.add({ days: n % 3 }).toPlainDateTime({ hour: 14, minute: n % 60 }) : null,
        ]
      }),
    },
    {
      name: '保單',
      columns: heads('投保單號 坐席 客戶電話 客戶姓名 產品 繳費方式 保費 狀態 受理日期 承保日期 回執日期'),
      rows: rows(cases, (n) => {
        const accepted = back(5 + (n % 160))
        const issued = n % 5 !== 0
        return [
          ...[
            `TB${100_000 + n}`,
            staffNo(20 + (n % 180)),
            numberAt(n * 3),
            name(),
            'AN-ACC',
            '年繳',
            1200 + (n % 4000),
          ],
          ...[issued ? '有效' : '受理', accepted, issued ? accepted.add({ days: 2 }) : null],
          issued ? accepted.add({ days: 4 }) : null,
        ]
      }),
    },
  ])
}

/** Asks as the page does until a run has ended. */
async function untilEnded(head: Browser, openingId: string, begun: number) {
  for (let told = 0; ; ) {
    const opening = await head.call('moving.opening', { openingId })
    if (!['checking', 'loading', 'undoing'].includes(opening.state)) return opening
    const done = opening.parts.reduce((sum: number, part: { rowsDone: number }) => sum + part.rowsDone, 0)
    if (done - told >= 50_000) {
      told = done
      say(`${opening.state}: ${done} rows after ${Math.round((performance.now() - begun) / 1000)} s`)
    }
    await pause(500)
  }
}

/** A centre of 200 seats moves in: its workbook through the real server, beside a COPY of the rows that it leaves. */
export const takeOver = ({ moved }: Sizes): Promise<Measured> =>
  inOwnCentre(async (centre) => {
    const book = { leads: moved, stops: Math.round(moved * STOPS), cases: Math.round(moved * CASES) }
    const path = join(tmpdir(), `kaibo-bench-${process.pid}.xlsx`)
    try {
      await writeBook(path, book)
      say(`a workbook of ${rounded((await stat(path)).size / MB)} MB`)
      const node = await startNode(centre, process.env.BENCH_PROFILE)
      try {
        return await measured(centre, node, path, book)
      } finally {
        await node.stop()
      }
    } finally {
      await rm(path, { force: true })
    }
  })

async function measured(
  centre: Centre,
  node: Awaited<ReturnType<typeof startNode>>,
  path: string,
  { leads, stops, cases }: Book,
): Promise<Measured> {
  const head = await signedIn(node.url, 'guo', PASSWORD)
  await head.call('moving.openings')
  await pause(2000)
  const { rss: idle } = await node.watched()
  const begun = performance.now()
  const { openingId } = await head.call('moving.begin', { day: FIRST_DAY.toString() })
  const fileId = await head.handIn('moving', 'book.xlsx', await openAsBlob(path))
  await head.call('moving.handIn', { openingId, fileId })
  const handedIn = performance.now() - begun
  const run = async (operation: string) => {
    const from = performance.now()
    await head.call(operation, { openingId })
    const opening = await untilEnded(head, openingId, from)
    if (opening.state === 'failed') throw new Error(`${operation} failed: ${JSON.stringify(opening.error)}`)
    return { opening, took: performance.now() - from }
  }
  const dry = await run('moving.check')
  const load = await run('moving.load')
  const { mostRss, stallMs } = await node.watched()
  const again = await storedAgain(centre, TABLES)
  const undo = await run('moving.undo')
  const memory = (mostRss - idle) / MB
  const good = load.opening.parts.reduce((sum: number, part: { good: number }) => sum + part.good, 0)
  const seconds = (took: number) => `${rounded(took / 1000)} s`
  return {
    lines: [
      {
        what: `take-over of ${PEOPLE} people, ${leads} leads, ${stops} do-not-call numbers, ${cases} cases: the load`,
        figure: `${seconds(load.took)}, ${Math.round((good / load.took) * 1000)} rows/s`,
        beside: `COPY of the rows that it left into ${TABLES.length} tables with the same indexes ${seconds(again)}, ${rounded(load.took / again)} times`,
      },
      { what: 'its dry run, taken back whole', figure: seconds(dry.took) },
      { what: 'taking the load back', figure: seconds(undo.took) },
      {
        what: 'memory of the server over its idle process, at most',
        figure: `${Math.round(memory)} MB`,
        beside: `idle ${Math.round(idle / MB)} MB`,
        aim: `under ${AIM_MB} MB`,
        met: memory < AIM_MB,
      },
    ],
    json: {
      ...{ leads, stops, cases, good, handInMs: Math.round(handedIn), dryMs: Math.round(dry.took) },
      ...{
        loadMs: Math.round(load.took),
        undoMs: Math.round(undo.took),
        timesOfSameRows: rounded(load.took / again, 2),
      },
      ...{ memoryMb: rounded(memory), idleMb: rounded(idle / MB), stallMs: rounded(stallMs) },
    },
  }
}
