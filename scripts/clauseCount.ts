/* What the last full run of the tests proves of the clauses, letter by letter. Pure: no files, no clock. */

/** One test as test/all.ts keeps it in test-results/report.json. */
export interface ReportedTest {
  /** With the names of the groups around it, parted by ` > `. */
  readonly title: string
  /** Path from the project's root. */
  readonly file: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** It ran against a real database. */
  readonly postgres: boolean
  /** It was a journey in a real browser. */
  readonly browser: boolean
}

export interface Report {
  /** The instant the run ended, ISO 8601 in UTC. */
  readonly ranAt: string
  readonly tests: readonly ReportedTest[]
}

export interface Clause {
  readonly id: string
  /** Letters of its kinds: D C R K P A H, in the order of the list of requirements. */
  readonly kinds: string
  readonly humanOnly: boolean
}

export interface ClauseCount {
  readonly total: number
  /** Clauses that software does nothing for; they stand in none of the lists below. */
  readonly humanOnly: number
  readonly proven: readonly string[]
  /** Clause to the letters that are proven so far. */
  readonly part: Readonly<Record<string, readonly string[]>>
  /** Clauses of which nothing is proven. */
  readonly missing: readonly string[]
}

export interface Tag {
  readonly clause: string
  readonly letter: string
}

/** The tags of a title: `[S4.4.2 R P]` is S4.4.2 R and S4.4.2 P. */
export const tagsIn = (title: string): Tag[] =>
  [...title.matchAll(/\[(S\d[\w.]*)((?: [A-Z])+)\]/g)].flatMap(([, clause = '', letters = '']) =>
    letters
      .trim()
      .split(' ')
      .map((letter) => ({ clause, letter })),
  )

/** The letters that tests have to prove; what is left to people is not among them. */
export const lettersOf = ({ kinds }: Clause): string[] => [...kinds].filter((letter) => letter !== 'H')

const ALLOWS = /\ballow(s|ed)?\b/i
const REFUSES = /\brefuse[sd]?\b/i

/** Can these passing tests, all tagged with the letter, prove it? */
function proves(letter: string, tests: readonly ReportedTest[]): boolean {
  if (letter === 'K') return [ALLOWS, REFUSES].every((word) => tests.some(({ title }) => word.test(title)))
  if (letter === 'A') return tests.some(({ file }) => /^test\/rights[^/]*\.test\.ts$/.test(file))
  if (letter === 'P') return tests.some(({ browser }) => browser)
  return tests.some(({ postgres }) => postgres)
}

/**
 * Counts the clauses. D, C and R take a passing test on PostgreSQL; K tests that say `allows` and `refuses` (or
 * `allowed`, `refused`) in their titles; A a case in the rights test; P a journey in a browser. A test that fails or is
 * skipped takes the letter away, whatever else passes.
 */
export function countClauses(clauses: readonly Clause[], tests: readonly ReportedTest[]): ClauseCount {
  const tagged = new Map<string, ReportedTest[]>()
  for (const test of tests)
    for (const { clause, letter } of tagsIn(test.title)) {
      const key = `${clause} ${letter}`
      tagged.set(key, [...(tagged.get(key) ?? []), test])
    }
  const isProven = (clause: Clause, letter: string) => {
    const all = tagged.get(`${clause.id} ${letter}`) ?? []
    return all.every(({ outcome }) => outcome === 'passed') && proves(letter, all)
  }
  const proven: string[] = []
  const part: Record<string, string[]> = {}
  const missing: string[] = []
  for (const clause of clauses) {
    if (clause.humanOnly) continue
    const letters = lettersOf(clause)
    const done = letters.filter((letter) => isProven(clause, letter))
    if (done.length === letters.length) proven.push(clause.id)
    else if (done.length > 0) part[clause.id] = done
    else missing.push(clause.id)
  }
  return {
    total: clauses.length,
    humanOnly: clauses.filter((clause) => clause.humanOnly).length,
    proven,
    part,
    missing,
  }
}

/** Tags that name no clause, or a letter that the clause has not: a slip of the pen that would prove nothing. */
export function strayTags(clauses: readonly Clause[], titles: readonly string[]): string[] {
  const letters = new Map(clauses.map((clause) => [clause.id, lettersOf(clause)]))
  const stray = titles.flatMap(tagsIn).filter(({ clause, letter }) => !letters.get(clause)?.includes(letter))
  return [...new Set(stray.map(({ clause, letter }) => `${clause} ${letter}`))]
}
