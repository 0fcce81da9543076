import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { AnyRouter } from '@orpc/server'
import { sql } from 'kysely'
import { csvLine } from '../src/lib/csv.ts'
import { type WriteCell, writeXlsx } from '../src/lib/xlsxWrite.ts'
import { recount } from '../src/modules/sales/days.ts'
import { premiumOf } from '../src/modules/sales/rules.ts'
import { pathOf } from '../src/platform/files.ts'
import type { Name } from './cast.ts'
import { customersWith, mobile } from './dialling.ts'
import { encode } from './office-files.ts'
import type { World } from './world.ts'

/* Accepted cases without the calls before them, and the insurer's files, in the test centre. */

type AnyWorld = World<AnyRouter>

const numbers = new WeakMap<AnyWorld, number>()

export type Accepted = {
  readonly number: string
  readonly agent: Name
  /** 'YYYY-MM-DD'. */
  readonly on: string
  /** Paid each month; 500 without it. */
  readonly raw?: string
}

/** Cases as the desk leaves them: accepted, paid monthly, counted on their day. Returns their ids in order. */
export async function accepted(w: AnyWorld, productId: string, cases: readonly Accepted[]): Promise<string[]> {
  const from = numbers.get(w) ?? 6_000_000
  numbers.set(w, from + cases.length)
  const customers = await customersWith(
    w,
    cases.map((_, n) => mobile(from + n)),
  )
  return await w.run(async (ctx) => {
    const ids: string[] = []
    for (const [n, { number, agent, on, raw = '500' }] of cases.entries()) {
      const day = Temporal.PlainDate.from(on)
      const at = day.toZonedDateTime({ timeZone: ctx.centre.timeZone, plainTime: '11:00' }).toInstant()
      const premium = premiumOf(raw, 12, 0.5)
      const { rows } = await sql<{ id: string; group_id: string }>`
        insert into sale (centre_id, application_no, agent_id, group_id, customer_id, product_id, product_version_id,
          pay_way, pay_times, raw_premium, annual_premium, standard_premium, currency, state, accepted_at, accepted_on)
        select ${ctx.centre.id}, ${number}, ${w.people[agent]}, m.unit_id, ${customers[n]!.customerId}, ${productId},
          ${productId}, 'monthly', 12, ${premium.raw}, ${premium.annual}, ${premium.standard}, 'CNY', 'accepted', ${at}, ${day}
        from membership m where m.person_id = ${w.people[agent]} and m.until_on is null
        returning id, group_id`.execute(ctx.db)
      const { id, group_id: groupId } = rows[0]!
      await sql`insert into sale_event (sale_id, centre_id, state, occurred_on, recorded_at, recorded_by, source)
        values (${id}, ${ctx.centre.id}, 'accepted', ${day}, ${at}, ${w.people[agent]}, 'desk')`.execute(ctx.db)
      const counted = { ...premium, acceptedOn: day, issuedOn: null, cancelledOn: null }
      await recount(ctx, { agentId: w.people[agent], groupId, productId }, null, counted)
      ids.push(id)
    }
    return ids
  })
}

/** Puts bytes where handed-in files lie, with their own SHA-256. Returns the file's id. */
async function stored(w: AnyWorld, name: string, bytes: Uint8Array): Promise<string> {
  const id = randomUUID()
  const at = pathOf(w.boot, id)
  mkdirSync(dirname(at), { recursive: true })
  writeFileSync(at, bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await w.sql`insert into stored_file (id, centre_id, name, bytes, sha256, uploaded_by)
    values (${id}, ${w.centre}, ${name}, ${bytes.length}, ${sha256}, ${w.people.liu})`
  return id
}

const HEADS = ['投保单号', '被保险人', '保单状态', '承保日期', '回执日期', '退保日期', '首期保费', '缴费方式', '业务员']

/** Rows of an insurer's file: number, state, issued, receipt, cancelled, premium, way to pay, agent. */
export type FileRow = readonly (string | null)[]

const withNames = (rows: readonly FileRow[]) =>
  rows.map(([number, ...rest], n): WriteCell[] => [number, `客户${n + 1}`, ...rest])

/** The file as the insurer's office sends it: csv in GB18030, or a workbook with real dates. */
export async function policyFile(w: AnyWorld, name: string, rows: readonly FileRow[]): Promise<string> {
  if (name.endsWith('.csv')) {
    const lines = [HEADS, ...withNames(rows)].map((cells) => csvLine(cells.map((cell) => String(cell ?? ''))))
    return await stored(w, name, encode(lines.join(''), 'gb18030'))
  }
  const path = join(mkdtempSync(join(tmpdir(), 'kaibo-policies-')), 'book.xlsx')
  const cell = (value: WriteCell): WriteCell =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? Temporal.PlainDate.from(value) : value
  await writeXlsx(path, [
    { name: '承保清单', columns: HEADS.map((head) => ({ head })), rows: withNames(rows).map((row) => row.map(cell)) },
  ])
  return await stored(w, name, readFileSync(path))
}
