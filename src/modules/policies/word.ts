import { compareAmounts } from '../../lib/money.ts'
import type { PayWay } from '../catalog/rules.ts'
import type { InsurerWord } from '../sales/insurer.ts'
import { isOpen, STATES, type State } from '../sales/rules.ts'
import type { ReadRow } from '../sheets/rules.ts'
import { isPayWay, NEEDED } from './kind.ts'
import type { Kind } from './rules.ts'

/*
 * The insurer's word on an application, gathered from all files: of each field what the newest file said, so that files
 * may come in any order and end in the same. A date that was missing may be filled by an older file.
 */

type Day = Temporal.PlainDate

/** What one row of a file says; what is absent it did not say. */
export type Row = {
  readonly applicationNo: string
  readonly policyNo?: string
  readonly state?: State
  readonly acceptedOn?: Day
  readonly issuedOn?: Day
  readonly receiptOn?: Day
  readonly cancelledOn?: Day
  readonly lapsedOn?: Day
  /** Decimal text in the centre's currency. */
  readonly premium?: string
  readonly payWay?: PayWay
  /** One of ours; null = somebody who is none of ours. */
  readonly agent?: string | null
}

/** Where a word comes from: the day that a file tells of and the file itself, of two for one day the later handed in. */
export type At = { readonly asOf: string; readonly file: string }
type Said = At & { readonly value: string | null }
export type Word = Readonly<Partial<Record<Exclude<keyof Row, 'applicationNo'>, Said>>>
/** The day of the first file that said each state. */
export type FirstSaid = Readonly<Partial<Record<State, string>>>
export type Standing = { readonly word: Word; readonly firstSaid: FirstSaid; readonly asOf: string }

const rank = ({ asOf, file }: At) => `${asOf} ${file}`
const DATES = ['acceptedOn', 'issuedOn', 'receiptOn', 'cancelledOn', 'lapsedOn'] as const

/** A state that the row names, or that its dates alone do. “Accepted” is said of everything on its way and names none. */
function stateOf({ state, issuedOn, receiptOn, cancelledOn, lapsedOn }: Row): State | null {
  if (state && state !== 'accepted') return state
  if (lapsedOn) return 'lapsed'
  if (cancelledOn) return issuedOn || receiptOn ? 'surrendered' : 'declined'
  if (receiptOn) return 'delivered'
  return issuedOn ? 'issued' : null
}

/** The word with what a row of a file adds to it; what newer files said stays. */
export function merged(known: Standing | undefined, row: Row, at: At): Standing {
  const { applicationNo: _, ...rest } = row
  const state = stateOf(row)
  const said = { ...rest, ...(state ? { state } : {}) } as Record<string, unknown>
  if (!state) delete said.state
  const word: Record<string, Said> = { ...known?.word }
  for (const [field, value] of Object.entries(said)) {
    const before = word[field]
    if (value === undefined || (before && rank(before) > rank(at))) continue
    word[field] = { ...at, value: value === null ? null : String(value) }
  }
  const first = state && known?.firstSaid[state]
  const firstSaid = state && (!first || at.asOf < first) ? { ...known?.firstSaid, [state]: at.asOf } : known?.firstSaid
  const asOf = known && known.asOf > at.asOf ? known.asOf : at.asOf
  return { word, firstSaid: firstSaid ?? {}, asOf }
}

const dayOf = (said: Said | undefined): Day | null => (said?.value ? Temporal.PlainDate.from(said.value) : null)

/** The gathered word as sales takes it. */
export function insurerWord({ word, firstSaid, asOf }: Standing): InsurerWord {
  const state = STATES.find((one) => one === word.state?.value) ?? null
  // A day that belongs to a state which a newer file took back says nothing any more.
  const ended = state === 'cancelledInCoolingOff' || state === 'surrendered' || state === 'declined'
  return {
    ...{ state, stateAsOf: Temporal.PlainDate.from(word.state?.asOf ?? asOf) },
    firstSaid: Object.fromEntries(
      Object.entries(firstSaid).map(([of, day]) => [of, Temporal.PlainDate.from(day)] as const),
    ),
    ...{ issuedOn: dayOf(word.issuedOn), receiptOn: dayOf(word.receiptOn) },
    cancelledOn: ended ? dayOf(word.cancelledOn) : null,
    lapsedOn: state === 'lapsed' ? dayOf(word.lapsedOn) : null,
  }
}

export type RowFault = { readonly code: string; readonly field: string; readonly text?: string }
const before = (a: Day, b: Day) => Temporal.PlainDate.compare(a, b) < 0

/** An application number as cases have it: upper case, without spaces. */
const numberOf = (text: unknown) =>
  String(text ?? '')
    .normalize('NFKC')
    .replaceAll(/\s/g, '')
    .toUpperCase()

/** What a row that was read says, or why it cannot be taken; `noted` = what was left open. */
export function readRow(
  read: ReadRow,
): { row: Row; noted: RowFault | null } | { fault: RowFault; applicationNo: string | null } {
  const { values } = read
  const applicationNo = numberOf(values.applicationNo)
  if (!/^[A-Z0-9][A-Z0-9-]{3,39}$/.test(applicationNo))
    return { fault: { code: applicationNo ? 'unreadable' : 'missing', field: 'applicationNo' }, applicationNo: null }
  const needed = read.faults.find(({ field }) => NEEDED.has(field))
  if (needed) return { fault: needed, applicationNo }
  const days = Object.fromEntries(
    DATES.flatMap((field) => (values[field] instanceof Temporal.PlainDate ? [[field, values[field]]] : [])),
  )
  const state = STATES.find((one) => one === values.state)
  const left = read.faults.find(({ field }) => !NEEDED.has(field))
  const agent = read.faults.find(({ field }) => field === 'agent')
  const row: Row = {
    ...{ applicationNo, ...days },
    ...(values.policyNo ? { policyNo: numberOf(values.policyNo) } : {}),
    ...(state ? { state } : {}),
    ...(typeof values.premium === 'string' ? { premium: values.premium } : {}),
    ...(isPayWay(values.payWay) ? { payWay: values.payWay } : {}),
    ...(typeof values.agent === 'string' ? { agent: values.agent } : agent?.code === 'foreign' ? { agent: null } : {}),
  }
  return { row, noted: left && left.code !== 'foreign' ? left : null }
}

/** What is wrong with a row's days: after the day that the file tells of, before our acceptance, or out of their order. */
export function faultOf(row: Row, asOf: Day, acceptedOn: Day | null): RowFault | null {
  for (const field of DATES) {
    const day = row[field]
    if (!day) continue
    if (before(asOf, day)) return { code: 'inTheFuture', field, text: day.toString() }
    if (field !== 'acceptedOn' && acceptedOn && before(day, acceptedOn))
      return { code: 'beforeAcceptance', field, text: day.toString() }
  }
  const { acceptedOn: taken, issuedOn, receiptOn, cancelledOn, lapsedOn } = row
  const later = [
    ...([
      ['issuedOn', taken, issuedOn],
      ['receiptOn', issuedOn, receiptOn],
      ['cancelledOn', issuedOn, cancelledOn],
      ['lapsedOn', issuedOn, lapsedOn],
    ] as const),
  ]
  const wrong = later.find(([, first, then]) => first && then && before(then, first))
  return wrong ? { code: 'outOfOrder', field: wrong[0], text: String(wrong[2]) } : null
}

/** What of our case is held against the insurer's word. */
export type OurCase = {
  readonly saleId: string
  readonly agentId: string
  readonly raw: string
  readonly annual: string
  readonly payWay: PayWay
  readonly state: State
  readonly issuedOn: Day | null
}
export type Difference = { readonly kind: Kind; readonly ours: string | null; readonly theirs: string | null }

/**
 * Where the insurer's word and our case differ. A premium agrees as it is paid each time or for a year. `undone` = the word
 * has just taken back that the case was issued; it stays a difference until the case is issued again or at its end.
 */
export function differencesOf(standing: Standing, ours: OurCase | null, undone: boolean): Difference[] {
  const { word } = standing
  const { premium, payWay, agent, state } = word
  if (!ours) return [{ kind: 'theirsNotOurs', ours: null, theirs: state?.value ?? null }]
  const paid = premium?.value
  const amounts = [ours.raw, ours.annual]
  return [
    ...(paid && !amounts.some((amount) => compareAmounts(amount, paid) === 0)
      ? [{ kind: 'amountDiffers' as const, ours: ours.raw, theirs: paid }]
      : []),
    ...(payWay?.value && payWay.value !== ours.payWay
      ? [{ kind: 'payWayDiffers' as const, ours: ours.payWay, theirs: payWay.value }]
      : []),
    ...(agent && agent.value !== ours.agentId
      ? [{ kind: 'agentDiffers' as const, ours: ours.agentId, theirs: agent.value }]
      : []),
    ...(undone && isOpen(ours.state) ? [{ kind: 'stateDiffers' as const, ours: 'issued', theirs: ours.state }] : []),
  ]
}
