import { randomUUID } from 'node:crypto'
import { handedIn } from '../lists.ts'
import { asterisk } from '../switchFile.ts'
import type { House, Line } from './house.ts'

/* The switch's records: files, what does not meet, and the gaps of the lines of Dawn. */

/** Leaders of another group and region, and whoever sits at the telephone. */
const OTHERS = ['tao', 'su', 'xu'] as const

export function recordLines({ w, next, seat, hired }: House): Line[] {
  const file = (name = 'Master.csv') =>
    handedIn(
      w,
      name,
      asterisk([
        { seat: `none-${next()}`, number: '13800138000', at: '2026-06-16T10:00', ring: 5, talk: 20, id: `r.${next()}` },
      ]),
    )
  /** A file entered and begun. */
  const entered = async () => {
    const n = next()
    const { id } = await w.as('liu').records.take({ fileId: await file(`file-${n}.csv`), headerRow: null })
    return { id, name: `file-${n}.csv` }
  }
  const is = (id: string, state: string) => () => w.sql`select 1 from record_file where id = ${id} and state = ${state}`
  /** A call that nobody allowed, at a seat of Dawn. */
  const incident = async () => {
    const [seatId, agentId] = [await seat(w.units.Dawn), await hired('tsr')]
    const [row] = await w.sql<{ id: string }>`
      insert into record_incident (centre_id, kind, subject_id, occurred_on, at, seat_id, group_id, agent_id, masked, seconds, found_at)
      values (${w.centre}, 'notAllowed', ${randomUUID()}, '2026-06-16', '2026-06-16T02:00Z', ${seatId}, ${w.units.Dawn}, ${agentId},
        '138****8000', 20, '2026-06-17T01:00Z') returning id`
    return row!.id
  }
  return [
    { op: 'records.inspect', make: async () => ({ input: { fileId: await file() }, row: '138****8000' }) },
    {
      op: 'records.dryRun',
      make: async () => ({ input: { fileId: await file(), headerRow: null }, row: 'unknownSeat' }),
    },
    {
      op: 'records.take',
      make: async () => {
        const name = `take-${next()}.csv`
        return {
          input: { fileId: await file(name), headerRow: null },
          effect: () => w.sql`select 1 from record_file where file_name = ${name}`,
        }
      },
    },
    {
      op: 'records.start',
      make: async () => {
        const { id } = await entered()
        await w.as('liu').records.stop({ id })
        return { input: { id }, effect: is(id, 'importing') }
      },
    },
    {
      op: 'records.stop',
      make: async () => {
        const { id } = await entered()
        return { input: { id }, effect: is(id, 'stopped') }
      },
    },
    { op: 'records.deliveries', make: async () => ({ input: {}, row: (await entered()).id }) },
    {
      op: 'records.delivery',
      make: async () => {
        const { id } = await entered()
        return { input: { id }, row: id }
      },
    },
    {
      op: 'records.rows',
      make: async () => {
        const { id } = await entered()
        const cell = `cell-${next()}`
        await w.sql`insert into record_row (file_id, row_no, result, code, cells)
          values (${id}, 1, 'unreadable', 'noMoment', ${JSON.stringify([cell])}::jsonb)`
        return { input: { id }, row: cell }
      },
    },
    {
      ...{ op: 'records.incidents', outside: OTHERS },
      make: async () => ({ input: { kind: 'notAllowed' }, row: await incident() }),
    },
    {
      ...{ op: 'records.give', outside: ['xu'] },
      make: async () => {
        const id = await incident()
        return {
          input: { id, version: 1, toId: w.people.lin },
          effect: () => w.sql`select 1 from record_incident where id = ${id} and owner_id = ${w.people.lin}`,
        }
      },
    },
    {
      ...{ op: 'records.settle', outside: OTHERS },
      make: async () => {
        const id = await incident()
        return {
          input: { id, version: 1, finding: 'test', note: 'line check' },
          effect: () => w.sql`select 1 from record_incident where id = ${id} and settled_at is not null`,
        }
      },
    },
    {
      ...{ op: 'records.gaps', outside: OTHERS },
      make: async () => ({ input: {}, row: await seat(w.units.Dawn) }),
    },
  ]
}
