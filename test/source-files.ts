import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path/posix'
import { type ESTree, parseSync, Visitor } from 'vite'
import { type SqlUse, usesIn } from './sql-names.ts'

/* The project's files as text, and what a TypeScript file imports and does, read from its syntax tree. */

/** Path from the project's root, with forward slashes, to the text of the file. */
export type Tree = ReadonlyMap<string, string>

export interface Import {
  /** A path from the root for a file of ours, else the package's name with its path ('kysely/helpers/postgres'). */
  readonly target: string
  readonly ours: boolean
  /** Nothing of it is left when types are stripped. */
  readonly typeOnly: boolean
  /** Names taken as values; '*' for the whole. */
  readonly names: readonly string[]
  readonly line: number
}

export interface Source {
  readonly path: string
  readonly imports: readonly Import[]
  /** Calls that ask the machine for the time or for chance. */
  readonly clock: readonly { readonly what: string; readonly line: number }[]
  readonly tables: readonly (SqlUse & { readonly line: number })[]
  /** Names given to subqueries by `with`, in the file. */
  readonly withNames: ReadonlySet<string>
}

const FOLDERS = '{src,migrations,test,scripts,demo,bench}/**/*.{ts,tsx,sql,json,css}'

/** The files of the project that the boundaries speak of. */
export function readTree(root: URL): Tree {
  const paths = globSync(FOLDERS, { cwd: root, exclude: ['**/node_modules/**'] })
  const unix = paths.map((path) => path.replaceAll('\\', '/')).sort()
  return new Map(unix.map((path) => [path, path.endsWith('.json') ? '' : readFileSync(new URL(path, root), 'utf8')]))
}

const CLOCK = new Set(
  ['Temporal.Now', 'Math.random', 'Date.now', 'performance.now'].concat(
    ['randomUUID', 'getRandomValues', 'randomBytes', 'randomInt'].map((name) => `crypto.${name}`),
  ),
)
const CLOCK_IMPORTS = new Set(['randomUUID', 'getRandomValues', 'randomBytes', 'randomInt', 'webcrypto'])

const READS = new Set(
  ['selectFrom', 'from', 'using', 'innerJoin', 'leftJoin', 'rightJoin', 'fullJoin', 'crossJoin'].concat([
    'innerJoinLateral',
    'leftJoinLateral',
    'crossJoinLateral',
    'table',
  ]),
)
const WRITES = new Set(['insertInto', 'updateTable', 'deleteFrom', 'replaceInto', 'mergeInto'])

type Node = ESTree.Expression | ESTree.Argument | ESTree.SpreadElement

/** The strings that an argument states: a literal, a template without holes, or a list of such. */
function literals(node: Node | null | undefined): string[] {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? [node.value] : []
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return [textOf(node)]
  if (node?.type === 'ArrayExpression') return node.elements.flatMap((element) => literals(element as Node))
  if (node?.type === 'TSAsExpression') return literals(node.expression)
  return []
}

const textOf = (template: ESTree.TemplateLiteral) =>
  template.quasis.map((part) => part.value.cooked ?? part.value.raw).join(' ? ')

const memberName = (node: ESTree.MemberExpression) =>
  !node.computed && node.object.type === 'Identifier' && node.property.type === 'Identifier'
    ? `${node.object.name}.${node.property.name}`
    : ''

/** The name that stands right before the last dot: PlainDate of `Temporal.PlainDate.from`. */
const lastName = (node: ESTree.Expression) =>
  node.type === 'Identifier'
    ? node.name
    : node.type === 'MemberExpression' && node.property.type === 'Identifier'
      ? node.property.name
      : ''

/** `./x.ts` seen from a file, as a path from the root; a package's name as it is; a query is cut off. */
function resolve(path: string, specifier: string) {
  const bare = specifier.replace(/\?.*$/, '')
  const ours = bare.startsWith('.')
  return { ours, target: ours ? normalize(join(dirname(path), bare)) : bare }
}

/** What one file imports, which tables it names and where it asks for time or chance. Throws on a syntax error. */
export function readSource(path: string, text: string): Source {
  const { module, program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const breaks = [...text.matchAll(/\n/g)].map((match) => match.index)
  const lineAt = (offset: number) => breaks.filter((at) => at < offset).length + 1
  const imports: Import[] = []
  const clock: { what: string; line: number }[] = []
  const tables: (SqlUse & { line: number })[] = []
  const withNames = new Set<string>()
  const add = (specifier: string, names: string[], typeOnly: boolean, offset: number) =>
    imports.push({ ...resolve(path, specifier), names, typeOnly, line: lineAt(offset) })

  const nameOf = (entry: { kind: string; name: string | null }) =>
    entry.kind === 'Name' ? (entry.name ?? '') : entry.kind === 'Default' ? 'default' : '*'
  for (const { moduleRequest, entries, start } of module.staticImports) {
    const values = entries.filter((entry) => !entry.isType).map((entry) => nameOf(entry.importName))
    // `import './x'` runs the file and takes nothing.
    add(moduleRequest.value, values, entries.length > 0 && values.length === 0, start)
  }
  for (const { entries, start } of module.staticExports)
    for (const { moduleRequest, importName, isType } of entries)
      if (moduleRequest) add(moduleRequest.value, isType ? [] : [nameOf(importName)], isType, start)
  for (const { moduleRequest, start } of module.dynamicImports) {
    const written = text.slice(moduleRequest.start, moduleRequest.end)
    add(/^(['"`])[^$]*\1$/.test(written) ? written.slice(1, -1) : 'an expression', ['*'], false, start)
  }

  const addSql = (sql: string, offset: number) => {
    const { uses, withNames: named } = usesIn(sql)
    for (const use of uses) tables.push({ ...use, line: lineAt(offset) })
    for (const name of named) withNames.add(name)
  }
  const addTable = (kind: 'read' | 'write', names: string[], offset: number) => {
    for (const name of names) tables.push({ kind, name: name.trim().split(/\s/)[0] ?? '', line: lineAt(offset) })
  }
  new Visitor({
    TSImportType(node) {
      add(node.source.value, [], true, node.start)
    },
    MemberExpression(node) {
      const what = memberName(node)
      if (CLOCK.has(what)) clock.push({ what, line: lineAt(node.start) })
    },
    NewExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0)
        clock.push({ what: 'new Date()', line: lineAt(node.start) })
    },
    CallExpression(node) {
      const { callee } = node
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return
      const method = callee.property.name
      const [first] = node.arguments
      if (memberName(callee) === 'sql.raw') {
        const stated = literals(first)
        if (stated.length === 0) tables.push({ kind: 'hidden', name: 'sql.raw', line: lineAt(node.start) })
        for (const sql of stated) addSql(sql, node.start)
      }
      if (method === 'with' || method === 'withRecursive')
        for (const name of literals(first)) withNames.add(name.replace(/\(.*$/s, '').trim())
      // `Temporal.PlainDate.from('2026-01-01')` and the like take no table.
      if (method === 'from' && /^[A-Z]/.test(lastName(callee.object))) return
      if (READS.has(method) && (method !== 'table' || memberName(callee) === 'sql.table'))
        addTable('read', literals(first), node.start)
      if (WRITES.has(method)) addTable('write', literals(first), node.start)
    },
    TaggedTemplateExpression(node) {
      if (node.tag.type === 'Identifier' && node.tag.name === 'sql') addSql(textOf(node.quasi), node.start)
    },
  }).visit(program)
  for (const { target, names, line } of imports)
    if (target === 'node:crypto')
      for (const name of names) if (CLOCK_IMPORTS.has(name)) clock.push({ what: `${name} of node:crypto`, line })
  for (const { kind, name, line } of tables) if (kind === 'clock') clock.push({ what: `${name} in SQL`, line })
  return { path, imports, clock, tables, withNames }
}
