import { sql } from 'kysely'
import { wordKey } from '../../lib/cells.ts'
import type { Role } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'
import { openPeople, openRanks, openUnit } from '../people/opening.ts'
import type { NewPerson } from '../people/people.ts'
import { type Rank, ROLE_AT } from '../people/rules.ts'
import type { ReadRow } from '../sheets/rules.ts'
import { type At, add, bad, dayIn, GOOD, isAfter, noted, SAME, type Take, type Taken, text, yesIn } from './taking.ts'

type Unit = { id: string; kind: 'centre' | 'region' | 'group'; parentId: string | null; name: string }

async function unitsOf(ctx: Ctx): Promise<Unit[]> {
  const { rows } = await sql<Unit>`select id, kind, parent_id as "parentId", name from org_unit
    where centre_id = ${ctx.centre.id} and closed_on is null`.execute(ctx.db)
  return rows
}

async function staffOf(ctx: Ctx, staffNos: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ staff_no: string; name: string }>`select staff_no, name from person_name
    where centre_id = ${ctx.centre.id} and staff_no = any(${sql.val([...staffNos])}::text[])`.execute(ctx.db)
  return new Map(rows.map(({ staff_no, name }) => [staff_no, name]))
}

/** The tree as it grows while people are read: units that they name and that are not there are opened. */
class Tree {
  private readonly units: Unit[]
  readonly root: Unit
  constructor(units: Unit[]) {
    this.units = units
    this.root = units.find(({ kind }) => kind === 'centre')!
  }
  named(name: string): Unit | undefined {
    return this.units.find((unit) => wordKey(unit.name) === wordKey(name))
  }
  async open(ctx: Ctx, at: At, kind: 'region' | 'group', name: string, parent: Unit, openedOn: Temporal.PlainDate) {
    const id = await openUnit(ctx, at.openingId, { kind, name, parentId: parent.id, openedOn })
    const unit = { id, kind, parentId: parent.id, name }
    this.units.push(unit)
    add(at, `units.${kind}`)
    return unit
  }
}

const RANK_ROLE: Readonly<Partial<Record<Rank, Role>>> = { tl: 'tl', um: 'um', centreHead: 'deptManager' }

/** The role that a row means: its own word, else what the rank or the seat in a group makes likely. */
function roleOf(row: ReadRow): Role | null {
  const role = text(row, 'role') as Role | null
  const rank = text(row, 'rank') as Rank | null
  return role ?? (rank ? RANK_ROLE[rank] : null) ?? (row.values.group ? 'tsr' : null)
}

/** Where somebody sits: the unit that his role is held over, opened where it is not there yet. */
async function seatOf(ctx: Ctx, at: At, tree: Tree, row: ReadRow, role: Role): Promise<Unit | Taken> {
  const openedOn = dayIn(row, 'employedFrom') ?? at.day
  const place = ROLE_AT[role]
  const names = { region: text(row, 'region'), group: text(row, 'group') }
  const unitNamed = async (kind: 'region' | 'group', parent: Unit): Promise<Unit | Taken> => {
    const name = names[kind]!
    const known = tree.named(name)
    if (known && known.kind !== kind) return bad('unitOfOtherKind', kind, name)
    return known ?? (await tree.open(ctx, at, kind, name, parent, openedOn))
  }
  if (place.includes('centre') && !(place.includes('group') && names.group)) return tree.root
  const region = names.region ? await unitNamed('region', tree.root) : tree.root
  if ('result' in region || place.includes('region'))
    return !('result' in region) && region === tree.root ? bad('regionMissing', 'region') : region
  return names.group ? await unitNamed('group', region) : bad('groupMissing', 'group')
}

/** People with their seat, role, rank and standing; a staff number that is there stays as it is. */
export const takePeople: Take = async (ctx, at, rows) => {
  const results = new Map<number, Taken>()
  const staffNos = rows.flatMap((row) => text(row, 'staffNo') ?? [])
  const known = await staffOf(ctx, staffNos)
  const tree = new Tree(await unitsOf(ctx))
  const fresh: { rowNo: number; person: NewPerson }[] = []
  for (const row of rows) {
    const [staffNo, name] = [text(row, 'staffNo')!, text(row, 'name')!]
    const role = roleOf(row)
    const there = known.get(staffNo)
    const verdict = async (): Promise<Taken | Unit> => {
      if (at.seen.has(staffNo)) return bad('twice', 'staffNo', staffNo)
      if (there !== undefined) return wordKey(there) === wordKey(name) ? SAME : bad('staffNoOther', 'staffNo', there)
      if (!role) return bad('roleMissing', 'role')
      if (role === 'admin' && !ctx.actor.roles.includes('admin')) return bad('adminsOnly', 'role')
      const employedFrom = dayIn(row, 'employedFrom')
      if (employedFrom && isAfter(employedFrom, at.day))
        return bad('employedLater', 'employedFrom', String(employedFrom))
      return await seatOf(ctx, at, tree, row, role)
    }
    const seat = await verdict()
    at.seen.add(staffNo)
    if ('result' in seat) {
      results.set(row.rowNo, seat)
      continue
    }
    const rank = text(row, 'rank') as Rank | null
    const employedFrom = dayIn(row, 'employedFrom')
    results.set(row.rowNo, employedFrom ? GOOD : noted('employedAssumed', 'employedFrom'))
    add(at, `role.${role}`)
    fresh.push({
      rowNo: row.rowNo,
      person: {
        ...{ staffNo, name, unitId: seat.id, employedFrom: employedFrom ?? earliest(ctx.today, at.day) },
        ...{ birthday: dayIn(row, 'birthday'), registrationNo: text(row, 'registrationNo') },
        trainedOn: dayIn(row, 'trainedOn'),
        rank: rank ? { rank, confirmed: yesIn(row, 'confirmed') ?? rank !== 'trainee' } : undefined,
        roles: [{ role: role!, unitId: seat.id }],
      },
    })
  }
  await openPeople(
    ctx,
    at.openingId,
    fresh.map(({ person }) => person),
  )
  return results
}

const earliest = (a: Temporal.PlainDate, b: Temporal.PlainDate) => (isAfter(a, b) ? b : a)

/** Steps of people's careers before. */
export const takeRanks: Take = async (ctx, at, rows) => {
  const results = new Map<number, Taken>()
  const good = rows.filter((row) => {
    const late = isAfter(dayIn(row, 'fromOn')!, at.day)
    if (late) results.set(row.rowNo, bad('inFuture', 'fromOn', text(row, 'fromOn')!))
    return !late
  })
  const fresh = await openRanks(
    ctx,
    at.openingId,
    good.map((row) => ({
      ...{ rowNo: row.rowNo, personId: text(row, 'person')!, rank: text(row, 'rank') as Rank },
      ...{ fromOn: dayIn(row, 'fromOn')!, confirmed: yesIn(row, 'confirmed') ?? text(row, 'rank') !== 'trainee' },
    })),
  )
  for (const { rowNo } of good) results.set(rowNo, fresh.has(rowNo) ? GOOD : SAME)
  return results
}
