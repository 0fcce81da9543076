import { all, no, type Verdict, yes } from '../../lib/verdict.ts'
import type { Role } from '../../platform/actor.ts'

/* Who may ask for a correction of whose result a case is, who approves it, and what an own policy needs. */

/** Who asks that a result goes to somebody else. */
export const ASKERS = ['tl', 'um', 'dataOfficer', 'deptManager'] as const satisfies readonly Role[]
/** Who approves it or turns it down. */
export const APPROVERS = ['um', 'deptManager', 'deputyGm'] as const satisfies readonly Role[]
/** Who sees requests and own policies in his reach. */
export const READERS = [
  'tl',
  'um',
  'deptManager',
  'deputyGm',
  'dataOfficer',
  'qualityInspector',
] as const satisfies readonly Role[]
/** Who is asked of a suspected own policy: the line above the seller. */
export const DECIDERS = ['tl', 'um', 'deptManager', 'deputyGm'] as const satisfies readonly Role[]
/** For whom what the detectors found is. */
export const INSPECTORS = ['deptManager', 'deputyGm', 'qualityInspector'] as const satisfies readonly Role[]

const CLAUSE = 'S4.4.11b'
const OWN = 'S4.4.11c'

/** Whether a correction may be asked for: of a result that goes elsewhere, to a seller, and not of one asked for already. */
export function mayAsk(asked: {
  readonly agentId: string
  readonly toAgentId: string
  /** Sells and is employed today. */
  readonly toSells: boolean
  readonly openAlready: boolean
}): Verdict {
  return all(
    asked.agentId === asked.toAgentId ? no('credit.hisAlready', CLAUSE) : yes,
    asked.toSells ? yes : no('credit.sellsNothing', CLAUSE),
    asked.openAlready ? no('credit.askedAlready', CLAUSE) : yes,
  )
}

/** What of a request decides who may approve it. */
export type Asked = {
  readonly state: 'open' | 'done' | 'refused' | 'withdrawn'
  readonly askedBy: string
  readonly toAgentId: string
  readonly fromAgentId: string
  readonly approvedBy: readonly string[]
}

const open = ({ state }: Asked): Verdict => (state === 'open' ? yes : no('credit.closed', CLAUSE))

/**
 * Whether somebody may approve a correction: neither who asked, nor who gains, nor who loses, nor the same person twice.
 * [S4.4.11b A]
 */
export function mayApprove(asked: Asked, by: { readonly personId: string; readonly roles: readonly Role[] }): Verdict {
  return all(
    open(asked),
    APPROVERS.some((role) => by.roles.includes(role)) ? yes : no('credit.notAnApprover', CLAUSE),
    asked.askedBy === by.personId ? no('credit.ownRequest', CLAUSE) : yes,
    asked.toAgentId === by.personId ? no('credit.gains', CLAUSE) : yes,
    asked.fromAgentId === by.personId ? no('credit.loses', CLAUSE) : yes,
    asked.approvedBy.includes(by.personId) ? no('credit.approvedAlready', CLAUSE) : yes,
  )
}

/** A request is turned down by whoever might have approved it, also after his own approval: he has thought better. */
export const mayRefuse = (asked: Asked, by: Parameters<typeof mayApprove>[1]): Verdict =>
  mayApprove({ ...asked, approvedBy: [] }, by)

/** Who asked may take the request back while it is open. */
export const mayWithdraw = (asked: Asked, by: { readonly personId: string }): Verdict =>
  all(open(asked), asked.askedBy === by.personId ? yes : no('credit.notYourRequest', CLAUSE))

export const RELATIONS = ['self', 'spouse', 'parent', 'child'] as const
export type Relation = (typeof RELATIONS)[number]

/** How an own policy was found. */
export type FoundBy = 'declared' | 'number' | 'name'
export type OwnKind = 'self' | 'colleague'

/** What the numbers and the name of an applicant point to; the person is one of the house. */
export type Match = { readonly by: 'number' | 'name'; readonly personId: string; readonly relation: Relation }

export type Found = {
  readonly kind: OwnKind
  readonly foundBy: readonly FoundBy[]
  readonly personId: string | null
  readonly relation: Relation | 'colleague' | null
}

/**
 * Whose policy it is, by what the seller says and by what was found; null = a customer's. A colleague's family is a
 * customer. What the seller says goes before what is found.
 */
export function ownOf(
  sellerId: string,
  declared: Relation | 'colleague' | null,
  matches: readonly Match[],
): Found | null {
  const own = matches.filter(({ personId }) => personId === sellerId)
  const colleagues = matches.filter(({ personId, relation }) => personId !== sellerId && relation === 'self')
  const kind: OwnKind | null =
    declared === 'colleague'
      ? 'colleague'
      : declared
        ? 'self'
        : own.length > 0
          ? 'self'
          : colleagues.length > 0
            ? 'colleague'
            : null
  if (!kind) return null
  const found = kind === 'self' ? own : colleagues
  // A number is one person's; a name may be two people's.
  const surest = found.find(({ by }) => by === 'number') ?? found[0]
  const by = new Set(found.map((match) => match.by))
  return {
    kind,
    foundBy: [
      ...(declared ? ['declared' as const] : []),
      ...(['number', 'name'] as const).filter((one) => by.has(one)),
    ],
    personId: kind === 'self' ? sellerId : (surest?.personId ?? null),
    relation: declared ?? (kind === 'self' ? (surest?.relation ?? null) : 'colleague'),
  }
}

/** Letters of guarantee come as a scan or a picture. */
export const LETTER_ENDINGS = ['pdf', 'jpg', 'jpeg', 'png'] as const
const isLetter = (name: string): boolean => LETTER_ENDINGS.some((ending) => name.toLowerCase().endsWith(`.${ending}`))

/** The letter of an own policy as far as it is there: its name, and whether it stands for another case already. */
export type Letter = { readonly name: string; readonly usedElsewhere: boolean }

/** Whether a letter will do. [S4.4.11c] */
export const mayStandAsLetter = ({ name, usedElsewhere }: Letter): Verdict =>
  all(isLetter(name) ? yes : no('credit.letterForm', OWN), usedElsewhere ? no('credit.letterUsed', OWN) : yes)

/** A policy of the seller's own or of his family is not saved without the letter of guarantee. [S4.4.11c K] */
export function mayTakeOwn(kind: OwnKind | null, letter: Letter | null): Verdict {
  if (kind !== 'self') return yes
  return letter ? mayStandAsLetter(letter) : no('credit.letterMissing', OWN)
}

/** Whether somebody may say of a suspected policy whose it is: not its seller, and not the colleague in question. */
export function mayDecideOwn(
  policy: {
    readonly state: string
    readonly sellerId: string
    readonly agentId: string
    readonly personId: string | null
  },
  by: { readonly personId: string },
): Verdict {
  const { state, sellerId, agentId, personId } = policy
  return all(
    state === 'suspected' ? yes : no('credit.notSuspected', OWN),
    [sellerId, agentId, personId].includes(by.personId) ? no('credit.ownPolicy', OWN) : yes,
  )
}

/** What the detectors look for. */
export const FINDINGS = ['otherVoice', 'movedAtMonthEnd', 'acrossMonths', 'enteredAgain', 'parked'] as const
export type FindingKind = (typeof FINDINGS)[number]
