import { all, no, type Verdict, yes } from '../../lib/verdict.ts'

/** How a customer came to us: he left his number on a page, or he rang. */
export const CHANNELS = ['web', 'phone'] as const
export type Channel = (typeof CHANNELS)[number]

/** What an arrival came to: a new lead, somebody who is being worked already, or nobody we may call. */
export const RESULTS = ['lead', 'known', 'doNotCall'] as const
export type Result = (typeof RESULTS)[number]

/** Clause of the refusals that keep order and state no regulation. */
const HOUSE = 'house'

/** Days after which a form that was left lying is no arrival of ours any more. */
const OLDEST_DAYS = 30
/** Minutes by which another house's clock may go before ours. */
const AHEAD_MINUTES = 5

export type Stretch = { readonly from: Temporal.Instant; readonly to: Temporal.Instant }

/**
 * Until when somebody who arrived is to be dialled: so many minutes from his arrival; outside dialling hours from the
 * beginning of the next ones, for nobody may be dialled before. `hours` are the dialling hours from that day on, in order;
 * null where none of them lies ahead. [S2.1.4]
 */
export function firstDialDue(
  arrivedAt: Temporal.Instant,
  minutes: number,
  hours: readonly Stretch[],
): Temporal.Instant | null {
  const open = hours.find(({ to }) => Temporal.Instant.compare(to, arrivedAt) > 0)
  if (!open) return null
  const begun = Temporal.Instant.compare(open.from, arrivedAt) <= 0
  return (begun ? arrivedAt : open.from).add({ minutes })
}

/** How the clock of an arrival stands: runs, has run out, or ended in time or late. */
export type Clock = 'none' | 'running' | 'late' | 'kept' | 'missed'

export function clockOf(
  { callDue, firstDialAt }: { callDue: Temporal.Instant | null; firstDialAt: Temporal.Instant | null },
  now: Temporal.Instant,
): Clock {
  if (callDue === null) return 'none'
  if (firstDialAt) return Temporal.Instant.compare(firstDialAt, callDue) <= 0 ? 'kept' : 'missed'
  return Temporal.Instant.compare(now, callDue) <= 0 ? 'running' : 'late'
}

/** Whether the time at which somebody is said to have come can be believed. */
export function canHaveArrived(at: Temporal.Instant, now: Temporal.Instant): Verdict {
  if (Temporal.Instant.compare(at, now.add({ minutes: AHEAD_MINUTES })) > 0) return no('arrivals.inFuture', HOUSE)
  const oldest = now.subtract({ hours: 24 * OLDEST_DAYS })
  return Temporal.Instant.compare(at, oldest) < 0 ? no('arrivals.tooOld', HOUSE, { days: OLDEST_DAYS }) : yes
}

/** A number that can be dialled; `code` says what is wrong with it. */
export const hasNumber = (code: string | null): Verdict =>
  code === null ? yes : no('arrivals.noNumber', HOUSE, { code })

/** A source is named once, and its folder is one. */
export const freeSource = (taken: { readonly code: boolean }, code: string): Verdict =>
  taken.code ? no('arrivals.codeTaken', HOUSE, { code }) : yes

/** A source that was closed stays closed; another one is made. */
export const isOpenSource = (revoked: boolean): Verdict => (revoked ? no('arrivals.sourceClosed', HOUSE) : yes)

/** Calls that are taken by hand belong to the centre's telephone source. */
export const hasPhoneSource = (found: boolean): Verdict => (found ? yes : no('arrivals.noPhoneSource', HOUSE))

/** Contacts of the team's average that stand beside an agent's own, so that three lucky calls make no expert. */
const PRIOR_CONTACTS = 20

/** Appointments per contact of late, drawn towards the team's the fewer contacts there are. */
export const skillOf = (own: { contacts: number; appointments: number }, teamRate: number): number =>
  (own.appointments + PRIOR_CONTACTS * teamRate) / (own.contacts + PRIOR_CONTACTS)

export type Waiting = {
  readonly leadId: string
  readonly productId: string
  /** In whose hands it lies already. */
  readonly heldBy: string | null
}
export type Agent = {
  readonly personId: string
  /** Leads due in hand this morning. */
  readonly load: number
  readonly skill: number
  /** Products that he may sell. */
  readonly products: ReadonlySet<string>
}

/** Least share of room that a full agent is still reckoned with. */
const LEAST_ROOM = 0.25

/**
 * Who gets which lead: what an agent holds stays with him while he is there; of the rest each goes to the agent who is
 * furthest behind his share, and shares are as skill times room. Room falls with the load, to a quarter for the fullest.
 * Null = nobody there may sell it. The same leads and agents give the same answer. [S2.1.4]
 */
export function propose(leads: readonly Waiting[], agents: readonly Agent[]): Map<string, string | null> {
  const most = Math.max(1, ...agents.map(({ load }) => load))
  const shares = new Map(
    agents.map(({ personId, load, skill }) => [
      personId,
      Math.max(skill, 0.001) * (1 - (1 - LEAST_ROOM) * (load / most)),
    ]),
  )
  const given = new Map(agents.map(({ personId }) => [personId, 0]))
  const out = new Map<string, string | null>()
  const give = (leadId: string, personId: string | null) => {
    out.set(leadId, personId)
    if (personId) given.set(personId, given.get(personId)! + 1)
  }
  const held = leads.filter(({ heldBy }) => heldBy !== null && given.has(heldBy))
  for (const { leadId, heldBy } of held) give(leadId, heldBy)
  for (const { leadId, productId } of leads.filter((lead) => !out.has(lead.leadId))) {
    const behind = ({ personId }: Agent) => (given.get(personId)! + 1) / shares.get(personId)!
    const next = agents
      .filter(({ products }) => products.has(productId))
      .reduce<Agent | null>((best, one) => (best === null || behind(one) < behind(best) ? one : best), null)
    give(leadId, next?.personId ?? null)
  }
  return out
}

export type AllocationState = 'proposed' | 'confirmed'

/** A morning's allocation is changed until it is confirmed; after that leads move as leads do. [S2.1.4] */
export const canAdjust = (state: AllocationState): Verdict =>
  state === 'confirmed' ? no('arrivals.confirmed', 'S2.1.4') : yes

/** Confirmed once, when every lead has somebody; `left` have nobody. [S2.1.4] */
export const canConfirm = (state: AllocationState, { left }: { left: number }): Verdict =>
  all(canAdjust(state), left > 0 ? no('arrivals.nobodyYet', 'S2.1.4', { left }) : yes)
