/* Why a notice of attendance was given: the same cause gives no second one, and what settles it names it again. */

export const leaderlessCause = (groupId: string, day: Temporal.PlainDate): string => `leaderless:${day}:${groupId}`
export const checkCause = (groupId: string, day: Temporal.PlainDate): string => `check:${day}:${groupId}`
export const lateCause = (personId: string, day: Temporal.PlainDate): string => `late:${day}:${personId}`
export const idleCause = (alertId: string): string => `idle:${alertId}`
