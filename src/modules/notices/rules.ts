/** alert: something is late or wrong; task: something to do; praise and news: for all to see. */
export const NOTICE_KINDS = ['alert', 'task', 'praise', 'news'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** Whom a notice is for: one person, or everybody of a unit. */
export type Addressee =
  | { readonly personId: string; readonly unitId?: undefined }
  | { readonly unitId: string; readonly personId?: undefined }

/**
 * Whether a kind may be said to a whole unit: in public there is only good news; what is late, idle or short is for the
 * persons it concerns. [S5.1.4c]
 */
export const mayBePublic = (kind: NoticeKind): boolean => kind !== 'alert' && kind !== 'task'

/** What stands first for its reader: late things, then things to do, then the rest; within a kind the newest. */
export const urgency = (kind: NoticeKind): number => ['alert', 'task', 'praise', 'news'].indexOf(kind)
