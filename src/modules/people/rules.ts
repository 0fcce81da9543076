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

/** A rank is set by others. [S4.1.1] */
export const mayRank = (self: Self, personId: string): Verdict =>
  self.personId === personId ? no('people.ownRank', 'S4.1.1') : yes

export const freeStaffNo = (taken: readonly string[]): Verdict =>
  taken.length > 0 ? no('people.staffNoTaken', HOUSE, { staffNo: taken.join(', ') }) : yes

export const freeUnitName = (taken: boolean, name: string): Verdict =>
  taken ? no('people.unitNameTaken', HOUSE, { name }) : yes

/** Regions stand under the centre, groups under a region or, in a small centre, under the centre itself. */
export const fitsUnder = (kind: 'region' | 'group', parentKind: Grant['unitKind']): Verdict =>
  parentKind === 'centre' || (kind === 'group' && parentKind === 'region') ? yes : no('people.unitElsewhere', HOUSE)
