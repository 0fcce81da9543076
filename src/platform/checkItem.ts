import type { Centre } from './actor.ts'
import type { Ctx } from './context.ts'

/* What stands on the list of a centre that is being set up. Each module may offer items; app/checkList.ts gathers them. */

export const CHECK_AREAS = ['people', 'rules', 'goods', 'lines', 'lists', 'house'] as const
export type CheckArea = (typeof CHECK_AREAS)[number]

/** How an item stands, by cheap reads of what is really there. */
export type CheckFound = {
  readonly done: boolean
  /** Figures of its sentence. */
  readonly figures?: Readonly<Record<string, string | number>>
  /** Another sentence than that of "done" and "missing", by the end of its key. */
  readonly variant?: string
  /** Clauses to be looked at. */
  readonly clauses?: readonly string[]
  /** Here it is needed for the first dial, whatever the item says in general. */
  readonly needed?: boolean
}

/**
 * One thing that a new centre needs. Its words are `setup.item.<id>` (what), `….why` (why it matters), `….done` and
 * `….missing` (how it stands, with the figures), or `….<variant>`.
 */
export type CheckItem = {
  /** `<module>.<what>`, unique among all. */
  readonly id: string
  readonly area: CheckArea
  /** Only in a house of this kind. */
  readonly kind?: Centre['kind']
  /** The clause that asks for it, by kind of house; null where only order does. */
  readonly clause: Readonly<Record<Centre['kind'], string | null>>
  /** The page that does it. */
  readonly link: string
  /** Without it the gate or the desk lets nobody dial. It cannot be put off. */
  readonly needed: boolean
  /** Nothing that is stored shows whether it suits: somebody says so. */
  readonly confirmable: boolean
  /** Null = this centre has no such thing to do. */
  look(ctx: Ctx): Promise<CheckFound | null>
}
