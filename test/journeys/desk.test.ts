import { afterAll, beforeAll, expect, test } from 'vitest'
import { bringOnline, type Floor, handDown, openFloor, type Person } from './floor.ts'

let floor: Floor
beforeAll(async () => {
  floor = await openFloor()
  await floor.clock('09:30')
  // All to two: each has more than the journey dials.
  await handDown(await floor.person('lin'), ['安寧', '柏川'])
})
afterAll(() => floor.close())

const step = (agent: Person, name: string) =>
  agent.page.locator('.d-step', { hasText: name }).waitFor({ state: 'visible' })

/** At the desk with a lead before him; a promise that is due may come first. */
async function atDesk(username: string): Promise<Person> {
  const agent = await floor.person(username, 'desk')
  await bringOnline(agent)
  await agent.page.getByRole('button', { name: /Next lead/ }).waitFor()
  await press(agent, 'n')
  await step(agent, 'Preview')
  return agent
}

async function press(agent: Person, ...keys: string[]): Promise<void> {
  for (const key of keys) await agent.page.keyboard.press(key)
}

const callsOf = async (agent: Person) =>
  (await agent.call<{ calls: { outcome: string; lineResult: string }[] }>('calls.recent')).calls

test('the desk is worked by the keyboard: no answer 2 keys, a refusal for good 3, a callback 4', async () => {
  const ann = await atDesk('ann')
  await press(ann, 'Enter')
  await step(ann, 'Dialling')
  await press(ann, '1', 'Enter')
  await step(ann, 'Preview')
  expect((await callsOf(ann))[0]).toMatchObject({ outcome: 'notReached', lineResult: 'noAnswer' })

  await press(ann, 'Enter')
  await step(ann, 'Dialling')
  await press(ann, 'Space', '8', 'Enter')
  await step(ann, 'Preview')
  expect((await callsOf(ann))[0]).toMatchObject({ outcome: 'refusedForGood' })

  await press(ann, 'Enter')
  await step(ann, 'Dialling')
  await press(ann, 'Space', '5', '3', 'Enter')
  await step(ann, 'Preview')
  expect((await callsOf(ann))[0]).toMatchObject({ outcome: 'callback' })

  expect(ann.errors).toEqual([])
})

test('a line that drops costs no half-written word, and what is sent again is recorded once', async () => {
  const bo = await atDesk('bo')
  await press(bo, 'Enter')
  await step(bo, 'Dialling')
  await press(bo, 'Space')
  await step(bo, 'Talking')
  const note = bo.page.getByRole('textbox', { name: 'Note' })
  await note.fill('Wants to ask her husband; the loan runs until 2031')
  await bo.context.setOffline(true)
  await note.fill('Wants to ask her husband; the loan runs until 2031, he decides')
  await bo.page
    .getByRole('button', { name: /Not now/ })
    .first()
    .click()
  await bo.context.setOffline(false)
  await bo.page.reload()
  await step(bo, 'Talking')
  await expect.poll(() => note.inputValue()).toContain('he decides')

  const before = (await callsOf(bo)).length
  await bo.context.setOffline(true)
  await bo.page.getByRole('button', { name: /^Record, next/ }).click()
  await bo.page.getByText('Connection lost, will be sent').first().waitFor()
  await bo.context.setOffline(false)
  await expect.poll(async () => (await callsOf(bo)).length).toBe(before + 1)
})
