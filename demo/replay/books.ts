import { simplified } from '../../src/lib/simplified.ts'
import { BOOKS, type Book } from '../../src/modules/rulebook/books.ts'
import type { ClauseContent } from '../../src/modules/rulebook/content.ts'

/* The replay centre's own rulebook: the life centre's, with what a played campaign needs, said on each clause. */

const words = (hant: string, en: string) => ({ hant, hans: simplified(hant), en })

type Change = Partial<Pick<ClauseContent, 'text' | 'note'>> & { readonly params: Readonly<Record<string, unknown>> }

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

const DAY_PLAN = words(
  '回放中心整天只撥打：9:00 上線，9:00 到 21:00 都是撥打時段，不開會，週末與假日照撥。',
  'The replay centre dials all day: online at 9:00, dialling from 9:00 to 21:00, no meetings, weekends and holidays included.',
)
const noMeeting = words('回放中心不開這個會。', 'The replay centre does not hold this meeting.')

const changes = (tries: number): Readonly<Record<string, Change>> => ({
  'S3.6': {
    text: words(
      '回放中心的撥打時段是每天 9:00 到 21:00，不設次數上限：名單上的每一次聯絡都是過去真實發生過的，照原樣重播。禁呼、同意、號碼、線路與授權照常檢查，每一次撥打都要過這一關。',
      'In the replay centre calls are made from 9:00 to 21:00 every day and no caps hold: every contact of the list really took place and is played as it was. Do-not-call, consent, number, line and authorisation are checked as ever, before every dial.',
    ),
    note: words(
      '只啟用人身保險電話銷售一套規則，它限定時段而不限次數；線路商與本系統預設的次數上限都已關閉。',
      'Only the pack for life insurance by telephone is on, which sets hours and no caps; the caps of the carrier and of the defaults are off.',
    ),
    params: { packs: ['cn-life'] },
  },
  'S4.4.1': {
    note: noMeeting,
    params: { 'meeting.morning': { from: '08:00', closeBy: '08:15', hardStop: '08:20', warnAt: '07:45' } },
  },
  'S4.4.2': {
    text: DAY_PLAN,
    params: {
      'online.at': '09:00',
      'online.checkFrom': '08:50',
      'online.alertAfter': '09:05',
      'acting.decideAt': '08:30',
    },
  },
  'S4.4.3': {
    text: DAY_PLAN,
    params: {
      'dial.blocks': [{ key: 'day', from: '09:00', to: '21:00' }],
      'dial.plan': [
        {
          ...{ band: 'day', weekdays: EVERY_DAY, order: ['callback', 'warm', 'fresh', 'retry'] },
          share: { fresh: 0.5, retry: 0.5 },
        },
      ],
      calendar: { country: 'PT', workweek: EVERY_DAY, overrides: [] },
    },
  },
  'S4.4.10a': {
    note: words(
      '回放中心不設存量上限：當天要聯絡的名單早上逐筆發到坐席，晚上收回小組。',
      'The replay centre sets no limit to stocks: the leads of the day go to the agents each morning and come back to the group at night.',
    ),
    params: { 'issue.maxPerAgent': 10_000_000, 'issue.maxPerGroup': 10_000_000 },
  },
  'S4.4.10b': {
    note: words(
      '回放中心的計劃容得下名單上次數最多的客戶，每次隔天再撥。',
      'The plan of the replay centre has room for the person with the most contacts; each try is on another day.',
    ),
    params: {
      'attempt.plan': {
        days: Array.from({ length: tries }, () => 0),
        ...{ sameDayGapMinutes: 0, minBands: 1, minWeekdays: 1, restDays: 0, recycles: 0 },
      },
    },
  },
})

/** Figures of meetings and slots that would stand in the middle of the dialling day. */
const LEFT_OUT = ['meeting.noon', 'meeting.evening', 'meeting.centre', 'prp']

function changed(clause: ClauseContent, all: Readonly<Record<string, Change>>): ClauseContent {
  const change = all[clause.id]
  const { params, ...words } = change ?? { params: {} }
  const figures = Object.entries({ ...clause.params, ...params }).filter(([key]) => !LEFT_OUT.includes(key))
  const silent = Object.keys(clause.params ?? {}).some((key) => LEFT_OUT.includes(key))
  return {
    ...clause,
    ...(silent ? { note: noMeeting } : {}),
    ...words,
    ...(figures.length > 0 ? { params: Object.fromEntries(figures) } : { params: {} }),
  }
}

/** The replay centre's documents, in force from a day on; `tries`: the most contacts with one person. */
export function replayBooks(from: Temporal.PlainDate, tries: number): Book[] {
  const all = changes(Math.max(tries, 6) + 1)
  return BOOKS.life.map((book) => ({
    ...book,
    effectiveOn: from.toString(),
    chapters: book.chapters.map((chapter) => ({
      ...chapter,
      clauses: chapter.clauses.map((clause) => changed(clause, all)),
    })),
  }))
}
