/** Typed parameters of the rulebook by key; the rulebook module adds its table by declaration merging. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by modules/rulebook/params.ts
export interface Params {}

/** The rulebook in force on one day, for the centre or for one of its units. */
export interface RuleSet {
  /** The figure in force; throws when no clause in force states it, since nothing may run on an invented one. */
  get<K extends keyof Params>(key: K): Params[K]
  has(key: keyof Params): boolean
  /** The clause and version that state the figure. */
  origin(key: keyof Params): { readonly clause: string; readonly versionId: string; readonly documentCode: string }
  /** The version in force that holds a clause, null where none does. */
  versionOf(clause: string): string | null
}

export interface RulesSource {
  /** A lower unit's rules stand over the centre's. `groupId` null or absent = the centre's own. */
  at(day: Temporal.PlainDate, groupId?: string | null): RuleSet
}
