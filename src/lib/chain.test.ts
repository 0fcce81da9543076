import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, firstFault, GENESIS, type Link, linkAfter, linkHash, START, type Tip } from './chain.ts'

const chainOf = (bodies: readonly string[]): Link[] => {
  let tip: Tip = START
  return bodies.map((body) => {
    const link = linkAfter(tip, body)
    tip = link
    return link
  })
}
const Chain = fc.array(fc.string(), { minLength: 2, maxLength: 30 }).map(chainOf)
const AtIn = fc.tuple(Chain, fc.nat()).map(([chain, n]) => [chain, n % chain.length] as const)

test('the same fact is the same text, whichever way its parts were written down', () => {
  expect(canonical({ b: [1, { d: null, c: '乙' }], a: true })).toBe('{"a":true,"b":[1,{"c":"乙","d":null}]}')
})

test('a hash is what everybody can reckon: SHA-256 of the hash before, the number and the text', () => {
  expect(Buffer.from(linkHash(GENESIS, 1, '{}')).toString('hex')).toBe(
    '1bad765d926feacace97a8ddcd329a1f4254c208affc1ba86b3c7d59e8fba83e',
  )
})

describe('in a chain', () => {
  test('that nobody touched nothing is found', () => {
    fc.assert(
      fc.property(Chain, (chain) => {
        expect(firstFault(chain)).toBeNull()
      }),
    )
  })

  test('any edit is found at its link', () => {
    fc.assert(
      fc.property(AtIn, fc.string(), ([chain, at], body) => {
        fc.pre(body !== chain[at]!.body)
        const edited = chain.with(at, { ...chain[at]!, body })
        expect(firstFault(edited)).toEqual({ seq: at + 1, fault: 'edited' })
      }),
    )
  })

  test('an edit that reckons its own hash anew is found at the next link, or by the sealed head at the end', () => {
    fc.assert(
      fc.property(AtIn, fc.string(), ([chain, at], body) => {
        const link = chain[at]!
        fc.pre(body !== link.body)
        const edited = chain.with(at, linkAfter({ seq: at, hash: link.prev }, body))
        const last = at === chain.length - 1
        expect(firstFault(edited)).toEqual(last ? null : { seq: at + 2, fault: 'unlinked' })
        if (last) expect(edited[at]!.hash).not.toEqual(link.hash)
      }),
    )
  })

  test('any link taken out is found where it stood, and a cut tail by its end alone', () => {
    fc.assert(
      fc.property(AtIn, ([chain, at]) => {
        const less = chain.toSpliced(at, 1)
        expect(firstFault(less)).toEqual(at === chain.length - 1 ? null : { seq: at + 1, fault: 'gap' })
      }),
    )
  })

  test('any two links that changed places are found at the first of them, renumbered or not', () => {
    fc.assert(
      fc.property(AtIn, fc.nat(), ([chain, a], n) => {
        const b = n % chain.length
        fc.pre(a !== b)
        const swapped = chain.with(a, chain[b]!).with(b, chain[a]!)
        expect(firstFault(swapped)?.seq).toBe(Math.min(a, b) + 1)
        const renumbered = swapped.map((link, at) => ({ ...link, seq: at + 1 }))
        expect(firstFault(renumbered)?.seq).toBe(Math.min(a, b) + 1)
      }),
    )
  })

  test('any link put in is found at its place', () => {
    fc.assert(
      fc.property(AtIn, fc.string(), ([chain, at], body) => {
        const forged = linkAfter(at === 0 ? START : chain[at - 1]!, body)
        fc.pre(body !== chain[at]!.body)
        const more = [...chain.slice(0, at), forged, ...chain.slice(at).map((link) => ({ ...link, seq: link.seq + 1 }))]
        expect(firstFault(more)?.seq).toBe(at + 2)
      }),
    )
  })
})
