import { sql } from 'kysely'
import { type ChainReport, readChain } from '../../platform/chain.ts'
import type { Db } from '../../platform/database.ts'

/** What of the cases does not agree with the chain: how many, and the first of them. */
export type Difference = {
  readonly kind: /** An entry of a case has no link. */
    | 'entryWithoutLink'
    /** A link has no entry of a case. */
    | 'linkWithoutEntry'
    /** The entry says another state or day than its link. */
    | 'entryChanged'
    /** The case is credited, weighed or priced otherwise than its last link says. */
    | 'caseChanged'
  readonly count: number
  readonly applicationNo: string
  readonly seq: number | null
}

/** Kinds of links that are entries of cases. */
const ENTRIES = sql`('sale.opening', 'sale.taken', 'sale.state')`

/** Holds the cases of a centre against its chain: agent, group, weight, amounts, state, and every entry. */
async function differences(db: Db, centreId: string): Promise<Difference[]> {
  const { rows } = await sql<Difference>`
    with last as (
      select distinct on (sale_id) * from credit_entry where centre_id = ${centreId} order by sale_id, seq desc),
    latest as (
      select distinct on (sale_id) sale_id, state from credit_entry
      where centre_id = ${centreId} and kind in ${ENTRIES} order by sale_id, seq desc),
    found as (
      select 'entryWithoutLink' as kind, t.sale_id, null::bigint as seq, f.application_no from sale_step t
        join sale_fact f on f.id = t.sale_id left join credit_entry e on e.fact_id = t.id and e.kind in ${ENTRIES}
      where t.centre_id = ${centreId} and e.seq is null
      union all
      select 'linkWithoutEntry', e.sale_id, e.seq, coalesce(f.application_no, e.sale_id::text) from credit_entry e
        left join sale_step t on t.id = e.fact_id left join sale_fact f on f.id = e.sale_id
      where e.centre_id = ${centreId} and e.kind in ${ENTRIES} and t.id is null
        and not exists (select from credit_entry g where g.sale_id = e.sale_id and g.kind = 'sale.forgotten')
      union all
      select 'entryChanged', e.sale_id, e.seq, f.application_no from credit_entry e
        join sale_step t on t.id = e.fact_id join sale_fact f on f.id = e.sale_id
      where e.centre_id = ${centreId} and e.kind in ${ENTRIES} and (e.state, e.occurred_on) is distinct from (t.state, t.occurred_on)
      union all
      select 'caseChanged', f.id, l.seq, f.application_no from sale_fact f join last l on l.sale_id = f.id
        join latest s on s.sale_id = f.id
      where f.centre_id = ${centreId} and (f.agent_id, f.group_id, f.weight, f.raw_premium, f.annual_premium, f.standard_premium, f.state)
        is distinct from (l.agent_id, l.group_id, l.weight, l.raw, l.annual, l.standard, s.state))
    select distinct on (kind) kind, count(*) over (partition by kind)::int as count, application_no as "applicationNo", seq
    from found order by kind, seq nulls first, application_no`.execute(db)
  return rows
}

export type CentreReport = {
  readonly name: string
  readonly chain: ChainReport
  readonly differences: readonly Difference[]
}

/** Reads the chain of every centre of a database over and holds its cases against it. Changes nothing. */
export async function verifyResults(db: Db, hashOf: (text: string) => Uint8Array): Promise<CentreReport[]> {
  const { rows } = await sql<{ id: string; name: string; timeZone: string }>`
    select id, name, time_zone as "timeZone" from centre_clock order by name`.execute(db)
  const reports: CentreReport[] = []
  for (const { name, ...centre } of rows) {
    const chain = await readChain(db, centre, hashOf)
    // A text that is no JSON any more would end the comparison; the chain has said which one it is.
    const readable = chain.fault?.kind !== 'edited'
    reports.push({ name, chain, differences: readable ? await differences(db, centre.id) : [] })
  }
  return reports
}

const FAULTS: Readonly<Record<NonNullable<ChainReport['fault']>['kind'], string>> = {
  edited: 'an entry was edited: its text is not what was hashed',
  gap: 'an entry is missing in the middle',
  unlinked: 'an entry does not follow the one before it: something was taken out, put in, swapped or reckoned anew',
  columns: 'an entry is filed under another case, kind, day or time than its text says',
  cutTail: 'the tail was cut: entries that were there are missing at the end',
  recomputed: 'the tail was reckoned anew: every hash follows, but the end of that day is not what was sealed',
  headMissing: 'a closed day has no sealed head: it was removed, or Kaibo did not run since (start it once, it seals)',
}

const DIFFERENCES: Readonly<Record<Difference['kind'], string>> = {
  entryWithoutLink: 'entries of cases that are not in the chain',
  linkWithoutEntry: 'entries in the chain that their cases no longer have',
  entryChanged: 'entries of cases with another state or day than in the chain',
  caseChanged: 'cases with another agent, group, weight, premium or state than in the chain',
}

/** What no reading can find, said each time: a green answer must not promise more than it knows. */
export const LIMITS = [
  'What cannot be found: what was written and cut or changed again before its day was sealed in the night;',
  'what was changed by somebody who had the key of the numbers as well as the database;',
  'a fact that was false when it was entered. A signed report in other hands that shows a day’s head holds the first two.',
]

/** A centre's report in lines for a terminal. */
export function linesOf({ name, chain, differences: found }: CentreReport): string[] {
  const { links, days, sealedUntil, fault } = chain
  const where = fault && [fault.seq && `entry ${fault.seq}`, fault.day && `day ${fault.day}`].filter(Boolean).join(', ')
  return [
    `${name}: ${links} entries read, ${days} days sealed${sealedUntil ? `, the last ${sealedUntil}` : ''}`,
    ...(fault ? [`  FAULT at ${where}: ${FAULTS[fault.kind]}`] : ['  the chain is whole']),
    ...found.map(
      ({ kind, count, applicationNo, seq }) =>
        `  FAULT: ${count} ${DIFFERENCES[kind]}, the first ${applicationNo}${seq ? ` (entry ${seq})` : ''}`,
    ),
    ...(found.length === 0 && fault?.kind !== 'edited' ? ['  the cases agree with it'] : []),
  ]
}

export const isWhole = ({ chain, differences: found }: CentreReport): boolean =>
  chain.fault === null && found.length === 0
