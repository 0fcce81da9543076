import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { sql } from 'kysely'
import { addNumber } from '../src/modules/credit/numbers.ts'
import { addLetter, decideOwn, ownOfSale } from '../src/modules/credit/own.ts'
import { approve, ask } from '../src/modules/credit/requests.ts'
import { lookIntoCases, sealChain } from '../src/modules/credit/watch.ts'
import type { Ctx } from '../src/platform/context.ts'
import { pathOf } from '../src/platform/files.ts'
import { inCentre } from '../src/platform/transaction.ts'
import type { House } from './house.ts'

/* Whose results the demo's cases are: a correction that waits and one that was made, an own policy with its letter, one that is suspected. */

/** The smallest page that readers of PDF open. */
const LETTER = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>endobj
trailer<</Root 1 0 R>>
`

async function letter(ctx: Ctx): Promise<string> {
  const sha256 = createHash('sha256').update(LETTER).digest('hex')
  const { rows } = await sql<{ id: string }>`
    insert into stored_file (centre_id, name, bytes, sha256, uploaded_by)
    values (${ctx.centre.id}, '保證書.pdf', ${LETTER.length}, ${sha256}, ${ctx.actor.personId}) returning id`.execute(
    ctx.db,
  )
  const path = pathOf(ctx, rows[0]!.id)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, LETTER, { mode: 0o600 })
  return rows[0]!.id
}

type Case = { id: string; agentId: string; number: string; version: number }

/** The latest cases of four agents, those of the actor's own group first, with the numbers of their customers. */
const casesOf = async (ctx: Ctx): Promise<Case[]> => {
  const { rows } = await sql<Case>`
    select * from (
      select distinct on (s.agent_id) s.id, s.agent_id as "agentId", p.e164 as number, s.version, s.accepted_at,
        s.group_id = ${ctx.actor.groupId} as own
      from sale s join phone p on p.customer_id = s.customer_id and p.retired_at is null
        join role_grant g on g.person_id = s.agent_id and g.role = 'tsr' and g.until_on is null
      where s.centre_id = ${ctx.centre.id} and s.state in ('accepted', 'underwriting', 'awaitingPayment', 'issued')
      order by s.agent_id, s.accepted_at desc, p.position) latest
    order by own desc, accepted_at desc, id limit 4`.execute(ctx.db)
  return rows
}

/** Nothing where the demo is so small that nobody sold. */
export async function keepCredit(house: House): Promise<void> {
  const { boot, centreId } = house
  const [suspected, moved, own, corrected] = await house.as('lin', 'demo.credit', casesOf)
  if (suspected && moved && own) {
    for (const { agentId, number } of [own, suspected])
      await house.as('guo', 'credit.addNumber', (ctx) =>
        addNumber(ctx, { personId: agentId, number, relation: 'spouse' }),
      )
    await inCentre(boot, centreId, 'schedule.credit.lookInto', (ctx) => lookIntoCases(ctx, ctx.today))
    const versionOf = async (ctx: Ctx) => (await ownOfSale(ctx, own.id))!.version
    await house.as('guo', 'credit.decideOwn', async (ctx) => {
      const why = '問過本人，是配偶投保。'
      await decideOwn(ctx, { saleId: own.id, confirmed: true, why, version: await versionOf(ctx) })
      await addLetter(ctx, { saleId: own.id, letterId: await letter(ctx), version: await versionOf(ctx) })
    })
    const reason = '當天兩人換座，投保單登記在隔壁坐席名下；成交錄音可查。'
    await house.as('liu', 'credit.ask', (ctx) =>
      ask(ctx, { saleId: moved.id, toAgentId: suspected.agentId, reason, version: moved.version }),
    )
  }
  if (suspected && corrected) {
    const reason = '客戶原由對方談妥，當天由別人代為錄入。'
    const asked = { saleId: corrected.id, toAgentId: suspected.agentId, reason, version: corrected.version }
    const { requestId } = await house.as('liu', 'credit.ask', (ctx) => ask(ctx, asked))
    for (const [n, head] of ['guo', 'hao'].entries())
      await house.as(head, 'credit.approve', (ctx) => approve(ctx, { requestId, version: n + 1 }))
  }
  await inCentre(boot, centreId, 'schedule.credit.seal', (ctx) => sealChain(ctx, ctx.today))
}
