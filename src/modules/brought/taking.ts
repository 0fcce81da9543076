import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { Product } from '../catalog/catalog.ts'
import { versionsOf } from '../catalog/catalog.ts'
import type { Fault, GoodNumber, ReadRow, Value } from '../sheets/rules.ts'
import type { KindName } from './rules.ts'

/** What the whole take-over is and what of the house is known while it is taken in; read anew for every part. */
export type At = {
  readonly openingId: string
  /** The first working day. */
  readonly day: Temporal.PlainDate
  readonly fileName: string
  /** What the sheet does not say of its rows. */
  readonly options: PartOptions
  /** Where people sit on the first day; absent = they have left. */
  readonly seats: ReadonlyMap<string, { readonly groupId: string | null }>
  /** Every version of every product, the earliest first. */
  readonly versions: readonly Product[]
  /** Lists by name. */
  readonly batches: Map<string, Batch>
  /** Keys that came before in this part. */
  readonly seen: Set<string>
  /** Counts of what the part brings, for a look before it is loaded. */
  readonly brings: Map<string, number>
}

export type PartOptions = { readonly batch?: string | undefined }
export type Batch = {
  readonly id: string
  readonly productId: string
  readonly purpose: string
  readonly grade: string
  readonly evidence: string
  readonly givenOn: Temporal.PlainDate
  readonly expiresOn: Temporal.PlainDate | null
}

/** What became of a row. GOOD without a code is simply taken. */
export type Taken = {
  readonly result: 'GOOD' | 'SAME' | 'BAD' | 'NOTE' | 'SKIPPED'
  readonly code: string
  readonly field?: string | undefined
  readonly text?: string | undefined
}

export const GOOD: Taken = { result: 'GOOD', code: '' }
export const SAME: Taken = { result: 'SAME', code: 'there' }
export const bad = (code: string, field?: string, text?: string): Taken => ({ result: 'BAD', code, field, text })
export const noted = (code: string, field?: string, text?: string): Taken => ({ result: 'NOTE', code, field, text })

/** Takes rows of one kind into the house and answers what became of each, by row number. */
export type Take = (ctx: Ctx, at: At, rows: readonly ReadRow[]) => Promise<Map<number, Taken>>

/** Fields whose faults cost the row only this field: they limit nothing. */
const SOFT: Readonly<Partial<Record<KindName, readonly string[]>>> = {
  people: ['birthday', 'rank', 'confirmed'],
  leads: ['number2', 'gender', 'region', 'note'],
  doNotCall: ['reason'],
  batches: ['grade'],
}

/** What the reading alone says of a row: null = the row is to be taken. Faults of soft fields become a note. */
export function readVerdict(kind: KindName, row: ReadRow): { stop: Taken | null; note: Taken | null } {
  if (row.skipped) return { stop: { result: 'SKIPPED', code: row.skipped }, note: null }
  const soft = SOFT[kind] ?? []
  const hard = row.faults.find(({ field }) => !soft.includes(field))
  const told = (fault: Fault) => [fault.code, fault.field, fault.text] as const
  if (hard?.code === 'foreign') return { stop: { result: 'SKIPPED', ...asTaken(hard) }, note: null }
  if (hard) return { stop: bad(...told(hard)), note: null }
  const mild = row.faults[0] ?? row.notes[0]
  return { stop: null, note: mild ? noted(...told(mild)) : null }
}
const asTaken = ({ code, field, text }: Fault) => ({ code, field, text })

export const text = (row: ReadRow, key: string): string | null => {
  const value = row.values[key]
  return value === undefined ? null : String(value)
}
const of = <T extends Value>(row: ReadRow, key: string): T | null => (row.values[key] as T | undefined) ?? null
export const dayIn = (row: ReadRow, key: string) => of<Temporal.PlainDate>(row, key)
export const momentIn = (row: ReadRow, key: string) => of<Temporal.Instant>(row, key)
export const numberIn = (row: ReadRow, key: string) => of<GoodNumber>(row, key)
export const countIn = (row: ReadRow, key: string) => of<number>(row, key)
export const yesIn = (row: ReadRow, key: string) => of<boolean>(row, key)

export const isAfter = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) > 0

export const startOf = (ctx: Ctx, day: Temporal.PlainDate): Temporal.Instant =>
  day.toZonedDateTime(ctx.centre.timeZone).toInstant()

export const add = (at: At, name: string, count = 1): void => {
  at.brings.set(name, (at.brings.get(name) ?? 0) + count)
}

async function seatsOn(ctx: Ctx, day: Temporal.PlainDate): Promise<At['seats']> {
  const { rows } = await sql<{ person_id: string; group_id: string | null }>`
    select person_id, group_id from member where centre_id = ${ctx.centre.id} and from_on <= ${day}
      and (until_on is null or until_on > ${day})`.execute(ctx.db)
  return new Map(rows.map(({ person_id, group_id }) => [person_id, { groupId: group_id }]))
}

/** What a part starts from. */
export async function knownFor(
  ctx: Ctx,
  part: { openingId: string; day: Temporal.PlainDate; fileName: string; options: PartOptions },
): Promise<At> {
  return {
    ...part,
    seats: await seatsOn(ctx, part.day),
    versions: await versionsOf(ctx),
    batches: new Map(),
    seen: new Set(),
    brings: new Map(),
  }
}
