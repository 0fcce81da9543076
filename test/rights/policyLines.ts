import { importFile } from '../../src/modules/policies/import.ts'
import { setInsurerSays } from '../../src/modules/sales/insurer.ts'
import { policyFile } from '../policies.ts'
import { BESIDE, type House, type Line, type Who } from './house.ts'

/* The insurer's policy file, what differs from it, and accepted cases that are not issued yet. */

/** Of Dawn itself, and for whom an agent's own things are not. */
const OTHERS = ['bo', 'deng', ...BESIDE] as const satisfies readonly Who[]

export function policyLines({ w, next, sold, anySale, idOf }: House): Line[] {
  /** A file with one number that is nobody's, entered and as far as asked. */
  async function file(state: 'draft' | 'importing' | 'done' = 'draft') {
    const number = `NONE${next()}`
    const fileId = await policyFile(w, `${number}.csv`, [
      [number, '承保', '2026-06-10', null, null, '500', '月缴', null],
    ])
    const { id } = await w.as('liu').policies.enter({ fileId, asOf: '2026-06-16' })
    if (state !== 'draft') await w.as('liu').policies.start({ id })
    if (state === 'done') await importFile(w.boot, { centreId: w.centre, actorId: w.people.liu, fileId: id })
    return { id, number }
  }
  const hasState = (id: string, state: string) => () =>
    w.sql`select 1 from policy_file where id = ${id} and state = ${state}`
  async function difference(ownerId: string) {
    const [row] = await w.sql<{ id: string }>`
      insert into policy_difference (centre_id, application_no, kind, owner_id, due_on, found_at, found_on)
      values (${w.centre}, ${`DIFF${next()}`}, 'theirsNotOurs', ${ownerId}, '2026-06-18', '2026-06-17', '2026-06-17')
      returning id`
    return row!.id
  }
  const since = () => w.sql`select 1 from sale_source where centre_id = ${w.centre}`
  return [
    {
      op: 'policies.source',
      make: async () => {
        await w.run((ctx) => setInsurerSays(ctx, true), 'liu')
        return { input: {}, row: '2026-06-17' }
      },
    },
    {
      op: 'policies.setSource',
      make: async () => {
        await w.run((ctx) => setInsurerSays(ctx, false), 'liu')
        return { input: { insurerFile: true }, effect: since }
      },
    },
    { op: 'policies.imports', make: async () => ({ input: {}, row: (await file()).id }) },
    {
      op: 'policies.import',
      make: async () => {
        const { id } = await file()
        return { input: { id }, row: id }
      },
    },
    {
      op: 'policies.enter',
      make: async () => {
        const fileId = await policyFile(w, 'x.csv', [[`ROW${next()}`, '承保', null, null, null, null, null, null]])
        return {
          input: { fileId, asOf: '2026-06-16' },
          effect: () => w.sql`select 1 from policy_file where file_id = ${fileId}`,
        }
      },
    },
    { op: 'policies.look', make: async () => ({ input: { id: (await file()).id }, row: '投保单号' }) },
    {
      op: 'policies.dryRun',
      make: async () => {
        const { id, number } = await file()
        return { input: { id }, row: number }
      },
    },
    {
      op: 'policies.start',
      make: async () => {
        const { id } = await file()
        return { input: { id }, effect: hasState(id, 'importing') }
      },
    },
    {
      op: 'policies.stop',
      make: async () => {
        const { id } = await file('importing')
        return { input: { id }, effect: hasState(id, 'stopped') }
      },
    },
    {
      op: 'policies.discard',
      make: async () => {
        const { id } = await file()
        return {
          input: { id },
          effect: () => w.sql`select 1 where not exists (select from policy_file where id = ${id})`,
        }
      },
    },
    {
      op: 'policies.rows',
      make: async () => {
        const { id, number } = await file('done')
        return { input: { id, result: 'theirs' }, row: number }
      },
    },
    {
      op: 'policies.errorFile',
      make: async () => {
        const { id, number } = await file('done')
        return { input: { id, language: 'en' }, row: number }
      },
    },
    {
      ...{ op: 'policies.differences', outside: BESIDE },
      make: async (as) => ({ input: {}, row: await difference(idOf(as)) }),
    },
    {
      ...{ op: 'policies.settle', outside: BESIDE },
      make: async (as) => {
        const id = await difference(idOf(as))
        return {
          input: { id, note: 'asked the insurer' },
          effect: () => w.sql`select 1 from policy_difference where id = ${id} and settled_at is not null`,
        }
      },
    },
    {
      ...{ op: 'issuing.waiting', outside: OTHERS },
      make: async (as) => {
        const sale = await anySale()
        return { ...(as === 'ann' ? { as: sale.personId } : {}), input: {}, row: sale.saleId }
      },
    },
    {
      ...{ op: 'issuing.follow', outside: OTHERS },
      make: async (as) => {
        const { saleId, personId } = await sold()
        return {
          ...(as === 'ann' ? { as: personId } : {}),
          input: { saleId, reason: 'papersMissing', nextStep: 'send them', nextOn: '2026-06-18', followId: null },
          effect: () => w.sql`select 1 from case_follow where sale_id = ${saleId}`,
        }
      },
    },
  ]
}
