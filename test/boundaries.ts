import { MODULE_ORDER } from '../src/modules/order.ts'
import type { Import, Source, Tree } from './source-files.ts'

/* How the house is built, as functions that list what stands in the way: an empty list means all is in order. */

const FOLDERS = ['lib', 'platform', 'client', 'ui', 'modules', 'app'] as const
type Folder = (typeof FOLDERS)[number]

/** What each folder of src may take from: itself always, else these. Sides are judged apart. */
const MAY_TAKE: Readonly<Record<Folder, readonly Folder[]>> = {
  lib: [],
  platform: ['lib'],
  client: ['lib'],
  ui: ['lib', 'client'],
  modules: ['lib', 'platform', 'client', 'ui'],
  app: ['lib', 'platform', 'client', 'ui', 'modules'],
}

const folderOf = (path: string): Folder | null => FOLDERS.find((folder) => path.startsWith(`src/${folder}/`)) ?? null
/** The module that a file belongs to; null for what stands in no module's folder. */
export const moduleOf = (path: string) => /^src\/modules\/([^/]+)\//.exec(path)?.[1] ?? null
export const isTest = (path: string) => /\.test\.tsx?$/.test(path)
/** Runs in the browser alone: pages, and the two folders that are the browser's half. */
const isBrowser = (path: string) => path.endsWith('.tsx') || /^src\/(client|ui)\//.test(path)

type Sources = ReadonlyMap<string, Source>
const place = ({ path }: Source, { line }: { line: number }) => `${path}:${line}`
const says = (source: Source, taken: Import, why: string) => `${place(source, taken)} takes ${taken.target}: ${why}`

/** Goes over the imports of all files of src that are no tests. */
function overImports(sources: Sources, judge: (source: Source, taken: Import) => string | null | undefined | false) {
  const found: string[] = []
  for (const source of sources.values()) {
    if (!source.path.startsWith('src/') || isTest(source.path)) continue
    for (const taken of source.imports) {
      const why = judge(source, taken)
      if (why) found.push(says(source, taken, why))
    }
  }
  return found
}

/** Files that nobody may forget: every import has to lead somewhere, and none is made at run time. */
export const loose = (sources: Sources, tree: Tree) =>
  overImports(sources, (_, taken) => {
    if (taken.target === 'an expression') return 'only a written name can be held against the order'
    return taken.ours && !tree.has(taken.target) && 'there is no such file'
  })

/** The order of folders: lib, platform, client, ui, modules, app; nothing in src takes from outside it. */
export const folderOrder = (sources: Sources) =>
  overImports(sources, ({ path }, taken) => {
    if (!taken.ours) return null
    const from = folderOf(path)
    const to = folderOf(taken.target)
    if (from === null) return path === 'src/modules/order.ts' ? null : 'this file stands in no folder of the layout'
    // The typed client is the one exception; nothing is left of it at run time.
    if (path === 'src/client/api.ts' && taken.target === 'src/app/router.ts' && taken.typeOnly) return null
    if (from === 'client' && to === 'platform' && taken.typeOnly) return null
    // The server offers the demo on an empty data folder.
    if (from === 'app' && taken.target.startsWith('demo/')) return null
    if (to === null) return taken.target === 'src/modules/order.ts' ? null : 'src takes nothing from outside it'
    if (from === 'ui' && taken.target === 'src/client/api.ts') return 'ui fetches nothing'
    return from !== to && !MAY_TAKE[from].includes(to) && `${from} stands before ${to}`
  })

/** The order of modules: each takes only from those before it. */
export const moduleOrder = (sources: Sources) =>
  overImports(sources, ({ path }, taken) => {
    const from = moduleOf(path)
    const to = taken.ours ? moduleOf(taken.target) : null
    if (from === null || to === null || from === to) return null
    return MODULE_ORDER.indexOf(to) >= MODULE_ORDER.indexOf(from) && `${from} stands before ${to}`
  })

/** Is a file the same on both sides: nothing but values, from lib and modules, zod and data? */
export function isPure(sources: Sources, path: string, seen = new Set<string>()): boolean {
  if (path.endsWith('.json') || seen.has(path)) return true
  const source = sources.get(path)
  if (!source || !/^src\/(lib|modules)\/.*\.ts$/.test(path)) return false
  if (source.clock.length > 0 || source.tables.length > 0) return false
  seen.add(path)
  return source.imports.every(
    ({ typeOnly, ours, target }) => typeOnly || (ours ? isPure(sources, target, seen) : target === 'zod'),
  )
}

const SERVER_PACKAGES =
  /^(node:|@orpc\/server|@fastify\/|(fastify|pg|kysely|pg-boss|better-auth|pino|prom-client)(\/|$)|@embedded)/

/** The sides: a page takes no values from the server, and the server knows no page. */
export const sides = (sources: Sources) =>
  overImports(sources, ({ path }, taken) => {
    const { target, ours, typeOnly } = taken
    if (!isBrowser(path)) {
      if (target.endsWith('.tsx')) return 'the server knows no page'
      return ours && !typeOnly && isBrowser(target) && 'this is the browser’s half'
    }
    if (typeOnly) return null
    if (!ours) return SERVER_PACKAGES.test(target) && 'a package of the server'
    if (!target.endsWith('.ts') || isBrowser(target)) return null
    return !isPure(sources, target) && 'of the server a page takes types and pure files only'
  })

/** rules.ts is pure: lib, pure files of its own module, and the rules.ts of modules before it. */
export function rulesPure(sources: Sources) {
  const isRules = (path: string) => /^src\/modules\/[^/]+\/rules\.ts$/.test(path)
  const asks = [...sources.values()].flatMap((source) =>
    !isRules(source.path)
      ? []
      : [
          ...source.clock.map((use) => `${place(source, use)} asks ${use.what}`),
          ...source.tables.map((use) => `${place(source, use)} asks the database`),
        ],
  )
  const taken = overImports(sources, ({ path }, { ours, typeOnly, target }) => {
    if (!isRules(path) || typeOnly) return null
    if (ours ? !isPure(sources, target) : target !== 'zod') return 'that is not pure'
    if (moduleOf(target) === null || target.endsWith('.json')) return null
    return moduleOf(target) !== moduleOf(path) && !isRules(target) && 'of other modules rules.ts takes their rules.ts'
  })
  return [...asks, ...taken]
}

/** Drivers, the HTTP framework, sessions and jobs stay in platform; modules are handed what they need. */
export const platformOnly = (sources: Sources) =>
  overImports(sources, ({ path }, { ours, typeOnly, target, names }) => {
    if (ours || typeOnly || path.startsWith('src/platform/')) return null
    const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/')
    if (name === 'fastify' || name.startsWith('@fastify/'))
      return path !== 'src/app/server.ts' && 'the HTTP framework belongs to platform and app/server.ts'
    if (name === '@orpc/server') {
      if (names.includes('os') || names.includes('*')) return 'operations are built by platform/api.ts'
      return !path.startsWith('src/app/') && 'oRPC’s server half belongs to platform and app'
    }
    if (name === 'kysely') {
      const driver = names.filter((taken) => taken === '*' || taken === 'Kysely' || /Dialect|Driver|Pool/.test(taken))
      return driver.length > 0 && 'the database is opened by platform'
    }
    return ['pg', 'pg-boss', 'better-auth', 'pino', 'prom-client'].includes(name) && 'this package belongs to platform'
  })

/** Subject matter asks nobody for the time or for chance: `now` comes with the context. */
export const noClock = (sources: Sources) =>
  [...sources.values()].flatMap((source) => {
    const asked = /^src\/(lib|ui|modules)\//.test(source.path) && !isTest(source.path) ? source.clock : []
    return asked.map((use) => `${place(source, use)} asks ${use.what}: now and chance come from the context`)
  })

const LINES = 300
const SQL_LINES = 600
const FILES = 20

/** Modules stand in the order, have no subfolders but for data, and stay small; so does every file. */
export function sizes(tree: Tree) {
  const found: string[] = []
  const files = new Map<string, number>()
  for (const [path, text] of tree) {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    const most = path.endsWith('.sql') ? SQL_LINES : /\.tsx?$/.test(path) ? LINES : null
    if (most !== null && lines > most && path !== 'src/platform/schema.ts')
      found.push(`${path} has ${lines} lines, more than ${most}`)
    const module = moduleOf(path)
    if (module === null) continue
    if (!MODULE_ORDER.includes(module)) found.push(`${path}: the order of modules has no ${module}`)
    if (path.split('/').length > 4 && !path.endsWith('.json')) found.push(`${path}: a module has no subfolders`)
    if (/\.tsx?$/.test(path) && !isTest(path)) files.set(module, (files.get(module) ?? 0) + 1)
  }
  for (const [module, count] of files)
    if (count > FILES) found.push(`${module} has ${count} files, more than ${FILES}: it is two modules`)
  return [...new Set(found)]
}
