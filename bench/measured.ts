/* What a measure answers, and what all of them count with. */

/** One line of the table. `met` is absent where nothing was aimed at. */
export type Line = {
  readonly what: string
  readonly figure: string
  /** What stood beside it in the same run. */
  readonly beside?: string
  readonly aim?: string
  readonly met?: boolean
}

export type Measured = {
  readonly lines: readonly Line[]
  /** The figures by name, for programs: milliseconds, rates a second and bytes where the name says so. */
  readonly json: Readonly<Record<string, number | string | boolean | null | readonly (number | string)[]>>
}

/** Sizes of a run, all of which have a default. */
export type Sizes = {
  /** Length of one slice of a rate. */
  readonly seconds: number
  readonly agents: number
  readonly leads: number
  readonly seats: number
  /** Of the file that is imported. */
  readonly rows: number
  /** Leads of the centre that moves in. */
  readonly moved: number
  /** Of the past that the month report looks at. */
  readonly calls: number
  /** Claims after which the rate is taken again. */
  readonly claims: number
  /** Shortest time of the floor under load; it lasts until the import is done. */
  readonly floorSeconds: number
}

export type Measure = (sizes: Sizes) => Promise<Measured>

/** Progress goes where it disturbs no program that reads the figures. */
export const say = (text: string) => process.stderr.write(`  ${text}\n`)

export const percentile = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits))
export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
export const spread = (times: readonly number[]): string =>
  `p50 ${ms(percentile(times, 0.5))}, p99 ${ms(percentile(times, 0.99))}`

/** Lets so many callers do a thing again and again for some seconds; milliseconds of each. */
export async function callers(many: number, seconds: number, work: (caller: number) => Promise<unknown>) {
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  await Promise.all(
    Array.from({ length: many }, async (_, caller) => {
      while (performance.now() < end) {
        const begun = performance.now()
        await work(caller)
        times.push(performance.now() - begun)
      }
    }),
  )
  return times
}

/** How long a piece of work takes, in milliseconds, and what it answers. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly took: number; readonly value: T }> {
  const begun = performance.now()
  const value = await work()
  return { took: performance.now() - begun, value }
}
