import { randomUUID } from 'node:crypto'
import type { Router } from '../../src/app/router.ts'
import { router } from '../../src/app/router.ts'
import { addPerson } from '../../src/modules/people/people.ts'
import { seedBooks } from '../../src/modules/rulebook/books.ts'
import type { Role } from '../../src/platform/actor.ts'
import { inCentre } from '../../src/platform/transaction.ts'
import { makeCentre, type Name } from '../cast.ts'
import { sellable } from '../selling.ts'
import { type Batch, batch, pooled } from '../stocked.ts'
import { type Browser, type Web, web } from '../web.ts'

/* The test centre with all that operations ask for: rows to see, rows to change, and people made for one call. */

/** The cast, and those whom it lacks: one of the planning group, and a car dealer's front desk and showroom. */
const LACKING = ['pei', 'fei', 'shan'] as const
export type Who = Name | (typeof LACKING)[number]
const lacks = (who: Who): who is (typeof LACKING)[number] => (LACKING as readonly Who[]).includes(who)

/** One person for each role, who has that role and no other. */
export const BEARER: Readonly<Record<Role, Who>> = {
  ...{ tsr: 'ann', tl: 'lin', um: 'wen', deptManager: 'guo', deputyGm: 'hao', dataOfficer: 'liu' },
  ...{ qualityInspector: 'qin', trainer: 'tan', planningMember: 'pei', admin: 'admin' },
  ...{ reception: 'fei', showroomSales: 'shan' },
}
export const BEARERS = Object.values(BEARER)

/** Leaders and agents beside and across, for whom nothing of Dawn and East is: two of another group, two of another region. */
export const BESIDE = ['tao', 'su', 'xu'] as const satisfies readonly Who[]

/** What one call is made with, and how it shows that it did what it should. */
export type Case = {
  readonly input?: object
  /** Somebody made for this call, instead of the role's bearer. */
  readonly as?: string
  /** In the answer of whoever may, and in nobody else's. */
  readonly row?: string
  /** What the call brings about: nothing before it and after every refused one. */
  readonly effect?: () => Promise<readonly unknown[]>
  /** As the table's own `outside`, where it hangs on the case. */
  readonly outside?: readonly Who[]
  /** A browser with the caller's session, for operations on sessions. */
  readonly browser?: Browser
  /** What a rightful caller is answered when that is not a result. */
  readonly code?: string
}

/** One line of the table. Of one operation there may be several. */
export type Line = {
  readonly op: string
  /** Rightful callers; absent = the bearer of each role that the operation names. */
  readonly by?: readonly Who[]
  /** They have a role that may call, and this row is not theirs: not found, or an answer without it. */
  readonly outside?: readonly Who[]
  readonly make: (as: Who) => Case | Promise<Case>
}

type World = Web<Router>
export type House = Awaited<ReturnType<typeof house>>
type Dialled = {
  readonly customerId: string
  readonly phoneId: string
  readonly leadId: string
  readonly number: string
}
type Agent = Dialled & { readonly personId: string; readonly tabId: string }

const SINCE = Temporal.PlainDate.from('2024-01-08')
const AT: Readonly<Partial<Record<Role, 'Dawn' | 'East'>>> = { tsr: 'Dawn', tl: 'Dawn', um: 'East' }

/** Opens it; close `w` when done. A second centre stands beside it, whose people find nothing of the first. */
export async function house() {
  const w: World = await web(router, { accounts: BEARERS.filter((who): who is Name => !lacks(who)) })
  const other = await makeCentre(w.boot, 'life', {
    at: Temporal.Instant.from('2026-06-17T01:30Z'),
    zone: 'Asia/Shanghai',
  })
  await inCentre(w.boot, other.centreId, 'test.seed', (ctx) => seedBooks(ctx, 'life'))
  let made = 0
  const next = () => ++made

  /** A new person with one role, since 2024, in Dawn, East or the centre, or in the given unit. */
  const hired = (role: Role, unitId: string = w.units[AT[role] ?? 'root']) =>
    w.run((ctx) => {
      const n = next()
      const roles = [{ role, unitId }]
      return addPerson(ctx, {
        ...{ staffNo: `new-${n}`, name: `新人${n}`, employedFrom: SINCE, unitId, roles },
        ...{ birthday: SINCE.subtract({ years: 30 }), registrationNo: `R-${n}`, trainedOn: SINCE },
      })
    })
  const others = {
    pei: await hired('planningMember'),
    fei: await hired('reception'),
    shan: await hired('showroomSales'),
  }
  const idOf = (who: Who) => (lacks(who) ? others[who] : w.people[who])
  const productId = await sellable(w, 'R1', ['ann', 'lin', 'bo', 'chen', 'deng'])
  const june = await batch(w, productId, 'June')

  const group = async () =>
    (await w.as('guo').people.addUnit({ kind: 'group', parentId: w.units.East, name: `Group ${next()}` })).unitId

  /** A new lead of a list: with the company, with a group, or in an agent's hands, due now. */
  async function leadAt(
    groupId: string | null = null,
    holderId: string | null = null,
    of: Batch = june,
  ): Promise<Dialled> {
    const [one] = await pooled(w, of, 1)
    const state = holderId ? 'agent' : groupId ? 'group' : 'pool'
    await w.sql`update lead set state = ${state}, group_id = ${groupId}::uuid, holder_id = ${holderId}::uuid,
        held_since = case when ${holderId}::uuid is null then null else centre_now(c) end, due_at = centre_now(c)
      from centre c where c.id = lead.centre_id and lead.id = ${one!.leadId}`
    const [phone] = await w.sql<{ e164: string }>`select e164 from phone where id = ${one!.phoneId}`
    return { ...one!, number: phone!.e164 }
  }

  async function seat(groupId: string, personId: string | null = null): Promise<string> {
    const [row] = await w.sql<{ id: string }>`
      insert into seat (centre_id, group_id, label, caller_id, caller_id_approved, line_registered, recording, person_id)
      values (${w.centre}, ${groupId}, ${`Seat ${next()}`}, '02161234567', true, true, true, ${personId}) returning id`
    return row!.id
  }

  /** A new agent of Dawn (or a leader who dials) online at an opened desk, with one lead in hand. */
  async function agent(role: 'tsr' | 'tl' = 'tsr'): Promise<Agent> {
    const personId = await hired(role)
    const tabId = randomUUID()
    await seat(w.units.Dawn, personId)
    await w.sql`insert into authorisation (person_id, product_id, from_on) values (${personId}, ${productId}, '2024-01-08')`
    const lead = await leadAt(w.units.Dawn, personId)
    await w.asPerson(personId).attendance.goOnline({})
    await w.asPerson(personId).calls.open({ tabId })
    return { personId, tabId, ...lead }
  }

  /** The same with the lead on the desk, dialled, answered: as far as asked. Answers the call's id as well. */
  async function calling(role: 'tsr' | 'tl', step: 'preview' | 'dialling' | 'talking') {
    const one = await agent(role)
    const { calls } = w.asPerson(one.personId)
    await calls.next({ tabId: one.tabId })
    const { callId } = await calls.desk({})
    if (step !== 'preview') await calls.dial({ tabId: one.tabId, phoneId: one.phoneId })
    if (step === 'talking') await calls.answered({ tabId: one.tabId })
    return { ...one, callId: callId! }
  }

  /** A recorded call of a new agent of Dawn: answered, and to be called another time. */
  async function called(role: 'tsr' | 'tl' = 'tsr') {
    const one = await calling(role, 'talking')
    const { tabId, callId } = one
    await w.asPerson(one.personId).calls.record({ tabId, callId, lineResult: 'answered', outcome: 'later' })
    return one
  }

  /** What is handed over with an application of the house's product. */
  const application = ({ tabId, callId }: { tabId: string; callId: string }) => ({
    ...{ tabId, callId, productId, applicationNo: `APP${next()}`, payWay: 'yearly' as const, rawPremium: '6000' },
    disclosures: ['coolingOff', 'exclusions'],
  })

  /** A case of a new agent of Dawn, just accepted. */
  async function sold(role: 'tsr' | 'tl' = 'tsr') {
    const one = await calling(role, 'talking')
    const { saleId } = await w.asPerson(one.personId).sales.accept(application(one))
    return { ...one, saleId }
  }

  /** An open promise of an agent of Dawn, for this afternoon. */
  async function promised(personId: string): Promise<string> {
    const lead = await leadAt(w.units.Dawn, personId)
    const [row] = await w.sql<{ id: string }>`
      insert into callback (centre_id, lead_id, customer_id, phone_id, agent_id, group_id, whose, due_from, due_to,
        customer_zone, made_in, made_at, state)
      values (${w.centre}, ${lead.leadId}, ${lead.customerId}, ${lead.phoneId}, ${personId}, ${w.units.Dawn}, 'mine',
        '2026-06-17T06:00Z', '2026-06-17T06:30Z', 'Asia/Shanghai', ${randomUUID()}, '2026-06-17T01:00Z', 'open')
      returning id`
    return row!.id
  }

  /** The same for all who only look. */
  const once = <T>(make: () => Promise<T>) => {
    let kept: Promise<T> | undefined
    return () => {
      kept ??= make()
      return kept
    }
  }

  return {
    ...{ anyCall: once(() => called()), anySale: once(() => sold()) },
    ...{
      w,
      other,
      next,
      hired,
      idOf,
      productId,
      june,
      group,
      leadAt,
      seat,
      agent,
      calling,
      called,
      application,
      sold,
      promised,
    },
    newBatch: () => batch(w, productId, `List ${next()}`),
    /** The router as called by one of the cast, or by somebody made for a call. */
    as: (who: Who) => w.asPerson(idOf(who)),
  }
}
