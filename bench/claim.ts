import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { openDesk } from '../src/modules/calls/desk.ts'
import { takeNext } from '../src/modules/calls/next.ts'
import type { Actor } from '../src/platform/actor.ts'
import { inCentre } from '../src/platform/transaction.ts'
import { type Centre, inOwnCentre } from './centre.ts'
import { callers, type Line, type Measured, rounded, type Sizes, say, spread } from './measured.ts'
import { stock } from './stock.ts'

/** The rate after many claims, as a part of that in the beginning: an index that grows a dead head falls below. */
const AIM = 0.8
/** How long leads are claimed away before the rate is taken again, at most. */
const BURNS_MS = 180_000

/** The plainest transaction that writes: one row read, one changed, one appended. */
async function plainly({ house: { boot } }: Centre): Promise<() => Promise<void>> {
  await sql`create table bench_account (id int primary key, balance int not null default 0)`.execute(boot.db)
  await sql`insert into bench_account (id) select generate_series(0, 9999)`.execute(boot.db)
  await sql`create table bench_history (id bigint generated always as identity, account int, at timestamptz default now())`.execute(
    boot.db,
  )
  return () =>
    boot.db.transaction().execute(async (db) => {
      const id = Math.floor(Math.random() * 10_000)
      await sql`select balance from bench_account where id = ${id}`.execute(db)
      await sql`update bench_account set balance = balance + 1 where id = ${id}`.execute(db)
      await sql`insert into bench_history (account) values (${id})`.execute(db)
    })
}

/** Claims by agents in turn, so that nobody's leads run out before the others'; each is put away again, as by a call. */
async function claiming({ house: { boot, centreId } }: Centre, agents: readonly Actor[]) {
  const tabs = agents.map(() => randomUUID())
  for (const [n, agent] of agents.entries())
    await inCentre(boot, centreId, 'bench.open', (ctx) => openDesk(ctx, tabs[n]!, true), agent)
  const so = { claimed: 0, dry: 0 }
  let turn = 0
  const claim = async () => {
    const n = turn++ % agents.length
    await inCentre(
      boot,
      centreId,
      'calls.next',
      async (ctx) => {
        const { taken } = await takeNext(ctx, tabs[n]!)
        if (taken) so.claimed += 1
        else so.dry += 1
        await sql`update lead l set due_at = l.due_at + interval '1 day' from desk d
          where d.agent_id = ${ctx.actor.personId} and l.id = d.lead_id`.execute(ctx.db)
        await sql`update desk set step = 'idle', lead_id = null, call_id = null
          where agent_id = ${ctx.actor.personId}`.execute(ctx.db)
      },
      agents[n]!,
    )
  }
  return { claim, so }
}

/** A claim beside the plainest transaction that writes, and again after thousands of claims. */
export const claim = ({ agents: many, leads, seconds, claims }: Sizes): Promise<Measured> =>
  inOwnCentre(async (centre) => {
    const agents = await stock(centre.house, many, leads)
    await centre.house.at('2026-06-17T09:30', 1)
    const plain = await plainly(centre)
    const { claim: take, so } = await claiming(centre, agents)
    const lines: Line[] = []
    const json: Record<string, number> = {}
    await callers(16, Math.min(1, seconds), take)
    // The first slice of the rate that is held against the later one, while nothing has been claimed away yet.
    const first = (await callers(50, seconds, take)).length / seconds
    for (const at of [1, 50, 200]) {
      const base = await callers(at, seconds, plain)
      const times = await callers(at, seconds, take)
      const ratio = times.length / base.length
      json[`ratioAt${at}`] = rounded(ratio, 3)
      lines.push({
        what: `claim of a lead, ${at} caller${at > 1 ? 's' : ''} on 16 connections`,
        figure: `${Math.round(times.length / seconds)}/s, ${spread(times)}`,
        beside: `plain transaction ${Math.round(base.length / seconds)}/s, ${spread(base)}; ratio ${rounded(ratio, 2)}`,
      })
      say(`claims with ${at} callers: ${lines.at(-1)!.figure}`)
    }
    const enough = performance.now() + BURNS_MS
    while (so.claimed < claims && so.dry < 100 && performance.now() < enough) await callers(50, 1, take)
    const later = (await callers(50, seconds, take)).length / seconds
    const ratio = later / first
    lines.push({
      what: `claims after ${so.claimed} claims, 50 callers${so.dry > 0 ? ` (${so.dry} found nothing)` : ''}`,
      figure: `${Math.round(later)}/s, ratio ${rounded(ratio, 2)}`,
      beside: `the first ${seconds} s ${Math.round(first)}/s`,
      aim: `at least ${AIM} of the first`,
      met: ratio >= AIM && so.claimed >= claims,
    })
    return {
      lines,
      json: {
        ...json,
        ...{ claimed: so.claimed, dry: so.dry, firstPerSecond: rounded(first), laterPerSecond: rounded(later) },
        ratio: rounded(ratio, 3),
      },
    }
  })
