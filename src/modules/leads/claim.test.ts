import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { product } from '../../../test/dialling.ts'
import { batch, pooled } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { leads } from './api.ts'
import { recordAttempt } from './attempts.ts'
import { nextFor } from './claim.ts'

const router = { leads }
const AGENTS = ['ann', 'bo', 'chen'] as const
let w: World<typeof router>
let productId: string
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T10:00' })
  productId = await product(w, AGENTS)
})
afterAll(() => w.close())

const LINE = { callerIdApproved: true, recordingReady: true }
let calls = 0

/** What the desk does: its row locked, the lead in hand kept open until it is recorded. */
const claim = (agent: Name, inHand: Map<Name, string>) =>
  w.run(async (ctx) => {
    await sql`select pg_advisory_xact_lock(hashtext(${`desk ${agent}`}))`.execute(ctx.db)
    const open = inHand.get(agent)
    if (open) return open
    const { facts } = await nextFor(ctx, w.people[agent], LINE)
    if (facts) inHand.set(agent, facts.leadId)
    return facts?.leadId ?? null
  }, agent)

/** What a dial and its end do, if the lead is still this agent's: false where the leader has taken it back meanwhile. */
const close = (agent: Name, leadId: string) =>
  w.run(async (ctx) => {
    const { rows } = await sql`select 1 from lead where id = ${leadId} and holder_id = ${w.people[agent]}
      and state = 'agent' for update`.execute(ctx.db)
    if (rows.length === 0) return false
    const callId = `01890000-0000-7000-8000-${String(++calls).padStart(12, '0')}`
    const made = { leadId, agentId: w.people[agent], callId, at: ctx.now, outcome: 'refused' }
    await recordAttempt(ctx, { ...made, closes: 'refusal' })
    return true
  }, agent)

test('[S4.4.10a K] claims of many at once, leaders moving stock meanwhile: no lead is handed out twice', async () => {
  const list = await batch(w, productId, 'June')
  await pooled(w, list, 700)
  const groupId = w.units.Dawn
  const { lots } = await w.as('liu').leads.issue({ batchId: list.id, shares: [{ groupId, quantity: 700 }] })
  await w.as('lin').leads.receive({ lotId: lots[0]!.id })
  const given: string[] = []
  const fill = async (name: Name) => {
    await w.as('lin').leads.distribute({ groupId, shares: [{ personId: w.people[name], quantity: 40 }] })
  }
  for (const name of AGENTS) await fill(name)
  const work = async (agent: Name) => {
    const inHand = new Map<Name, string>()
    for (let n = 0; n < 150; n++) {
      // Two clicks in one instant are one lead.
      const [one, other] = await Promise.all([claim(agent, inHand), claim(agent, inHand)])
      if (one && other) expect(other).toBe(one)
      const leadId = one ?? other
      if (leadId === null) await fill(agent).catch(() => undefined)
      else if (await close(agent, leadId)) given.push(leadId)
      inHand.delete(agent)
    }
  }
  const shuffle = async () => {
    for (const name of [...AGENTS, ...AGENTS]) {
      await w.as('lin').leads.recall({
        ...{ groupId, personId: w.people[name], to: 'group', only: 'all', reason: 'levelling' },
      })
      await fill(name).catch(() => undefined)
    }
  }
  await Promise.all([...AGENTS.map(work), shuffle()])
  expect(given.length).toBeGreaterThan(200)
  expect(new Set(given).size).toBe(given.length)
  const tries = await w.sql`select 1 from lead_attempt group by lead_id having count(*) > 1`
  expect(tries).toEqual([])
}, 180_000)
