import { addProduct, authorise } from '../../src/modules/catalog/catalog.ts'
import { stopCalling } from '../../src/modules/customers/doNotCall.ts'
import { basis, handedIn } from '../lists.ts'
import { BESIDE, type House, type Line } from './house.ts'

/* What is sold, the persons behind numbers, the gate's decisions, and lists. */

const said = (en: string) => ({ hant: en, en })

export function catalogLines({ w, productId, next }: House): Line[] {
  const tomorrow = '2026-06-18'
  const figures = { payWays: { yearly: 1 }, standardFactor: 1, minPremium: null }
  const product = () =>
    w.run((ctx) => addProduct(ctx, { ...figures, code: `N${next()}`, name: said('New'), subject: 'life' }), 'guo')
  return [
    { op: 'catalog.products', make: () => ({ input: {}, row: productId }) },
    { op: 'catalog.script', make: () => ({ input: { productId }, row: 'coolingOff' }) },
    { op: 'catalog.authorised', make: () => ({ input: { productId }, row: w.people.ann }) },
    {
      op: 'catalog.addProduct',
      make: () => {
        const code = `N${next()}`
        return {
          input: { ...figures, code, name: said('New'), subject: 'life' },
          effect: () => w.sql`select 1 from product where code = ${code} and centre_id = ${w.centre}`,
        }
      },
    },
    {
      op: 'catalog.addVersion',
      make: async () => {
        const id = await product()
        return {
          input: { ...figures, productId: id, effectiveOn: tomorrow },
          effect: () => w.sql`select 1 from product_version where product_id = ${id} and effective_on = ${tomorrow}`,
        }
      },
    },
    {
      op: 'catalog.setListed',
      make: async () => {
        const id = await product()
        return {
          input: { productId: id, listed: false },
          effect: () => w.sql`select 1 from product where id = ${id} and not listed`,
        }
      },
    },
    {
      op: 'catalog.addScript',
      make: async () => {
        const id = await product()
        const sections = [{ key: 'opening', title: said('Opening'), text: said('Hello') }]
        return {
          input: { productId: id, sections, disclosures: [] },
          effect: () => w.sql`select 1 from script where product_id = ${id}`,
        }
      },
    },
    {
      op: 'catalog.authorise',
      make: async () => {
        const id = await product()
        return {
          input: { productId: id, personIds: [w.people.fang] },
          effect: () => w.sql`select 1 from authorisation where product_id = ${id}`,
        }
      },
    },
    {
      op: 'catalog.endAuthorisation',
      make: async () => {
        const id = await product()
        await w.run((ctx) => authorise(ctx, { productId: id, personIds: [w.people.fang] }), 'guo')
        return {
          input: { productId: id, personId: w.people.fang },
          effect: () => w.sql`select 1 from authorisation where product_id = ${id} and until_on is not null`,
        }
      },
    },
  ]
}

export function customerLines({ w, next, leadAt }: House): Line[] {
  /** A number that nobody is to call any more, and its entry in the book. */
  const stopped = async () => {
    const { number, phoneId } = await leadAt()
    const source = { kind: 'person', id: w.people.qin } as const
    const { entryId } = await w.run((ctx) =>
      stopCalling(ctx, { phoneId, list: 'own', reason: 'customerRefused', source }),
    )
    return { number, entryId }
  }
  return [
    {
      op: 'customers.card',
      make: async () => {
        const { customerId } = await leadAt()
        return { input: { customerId }, row: customerId }
      },
    },
    {
      op: 'customers.accessOf',
      make: async () => {
        const { customerId } = await leadAt()
        await w.as('liu').customers.card({ customerId })
        return { input: { customerId }, row: w.people.liu }
      },
    },
    { op: 'customers.doNotCall', make: async () => ({ input: {}, row: (await stopped()).entryId }) },
    {
      op: 'customers.lookUpNumber',
      make: async () => {
        const { number, entryId } = await stopped()
        return { input: { number }, row: entryId }
      },
    },
    {
      op: 'customers.stopCalling',
      make: async () => {
        const { number } = await leadAt()
        const note = `said so ${next()}`
        return {
          input: { number, reason: 'complaint', note },
          effect: () => w.sql`select 1 from do_not_call where note = ${note} and centre_id = ${w.centre}`,
        }
      },
    },
    {
      op: 'customers.correctDoNotCall',
      make: async () => {
        const { entryId } = await stopped()
        return {
          input: { entryId, reason: 'wrongKey', note: 'slip' },
          effect: () => w.sql`select 1 from do_not_call where corrects = ${entryId}`,
        }
      },
    },
    {
      op: 'customers.importDoNotCall',
      make: async () => {
        const { number, phoneId } = await leadAt()
        return {
          input: { list: 'shared', asOf: '2026-06-16T00:00:00Z', text: number },
          effect: () => w.sql`select 1 from do_not_call d join phone p on p.hash = d.hash where p.id = ${phoneId}
            and d.centre_id = p.centre_id`,
        }
      },
    },
    {
      op: 'customers.withdrawConsent',
      make: async () => {
        const { customerId } = await leadAt()
        return {
          input: { customerId, evidence: 'letter' },
          effect: () => w.sql`select 1 from consent where customer_id = ${customerId} and withdrawn_at is not null`,
        }
      },
    },
    {
      op: 'customers.erase',
      make: async () => {
        const { customerId } = await leadAt()
        return {
          input: { customerId, why: 'purposeEnded' },
          effect: () => w.sql`select 1 from customer where id = ${customerId} and erased_at is not null`,
        }
      },
    },
  ]
}

export function complianceLines({ w }: House): Line[] {
  /** A dial that the gate refused to an agent of Dawn, for a reason that no other line brings up. */
  const refused = async () => {
    const [row] = await w.sql<{ id: string }>`
      insert into decision (verdict_id, occurred_on, at, centre_id, operation, allowed, clause, codes, actor_id, subject_kind,
        subject_id)
      select uuidv7(), '2026-06-17', centre_now(c), c.id, 'calls.dial', false, 'S3.6', '{consentWithdrawn}', ${w.people.bo},
        'lead', uuidv7() from centre c where c.id = ${w.centre} returning subject_id as id`
    return row!.id
  }
  return [
    { op: 'compliance.packs', make: () => ({ input: {}, row: 'cn-life' }) },
    {
      ...{ op: 'compliance.decisions', outside: BESIDE },
      make: async () => ({ input: { subjectId: await refused() }, row: w.people.bo }),
    },
    {
      ...{ op: 'compliance.refusedToday', outside: BESIDE },
      make: async () => {
        await refused()
        return { input: {}, row: 'consentWithdrawn' }
      },
    },
  ]
}

export function listLines({ w, next, productId }: House): Line[] {
  const headers = ['客戶姓名', '手機']
  const mapping = ['name', 'phone1'] as const
  const file = () => handedIn(w, 'June.csv', Buffer.from(`${headers.join(',')}\n李四,13590${next() + 10_000}1\n`))
  const form = async () => basis(productId, await file(), `List ${next()}`, headers, mapping)
  /** A list entered and not begun, with one row that was not taken. */
  const entered = async () => {
    const { batchId } = await w.as('liu').lists.createBatch(await form())
    const cell = `bad-${next()}`
    await w.sql`insert into list_row (batch_id, row_no, result, code, cells)
      values (${batchId}, 1, 'BAD', null, ${JSON.stringify([cell, ''])}::jsonb)`
    return { batchId, cell }
  }
  const is = (batchId: string, state: string) => () =>
    w.sql`select 1 from list_batch where id = ${batchId} and state = ${state}`
  return [
    { op: 'lists.inspect', make: async () => ({ input: { fileId: await file() }, row: headers[0]! }) },
    {
      op: 'lists.preview',
      make: async () => ({
        input: { fileId: await file(), mapping, country: 'CN', grade: 'B', hidden: 'skip' },
        row: '李四',
      }),
    },
    {
      op: 'lists.saveMapping',
      make: () => {
        const name = `Bank ${next()}`
        return {
          input: { name, headers, mapping },
          effect: () => w.sql`select 1 from list_mapping where name = ${name} and centre_id = ${w.centre}`,
        }
      },
    },
    {
      op: 'lists.createBatch',
      make: async () => {
        const input = await form()
        return { input, effect: () => w.sql`select 1 from list_batch where name = ${input.name}` }
      },
    },
    {
      op: 'lists.start',
      make: async () => {
        const { batchId } = await entered()
        return { input: { batchId }, effect: is(batchId, 'importing') }
      },
    },
    {
      op: 'lists.stop',
      make: async () => {
        const { batchId } = await entered()
        await w.as('liu').lists.start({ batchId })
        return { input: { batchId }, effect: is(batchId, 'stopped') }
      },
    },
    { op: 'lists.batches', make: async () => ({ input: {}, row: (await entered()).batchId }) },
    {
      op: 'lists.batch',
      make: async () => {
        const { batchId } = await entered()
        return { input: { batchId }, row: batchId }
      },
    },
    {
      op: 'lists.rows',
      make: async () => {
        const { batchId, cell } = await entered()
        return { input: { batchId, result: 'BAD' }, row: cell }
      },
    },
    {
      op: 'lists.errorFile',
      make: async () => {
        const { batchId, cell } = await entered()
        return { input: { batchId, language: 'en' }, row: cell }
      },
    },
  ]
}
