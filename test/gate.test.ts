import { expect, test } from 'vitest'
import { gate, type Reason, RULE_CODES } from '../src/modules/compliance/rules.ts'
import words from '../src/modules/compliance/words.json' with { type: 'json' }
import { type Case, caseOf, randomOf } from './dial-cases.ts'
import { refusalsAt, walk } from './referee.ts'

const CASES = 100_000
const SEED = 20_261_120
/** Cases of which every moment up to the next callable one is walked through. */
const WALKS = 250
const HORIZON = { hours: 60 * 24 }

/** Codes that a pack decides; the others hold whatever the packs. */
const OF_PACKS = new Set([
  ...[
    'dncListStale',
    'basisMissing',
    'consentExpired',
    'hours',
    'regionExcluded',
    'capCallee',
    'capCold',
    'capSubject',
  ],
  ...['restAfterAbandon', 'modeCanAbandon', 'recordingNotReady', 'planFinished', 'planResting', 'renewalTooEarly'],
])

const nameOf = (reason: Reason): string => {
  if (!OF_PACKS.has(reason.code)) return reason.code
  const window = reason.code.startsWith('cap') ? `/${reason.because.values.perSeconds}` : ''
  return `${reason.code}@${reason.pack}${window}`
}

const names = (input: Case, off: readonly string[] = []) => {
  const verdict = gate(input, off)
  const list = [...new Set(verdict.reasons.map(nameOf))].sort()
  return { verdict, text: `${verdict.allow ? 'allow' : 'refuse'} ${list.join(' ')}` }
}

const judged = (input: Case) => {
  const list = [...refusalsAt(input, input.now)].sort()
  return `${list.length === 0 ? 'allow' : 'refuse'} ${list.join(' ')}`
}

const tell = (index: number, input: Case) =>
  `case ${index} of seed ${SEED}: ${JSON.stringify({ ...input, packs: input.packs.map((pack) => pack.id) })}`

test('the gate and a second reading agree on 100,000 dials, and every rule left out is noticed [S3.6 K] [S4.4.10a K]', () => {
  const random = randomOf(SEED)
  const caught = new Map<string, number>()
  let allowed = 0
  for (let index = 0; index < CASES; index++) {
    const input = caseOf(random, false)
    const { verdict, text } = names(input)
    const expected = judged(input)
    if (text !== expected) expect.fail(`${tell(index, input)}\ngate:    ${text}\nreferee: ${expected}`)
    if (verdict.allow) allowed++
    for (const { code } of verdict.reasons)
      if (!caught.has(code) && names(input, [code]).text !== expected) caught.set(code, index)
  }
  const mutations = RULE_CODES.map((code) => `${code.padEnd(20)} ${caught.get(code) ?? 'NOT NOTICED'}`)
  console.log(
    `left out             first noticed by case\n${mutations.join('\n')}\n${allowed} of ${CASES} dials allowed`,
  )
  expect(RULE_CODES.filter((code) => !caught.has(code))).toEqual([])
  // Both answers have to be common, or the agreement says little.
  expect(allowed).toBeGreaterThan(CASES / 10)
  expect(allowed).toBeLessThan(CASES / 2)
}, 300_000)

test('callable from: nothing refuses then, something refuses at every minute before [S3.6 K]', () => {
  const random = randomOf(SEED + 1)
  const minute = 60_000
  let found = 0
  let never = 0
  for (let index = 0; found + never < WALKS; index++) {
    const input = caseOf(random, true)
    const { allow, callableFrom, reasons } = gate(input)
    if (allow) {
      expect(callableFrom?.equals(input.now)).toBe(true)
      continue
    }
    const end = callableFrom ?? input.now.add(HORIZON)
    const waits = (end.epochMilliseconds - input.now.epochMilliseconds) / minute
    if (callableFrom === null) {
      // Most of them for a plain cause: enough are walked with the time-bound ones.
      if (reasons.some((reason) => reason.from === null) && index % 8 > 0) continue
      never++
    } else found++
    const day = 24 * 60
    const close = input.now.add({ minutes: Math.min(waits, day / 2) })
    const last = end.subtract({ minutes: Math.min(waits, day / 2) })
    for (const early of [
      walk(input, input.now, close, 1),
      walk(input, close, last, waits > 4 * day ? 47 : 11),
      callableFrom && walk(input, last, end, 1),
    ])
      if (early !== null) expect.fail(`${tell(index, input)}\ngate: ${callableFrom}, referee: ${early}`)
    if (callableFrom) expect([...refusalsAt(input, callableFrom)], tell(index, input)).toEqual([])
  }
  console.log(`${found} next moments found, ${never} times none within 60 days`)
  expect(found).toBeGreaterThan(WALKS / 3)
  expect(never).toBeGreaterThan(5)
}, 300_000)

test('each reason alone ends when it says: it stands a millisecond before and not at its end [S3.6 K]', () => {
  const random = randomOf(SEED + 2)
  for (let index = 0, ends = 0; ends < 3_000; index++) {
    const input = caseOf(random, false)
    for (const reason of gate(input).reasons) {
      if (reason.from === null) continue
      ends++
      // Several local hours share one name: only the last to end shows.
      if (reason.code === 'hoursLocal' && input.localHours.length > 1) continue
      const name = nameOf(reason)
      expect(refusalsAt(input, reason.from).has(name), `${name} at its end, ${tell(index, input)}`).toBe(false)
      const before = reason.from.subtract({ milliseconds: 1 })
      expect(refusalsAt(input, before).has(name), `${name} before its end, ${tell(index, input)}`).toBe(true)
    }
  }
}, 300_000)

test('every reason and note is worded in both languages from figures it carries', () => {
  const random = randomOf(SEED + 3)
  for (let index = 0; index < 10_000; index++) {
    const { reasons, notes } = gate(caseOf(random, false))
    for (const { because } of [...reasons, ...notes])
      for (const language of [words.en, words.hant]) {
        const text = (language as Record<string, string>)[because.key]
        const wanted = [...(text ?? '{{no words}}').matchAll(/{{(.+?)}}/g)].map((match) => match[1]!)
        const missing = wanted.filter((figure) => !(figure in because.values))
        if (missing.length > 0) expect.fail(`${because.key} lacks ${missing}`)
      }
  }
})
