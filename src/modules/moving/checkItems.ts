import { sql } from 'kysely'
import type { CheckItem } from '../../platform/checkItem.ts'

/** Whether the centre brought its past along; one that has none says so. */
export const checkItems: readonly CheckItem[] = [
  {
    ...{ id: 'moving.loaded', area: 'lists', clause: { life: 'S1.4.0', dealership: null }, link: '/moving' },
    ...{ needed: false, confirmable: true },
    async look(ctx) {
      const { rows } = await sql<{ day: Temporal.PlainDate }>`select day from opening
        where centre_id = ${ctx.centre.id} and state = 'loaded' order by created_at desc limit 1`.execute(ctx.db)
      return { done: rows.length > 0, figures: rows[0] ? { day: rows[0].day.toString() } : {} }
    },
  },
]
