/* Chance that comes out the same at every build, so that two demos tell the same story. */

export interface Chance {
  /** In [0, 1). */
  next(): number
  /** Whole, from `from` to `to`, both included. */
  between(from: number, to: number): number
  is(share: number): boolean
  pick<T>(among: readonly T[]): T
  /** One of the names, by their weights. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
  /** Seconds of a talk or a wait: many short, few long, with this middle. */
  spread(middle: number): number
}

export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    between,
    is: (share) => next() < share,
    pick: (among) => among[between(0, among.length - 1)]!,
    weighted(weights) {
      const entries = Object.entries<number>(weights)
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [name, weight] of entries) {
        left -= weight
        if (left < 0) return name as never
      }
      return entries.at(-1)![0] as never
    },
    spread: (middle) => Math.round(middle * Math.exp((next() + next() + next() - 1.5) * 1.1)),
  }
}
