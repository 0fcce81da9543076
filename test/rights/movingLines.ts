import { beginOpening } from '../../src/modules/moving/openings.ts'
import { addFile } from '../../src/modules/moving/parts.ts'
import { handedIn } from '../lists.ts'
import type { House, Line } from './house.ts'

/* What a centre brings along when it moves in. */

export function movingLines({ w, next }: House): Line[] {
  const day = Temporal.PlainDate.from('2026-06-17')
  const begun = async (state = 'draft') => {
    const fileId = await handedIn(w, 'people.csv', Buffer.from('工號,姓名\nZ1,某人'))
    const { openingId } = await w.run((ctx) => beginOpening(ctx, day), 'guo')
    await w.run((ctx) => addFile(ctx, { openingId, fileId }), 'guo')
    await w.sql`update opening set state = ${state}, begun_at = ${state === 'loaded' ? new Date(0) : null} where id = ${openingId}`
    const [part] = await w.sql<{ id: string }>`select id from opening_part where opening_id = ${openingId}`
    return { openingId, fileId, partId: part!.id }
  }
  const state = (openingId: string, wanted: string) => () =>
    w.sql`select 1 from opening where id = ${openingId} and state = ${wanted}`
  return [
    { op: 'moving.template', make: () => ({ input: { language: 'en' }, row: 'Kaibo-take-over.xlsx' }) },
    {
      op: 'moving.openings',
      make: async () => ({ input: {}, row: (await begun()).openingId }),
    },
    {
      op: 'moving.opening',
      make: async () => {
        const { openingId, partId } = await begun()
        return { input: { openingId }, row: partId }
      },
    },
    {
      op: 'moving.rows',
      make: async () => {
        const { partId } = await begun()
        await w.sql`insert into opening_row (part_id, row_no, result, code, text) values (${partId}, 2, 'BAD', 'twice', 'Z1-twice')`
        return { input: { partId, result: 'BAD' }, row: 'Z1-twice' }
      },
    },
    {
      op: 'moving.errorFile',
      make: async () => {
        const { partId } = await begun()
        await w.sql`insert into opening_row (part_id, row_no, result, code, cells)
          values (${partId}, 2, 'BAD', 'twice', '["Z1", "not-taken"]')`
        return { input: { partId, language: 'en' }, row: 'not-taken' }
      },
    },
    {
      op: 'moving.look',
      make: async () => ({ input: { partId: (await begun()).partId }, row: '某人' }),
    },
    {
      op: 'moving.begin',
      make: () => {
        const ahead = day.add({ days: next() }).toString()
        return { input: { day: ahead }, effect: () => w.sql`select 1 from opening where day = ${ahead}` }
      },
    },
    {
      op: 'moving.handIn',
      make: async () => {
        const { openingId } = await begun()
        const fileId = await handedIn(w, 'more.csv', Buffer.from('工號,姓名\nZ2,另一人'))
        return {
          input: { openingId, fileId },
          effect: () => w.sql`select 1 from opening_part where file_id = ${fileId}`,
        }
      },
    },
    {
      op: 'moving.takeOut',
      make: async () => {
        const { openingId, fileId } = await begun()
        return {
          input: { openingId, fileId },
          effect: () => w.sql`select 1 where not exists (select from opening_part where file_id = ${fileId})`,
        }
      },
    },
    {
      op: 'moving.setPart',
      make: async () => {
        const { partId } = await begun()
        return {
          input: { partId, kind: 'none', columns: {} },
          effect: () => w.sql`select 1 from opening_part where id = ${partId} and kind = 'none'`,
        }
      },
    },
    {
      op: 'moving.check',
      make: async () => {
        const { openingId } = await begun()
        return { input: { openingId }, effect: state(openingId, 'checking') }
      },
    },
    {
      op: 'moving.load',
      make: async () => {
        const { openingId } = await begun('checked')
        return { input: { openingId }, effect: state(openingId, 'loading') }
      },
    },
    {
      op: 'moving.stop',
      make: async () => {
        const { openingId } = await begun('checking')
        return { input: { openingId }, effect: state(openingId, 'draft') }
      },
    },
    {
      op: 'moving.undo',
      make: async () => {
        const { openingId } = await begun('loaded')
        return { input: { openingId }, effect: state(openingId, 'undoing') }
      },
    },
  ]
}
