import type { Logger } from 'pino'
import type { Verdict } from '../lib/verdict.ts'
import type { Actor, Centre, Role } from './actor.ts'
import type { Db, Target } from './database.ts'
import type { RulesSource } from './rules.ts'

/** The name of something that changed, for pages to ask again. It carries ids of people and groups, never content. */
export type Topic = {
  /** A module's name, as its operations are grouped. */
  readonly name: string
  readonly centreId: string
  /** Only for this person and the line above. */
  readonly personId?: string | undefined
  /** Only for this group and the line above. */
  readonly groupId?: string | undefined
}

export type Subject = { readonly kind: string; readonly id: string | null }

/** What an operation works with. In a command `db` is its transaction; in a query the plain handle. */
export interface Ctx {
  readonly db: Db
  readonly actor: Actor
  readonly centre: Centre
  /** The centre's instant, whole milliseconds. */
  readonly now: Temporal.Instant
  /** The centre's business day at `now`. */
  readonly today: Temporal.PlainDate
  readonly rules: RulesSource
  /** Where files that were handed in lie; see `pathOf` in platform/files.ts. */
  readonly dataDir: string
  /** How browsers reach this node; null where there is none, as in jobs of a test. */
  readonly served: Served | null
  /** Path of the operation, as 'leads.distribute'; for jobs their name. */
  readonly operation: string
  /** Tells the pages of who may see it that this module's data changed. After commit. */
  touch(name: string, only?: { personId?: string | undefined; groupId?: string | undefined }): void
  /** Appends to the record of what happened, in this transaction. Ids and figures only, no names or numbers. */
  emit(name: string, subject: Subject, data?: Record<string, unknown>): Promise<void>
  /** Adds a fact to the centre's chain, at the end of this transaction; see lib/chain.ts. */
  chain(fact: Chained): void
  /** Keeps a decision that was made (allowed ones; refusals are kept by `demand`). One row per clause. */
  decide(decision: Decision): Promise<void>
  /** Logs a look at the personal data of these people. */
  looked(kind: 'customer' | 'person', ids: readonly string[]): Promise<void>
  /**
   * Runs a part whose failure the operation outlives: when it throws, all it wrote and said is taken back and the error
   * is thrown on, with the transaction as before the part.
   */
  part<T>(run: () => Promise<T>): Promise<T>
  /** HMAC-SHA-256 with the key that lies outside the database: how numbers are searched and suppressed. */
  hashOf(text: string): Uint8Array
  /** Another person with his roles of this moment; null for one who has left. */
  person(personId: string): Promise<SignedIn | null>
  /** Puts a job into this transaction; it runs after commit. */
  enqueue(job: string, data: Record<string, unknown>): Promise<void>
}

/** How the house is served, as the operator set it. */
export type Served = {
  /** Only this machine itself can open it, and no proxy stands in front. */
  readonly alone: boolean
  /** Browsers come by https, to us or to a proxy in front of us. */
  readonly secure: boolean
  /** The address that browsers use, where the operator gave one. */
  readonly address: string | null
}

/** A fact of the chain: ids, days and figures, no names, numbers or free text. */
export type Chained = {
  /** What kind of fact, by module: 'sale.state'. */
  readonly kind: string
  readonly subjectId: string
  /** The row that is the fact. */
  readonly factId: string
  readonly on: Temporal.PlainDate
  /** When it was recorded; now without it. */
  readonly at?: Temporal.Instant
  readonly data: Readonly<Record<string, string | number | null>>
}

export type Decision = {
  readonly verdict: Verdict
  readonly subject: Subject
  /** Clauses that allowed it; a refusal brings its own. */
  readonly clauses?: readonly string[]
  readonly operation?: string
}

export type SignedIn = { readonly actor: Actor; readonly centre: Centre; readonly sessionId: string }

/** What the web server hands to every operation: the running parts and who calls. */
export interface RequestContext {
  readonly boot: Boot
  readonly signedIn: SignedIn | null
  readonly requestId: string | null
  readonly http: Http
  /** Asks once more who calls: what flows for hours must end with the session. Absent where nothing flows for long. */
  readonly renew?: () => Promise<SignedIn | null>
}

/** The caller's side of the line. Cookies are set on the answer. */
export interface Http {
  readonly ip: string
  readonly loopback: boolean
  readonly headers: Headers
  setCookie(value: string): void
}

/** The running parts of one node. Made once at start; tests make their own. */
export interface Boot {
  readonly db: Db
  readonly log: Logger
  /** Data folder: files, keys, demo mark. */
  readonly dataDir: string
  readonly production: boolean
  readonly rulesOf: (centreId: string, stamp: number, db: Db) => Promise<RulesSource>
  readonly live: Live
  readonly access: Access
  readonly jobs: { enqueue(db: Db, job: string, data: Record<string, unknown>): Promise<void> }
  readonly served?: Served
  /** What back-ups are made of and the folder that they go to; absent where none are made by themselves. */
  readonly backups?: { readonly target: Target; readonly folder: string }
  /** Key for numbers, kept outside the database. */
  readonly numberKey: Uint8Array
  /** Where the database is, for work in a thread of its own; absent where all work stays in this one. */
  readonly target?: Target
  /** For work of minutes, between two of its lots: waits while people need the machine. Absent where it has it alone. */
  readonly breathe?: () => Promise<void>
}

/** How pages and other nodes hear of changes: platform/live.ts. */
export interface Live {
  /** Tells the listeners of this node at once and the other nodes within 100 ms. `kept` is the row that holds the same. */
  announce(topics: readonly Topic[], kept?: number): void
  /** What changes from now on, in lots, until the signal; the name '*' says that something may have been missed. */
  subscribe(signal: AbortSignal): AsyncIterable<readonly Topic[]>
}

/** Sessions of browsers: platform/access.ts. */
export interface Access {
  /** Who calls, by the cookie; null for a stranger, for one whose session has ended and for one who has left. */
  signedIn(http: Http): Promise<SignedIn | null>
  /** The person as signed in without a browser, for checks before a session is opened; null for one who has left. */
  person(personId: string): Promise<SignedIn | null>
  /** Opens a session and sets its cookie. */
  open(personId: string, http: Http): Promise<void>
  /** Ends the caller's session and takes the cookie back. */
  close(http: Http): Promise<void>
}

/** Whether a live topic is for this person: his own, his groups', or everybody's. */
export function concerns(topic: Topic, actor: Actor): boolean {
  if (topic.centreId !== actor.centreId) return false
  if (!topic.personId && !topic.groupId) return true
  if (topic.personId === actor.personId) return true
  const above: readonly Role[] = ['tl', 'um', 'deptManager', 'deputyGm', 'admin', 'dataOfficer', 'qualityInspector']
  if (actor.grants.some((grant) => above.includes(grant.role) && grant.unitKind === 'centre')) return true
  if (!topic.groupId) return actor.roles.some((role) => above.includes(role))
  if (topic.groupId === actor.groupId && !topic.personId) return true
  return actor.grants.some((grant) => above.includes(grant.role) && grant.groupIds.includes(topic.groupId!))
}
