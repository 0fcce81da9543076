import { randomUUIDv7 } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { canonical } from '../lib/chain.ts'
import type { Reason } from '../lib/verdict.ts'
import { SYSTEM_ID } from './actor.ts'
import type { Chained, Ctx, Decision, Subject, Topic } from './context.ts'
import type { Db } from './database.ts'
import { fewer } from './topics.ts'

/*
 * What an operation appends beside its changes: decisions, events, looks at personal data, the names of what changed, and
 * the answer that a replay gets. It is gathered while the operation runs and written in one statement at its end, in the
 * same transaction: each of them alone would be a question to the database in the middle of a dial.
 */

type DecisionRow = {
  readonly verdict: string
  readonly operation: string
  readonly allowed: boolean
  readonly clause: string
  readonly codes: readonly string[]
  readonly version_id: string | null
  readonly subject_kind: string
  readonly subject_id: string | null
  readonly reasons: readonly Reason[]
}
type EventRow = {
  readonly name: string
  readonly subject_kind: string
  readonly subject_id: string | null
  readonly data: Record<string, unknown>
}
type LookRow = { readonly kind: string; readonly ids: readonly string[] }
/** A link as chain_append takes it; all that stands in its columns stands in its body as well. */
type LinkRow = Record<'kind' | 'subject' | 'fact' | 'on' | 'at' | 'body', string>

/** The command's claimed request and its answer, which waits in the row for a day. */
export type Answer = { readonly requestId: string; readonly result: unknown }

/** Whose work it is and when: the same for all rows of one operation. */
type Of = Pick<Ctx, 'actor' | 'centre' | 'now' | 'today' | 'operation' | 'rules'>

export class Appended {
  readonly topics: Topic[] = []
  readonly #decisions: DecisionRow[] = []
  readonly #events: EventRow[] = []
  readonly #looks: LookRow[] = []
  readonly #links: LinkRow[] = []

  /** One row for each clause that spoke, with the version of the rulebook in force. */
  decide(of: Of, { verdict: said, subject, clauses = [], operation }: Decision): void {
    const reasons: readonly Reason[] = said.ok ? [] : said.reasons
    const spoke = said.ok ? clauses : [...new Set(reasons.map((reason) => reason.clause))]
    if (spoke.length === 0) return
    const rules = of.rules.at(of.today)
    const verdict = randomUUIDv7()
    for (const clause of spoke) {
      const own = reasons.filter((reason) => reason.clause === clause)
      this.#decisions.push({
        verdict,
        operation: operation ?? of.operation,
        allowed: said.ok,
        clause,
        codes: [...new Set(own.map((reason) => reason.code))],
        version_id: rules.versionOf(clause),
        subject_kind: subject.kind,
        subject_id: subject.id,
        reasons: own,
      })
    }
  }

  emit(name: string, subject: Subject, data: Record<string, unknown>): void {
    this.#events.push({ name, subject_kind: subject.kind, subject_id: subject.id, data })
  }

  looked(of: Of, kind: string, ids: readonly string[]): void {
    if (ids.length > 0 && of.actor.personId !== SYSTEM_ID) this.#looks.push({ kind, ids: [...new Set(ids)] })
  }

  chain(of: Of, { kind, subjectId, factId, on, at = of.now, data }: Chained): void {
    const fact = { kind, subject: subjectId, fact: factId, on: on.toString(), at: at.toString() }
    this.#links.push({ ...fact, body: canonical({ ...data, ...fact }) })
  }

  /** Runs a part of an operation; when it throws, what it gathered is gone like what it wrote. */
  async part<T>(db: Db, run: () => Promise<T>): Promise<T> {
    const lists = [this.topics, this.#decisions, this.#events, this.#looks, this.#links] as const
    const lengths = lists.map((list) => list.length)
    const begun = sql`savepoint part`.execute(db)
    begun.catch(() => {})
    try {
      const out = await run()
      await begun
      return out
    } catch (error) {
      await sql`rollback to savepoint part`.execute(db)
      for (const [at, list] of lists.entries()) list.length = lengths[at]!
      throw error
    }
  }

  /** Writes what was gathered and the answer; the id of the row that keeps the topics, undefined without any. */
  async keep(db: Db, of: Of, answer: Answer | null = null): Promise<number | undefined> {
    const parts: RawBuilder<unknown>[] = []
    if (this.#decisions.length > 0) parts.push(this.#decisionRows(of))
    if (this.#events.length > 0) parts.push(this.#eventRows(of))
    if (this.#looks.length > 0) parts.push(this.#lookRows(of))
    if (answer)
      parts.push(sql`answered as (update request set result = ${JSON.stringify(answer.result ?? null)}
        where person_id = ${of.actor.personId} and id = ${answer.requestId})`)
    const topics = fewer(this.topics)
    if (topics.length > 0)
      parts.push(sql`news as (insert into live_tail (topics) values (${JSON.stringify(topics)}) returning id)`)
    if (parts.length === 0 && this.#links.length === 0) return undefined
    const kept = topics.length > 0 ? sql`(select id from news)` : sql`null::bigint`
    // The chain is locked here and not before: whoever else adds to it waits for this statement and its commit alone.
    const linked =
      this.#links.length > 0 ? sql`, chain_append(${of.centre.id}, ${JSON.stringify(this.#links)}::jsonb)` : sql``
    const before = parts.length > 0 ? sql`with ${sql.join(parts)}` : sql``
    const { rows } = await sql<{ id: number | null }>`${before} select ${kept} as id${linked}`.execute(db)
    return rows[0]?.id ?? undefined
  }

  #decisionRows(of: Of) {
    return sql`decided as (
        insert into decision (verdict_id, occurred_on, at, centre_id, operation, allowed, clause, codes, version_id, actor_id,
          subject_kind, subject_id, reasons)
        select r.verdict, ${of.today}::date, ${of.now}::timestamptz, ${of.centre.id}::uuid, r.operation, r.allowed, r.clause, r.codes,
          r.version_id, ${of.actor.personId}::uuid, r.subject_kind, r.subject_id, r.reasons
        from jsonb_to_recordset(${JSON.stringify(this.#decisions)}::jsonb) as r(verdict uuid, operation text, allowed boolean,
          clause text, codes text[], version_id uuid, subject_kind text, subject_id uuid, reasons jsonb))`
  }

  #eventRows(of: Of) {
    return sql`happened as (
      insert into event (occurred_on, at, centre_id, name, actor_id, subject_kind, subject_id, data)
      select ${of.today}::date, ${of.now}::timestamptz, ${of.centre.id}::uuid, r.name, ${of.actor.personId}::uuid,
        r.subject_kind, r.subject_id, r.data
      from jsonb_to_recordset(${JSON.stringify(this.#events)}::jsonb) as r(name text, subject_kind text, subject_id uuid, data jsonb))`
  }

  #lookRows(of: Of) {
    return sql`looked as (
      insert into access_log (centre_id, person_id, operation, subject_kind, subject_ids)
      select ${of.centre.id}::uuid, ${of.actor.personId}::uuid, ${of.operation}::text, r.kind, r.ids
      from jsonb_to_recordset(${JSON.stringify(this.#looks)}::jsonb) as r(kind text, ids uuid[]))`
  }
}
