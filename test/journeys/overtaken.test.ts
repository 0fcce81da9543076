import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Floor, openFloor } from './floor.ts'

let floor: Floor
beforeAll(async () => {
  floor = await openFloor()
})
afterAll(() => floor.close())

type Seat = { id: string; label: string; version: number; groupId: string | null; callerId: string | null }
const NOTE = '<img src=x onerror="document.title=\'run\'"> <b>bold</b>'

test('a form that somebody overtook shows both, and what was typed is kept until it is saved or let go', async () => {
  await floor.clock('09:21')
  const guo = await floor.person('guo', 'seats')
  const { page, call } = guo
  page.setDefaultTimeout(25_000)
  const seats = await call<(Seat & Record<string, boolean>)[]>('telephony.seats')
  const seat = seats[0]!
  const row = page.getByRole('row').filter({ has: page.getByText(seat.label, { exact: true }) })
  await row.getByRole('button', { name: 'Change' }).click()
  const form = page.getByRole('dialog')
  const label = form.getByLabel('Seat', { exact: true })
  await label.fill('My label')
  // Somebody else is faster.
  const { id: seatId, version, groupId, callerId, callerIdApproved, lineRegistered, recording } = seat
  const theirs = { groupId, callerId, callerIdApproved, lineRegistered, recording, label: NOTE.slice(0, 40) }
  await call('telephony.editSeat', { ...theirs, seatId, version })
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText('Somebody changed this while you were typing').waitFor()
  expect(await form.locator('.k-overtaken td').allTextContents()).toEqual(['My label', theirs.label])
  expect(await label.inputValue()).toBe('My label')
  await form.getByRole('button', { name: 'Keep what I typed' }).click()
  await form.getByRole('button', { name: 'Save' }).click()
  await form.waitFor({ state: 'hidden' })
  const after = (await call<Seat[]>('telephony.seats')).find(({ id }) => id === seatId)
  expect([after?.label, after?.version]).toEqual(['My label', version + 2])

  // A person's form lives with the page: the row moves under it without a save.
  await page.goto(`${floor.address}people`)
  await page.getByText('柏川').first().click()
  await page.getByText('Edit data').click()
  const name = page.getByRole('textbox', { name: 'Name', exact: true })
  await name.fill('柏大川')
  type Found = { persons: { id: string; name: string }[] }
  const { persons } = await call<Found>('people.persons', { search: '柏川' })
  const person = await call<{ version: number; close: Record<string, string | null> }>('people.person', {
    personId: persons[0]!.id,
  })
  const { birthday, registrationNo, trainedOn } = person.close
  const edit = { personId: persons[0]!.id, version: person.version, birthday, registrationNo, trainedOn }
  await call('people.editPerson', { ...edit, name: NOTE.slice(0, 60) })
  await page.getByText('Somebody changed this while you were typing').waitFor()
  expect(await name.inputValue()).toBe('柏大川')
  expect(await page.locator('.k-overtaken td').allTextContents()).toEqual(['柏大川', NOTE.slice(0, 60)])
  // What stands there is text, whatever it looks like.
  expect(await page.locator('img[src="x"]').count()).toBe(0)
  expect(await page.title()).not.toBe('run')
  await page.getByRole('button', { name: 'Take what stands there' }).click()
  await expect.poll(() => name.inputValue()).toBe(NOTE.slice(0, 60))
})
