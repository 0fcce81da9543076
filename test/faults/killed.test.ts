import { afterAll, beforeAll, expect, test } from 'vitest'
import { House } from './house.ts'
import { Agent, Leader, type Lot, Officer } from './work.ts'

/*
 * The server is killed twenty times while agents record, a leader hands leads on and lists are being imported; every
 * second time the database server with it. What was acknowledged is there, what was not is done once when it is sent
 * again, and an import goes on by itself with one result for every row.
 */

const KILLS = 20
const ROWS = 4000
/** Answers of each kind in a round before its kill. */
const RECORDED = 3
const HANDED = 2
/** Guards against hanging only. */
const PATIENCE = 1_200_000

const house = new House()
let agents: Agent[]
let leader: Leader
let officer: Officer

beforeAll(async () => {
  await house.start(['ann', 'bo', 'chen'])
  const [ids] = await house.rows<{ groupId: string; agentId: string; productId: string }>(
    `select (select id from org_unit where name = 'Tide') as "groupId",
      (select id from person where staff_no = 'deng') as "agentId", (select id from product where code = 'L1') as "productId"`,
  )
  agents = ['ann', 'bo', 'chen'].map((name) => new Agent(house, name))
  for (const agent of agents) await agent.begin()
  leader = new Leader(house, 'tao', ids!)
  await leader.browser.signIn('tao')
  officer = new Officer(house, 'liu', { productId: ids!.productId, rows: ROWS })
  await officer.browser.signIn('liu')
}, PATIENCE)
afterAll(() => house.close(), PATIENCE)

/** One round of work and its kill. */
async function workAndKill(round: number): Promise<void> {
  const workers = [...agents, leader, officer]
  const before = { recorded: recorded(), handed: leader.yes }
  officer.restarted()
  const ends = workers.map((worker) => worker.untilBroken())
  const enough = () =>
    recorded() >= before.recorded + RECORDED && leader.yes >= before.handed + HANDED && officer.midway
  let over = false
  const broken = Promise.all(ends).then((errors) => {
    over = true
    return errors
  })
  // Looked at between the answers of the house.
  const watch = agents[0]!.browser
  while (!enough() && !over) await watch.call('access.me').catch(() => {})
  expect(over).toBe(false)
  await house.kill({ database: round % 2 === 1 })
  // Every one of them ended by the line that broke, and by nothing that the house said.
  for (const error of await broken) expect(error).toBeInstanceOf(TypeError)
}

const recorded = () => agents.reduce((sum, agent) => sum + agent.yes, 0)

test(
  `killed ${KILLS} times while importing, distributing and recording: nothing lost, nothing double, no import half`,
  async () => {
    for (let round = 0; round < KILLS; round++) {
      await workAndKill(round)
      await house.start()
    }
    const workers = [...agents, leader, officer]
    for (const worker of workers) await worker.sendAgain()

    for (const { username, recorded: said } of agents) {
      const kept = await house.rows<{ id: string; outcome: string }>(
        `select c.id, c.outcome from call c join person p on p.id = c.agent_id where p.staff_no = $1`,
        [username],
      )
      expect(kept).toHaveLength(said.size)
      expect(Object.fromEntries(kept.map(({ id, outcome }) => [id, outcome]))).toEqual(Object.fromEntries(said))
    }

    const lots = await house.rows<Lot & { held: number }>(
      `select l.id, l.quantity, (select count(*) from lead_hold h where h.lot_id = l.id)::int as held
       from lead_lot l where l.group_id = $1`,
      [leader.groupId],
    )
    const byId = (a: Lot, b: Lot) => a.id.localeCompare(b.id)
    expect(lots.map(({ id, quantity }) => ({ id, quantity })).sort(byId)).toEqual([...leader.lots].sort(byId))
    expect(lots.filter(({ quantity, held }) => quantity !== 7 || held !== 7)).toEqual([])
    const torn = await house.rows(
      `select lead_id from lead_hold where until_at is null group by lead_id having count(*) > 1`,
    )
    expect(torn).toEqual([])

    expect(officer.lists.length).toBeGreaterThan(0)
    const done = { state: 'done', rowsDone: ROWS, good: 0.9 * ROWS, dup: 0.1 * ROWS, bad: 0 }
    for (const batchId of officer.lists) {
      // The queue's own answers are waited for: the last list goes on after the last start.
      let at = await officer.progress(batchId)
      while (at.state === 'importing') at = await officer.progress(batchId)
      expect(at).toMatchObject(done)
      const [facts] = await house.rows(
        `select (select count(*) from list_row where batch_id = $1)::int as rows,
          (select count(distinct row_no) from list_row where batch_id = $1)::int as "rowNos",
          (select count(*) from lead where batch_id = $1)::int as leads,
          (select count(distinct customer_id) from lead where batch_id = $1)::int as people`,
        [batchId],
      )
      expect(facts).toEqual({ rows: ROWS, rowNos: ROWS, leads: 0.9 * ROWS, people: 0.9 * ROWS })
    }
  },
  PATIENCE,
)
