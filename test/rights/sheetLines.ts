import { remember } from '../../src/modules/sheets/meanings.ts'
import type { House, Line } from './house.ts'

/* Words of files that were explained. */

export function sheetLines({ w, next }: House): Line[] {
  const word = async () => {
    const text = `word ${next()}`
    await w.run((ctx) => remember(ctx, [{ about: 'unit', text, value: w.units.Dawn }]), 'liu')
    return text
  }
  return [
    { op: 'sheets.known', make: async () => ({ input: {}, row: await word() }) },
    {
      op: 'sheets.remember',
      make: () => {
        const text = `word ${next()}`
        return {
          input: { meanings: [{ about: 'unit', text, value: null }] },
          effect: () => w.sql`select 1 from known_word where text = ${text}`,
        }
      },
    },
    {
      op: 'sheets.forget',
      make: async () => {
        const text = await word()
        return {
          input: { about: 'unit', text },
          effect: () => w.sql`select 1 where not exists (select from known_word where text = ${text})`,
        }
      },
    },
  ]
}
