import { addProduct, authorise } from '../../src/modules/catalog/catalog.ts'
import { listFictionalNumbers } from '../../src/modules/customers/fictional.ts'
import { addPeople, type NewPerson } from '../../src/modules/people/people.ts'
import { addCentre, addUnit } from '../../src/modules/people/structure.ts'
import { addBooks } from '../../src/modules/rulebook/books.ts'
import { addSeat, assignSeat } from '../../src/modules/telephony/seats.ts'
import { createAccounts } from '../../src/platform/accounts.ts'
import type { Actor } from '../../src/platform/actor.ts'
import { setClock } from '../../src/platform/centre.ts'
import type { Boot, Ctx } from '../../src/platform/context.ts'
import { openMonths } from '../../src/platform/housekeeping.ts'
import { inCentre } from '../../src/platform/transaction.ts'
import { DEMO_PASSWORD, FAMILY_NAMES, GIVEN_NAMES } from '../cast.ts'
import { chance } from '../chance.ts'
import { MADE_UP_RANGE } from '../list.ts'
import { replayBooks } from './books.ts'
import { dateOf } from './rows.ts'

/* The replay centre: groups of agents with their leaders, a manager and a data officer, one product. Nobody exists. */

const ZONE = 'Asia/Shanghai'
/** The rulebook is in force from here, or from before the first contact where a file begins so early. */
const IN_FORCE = Temporal.PlainDate.from('2008-01-01')
const GROUP = 20

export type Group = { readonly id: string; readonly leader: Actor; readonly agents: readonly Actor[] }

export type House = {
  readonly boot: Boot
  readonly centreId: string
  readonly productId: string
  readonly manager: Actor
  readonly officer: Actor
  readonly groups: readonly Group[]
  /** Stands the centre's clock still at a second of a day on its own wall. */
  readonly at: (day: number, second: number) => Promise<void>
}

export type Size = {
  readonly agents: number
  /** Days of the first and the last contact, since 1970-01-01. */
  readonly from: number
  readonly until: number
  /** Days with contacts. */
  readonly days: readonly number[]
  /** Most contacts with one person. */
  readonly tries: number
  /** Whether manager, data officer and leaders can sign in afterwards. */
  readonly accounts: boolean
}

/** More months than these are left in the tables' common part: a file in no order of dates spans centuries. */
const MOST_MONTHS = 240

export async function makeHouse(boot: Boot, size: Size): Promise<House> {
  const first = dateOf(size.from).subtract({ days: 1 })
  const from = Temporal.PlainDate.compare(first, IN_FORCE) < 0 ? first : IN_FORCE
  const clock = { at: instantOf(size.from, 7 * 3600), rate: 0 }
  const { centreId, rootUnitId } = await addCentre(boot, {
    ...{ name: '回放中心', kind: 'life', timeZone: ZONE, demo: true, openedOn: from, clock },
  })
  const run = <T>(operation: string, work: (ctx: Ctx) => Promise<T>, actor?: Actor) =>
    inCentre(boot, centreId, operation, work, actor)
  const staff = await run('replay.house', async (ctx) => {
    const months = new Set(size.days.map((day) => dateOf(day).with({ day: 1 }).toString()))
    if (months.size <= MOST_MONTHS)
      for (const month of months)
        await openMonths(ctx.db, Temporal.PlainDate.from(month), Temporal.PlainDate.from(month))
    await addBooks(ctx, replayBooks(from, size.tries))
    await listFictionalNumbers(ctx, { CN: [MADE_UP_RANGE] }, from)
    return await enterPeople(ctx, rootUnitId, from, size)
  })
  const actorOf = async (personId: string): Promise<Actor> => {
    const signedIn = await boot.access.person(personId)
    if (!signedIn) throw new Error(`${personId} is not employed`)
    return signedIn.actor
  }
  const manager = await actorOf(staff.manager)
  const groups: Group[] = []
  for (const { id, leader, agents } of staff.groups)
    groups.push({ id, leader: await actorOf(leader), agents: await Promise.all(agents.map(actorOf)) })
  const productId = await run(
    'catalog.addProduct',
    async (ctx) => {
      const id = await addProduct(ctx, {
        ...{ code: 'DEPOSIT', name: { hant: '定期存款', en: 'Term deposit' }, subject: 'deposit' },
        ...{ effectiveOn: from, payWays: { single: 1 }, standardFactor: 1, minPremium: null },
      })
      const personIds = staff.groups.flatMap(({ agents }) => agents)
      await authorise(ctx, { productId: id, personIds, fromOn: from })
      return id
    },
    manager,
  )
  await run('telephony.addSeat', (ctx) => furnish(ctx, groups), manager)
  return {
    ...{ boot, centreId, productId, manager, groups, officer: await actorOf(staff.officer) },
    at: (day, second) => setClock(boot.db, centreId, { at: instantOf(day, second), rate: 0 }),
  }
}

/** A second of a day on the centre's wall clock; 24 hours after midnight is the next day. */
const instantOf = (day: number, second: number): Temporal.Instant =>
  dateOf(day).toZonedDateTime(ZONE).toInstant().add({ seconds: second })

async function enterPeople(ctx: Ctx, root: string, since: Temporal.PlainDate, size: Size) {
  const dice = chance(size.agents)
  const name = () => dice.pick(FAMILY_NAMES) + dice.pick(GIVEN_NAMES)
  const person = (staffNo: string, unitId: string, role: 'tsr' | 'tl' | 'deptManager' | 'dataOfficer'): NewPerson => ({
    ...{ staffNo, name: name(), employedFrom: since, trainedOn: since, registrationNo: `R-${staffNo}`, unitId },
    roles: [{ role, unitId }],
  })
  const region = await addUnit(ctx, { kind: 'region', parentId: root, name: '回放區', openedOn: since })
  const [manager, officer] = await addPeople(ctx, [
    person('manager', root, 'deptManager'),
    person('officer', root, 'dataOfficer'),
  ])
  const groups: { id: string; leader: string; agents: string[] }[] = []
  const many = Math.ceil(size.agents / GROUP)
  for (let n = 1; n <= many; n++) {
    const id = await addUnit(ctx, { kind: 'group', parentId: region, name: `回放${n}組`, openedOn: since })
    const inGroup = Math.floor(size.agents / many) + (n <= size.agents % many ? 1 : 0)
    const [leader, ...agents] = await addPeople(ctx, [
      person(`leader${n}`, id, 'tl'),
      ...Array.from({ length: inGroup }, (_, at) => person(`agent${n}-${at + 1}`, id, 'tsr')),
    ])
    groups.push({ id, leader: leader!, agents })
  }
  const signIn = (personId: string, username: string) =>
    ({ personId, username, password: DEMO_PASSWORD, mustChange: false }) as const
  if (size.accounts)
    await createAccounts(ctx, [
      signIn(manager!, 'manager'),
      signIn(officer!, 'officer'),
      ...groups.slice(0, 2).map(({ leader }, n) => signIn(leader, `leader${n + 1}`)),
    ])
  return { manager: manager!, officer: officer!, groups }
}

async function furnish(ctx: Ctx, groups: readonly Group[]): Promise<void> {
  for (const [row, { id: groupId, agents }] of groups.entries())
    for (const [place, { personId }] of agents.entries()) {
      const { seatId } = await addSeat(ctx, {
        ...{ label: `${row + 1}-${String(place + 1).padStart(2, '0')}`, groupId },
        ...{ callerId: '95 012 345', callerIdApproved: true, lineRegistered: true, recording: true },
      })
      await assignSeat(ctx, { seatId, version: 1, personId })
    }
}
