import { all, no, type Verdict, yes } from '../../lib/verdict.ts'
import type { Ctx } from '../../platform/context.ts'

/** What a column of a list can be. A fact stays with the customer under its head; what is skipped is not kept at all. */
export const TARGETS = [
  'name',
  'phone1',
  'phone2',
  'phone3',
  'gender',
  'birthday',
  'age',
  'region',
  'zone',
  'wish',
  'notBefore',
  'renewalExpiresOn',
  'fact',
  'skip',
] as const
export type Target = (typeof TARGETS)[number]
export const PHONES: readonly Target[] = ['phone1', 'phone2', 'phone3']

/** What each column of a file is, in the order of its columns. */
export type Mapping = readonly Target[]

/**
 * The result of a row. GOOD became a lead. BAD cannot be read; INV has no number that can be dialled; DUP is known and being
 * worked, or came before in the file; DNC must not be called.
 */
export const RESULTS = ['GOOD', 'BAD', 'DUP', 'INV', 'DNC'] as const
export type Result = (typeof RESULTS)[number]

/** Grades of leads, the best first: a list brings a customer anew only with a better one. [S4.4.10a] */
export const GRADES = ['A', 'B', 'C', 'D'] as const
export type Grade = (typeof GRADES)[number]

/** What customers' data may be used for, as their consent says. */
export const PURPOSES = ['sale', 'service'] as const

export const BATCH_STATES = ['draft', 'importing', 'done', 'stopped', 'failed'] as const
export type BatchState = (typeof BATCH_STATES)[number]

/** Heads as lists have them, in both scripts and in English, by target; the first that fits counts. */
const HEADS: readonly (readonly [Target, RegExp])[] = [
  ['wish', /方便|接[听聽].*(时|時)|[联聯][络絡系繫](时|時)|best.?time|call.?window|preferred.?time/i],
  ['notBefore', /最早|不早[于於]|[预預][约約].*(时|時)|not.?before|earliest|callback/i],
  ['renewalExpiresOn', /到期|止期|保[险險]期满|[续續]保|expir|renew/i],
  ['zone', /[时時][区區]|time.?zone|^tz$/i],
  ['birthday', /生日|出生|birth|^dob$/i],
  ['age', /^(年[龄齡]|age)$/i],
  ['gender', /性[别別]|gender|^sex$/i],
  ['phone1', /手[机機]|[电電][话話]|[号號][码碼]|[联聯][系絡繫络]方式|phone|mobile|^tel|cell|msisdn/i],
  ['region', /省|地[区區]|[归歸][属屬]|region|province|^state$/i],
  ['name', /^(客[户戶])?(姓名|名字|名[称稱])$|^客[户戶]$|^(customer|client|full|contact)?[ _-]?name$/i],
  ['fact', /[备備][注註]|remark|note|comment/i],
]

/** Heads that a word of the table above would misread: an e-mail or identity number is no telephone. */
const NO_PHONE =
  /身份|身分|[证證]件|保[单單]|工[号號]|[编編][号號]|邮|郵|mail|policy|staff|id.?(no|num|card)|account|campaign|contact$/i
const LOOKS_LIKE_NUMBER = /^\+?[\d\s()-]{8,20}$/

/**
 * What the columns of a file seem to be, by their heads, and where there is none by what stands in them. Each target once;
 * telephone columns in their order. What is not recognised is skipped: nobody's data are kept because nobody looked.
 */
export function suggestMapping(headers: readonly string[], samples: readonly (readonly string[])[]): Target[] {
  const taken = new Set<Target>()
  const take = (wanted: Target): Target => {
    const target = PHONES.includes(wanted) ? PHONES.find((phone) => !taken.has(phone)) : wanted
    if (!target || (target !== 'fact' && taken.has(target))) return 'skip'
    taken.add(target)
    return target
  }
  return headers.map((header, at) => {
    // Heads of two rows come with a space between: 客戶 姓名.
    const head = header
      .normalize('NFKC')
      .replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '')
      .trim()
    const found = HEADS.find(([target, words]) => words.test(head) && !(target === 'phone1' && NO_PHONE.test(head)))
    if (found) return take(found[0])
    const values = (samples[at] ?? []).filter((value) => value !== '')
    if (head === '' && values.length > 0 && values.every((value) => LOOKS_LIKE_NUMBER.test(value)))
      return take('phone1')
    return 'skip'
  })
}

/** Whether columns are said well: one of them is a telephone number, and only facts stand twice. */
export function canMap(mapping: Mapping): Verdict {
  const single = mapping.filter((target) => target !== 'fact' && target !== 'skip')
  const twice = single.find((target, at) => single.indexOf(target) !== at)
  return all(
    single.some((target) => PHONES.includes(target)) ? yes : no('lists.noNumberColumn', 'S4.4.10a'),
    twice ? no('lists.columnTwice', 'house', { target: twice }) : yes,
  )
}

/** A list of leads as it is to be taken in; days are the centre's. */
export type NewBatch = {
  readonly source: string
  readonly consentEvidence: string
  readonly consentGivenOn: Temporal.PlainDate | null
  readonly consentExpiresOn: Temporal.PlainDate | null
  readonly expiresOn: Temporal.PlainDate | null
}

/**
 * Whether a list may be taken in: who gave it and what shows that its people agreed to be called must be known before a
 * single row is read, and both must hold today. [S4.4.10a] Source of the duty: cn-life.customerinfo, cn.pipl.basis.
 */
export function canCreateBatch(batch: NewBatch, today: Temporal.PlainDate): Verdict {
  const past = (day: Temporal.PlainDate | null) => day !== null && Temporal.PlainDate.compare(day, today) < 0
  const given = batch.consentGivenOn
  return all(
    batch.source.trim() === '' ? no('lists.sourceMissing', 'S4.4.10a') : yes,
    batch.consentEvidence.trim() === '' ? no('lists.evidenceMissing', 'S4.4.10a') : yes,
    given === null ? no('lists.consentDayMissing', 'S4.4.10a') : yes,
    given && Temporal.PlainDate.compare(given, today) > 0 ? no('lists.consentAhead', 'S4.4.10a') : yes,
    past(batch.consentExpiresOn) ? no('lists.consentPast', 'S4.4.10a') : yes,
    past(batch.expiresOn) ? no('lists.usePast', 'S4.4.10a') : yes,
  )
}

export const freeName = (taken: boolean, name: string): Verdict =>
  taken ? no('lists.nameTaken', 'house', { name }) : yes

/** Only products that the channel may sell now are called for. [S4.4.10a] */
export const canSell = (listed: boolean): Verdict => (listed ? yes : no('lists.productNotListed', 'S3.6'))

/** An import runs once; what was stopped or failed goes on where it stood. */
export const canStart = (state: BatchState): Verdict =>
  state === 'done' || state === 'importing' ? no(state === 'done' ? 'lists.imported' : 'lists.importing', 'house') : yes

export const canStop = (state: BatchState): Verdict => (state === 'importing' ? yes : no('lists.notImporting', 'house'))

/* What lists asks of leads, which stands after it: handed over where the house is put together (app/). */

/** What a lead takes over from the delivery it came with. */
export type Delivery = {
  readonly id: string
  readonly productId: string
  readonly purpose: string
  readonly grade: string
}

/** A customer of a list who is to become a lead. */
export type ForLead = {
  readonly rowNo: number
  readonly customerId: string
  readonly notBefore?: Temporal.Instant | null | undefined
  readonly renewalExpiresOn?: Temporal.PlainDate | null | undefined
}

/** What became of it; inFile: the customer came further up in the same file; openLead: is being worked already. */
export type Placed = { readonly leadId: string } | { readonly leadId: null; readonly why: 'inFile' | 'openLead' }

export type LeadsOfList = {
  /** Puts leads into the company's pool and answers for every row. */
  readonly create: (ctx: Ctx, delivery: Delivery, rows: readonly ForLead[]) => Promise<Map<number, Placed>>
  /** Customers whose open lead would stay beside a new one of this grade. Reads only. */
  readonly standing: (ctx: Ctx, customerIds: readonly string[], grade: string) => Promise<Set<string>>
}
