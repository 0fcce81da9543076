import { authorise } from '../src/modules/catalog/catalog.ts'
import { listFictionalNumbers } from '../src/modules/customers/fictional.ts'
import { addPeople, grantRole, type NewPerson } from '../src/modules/people/people.ts'
import { addCentre, addUnit } from '../src/modules/people/structure.ts'
import { seedBooks } from '../src/modules/rulebook/books.ts'
import { addSeat, assignSeat, editSeat, seatsOf } from '../src/modules/telephony/seats.ts'
import { createAccounts } from '../src/platform/accounts.ts'
import type { Actor } from '../src/platform/actor.ts'
import { setClock } from '../src/platform/centre.ts'
import type { Boot, Ctx } from '../src/platform/context.ts'
import { ensureMonths, openMonths } from '../src/platform/housekeeping.ts'
import { inCentre } from '../src/platform/transaction.ts'
import { AWAY, MEMBERS, type Member, MOVED, TREE } from './cast.ts'
import { addGoods, type GoodCode, type Priced } from './goods.ts'
import { MADE_UP_RANGE } from './list.ts'

/* The house before its first day: tree, people with accounts, rulebook, products, seats. */

export const ZONE = 'Asia/Shanghai'
const OPENED = Temporal.PlainDate.from('2021-05-10')

export type House = {
  readonly boot: Boot
  readonly centreId: string
  readonly units: ReadonlyMap<string, string>
  /** Ids by user name. */
  readonly people: ReadonlyMap<string, string>
  readonly goods: ReadonlyMap<GoodCode, Priced & { readonly id: string }>
  /** Stands the centre's clock at a wall time of its own. */
  readonly at: (wall: string, rate?: number) => Promise<void>
  /** Works as somebody of the house, with the roles of that day. */
  readonly as: <T>(username: string, operation: string, run: (ctx: Ctx) => Promise<T>) => Promise<T>
  readonly actor: (username: string) => Promise<Actor>
}

/** Where somebody sits when the demo begins: the move may lie behind already. */
const seatOn = ({ username, unit }: Member, day: string) =>
  username === MOVED.username && day < MOVED.on ? MOVED.from : unit

export async function makeHouse(real: Boot, from: string, password: string | null): Promise<House> {
  // The demo works its jobs off itself, in order; a queue beside it would only find them done.
  const boot: Boot = { ...real, jobs: { enqueue: async () => {} } }
  const instantOf = (wall: string) => Temporal.PlainDateTime.from(wall).toZonedDateTime(ZONE).toInstant()
  const { centreId, rootUnitId } = await addCentre(boot, {
    ...{ name: '海港電銷中心', kind: 'life', timeZone: ZONE, demo: true, openedOn: OPENED },
    clock: { at: instantOf(from), rate: 0 },
  })
  const units = new Map([['root', rootUnitId]])
  const people = new Map<string, string>()
  const goods = new Map<GoodCode, Priced & { readonly id: string }>()
  const at = (wall: string, rate = 0) => setClock(boot.db, centreId, { at: instantOf(wall), rate })
  const actor = async (username: string): Promise<Actor> => {
    const signedIn = await boot.access.person(people.get(username)!)
    if (!signedIn) throw new Error(`${username} is not employed`)
    return signedIn.actor
  }
  const as: House['as'] = async (username, operation, run) =>
    inCentre(boot, centreId, operation, run, await actor(username))

  await inCentre(boot, centreId, 'demo.build', async (ctx) => {
    await ensureMonths(ctx.db)
    await openMonths(ctx.db, ctx.today, ctx.today.add({ months: 3 }))
    await seedBooks(ctx, 'life')
    await listFictionalNumbers(ctx, { CN: [MADE_UP_RANGE] }, OPENED)
    await enterPeople(ctx, units, people)
    if (password !== null)
      await createAccounts(
        ctx,
        MEMBERS.map(({ username }) => ({ personId: people.get(username)!, username, password, mustChange: false })),
      )
  })
  await as('guo', 'catalog.addProduct', async (ctx) => {
    for (const [code, good] of await addGoods(ctx)) goods.set(code, good)
    const sellers = MEMBERS.filter(({ role }) => role === 'tsr' || role === 'tl')
    for (const [code, { id: productId }] of goods) {
      // The annuity is for those who have been there a while.
      const may = code === 'FU-ANN' ? sellers.filter(({ rank }) => rank !== 'trainee' && rank !== 'tsr') : sellers
      const personIds = may.map(({ username }) => people.get(username)!)
      await authorise(ctx, { productId, personIds, fromOn: Temporal.PlainDate.from('2024-01-08') })
    }
  })
  await as('ada', 'telephony.addSeat', (ctx) => furnish(ctx, units, people))
  return { boot, centreId, units, people, goods, at, as, actor }
}

async function enterPeople(ctx: Ctx, units: Map<string, string>, people: Map<string, string>): Promise<void> {
  for (const [region, groups] of TREE) {
    units.set(
      region,
      await addUnit(ctx, { kind: 'region', parentId: units.get('root')!, name: region, openedOn: OPENED }),
    )
    for (const name of groups)
      units.set(name, await addUnit(ctx, { kind: 'group', parentId: units.get(region)!, name, openedOn: OPENED }))
  }
  const ids = await addPeople(
    ctx,
    MEMBERS.map((member, at): NewPerson => {
      const since = Temporal.PlainDate.from(member.since)
      const unitId = units.get(seatOn(member, ctx.today.toString()))!
      return {
        ...{ staffNo: member.username, name: member.name, employedFrom: since, unitId },
        ...{ registrationNo: `R-${1000 + at}`, trainedOn: since.add({ days: 14 }) },
        birthday: Temporal.PlainDate.from({
          year: 1986 + ((at * 7) % 15),
          month: 1 + ((at * 5) % 12),
          day: 1 + ((at * 11) % 28),
        }),
        rank: member.rank ? { rank: member.rank, confirmed: member.rank !== 'trainee' } : undefined,
        roles: [{ role: member.role, unitId }],
      }
    }),
  )
  for (const [at, { username }] of MEMBERS.entries()) people.set(username, ids[at]!)
}

/** A seat with a registered line that records for everybody who dials. */
async function furnish(
  ctx: Ctx,
  units: ReadonlyMap<string, string>,
  people: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = TREE.flatMap(([, groups]) => groups)
  for (const [row, group] of rows.entries()) {
    const sitting = MEMBERS.filter(
      (member) => ['tsr', 'tl'].includes(member.role) && seatOn(member, ctx.today.toString()) === group,
    )
    for (const [place, { username }] of sitting.entries()) {
      const { seatId } = await addSeat(ctx, {
        ...{ label: `${'ABCDEF'[row]}${String(place + 1).padStart(2, '0')}`, groupId: units.get(group)! },
        ...{ callerId: '95012345', callerIdApproved: true, lineRegistered: true, recording: true },
      })
      await assignSeat(ctx, { seatId, version: 1, personId: people.get(username)! })
    }
  }
}

/** Yesterday's faults: one line records nothing, one shows a number that is on no list. The gate refuses both. */
export async function breakLines(house: House): Promise<void> {
  await house.as('ada', 'telephony.editSeat', async (ctx) => {
    const seats = await seatsOf(ctx)
    const fault = async (username: string, change: { recording?: boolean; callerIdApproved?: boolean }) => {
      const seat = seats.find(({ personId }) => personId === house.people.get(username))!
      const { id: seatId, version, label, groupId, callerId, callerIdApproved, lineRegistered, recording } = seat
      const fields = { label, groupId, callerId, callerIdApproved, lineRegistered, recording }
      await editSeat(ctx, { seatId, version, ...fields, ...change })
    }
    await fault('kong', { recording: false })
    await fault('zhai', { callerIdApproved: false })
  })
}

/** The leader who is on leave this week, and who acts in his place. */
export async function appointActing(house: House): Promise<void> {
  await house.as('xu', 'people.appointActing', async (ctx) => {
    await grantRole(ctx, {
      ...{ personId: house.people.get(AWAY.acting)!, role: 'tl', unitId: house.units.get(AWAY.group)!, acting: true },
      ...{ fromOn: Temporal.PlainDate.from(AWAY.from), untilOn: Temporal.PlainDate.from(AWAY.until) },
      ...{ reason: '年假', clause: 'S4.4.2' },
    })
  })
}
