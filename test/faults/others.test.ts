import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { router } from '../../src/app/router.ts'
import { inHand, seated, sellable, talking } from '../selling.ts'
import { batch } from '../stocked.ts'
import { type World, world } from '../world.ts'

/* Ids that somebody found in another group's pages, forms that somebody else overtook, and texts that are no text. */

let w: World<typeof router>
let theirs: { leadId: string; callId: string }
beforeAll(async () => {
  w = await world(router)
  const productId = await sellable(w, 'L1', ['ann', 'deng'])
  const list = await batch(w, productId, 'June')
  await seated(w, ['ann', 'deng'])
  await inHand(w, list, 'ann', 2)
  await inHand(w, list, 'deng', 2)
  theirs = await talking(w, 'deng')
})
afterAll(() => w.close())

const NOT_FOUND = { code: 'NOT_FOUND' }

test('ids of another group are not found, for agents and leaders, and neither is an id of nothing', async () => {
  const { groupId, personId } = { groupId: w.units.Tide, personId: w.people.deng }
  const shares = [{ personId, quantity: 1 }]
  const [lot] = (await w.as('tao').leads.lots({})).lots
  expect(lot).toBeUndefined()
  for (const leadId of [theirs.leadId, randomUUID()]) {
    await expect(w.as('ann').leads.lead({ id: leadId })).rejects.toMatchObject(NOT_FOUND)
    await expect(w.as('lin').leads.lead({ id: leadId })).rejects.toMatchObject(NOT_FOUND)
  }
  for (const id of [theirs.callId, randomUUID()]) {
    await expect(w.as('ann').calls.call({ id })).rejects.toMatchObject(NOT_FOUND)
    await expect(w.as('lin').calls.call({ id })).rejects.toMatchObject(NOT_FOUND)
  }
  await expect(w.as('lin').leads.distribute({ groupId, shares })).rejects.toMatchObject(NOT_FOUND)
  await expect(
    w.as('lin').leads.recall({ groupId, personId, to: 'group', only: 'all', reason: 'x' }),
  ).rejects.toMatchObject(NOT_FOUND)
  await expect(w.as('lin').leads.receivers({ groupId })).rejects.toMatchObject(NOT_FOUND)
  await expect(w.as('lin').calls.callsOf({ agentId: personId })).rejects.toMatchObject(NOT_FOUND)
  // And the rightful one gets the row.
  expect((await w.as('deng').leads.lead({ id: theirs.leadId })).id).toBe(theirs.leadId)
})

test('a call of another group cannot be recorded by its id, from one’s own desk', async () => {
  const { tabId } = await talking(w, 'ann')
  const input = { tabId, callId: theirs.callId, lineResult: 'busy' as const, outcome: 'notReached' as const }
  await expect(w.as('ann').calls.record(input)).rejects.toMatchObject({
    code: expect.stringMatching(/REFUSED|NOT_FOUND/),
  })
  expect(await w.sql`select 1 from call where id = ${theirs.callId}`).toEqual([])
})

test('a form that somebody overtook is answered with the row as it stands, and changes nothing', async () => {
  const { unitId } = await w.as('guo').people.addUnit({ kind: 'group', parentId: w.units.West, name: 'Reef' })
  await w.as('guo').people.renameUnit({ unitId, name: 'Coral', version: 1 })
  const late = w.as('admin').people.renameUnit({ unitId, name: 'Shoal', version: 1 })
  await expect(late).rejects.toMatchObject({
    ...{ code: 'STALE', status: 412, data: { current: { name: 'Coral', version: 2 } } },
  })
  const named = async () => (await w.as('guo').people.tree({})).units.find(({ id }) => id === unitId)?.name
  expect(await named()).toBe('Coral')
  // What was typed is sent again over the version that was shown.
  await w.as('admin').people.renameUnit({ unitId, name: 'Shoal', version: 2 })
  expect(await named()).toBe('Shoal')
})

test('HTML and formulas in a note stay what was typed', async () => {
  const [desk] = [await w.as('deng').calls.desk({})]
  const note = '<script>alert(1)</script> <img src=x onerror=alert(1)> =cmd|x & "’'
  const [tab] = await w.sql<{ tab_id: string }>`select tab_id from desk where agent_id = ${w.people.deng}`
  await w.as('deng').calls.record({
    ...{ tabId: tab!.tab_id, callId: desk!.callId!, lineResult: 'answered', outcome: 'refused', note },
  })
  expect((await w.as('deng').calls.call({ id: desk!.callId! })).note).toBe(note)
})
