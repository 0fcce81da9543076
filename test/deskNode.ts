import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import { JOBS } from '../src/app/jobs.ts'
import { router } from '../src/app/router.ts'
import { SCHEDULE } from '../src/app/schedule.ts'
import { loadSignedIn } from '../src/modules/people/people.ts'
import { seedBooks } from '../src/modules/rulebook/books.ts'
import { rulesOf } from '../src/modules/rulebook/inForce.ts'
import { createAccounts } from '../src/platform/accounts.ts'
import { startClockwork } from '../src/platform/clockwork.ts'
import type { Boot, Ctx } from '../src/platform/context.ts'
import { settingsOf } from '../src/platform/env.ts'
import { serve } from '../src/platform/http.ts'
import type { JobHandler } from '../src/platform/jobs.ts'
import { type Node, openNode } from '../src/platform/node.ts'
import { inCentre } from '../src/platform/transaction.ts'
import { makeCentre, type Name } from './cast.ts'
import { inHand, seated, sellable } from './selling.ts'
import { batch, pooled } from './stocked.ts'
import type { World } from './world.ts'

/*
 * A node in a process of its own, with its own database, for tests that kill it: `node deskNode.ts FOLDER [agent…]`. Agents
 * named are seated with leads in hand when the folder is new; the group Tide then has leads to hand on, and its leader and
 * the data officer can sign in. Tells its port on the first line that it prints.
 */

export const PASSWORD = 'a-good-long-one-7'
const LEADS = 200
const STAFF = ['liu', 'tao'] as const

/** As much of the test centre as the helpers of the tests need. */
async function seed(boot: Boot, agents: readonly Name[]): Promise<void> {
  const at = Temporal.PlainDateTime.from('2026-06-17T09:30').toZonedDateTime('Asia/Shanghai').toInstant()
  const { centreId, people, units } = await makeCentre(boot, 'life', { at, zone: 'Asia/Shanghai' })
  const run = async <T>(work: (ctx: Ctx) => Promise<T>, name?: Name) => {
    const as = name && (await loadSignedIn(boot.db, people[name], { sessionId: 'seed', mustChangePassword: false }))
    return await inCentre(boot, centreId, 'test.seed', work, as?.actor)
  }
  const inside = <T>(strings: TemplateStringsArray, ...values: unknown[]) =>
    run(async (ctx) => (await (sql(strings, ...values) as RawBuilder<T>).execute(ctx.db)).rows)
  const w = { boot, centre: centreId, people, units, run, sql: inside } as unknown as World<never>
  await run((ctx) => seedBooks(ctx, 'life'))
  const accounts = [...agents, ...STAFF].map((name) => ({ ...{ personId: people[name], username: name }, ...SIGN_IN }))
  await run((ctx) => createAccounts(ctx, accounts))
  const list = await batch(w, await sellable(w, 'L1', [...agents, 'deng']), 'June')
  await seated(w, agents)
  for (const name of agents) await inHand(w, list, name, LEADS)
  const ids = (await pooled(w, list, LEADS)).map(({ leadId }) => leadId)
  await w.sql`update lead set state = 'group', group_id = ${units.Tide} where id = any(${ids}::uuid[])`
}
const SIGN_IN = { password: PASSWORD, mustChange: false }

/** What another test has otherwise. */
export type Parts = {
  readonly jobs?: Readonly<Record<string, JobHandler>>
  /** Looked at before anybody is served; it also says what goes on by itself. */
  readonly opened?: (node: Node) => Promise<void>
}

export async function start(
  folder: string,
  agents: readonly Name[],
  { jobs = JOBS, opened }: Parts = {},
): Promise<void> {
  const settings = settingsOf({ ...process.env, KAIBO_DATA: folder, PORT: '0', LOG_LEVEL: 'silent' })
  const node = await openNode(settings, { rulesOf, loadSignedIn, jobs }, () => {})
  if (agents.length > 0) await seed(node.boot, agents)
  const pages = join(folder, 'pages')
  mkdirSync(pages, { recursive: true })
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>Kaibo</title>')
  await opened?.(node)
  const { boot, metrics, trouble } = node
  const purposes = { list: { may: ['dataOfficer'], mostBytes: 500_000_000 } } as const
  const app = await serve({ boot, settings, router, purposes, metrics, pages, trouble })
  await app.listen({ port: 0, host: '127.0.0.1' })
  if (!opened) {
    await node.jobs.work(boot)
    startClockwork(boot, SCHEDULE)
  }
  console.log(`port ${(app.server.address() as AddressInfo).port}`)
}

if (import.meta.main) await start(process.argv[2]!, process.argv.slice(3) as Name[])
