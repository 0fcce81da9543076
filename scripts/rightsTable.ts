import { type May, ROLES } from '../src/platform/actor.ts'
import type { OperationMeta } from '../src/platform/api.ts'

/* Who may call what, read from the router itself: operations carry it as data. */

export interface Operation extends OperationMeta {
  /** As callers write it: 'leads.distribute'. */
  readonly path: string
}

interface Built {
  readonly '~orpc': { readonly meta: Partial<OperationMeta> }
}

const isBuilt = (node: object): node is Built => '~orpc' in node

/** Every operation of a router, in its order. Throws when one was not made by the builders of platform/api.ts. */
export function operationsOf(router: object, path: readonly string[] = []): Operation[] {
  if (!isBuilt(router))
    return Object.entries(router).flatMap(([name, part]) => operationsOf(part as object, [...path, name]))
  const { kind, may, personal } = router['~orpc'].meta
  const name = path.join('.')
  if (kind === undefined || may === undefined || personal === undefined)
    throw new Error(`${name} does not say who may call it: build it by platform/api.ts`)
  return [{ path: name, kind, may, personal }]
}

const CALLERS = ['stranger', ...ROLES] as const

/** May this caller call it? Whose rows come back is a matter of scope and not shown here. */
const mayBe = (may: May, caller: (typeof CALLERS)[number]): boolean =>
  may === 'stranger' || (caller !== 'stranger' && (may === 'everyone' || may.includes(caller)))

/** The table operation × caller as text: `x` may, `·` may not; `p` marks operations that touch customers’ data. */
export function rightsTable(operations: readonly Operation[]): string {
  const width = Math.max(9, ...operations.map(({ path }) => path.length))
  const head = `${'operation'.padEnd(width)}  kind       ${CALLERS.join('  ')}`
  const lines = operations.map(({ path, kind, may, personal }) => {
    const marks = CALLERS.map((caller) => (mayBe(may, caller) ? 'x' : '·').padEnd(caller.length))
    return `${path.padEnd(width)}  ${`${kind}${personal ? ' p' : ''}`.padEnd(9)}  ${marks.join('  ').trimEnd()}`
  })
  return [head, ...lines].join('\n')
}
