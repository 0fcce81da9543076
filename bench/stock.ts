import { sql } from 'kysely'
import { TREE } from '../demo/cast.ts'
import type { House } from '../demo/house.ts'
import { authorise } from '../src/modules/catalog/catalog.ts'
import { addPeople } from '../src/modules/people/people.ts'
import { createAccounts } from '../src/platform/accounts.ts'
import type { Actor } from '../src/platform/actor.ts'
import { inCentre } from '../src/platform/transaction.ts'
import { PASSWORD } from './centre.ts'

/** Agents with seats, online, and so many fresh leads in their hands, each of a customer with number and consent. */
export async function stock(house: House, agents: number, leads: number): Promise<Actor[]> {
  const groups = TREE.flatMap(([, names]) => names).map((name) => house.units.get(name)!)
  const since = Temporal.PlainDate.from('2024-01-08')
  const productId = house.goods.get('AN-ACC')!.id
  const ids = await house.as('guo', 'bench.people', async (ctx) => {
    const made = await addPeople(
      ctx,
      Array.from({ length: agents }, (_, n) => {
        const unitId = groups[n % groups.length]!
        return {
          ...{
            staffNo: `bench${n}`,
            name: `測試${n}`,
            employedFrom: since,
            registrationNo: `B-${n}`,
            trainedOn: since,
          },
          ...{ unitId, roles: [{ role: 'tsr' as const, unitId }] },
        }
      }),
    )
    await authorise(ctx, { productId, personIds: made, fromOn: since })
    return made
  })
  await inCentre(house.boot, house.centreId, 'bench.stock', async (ctx) => {
    const list = sql.val(ids)
    await sql`
      insert into seat (centre_id, label, line_kind, caller_id, caller_id_approved, line_registered, recording, person_id)
      select ${ctx.centre.id}, 'X' || n, 'manual', '95 012 345', true, true, true, id
      from unnest(${list}::uuid[]) with ordinality as a(id, n)`.execute(ctx.db)
    await sql`
      with wanted as materialized (select n, uuidv7() as customer, uuidv7() as lead from generate_series(1, ${leads}) n),
      people as (insert into customer (id, centre_id, name, created_at)
        select customer, ${ctx.centre.id}, '客戶' || n, ${ctx.now} from wanted),
      numbers as (insert into phone (centre_id, customer_id, e164, hash, masked, country, kind, zones, valid)
        select ${ctx.centre.id}, customer, '+8613' || lpad(n::text, 9, '0'), sha256(n::text::bytea), '13*', 'CN', 'mobile',
          '{Asia/Shanghai}', true from wanted),
      agreed as (insert into consent (centre_id, customer_id, purpose, given_at, evidence, recorded_at)
        select ${ctx.centre.id}, customer, 'sale', ${ctx.now.subtract({ hours: 240 })}, 'bench', ${ctx.now} from wanted),
      made as (insert into lead (id, centre_id, batch_id, customer_id, product_id, purpose, grade, state, group_id, holder_id,
          held_since, due_at)
        select w.lead, ${ctx.centre.id}, ${house.centreId}, w.customer, ${productId}, 'sale', 'B', 'agent', m.group_id,
          m.person_id, ${ctx.now}, ${ctx.now}
        from wanted w join unnest(${list}::uuid[]) with ordinality as a(id, place) on a.place = 1 + w.n % ${agents}
          join member m on m.person_id = a.id returning id)
      insert into lead_hold (lead_id, from_at, holder) select lead, ${ctx.now}, 'agent' from wanted`.execute(ctx.db)
    await sql`
      insert into presence (person_id, centre_id, group_id, state, since, active_at, day)
      select m.person_id, ${ctx.centre.id}, m.group_id, 'online', ${ctx.now}, ${ctx.now}, ${ctx.today}
      from member m where m.person_id = any(${list}::uuid[])`.execute(ctx.db)
  })
  await sql`analyze`.execute(house.boot.db)
  return await Promise.all(ids.map(async (id) => (await house.boot.access.person(id))!.actor))
}

/** Accounts for agents of the stock, with the password of the house. Answers their user names. */
export async function openAccounts({ boot, centreId }: House, agents: readonly Actor[]): Promise<string[]> {
  const made = agents.map(({ personId, staffNo }) => ({
    ...{ personId, username: staffNo, password: PASSWORD, mustChange: false },
  }))
  await inCentre(boot, centreId, 'bench.accounts', (ctx) => createAccounts(ctx, made))
  return made.map(({ username }) => username)
}
