import { sql } from 'kysely'
import type { CheckItem } from '../../platform/checkItem.ts'

/** Whether the switch's records come in: without them dials and talk are what agents declare. */
export const checkItems: readonly CheckItem[] = [
  {
    ...{ id: 'records.files', area: 'lines', clause: { life: 'S3.6', dealership: null }, link: '/records' },
    ...{ needed: false, confirmable: true },
    async look(ctx) {
      const { rows } =
        await sql`select 1 from record_file where centre_id = ${ctx.centre.id} and state = 'done' limit 1`.execute(
          ctx.db,
        )
      return { done: rows.length > 0 }
    },
  },
]
