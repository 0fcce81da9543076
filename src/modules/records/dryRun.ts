import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../../platform/context.ts'
import { seatDials } from '../calls/measure.ts'
import { lookAt, withSheets } from '../sheets/look.ts'
import type { Question } from '../sheets/rules.ts'
import type { FileIn } from '../sheets/shapes.ts'
import { questioner } from '../sheets/sheets.ts'
import { fieldsOf, takenBefore } from './files.ts'
import { type Judged, judgeRow, type NewRecord, type Reading, seatIn, seatsOfCentre } from './judge.ts'
import { SEAT } from './kind.ts'
import { canMap, type Meeting, match, suggestAhead } from './rules.ts'

type Asked = z.output<typeof FileIn>

/** A head that is a moment or a bare figure is no head: the file has none, as Asterisk's own. */
const isData = (heads: readonly string[]) =>
  heads.filter((head) => /\d{4}-\d\d-\d\d[ T]\d\d:\d\d/.test(head)).length > 0

/** What a file is read as; a file without heads is found to be one. Nothing is written. */
export async function inspect(ctx: Ctx, asked: Asked) {
  const { kind } = await seatsOfCentre(ctx)
  const first = await lookAt(ctx, kind, asked)
  const headless = asked.headerRow === undefined && isData(first.look?.sheets[0]?.heads ?? [])
  const { problem, look } = headless ? await lookAt(ctx, kind, { ...asked, headerRow: null }) : first
  const verdict = canMap(fieldsOf(look?.sheets ?? []))
  return {
    ...{ problem, look, headless: headless || asked.headerRow === null },
    lacks: verdict.ok ? [] : [...verdict.reasons],
    takenBefore: await takenBefore(ctx, asked.fileId),
  }
}

/** Rows looked at before a file is taken in, and of these shown. */
const LOOKED = 3000
const SHOWN = 200

export type DryRow = {
  rowNo: number
  result: 'matched' | 'open' | 'notAllowed' | 'inbound' | 'repeated' | 'unknownSeat' | 'unreadable' | 'leftOut'
  code: string | null
  seat: string | null
  masked: string | null
  at: Temporal.Instant | null
  talkSeconds: number | null
  /** Seconds that the switch has more than the agent declared. */
  ringBy: number | null
  talkBy: number | null
  cells: string[]
}

async function knownKeys(ctx: Ctx, records: readonly NewRecord[]): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    select encode(key, 'hex') as key from switch_record where centre_id = ${ctx.centre.id}
      and key = any(array(select decode(k, 'hex') from unnest(${sql.val(records.map(({ key }) => key))}::text[]) k))`.execute(
    ctx.db,
  )
  return new Set(rows.map(({ key }) => key))
}

/** Seat and number together: what was dialled at another seat is another dial. */
const meeting = (id: string, seatId: string, one: { at: number; hash: string; direction: Meeting['direction'] }) => ({
  ...{ id, at: one.at, hash: `${seatId} ${one.hash}`, direction: one.direction },
})

/**
 * What would become of the first rows, each with its result: nothing is written. Tells as well what nobody has explained,
 * and how far the switch's clock seems to be ahead. [S3.6] [S4.3.3a]
 */
export async function dryRun(ctx: Ctx, asked: Asked, reading: Reading) {
  const { kind, labels } = await seatsOfCentre(ctx)
  const read = await withSheets(ctx, kind, asked, async (sheets) => {
    const words = questioner(kind, sheets.lexicon)
    const seatOf = seatIn(sheets, kind)
    const judged: { judged: Judged; raw: readonly string[] }[] = []
    let whole = true
    for await (const row of sheets.rows()) {
      if (judged.length >= LOOKED) {
        whole = false
        break
      }
      words.hear(row)
      const one = judgeRow(ctx, row, seatOf, reading)
      if (one) judged.push({ judged: one, raw: row.raw })
    }
    const lines = new Map<string, number>()
    for (const { judged: one } of judged)
      if (!one.record && one.none.code === 'unknown' && one.none.line)
        lines.set(one.none.line, (lines.get(one.none.line) ?? 0) + 1)
    const seats = [...lines].map(
      ([text, rows]): Question => ({
        ...{ about: SEAT, text, rows },
        candidates: [...labels].map(([value, label]) => ({ value, label })),
      }),
    )
    return { judged, whole, questions: [...seats, ...words.questions()].slice(0, 60) }
  })
  if (read.problem) return { problem: read.problem, dry: null }
  const { judged, whole, questions } = read.value
  const records = judged.flatMap(({ judged: one }) => (one.record ? [one.record] : []))
  const { rows, ahead } = await held(ctx, judged, records, reading, labels)
  const counts: Record<string, number> = {}
  for (const { result } of rows) counts[result] = (counts[result] ?? 0) + 1
  return {
    problem: null,
    dry: {
      ...{ looked: judged.length, whole, counts, rows: rows.slice(0, SHOWN) },
      questions: questions.map((one) => ({ ...one, candidates: [...one.candidates] })),
      aheadSeconds: ahead,
    },
  }
}

async function held(
  ctx: Ctx,
  judged: readonly { judged: Judged }[],
  records: readonly NewRecord[],
  reading: Reading,
  labels: ReadonlyMap<string, string>,
) {
  const known = await knownKeys(ctx, records)
  const dayOf = (ms: number) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(ctx.centre.timeZone).toPlainDate()
  const days = records.map(({ startedAt }) => dayOf(startedAt)).sort(Temporal.PlainDate.compare)
  const dials =
    records.length === 0
      ? []
      : await seatDials(ctx, {
          seatIds: [...new Set(records.map(({ seatId }) => seatId))],
          // A clock that is wrong by hours may have moved a record over midnight.
          ...{ from: days[0]!.subtract({ days: 1 }), to: days.at(-1)!.add({ days: 1 }) },
        })
  const theirs = records.map((one) => meeting(one.key, one.seatId, { ...one, at: one.startedAt }))
  const ours = dials.map((one) =>
    meeting(one.callId, one.seatId, { at: one.at.epochMilliseconds, hash: one.hash ?? '', direction: one.direction }),
  )
  const fresh = new Set(records.flatMap(({ key }) => (known.has(key) ? [] : [key])))
  const free = new Set(dials.flatMap(({ callId, sourceId }) => (sourceId === null ? [callId] : [])))
  const met = match(
    theirs.filter(({ id }) => fresh.has(id)),
    ours.filter(({ id }) => free.has(id)),
  )
  const byCall = new Map(dials.map((dial) => [dial.callId, dial]))
  const rows = judged.map(({ judged: one }): DryRow => {
    const none = { masked: null, at: null, talkSeconds: null, ringBy: null, talkBy: null, seat: null }
    if (!one.record) {
      const { rowNo, result, code, line, cells } = one.none
      return { ...none, rowNo, result, code, seat: line, cells: [...cells] }
    }
    const { rowNo, key, seatId, masked, startedAt, talkSeconds, ringSeconds, direction } = one.record
    const dial = byCall.get(met.get(key) ?? '')
    const told = {
      ...{ rowNo, code: null, seat: labels.get(seatId) ?? null, masked, talkSeconds, cells: [] },
      at: Temporal.Instant.fromEpochMilliseconds(startedAt),
    }
    if (!fresh.has(key)) return { ...told, result: 'repeated', ringBy: null, talkBy: null }
    if (!dial)
      return { ...told, result: direction === 'inbound' ? 'inbound' : 'notAllowed', ringBy: null, talkBy: null }
    if (!dial.recorded) return { ...told, result: 'open', ringBy: null, talkBy: null }
    const talk = dial.reached ? talkSeconds : 0
    return { ...told, result: 'matched', ringBy: ringSeconds - dial.ringSeconds, talkBy: talk - dial.talkSeconds }
  })
  return { rows, ahead: reading.aheadSeconds + suggestAhead(theirs, ours) }
}
