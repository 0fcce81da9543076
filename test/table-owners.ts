import { MODULE_ORDER } from '../src/modules/order.ts'
import { isTest, moduleOf } from './boundaries.ts'
import type { Source, Tree } from './source-files.ts'
import { bare, usesIn } from './sql-names.ts'

/* Whose tables are read and written: owners stand in the migrations as `-- owner: leads` above what they create. */

interface Relation {
  readonly owner: string
  readonly view: boolean
}

export interface Relations {
  readonly all: ReadonlyMap<string, Relation>
  /** What the migrations themselves do against the order. */
  readonly found: readonly string[]
}

const NAME = String.raw`((?:"?[\w]+"?\.)?"?[\w]+"?)`
const STATEMENT = new RegExp(
  [
    String.raw`^[ \t]*-- owner: *(?<owner>\S+)`,
    String.raw`\bcreate\s+(?:(?:unlogged)\s+)?table\s+(?:if\s+not\s+exists\s+)?(?<table>${NAME})`,
    String.raw`\bcreate\s+(?:or\s+replace\s+)?(?:materialized\s+)?view\s+(?:if\s+not\s+exists\s+)?(?<view>${NAME})(?<body>[^;]*)`,
    String.raw`\bdrop\s+(?:table|(?:materialized\s+)?view)\s+(?:if\s+exists\s+)?(?<gone>${NAME})`,
    String.raw`\balter\s+table\s+(?<before>${NAME})\s+rename\s+to\s+(?<after>${NAME})`,
  ].join('|'),
  'gim',
)

const plain = (name: string) =>
  name
    .split('.')
    .map((part) => (part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase()))
    .filter((part, index, all) => !(index === 0 && all.length > 1 && part === 'public'))
    .join('.')

/** Comments blanked out, save the lines that name an owner. */
const withOwners = (sql: string) => {
  const lines = sql.split('\n')
  return bare(sql)
    .split('\n')
    .map((line, index) => (/^\s*-- owner:/.test(lines[index] ?? '') ? (lines[index] ?? '') : line))
    .join('\n')
}

/** Every table and view that the migrations leave behind, with its owner. */
export function relationsOf(tree: Tree): Relations {
  const all = new Map<string, Relation>()
  const found: string[] = []
  for (const [path, sql] of [...tree].filter(([path]) => /^migrations\/.*\.sql$/.test(path))) {
    let owner: string | null = null
    const create = (written: string, view: boolean) => {
      const name = plain(written)
      if (owner === null) found.push(`${path} creates ${name} under no owner`)
      else all.set(name, { owner, view })
    }
    for (const { groups = {} } of withOwners(sql).matchAll(STATEMENT)) {
      if (groups.owner) {
        owner = groups.owner
        if (owner !== 'platform' && !MODULE_ORDER.includes(owner)) found.push(`${path} names an unknown owner ${owner}`)
      } else if (groups.table) create(groups.table, false)
      else if (groups.gone) all.delete(plain(groups.gone))
      else if (groups.before && groups.after) {
        const moved = all.get(plain(groups.before))
        all.delete(plain(groups.before))
        if (moved) all.set(plain(groups.after), moved)
      } else if (groups.view) {
        create(groups.view, true)
        for (const { kind, name } of usesIn(groups.body ?? '').uses) {
          const why = owner === null || kind === 'clock' ? null : refused(all, owner, { kind, name })
          if (why) found.push(`${path}: the view ${plain(groups.view)} reads ${name}: ${why}`)
        }
      }
    }
  }
  return { all, found }
}

const rank = (owner: string) =>
  owner === 'platform' ? -1 : owner === 'app' ? MODULE_ORDER.length : MODULE_ORDER.indexOf(owner)

/** Why someone may not touch a table; null when they may. */
function refused(all: Relations['all'], who: string, { kind, name }: { kind: string; name: string }): string | null {
  // Platform passes on the SQL of its parts; whoever has a subject writes it out.
  if (kind === 'hidden') return who === 'platform' ? null : 'SQL made at run time shows no tables'
  if (/^(pg_|information_schema\.)/.test(name)) return null
  const relation = all.get(name)
  if (!relation) return 'no migration creates it'
  if (relation.owner === who) return null
  if (kind === 'write') return `${relation.owner} writes its tables itself`
  if (rank(relation.owner) > rank(who)) return `${relation.owner} stands after ${who}`
  return relation.view ? null : `a table of ${relation.owner}; only its published views may be joined`
}

/** Who a file of src speaks for in the database. */
const speaker = (path: string) =>
  moduleOf(path) ?? (path.startsWith('src/platform/') ? 'platform' : path.startsWith('src/app/') ? 'app' : 'nobody')

/** A module writes its own tables and reads those and the published views of modules before it. */
export function tableOwners(sources: ReadonlyMap<string, Source>, { all }: Relations) {
  const found: string[] = []
  for (const { path, tables, withNames } of sources.values()) {
    if (!path.startsWith('src/') || isTest(path)) continue
    for (const { kind, name, line } of tables) {
      // A subquery named in another part of the statement; one that borrows a table's name counts as the table.
      if (kind === 'clock' || (withNames.has(name) && !all.has(name))) continue
      const why = refused(all, speaker(path), { kind, name })
      if (why) found.push(`${path}:${line} ${kind === 'write' ? 'writes' : 'reads'} ${name}: ${why}`)
    }
  }
  return found
}
