import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { House } from '../demo/house.ts'
import { board } from '../src/modules/floor/board.ts'
import { inCentre } from '../src/platform/transaction.ts'
import { inOwnCentre } from './centre.ts'
import { type Measured, percentile, rounded, type Sizes, spread } from './measured.ts'

/** People who sit at the groups of the house and are online. */
async function seatMany({ boot, centreId }: House, seats: number): Promise<void> {
  await inCentre(boot, centreId, 'bench.seats', async (ctx) => {
    await sql`
      with made as (insert into person (centre_id, staff_no, name, name_keys, employed_from)
        select ${centreId}, 'board' || n, '席位' || n, 'x', '2024-01-08' from generate_series(1, ${seats}) n returning id),
      placed as (select id, g.unit from (select id, row_number() over () as n from made) m
        join (select id as unit, row_number() over (order by position) as n, count(*) over () as all_of from unit
          where kind = 'group' and centre_id = ${centreId}) g on g.n = 1 + m.n % g.all_of),
      seated as (insert into membership (person_id, unit_id, from_on, recorded_at)
        select id, unit, '2024-01-08', ${ctx.now} from placed),
      granted as (insert into role_grant (person_id, role, unit_id, from_on, granted_at)
        select id, 'tsr', unit, '2024-01-08', ${ctx.now} from placed)
      insert into presence (person_id, centre_id, group_id, state, since, active_at, day)
      select id, ${centreId}, unit, 'online', ${ctx.now}, ${ctx.now}, ${ctx.today} from placed`.execute(ctx.db)
  })
  await sql`analyze`.execute(boot.db)
}

/** The live board with so many seats, as often as it is computed anew, beside one count of the same rows. */
export const boardOf = ({ seats }: Sizes): Promise<Measured> =>
  inOwnCentre(async ({ house }) => {
    const { boot, centreId } = house
    await seatMany(house, seats)
    await house.at('2026-06-17T09:30', 1)
    const actor = await house.actor('guo')
    const times: number[] = []
    const beside: number[] = []
    for (let n = 0; n < 15; n++) {
      // Computed at most four times a second: each of these is a fresh one.
      await pause(300)
      let begun = performance.now()
      await inCentre(boot, centreId, 'floor.board', (ctx) => board(ctx), actor)
      times.push(performance.now() - begun)
      begun = performance.now()
      await sql`select count(*) from presence`.execute(boot.db)
      beside.push(performance.now() - begun)
    }
    const [p50, count] = [percentile(times, 0.5), percentile(beside, 0.5)]
    return {
      lines: [
        {
          what: `live board with ${seats} more seats, computed anew`,
          figure: spread(times),
          beside: `one count of them ${spread(beside)}`,
        },
      ],
      json: { seats, p50Ms: rounded(p50), p99Ms: rounded(percentile(times, 0.99)), timesOfCount: rounded(p50 / count) },
    }
  })
