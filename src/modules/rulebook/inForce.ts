import { sql } from 'kysely'
import type { Db } from '../../platform/database.ts'
import type { Params, RuleSet, RulesSource } from '../../platform/rules.ts'
import { type Content, clausesOf } from './content.ts'

/** What of a version decides: its place in time, its figures, and the clauses it holds. */
export type DecidingVersion = {
  readonly id: string
  readonly documentCode: string
  /** Null for the centre's own documents. */
  readonly unitId: string | null
  readonly number: number
  readonly effectiveOn: Temporal.PlainDate
  readonly figures: ReadonlyMap<string, { readonly value: unknown; readonly clause: string }>
  readonly clauses: ReadonlySet<string>
}

type Dated = Pick<DecidingVersion, 'number' | 'effectiveOn'>

/** Orders versions of one document: by the day they take effect, those of one day by number. */
const laterVersion = (a: Dated, b: Dated): number =>
  Temporal.PlainDate.compare(a.effectiveOn, b.effectiveOn) || a.number - b.number

/** The version of one document in force on a day: the latest that has taken effect; undefined before the first. [S1.5.2] */
export const inForceOn = <V extends Dated>(versions: readonly V[], day: Temporal.PlainDate): V | undefined =>
  versions
    .filter((version) => Temporal.PlainDate.compare(version.effectiveOn, day) <= 0)
    .sort(laterVersion)
    .at(-1)

/** The rules of some versions, the nearest unit's first: the first that states a figure or holds a clause counts. */
function ruleSet(layers: readonly DecidingVersion[], day: string): RuleSet {
  const stated = (key: string) => {
    for (const version of layers) {
      const figure = version.figures.get(key)
      if (figure) return { ...figure, version }
    }
    return null
  }
  const demanded = (key: string) => {
    const found = stated(key)
    if (!found) throw new Error(`no clause in force on ${day} states "${key}"`)
    return found
  }
  return {
    get: <K extends keyof Params>(key: K) => demanded(key).value as Params[K],
    has: (key) => stated(key) !== null,
    origin: (key) => {
      const { clause, version } = demanded(key)
      return { clause, versionId: version.id, documentCode: version.documentCode }
    },
    versionOf: (clause) => layers.find((version) => version.clauses.has(clause))?.id ?? null,
  }
}

const KEPT_DAYS = 200

/**
 * The rulebook of a centre by day and group. `parents` leads from a unit to the one above it; a group's own documents
 * stand over its region's, and those over the centre's. Days are remembered, since the same few are asked for.
 */
export function rulesSource(
  versions: readonly DecidingVersion[],
  parents: ReadonlyMap<string, string | null>,
): RulesSource {
  const documents = Map.groupBy(versions, (version) => `${version.unitId} ${version.documentCode}`)
  const known = new Map<string, RuleSet>()
  return {
    at(day, groupId = null) {
      const key = `${day} ${groupId}`
      const found = known.get(key)
      if (found) return found
      const depth = new Map<string | null, number>()
      for (let unit = groupId; unit && !depth.has(unit); unit = parents.get(unit) ?? null) depth.set(unit, depth.size)
      depth.set(null, depth.size)
      const layers = [...documents.values()]
        .flatMap((all) => (depth.has(all[0]!.unitId) ? (inForceOn(all, day) ?? []) : []))
        .sort((a, b) => depth.get(a.unitId)! - depth.get(b.unitId)!)
      const rules = ruleSet(layers, day.toString())
      if (known.size >= KEPT_DAYS) known.delete(known.keys().next().value!)
      known.set(key, rules)
      return rules
    },
  }
}

/** Published versions never change, so they are read once a node. */
const versionCache = new Map<string, DecidingVersion>()
const KEPT_VERSIONS = 2_000
const sourceCache = new Map<string, { readonly stamp: number; readonly source: RulesSource }>()
const KEPT_CENTRES = 100

function keep<V>(cache: Map<string, V>, key: string, value: V, most: number): V {
  cache.delete(key)
  if (cache.size >= most) cache.delete(cache.keys().next().value!)
  cache.set(key, value)
  return value
}

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}

async function deciding(db: Db, ids: readonly string[]): Promise<DecidingVersion[]> {
  const { rows } = await sql<{
    id: string
    code: string
    unit_id: string | null
    number: number
    effective_on: Temporal.PlainDate
    content: Content
  }>`
    select v.id, d.code, d.unit_id, v.number, v.effective_on, v.content
    from rule_version v join rule_document d on d.id = v.document_id where v.id = any(${[...ids]}::uuid[])`.execute(db)
  return rows.map((row) => {
    const clauses = clausesOf(row.content)
    const figures = clauses.flatMap((clause) =>
      Object.entries(clause.params ?? {}).map(
        ([key, value]) => [key, { value: frozen(value), clause: clause.id }] as const,
      ),
    )
    return {
      id: row.id,
      documentCode: row.code,
      unitId: row.unit_id,
      number: row.number,
      effectiveOn: row.effective_on,
      figures: new Map(figures),
      clauses: new Set(clauses.map((clause) => clause.id)),
    }
  })
}

/**
 * The rulebook of a centre, cached by its stamp: publishing moves the stamp, so that no node judges by an old version
 * after the commit. Values handed out are frozen.
 */
export async function rulesOf(centreId: string, stamp: number, db: Db): Promise<RulesSource> {
  const cached = sourceCache.get(centreId)
  if (cached?.stamp === stamp) return cached.source
  const { rows } = await sql<{ id: string }>`
    select v.id from rule_version v join rule_document d on d.id = v.document_id
    where d.centre_id = ${centreId} order by d.position, d.code`.execute(db)
  const unknown = rows.filter((row) => !versionCache.has(row.id)).map((row) => row.id)
  const read = new Map((await deciding(db, unknown)).map((version) => [version.id, version]))
  const versions = rows.flatMap((row) => versionCache.get(row.id) ?? read.get(row.id) ?? [])
  for (const version of read.values()) keep(versionCache, version.id, version, KEPT_VERSIONS)
  const { rows: units } = await sql<{ id: string; parent_id: string | null }>`
    select id, parent_id from org_unit where centre_id = ${centreId}`.execute(db)
  const source = rulesSource(versions, new Map(units.map((unit) => [unit.id, unit.parent_id])))
  return keep(sourceCache, centreId, { stamp, source }, KEPT_CENTRES).source
}
