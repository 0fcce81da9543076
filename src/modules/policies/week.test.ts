import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accepted, policyFile } from '../../../test/policies.ts'
import { EXPECTED, FILES, paid, type Told } from '../../../test/policyWeek.ts'
import { sales, sellable } from '../../../test/selling.ts'
import { type World, world } from '../../../test/world.ts'
import { sheets } from '../sheets/api.ts'
import { policies } from './api.ts'
import { type ImportJob, importFile } from './import.ts'

/* A week of the insurer's files against a table that was made by hand. */

const router = { sales, sheets, policies }
let w: World<typeof router>
let ids: Map<string, string>
const JOBS = {
  'policies.import': (boot: World<typeof router>['boot'], data: unknown) => importFile(boot, data as ImportJob),
}

beforeAll(async () => {
  w = await world(router, { at: '2026-06-08T18:00' })
  const productId = await sellable(w, 'L7', ['ann', 'bo', 'chen', 'deng'])
  const cases = [
    { number: 'TB0001', agent: 'ann', on: '2026-06-03' },
    { number: 'TB0002', agent: 'ann', on: '2026-06-04' },
    { number: 'TB0003', agent: 'bo', on: '2026-06-04' },
    { number: 'TB0004', agent: 'bo', on: '2026-06-05' },
    { number: 'TB0005', agent: 'deng', on: '2026-06-05' },
    { number: 'TB0006', agent: 'deng', on: '2026-06-05' },
    { number: 'TB0007', agent: 'chen', on: '2026-06-08' },
    { number: 'TB0008', agent: 'chen', on: '2026-06-08' },
  ] as const
  const made = await accepted(w, productId, cases)
  ids = new Map(cases.map(({ number }, at) => [number, made[at]!]))
  product = productId
  // Before any file has come, the data officer still enters by hand that a case is issued.
  await move('TB0008', 'issued', '2026-06-08')
})
afterAll(() => w.close())
let product: string

const move = (number: string, state: 'issued' | 'delivered' | 'underwriting', occurredOn: string) =>
  w.as('liu').sales.move({ saleId: ids.get(number)!, state, occurredOn, note: '', version: 1 })

type Day = Temporal.PlainDate | null
const short = (day: Day) => day?.toString().slice(5) ?? '-'
async function casesNow(): Promise<string[]> {
  const rows = await w.sql<{ no: string; state: string; issued: Day; delivered: Day; cancelled: Day }>`
    select application_no as no, state, issued_on as issued, delivered_on as delivered, cancelled_on as cancelled
    from sale order by application_no`
  return rows.map(({ no, state, issued, delivered, cancelled }) =>
    [no, state, short(issued), short(delivered), short(cancelled)].join(' ').replace(/( -)+$/, ''),
  )
}
async function openDifferences(): Promise<string> {
  const rows = await w.sql<{ text: string }>`
    select d.application_no || ' ' || d.kind || ' ' || p.staff_no || ' ' || to_char(d.due_on, 'MM-DD') as text
    from policy_difference d join person p on p.id = d.owner_id where d.settled_at is null order by 1`
  return rows.map(({ text }) => text).join(', ')
}
async function rowsOf(id: string): Promise<string> {
  const rows = await w.sql<{ text: string }>`
    select concat_ws(' ', place, result, code, field) as text from policy_row where file_id = ${id} order by place`
  return rows.map(({ text }) => text).join(', ')
}
async function taken({ name, rows, asOf }: Told): Promise<string> {
  const { id } = await w.as('liu').policies.enter({ fileId: await policyFile(w, name, rows), asOf })
  await w.as('liu').policies.start({ id })
  await w.runJobs(JOBS)
  return id
}

describe('[S4.2.3b R] a week of the insurer’s files', () => {
  test.each(FILES.map((file, at) => ({ file, at, day: file.asOf })))(
    'the file of $day leaves cases, figures, row results and differences as reckoned by hand',
    async ({ file, at }) => {
      await w.setNow(file.comes)
      if (at === 6) {
        const [saleId] = await accepted(w, product, [{ number: 'TB0009', agent: 'chen', on: '2026-06-05' }])
        ids.set('TB0009', saleId!)
      }
      const id = await taken(file)
      const [cases, issued, cancelled, rows, open] = EXPECTED[at]!
      expect(await casesNow()).toEqual(cases.split('\n').map((line) => line.trim()))
      expect(await rowsOf(id)).toBe(rows)
      expect(await openDifferences()).toBe(open)
      const { total } = await w.as('guo').sales.month({ month: '2026-06' })
      expect([total.issued, total.cancelled]).toEqual([issued, cancelled])
      expect(await w.as('liu').policies.import({ id })).toMatchObject({ state: 'done', rowsDone: file.rows.length })
    },
  )

  test('late dates keep both times, and what was undone stays to be seen', async () => {
    const { entries } = await w.as('ann').sales.sale({ id: ids.get('TB0002')! })
    expect(
      entries.map(({ state, occurredOn, recordedAt, source, takesBack }) =>
        [state, occurredOn.slice(5), recordedAt.slice(5, 10), source, takesBack ? 'back' : ''].join(' ').trim(),
      ),
    ).toEqual([
      'accepted 06-04 06-04 desk',
      'underwriting 06-08 06-09 insurerFile',
      'issued 06-09 06-10 insurerFile',
      'underwriting 06-08 06-11 insurerFile back',
      'issued 06-10 06-11 insurerFile',
      'delivered 06-13 06-15 insurerFile',
    ])
  })

  test('the same file again is the one that is known, and the job run again changes nothing', async () => {
    const before = [await casesNow(), await openDifferences(), await w.sql`select count(*)::int as n from sale_event`]
    const fileId = await policyFile(w, 'again.csv', FILES[2]!.rows)
    const again = await w.as('liu').policies.enter({ fileId, asOf: FILES[2]!.asOf })
    expect(again.known).toBe(true)
    await expect(w.as('liu').policies.start({ id: again.id })).rejects.toMatchObject({ code: 'REFUSED' })
    await importFile(w.boot, { centreId: w.centre, actorId: w.people.liu, fileId: again.id })
    // The same rows for another day are a file of their own, and say nothing new.
    const { id } = await w
      .as('liu')
      .policies.enter({ fileId: await policyFile(w, 'x.csv', FILES[6]!.rows), asOf: '2026-06-15' })
    await w.as('liu').policies.start({ id })
    await w.runJobs(JOBS)
    expect(await w.as('liu').policies.import({ id })).toMatchObject({ changed: 0, same: 4 })
    expect([await casesNow(), await openDifferences(), await w.sql`select count(*)::int as n from sale_event`]).toEqual(
      before,
    )
  })

  test('sums of days are those of the cases', async () => {
    const [sums] = await w.sql`
      select sum(accepted)::int as accepted, sum(issued)::int as issued, sum(cancelled)::int as cancelled,
        sum(issued_standard)::text as standard, sum(cancelled_standard)::text as back from sale_day`
    const [cases] = await w.sql`
      select count(*)::int as accepted, count(issued_on)::int as issued, count(cancelled_on)::int as cancelled,
        (sum(standard_premium) filter (where issued_on is not null))::text as standard,
        (sum(standard_premium) filter (where cancelled_on is not null))::text as back from sale`
    expect(sums).toEqual(cases)
  })

  test('what was not taken is kept by the columns that are read, never a customer’s name', async () => {
    const [file] = (await w.as('liu').policies.imports({})).imports.filter(({ asOf }) => asOf === '2026-06-10')
    const { rows } = await w.as('liu').policies.rows({ id: file!.id, result: 'fault' })
    expect(rows[0]!.cells).toMatchObject({ applicationNo: 'TB0005', state: '冻结', premium: '500' })
    const { text } = await w.as('liu').policies.errorFile({ id: file!.id, language: 'hans' })
    expect(text).toContain('冻结')
    const kept = JSON.stringify(await w.sql`select * from policy_row`)
    expect(`${kept}${text}`).not.toContain('客户')
  })

  test('a word that nobody knows is asked once, and its row is taken the next time', async () => {
    const rows = [['TB0005', '冻结', null, null, null, ...paid, null]] as const
    const { id } = await w.as('liu').policies.enter({ fileId: await policyFile(w, 'f.csv', rows), asOf: '2026-06-15' })
    const asked = await w.as('liu').policies.dryRun({ id })
    expect(asked.dryRun!.questions).toMatchObject([{ about: 'policies.state', text: '冻结', rows: 1 }])
    expect(asked.dryRun!.counts.fault).toBe(1)
    await w.as('liu').sheets.remember({ meanings: [{ about: 'policies.state', text: '冻结', value: 'underwriting' }] })
    const again = await w.as('liu').policies.dryRun({ id })
    expect(again.dryRun).toMatchObject({ questions: [], counts: { changed: 1, fault: 0 } })
    expect(again.dryRun!.rows[0]!.became).toEqual({ state: ['declined', 'underwriting'] })
    expect(await casesNow()).toContain('TB0005 declined')
  })
})

describe('[S4.2.3b K] where the insurer’s file is in force', () => {
  const refused = (result: Promise<unknown>) =>
    expect(result).rejects.toMatchObject({ data: { reasons: [{ code: 'sales.insurerSays', clause: 'S4.2.3b' }] } })

  test('nobody sets a case to issued by hand, nor what comes after; the way until then stays in hands', async () => {
    const { sale, insurerSays } = await w.as('guo').sales.sale({ id: ids.get('TB0006')! })
    expect(insurerSays).toBe(true)
    const asked = { saleId: sale.id, occurredOn: '2026-06-15', note: '', version: sale.version }
    for (const name of ['guo', 'liu'] as const) await refused(w.as(name).sales.move({ ...asked, state: 'issued' }))
    const { version } = await w.as('wen').sales.move({ ...asked, state: 'underwriting' })
    expect(version).toBe(sale.version + 1)
  })

  test('what the file said is not taken back by hand', async () => {
    const { sale } = await w.as('guo').sales.sale({ id: ids.get('TB0008')! })
    await refused(w.as('guo').sales.takeBack({ saleId: sale.id, why: 'x', version: sale.version }))
  })

  test('only the department manager lets hands enter again', async () => {
    await expect(w.as('liu').policies.setSource({ insurerFile: false })).rejects.toMatchObject({ code: 'REFUSED' })
    await w.as('guo').policies.setSource({ insurerFile: false })
    expect(await w.as('liu').policies.source({})).toEqual({ insurerSince: null })
    const { sale } = await w.as('guo').sales.sale({ id: ids.get('TB0006')! })
    const asked = {
      saleId: sale.id,
      state: 'issued' as const,
      occurredOn: '2026-06-15',
      note: '',
      version: sale.version,
    }
    await w.as('liu').sales.move(asked)
    await w.as('liu').policies.setSource({ insurerFile: true })
    expect((await w.as('liu').policies.source({})).insurerSince).toBe('2026-06-15')
  })
})
