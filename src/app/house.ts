import { sql } from 'kysely'
import { firstPassword } from '../platform/accounts.ts'
import type { Boot } from '../platform/context.ts'

/* What both ways of filling an empty house share: the demo and a centre of one's own. */

/** Asked of whoever sets up a centre from another machine; printed at the terminal. */
export const setUpCode = firstPassword()

type Making = { step: string; failed: boolean }

/** What is being made in this process, and how far it is; null while nothing is. */
export const house: { making: Making | null } = { making: null }

export const isEmpty = async ({ db }: Pick<Boot, 'db'>): Promise<boolean> => {
  const { rows } = await sql`select 1 from centre_clock limit 1`.execute(db)
  return rows.length === 0
}
