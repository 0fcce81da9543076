import { no, type Verdict, yes } from '../../lib/verdict.ts'
import type { Grant, Role } from '../../platform/actor.ts'

/** Steps of the career, from the first day to the head of the centre. */
export const RANKS = ['trainee', 'tsr', 'seniorTsr', 'principalTsr', 'tl', 'um', 'centreHead'] as const
export type Rank = (typeof RANKS)[number]

/** Over which kind of unit a role is held. */
export const ROLE_AT: Readonly<Record<Role, readonly Grant['unitKind'][]>> = {
  tsr: ['group'],
  tl: ['group'],
  um: ['region'],
  deptManager: ['centre'],
  deputyGm: ['centre'],
  dataOfficer: ['centre'],
  qualityInspector: ['centre'],
  trainer: ['centre'],
  planningMember: ['centre'],
  admin: ['centre'],
  // A car dealer's house: who sits at the front desk, and who receives in the showroom.
  reception: ['centre'],
  showroomSales: ['centre', 'group'],
}

/** Those who set the tree and its people. */
export const STRUCTURE_ROLES = ['deptManager', 'admin'] as const satisfies readonly Role[]
/** Those who may put somebody in an absent leader's place for the day. */
export const APPOINTING_ROLES = ['um', 'deptManager'] as const satisfies readonly Role[]
/** The line above an agent, for whom his figures and personal data are. */
export const LINE_ROLES = ['tl', 'um', 'deptManager', 'deputyGm'] as const satisfies readonly Role[]

/** Clause of the refusals that keep order and state no regulation. */
const HOUSE = 'house'

type Self = { readonly personId: string }

/** A role over a unit that fits it, and never for oneself. [S4.1.1] */
export function mayGrant(self: Self, personId: string, role: Role, unitKind: Grant['unitKind']): Verdict {
  if (self.personId === personId) return no('people.ownRole', 'S4.1.1')
  if (!ROLE_AT[role].includes(unitKind)) return no('people.roleElsewhere', HOUSE, { role, unitKind })
  return yes
}

/** Whoever can make administrators can do everything they can: only one of them gives, ends or lets go of that role. */
export const mayTouchAdmin = (self: { readonly roles: readonly Role[] }, concernsAdmin: boolean): Verdict =>
  concernsAdmin && !self.roles.includes('admin') ? no('people.adminsOnly', HOUSE) : yes

/** Nobody ends a role of his own. [S4.1.1] */
export const mayEndRole = (self: Self, personId: string): Verdict =>
  self.personId === personId ? no('people.ownRole', 'S4.1.1') : yes

/** A rank is set by others. [S4.1.1] */
export const mayRank = (self: Self, personId: string): Verdict =>
  self.personId === personId ? no('people.ownRank', 'S4.1.1') : yes

export const freeStaffNo = (taken: readonly string[]): Verdict =>
  taken.length > 0 ? no('people.staffNoTaken', HOUSE, { staffNo: taken.join(', ') }) : yes

export const noAccountYet = (has: boolean): Verdict => (has ? no('people.hasAccount', HOUSE) : yes)

export const freeUnitName = (taken: boolean, name: string): Verdict =>
  taken ? no('people.unitNameTaken', HOUSE, { name }) : yes

/** Regions stand under the centre, groups under a region or, in a small centre, under the centre itself. */
export const fitsUnder = (kind: 'region' | 'group', parentKind: Grant['unitKind']): Verdict =>
  parentKind === 'centre' || (kind === 'group' && parentKind === 'region') ? yes : no('people.unitElsewhere', HOUSE)

/** A move from today on: what was counted before belongs to where the person then was, so the past is not moved. */
export const mayMove = (fromOn: string, today: string): Verdict =>
  fromOn < today ? no('people.movedPast', HOUSE, { today }) : yes

/** A unit closes when nobody sits in it and nothing stands open below it. */
export const mayClose = (left: { readonly people: number; readonly units: number }): Verdict =>
  left.people + left.units > 0 ? no('people.unitInUse', HOUSE, { ...left }) : yes

/** Registration and training decide who may call, so another person enters them. Leaving is entered by another too. */
export const mayEditSelf = (self: Self, personId: string, changes: { readonly standing: boolean }): Verdict =>
  self.personId === personId && changes.standing ? no('people.ownStanding', 'S4.1.1') : yes

/**
 * An acting leader for the rest of the day. Before the hour at which an absence is decided a reason has to be given;
 * one at a time; nobody puts himself there. Times are the centre's wall clock, 'HH:MM'. [S4.4.2]
 */
export function mayAppoint(asked: {
  readonly self: Self
  readonly personId: string
  readonly time: string
  readonly decideAt: string
  readonly reason: string
  readonly leads: boolean
  readonly actingAlready: boolean
}): Verdict {
  if (asked.self.personId === asked.personId) return no('people.ownRole', 'S4.1.1')
  if (asked.leads) return no('acting.isLeader', 'S4.4.2')
  if (asked.actingAlready) return no('acting.already', 'S4.4.2')
  if (asked.time < asked.decideAt && asked.reason.trim() === '')
    return no('acting.tooEarly', 'S4.4.2', { at: asked.decideAt })
  return yes
}
