/** Roles a person can hold over a unit. A person may hold several; an acting one ends by itself. */
export const ROLES = [
  'tsr',
  'tl',
  'um',
  'deptManager',
  'deputyGm',
  'dataOfficer',
  'qualityInspector',
  'trainer',
  'planningMember',
  'admin',
  'reception',
  'showroomSales',
] as const
export type Role = (typeof ROLES)[number]

/** Who may call an operation: nobody signed in, anybody signed in, or a person with one of the roles. */
export type May = 'stranger' | 'everyone' | readonly [Role, ...Role[]]

export type Grant = {
  readonly role: Role
  readonly unitId: string
  readonly unitName: string
  readonly unitKind: 'centre' | 'region' | 'group'
  readonly acting: boolean
  /** Groups at or below the unit. */
  readonly groupIds: readonly string[]
}

/** The signed-in person with the roles of this moment. */
export type Actor = {
  readonly personId: string
  readonly name: string
  readonly staffNo: string
  readonly centreId: string
  readonly roles: readonly Role[]
  readonly grants: readonly Grant[]
  /** The group the person sits in today, null for those outside groups. */
  readonly groupId: string | null
  readonly groupName: string | null
  readonly mustChangePassword: boolean
}

/** The centre the actor works in. */
export type Centre = {
  readonly id: string
  readonly name: string
  readonly kind: 'life' | 'dealership'
  readonly timeZone: string
  readonly country: string
  readonly demo: boolean
}

export const mayCall = (may: May, actor: Actor): boolean =>
  may === 'stranger' || may === 'everyone' || may.some((role) => actor.roles.includes(role))

/** What a person reaches through some of his roles: the whole centre, or the groups at or below his units. */
export type Reach = { readonly centre: boolean; readonly groupIds: readonly string[] }

export function reach(actor: Actor, roles: readonly Role[]): Reach {
  const grants = actor.grants.filter((grant) => roles.includes(grant.role))
  return {
    centre: grants.some((grant) => grant.unitKind === 'centre'),
    groupIds: [...new Set(grants.flatMap((grant) => grant.groupIds))],
  }
}

/** Whether a group (null = no group) lies in reach. */
export const reaches = (within: Reach, groupId: string | null): boolean =>
  within.centre || (groupId !== null && within.groupIds.includes(groupId))

/** Who acts when the clock does: jobs and the schedule. Holds no role and can be no person. */
export const SYSTEM_ID = '00000000-0000-0000-0000-000000000000'
export const systemActor = (centreId: string): Actor => ({
  personId: SYSTEM_ID,
  name: 'Kaibo',
  staffNo: '',
  centreId,
  roles: [],
  grants: [],
  groupId: null,
  groupName: null,
  mustChangePassword: false,
})
