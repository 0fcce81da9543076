import { createHash } from 'node:crypto'

/*
 * A chain of facts: each link's hash is reckoned over the hash before it, its number and its own text, so that nothing in
 * it can be changed, taken out, put in or moved without every later hash changing. Whoever can write them all anew can
 * hide it; a head that was sealed with a key finds that.
 */

/** SHA-256 before the first link. */
export const GENESIS: Uint8Array = new Uint8Array(32)

/** One link as it is kept. */
export type Link = {
  /** From 1 on, without a gap. */
  readonly seq: number
  /** The fact as text. */
  readonly body: string
  readonly prev: Uint8Array
  readonly hash: Uint8Array
}

/** Up to where a chain was followed. */
export type Tip = Pick<Link, 'seq' | 'hash'>
export const START: Tip = { seq: 0, hash: GENESIS }

/** What is wrong with a link: its number does not follow; it follows another link; it is not what was hashed. */
export type LinkFault = 'gap' | 'unlinked' | 'edited'

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }

const sorted = (value: Plain): Plain => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value as Record<string, Plain>)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  )
}

/** The same text for the same value, in whatever order its keys were written. */
export const canonical = (value: Plain): string => JSON.stringify(sorted(value))

/** SHA-256 over the hash before (32 bytes), the number (8 bytes, the highest first) and the text in UTF-8. */
export function linkHash(prev: Uint8Array, seq: number, body: string): Uint8Array {
  const number = Buffer.alloc(8)
  number.writeBigInt64BE(BigInt(seq))
  return createHash('sha256').update(prev).update(number).update(body, 'utf8').digest()
}

/** The link after a tip. */
export function linkAfter({ seq, hash: prev }: Tip, body: string): Link {
  return { seq: seq + 1, body, prev, hash: linkHash(prev, seq + 1, body) }
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** Holds a link against the tip before it; null when it is the link that was made there. */
export function linkFault(before: Tip, link: Link): LinkFault | null {
  if (link.seq !== before.seq + 1) return 'gap'
  if (!sameBytes(linkHash(link.prev, link.seq, link.body), link.hash)) return 'edited'
  return sameBytes(link.prev, before.hash) ? null : 'unlinked'
}

/** The first fault of a chain read in the order of its numbers, null when there is none. */
export function firstFault(links: readonly Link[]): { seq: number; fault: LinkFault } | null {
  let tip = START
  for (const link of links) {
    const fault = linkFault(tip, link)
    if (fault) return { seq: fault === 'gap' ? tip.seq + 1 : link.seq, fault }
    tip = link
  }
  return null
}
