import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Floor, openFloor } from './floor.ts'

let floor: Floor
beforeAll(async () => {
  floor = await openFloor()
})
afterAll(() => floor.close())

/** Puts the machine's clock wrong by as many hours as the page keeps; kept over a reload. */
function wrongClock() {
  const Right = Date
  const off = () => Number(sessionStorage.getItem('hours-off') ?? 0) * 3_600_000
  globalThis.Date = class extends Right {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(Right.now() + off())
      else super(...(given as [number]))
    }
    static override now() {
      return Right.now() + off()
    }
  } as DateConstructor
}

test('a browser whose clock is hours off, or is set while it looks, shows the hour and the countdown of the house', async () => {
  // Stands, so that what is shown is one text.
  await floor.clock('09:21', 0)
  const lin = await floor.person('lin')
  const { page } = lin
  const shown = () => page.locator('.k-top-clock').textContent()
  await expect.poll(shown).toContain('09:21:00')
  const right = await shown()
  expect(right).toMatch(/\d+:\d\d/)

  await lin.context.addInitScript(wrongClock)
  for (const hours of [-7, 11, 24 * 400]) {
    await page.evaluate((off) => sessionStorage.setItem('hours-off', String(off)), hours)
    await page.reload()
    await page.locator('.k-top-clock').waitFor()
    expect(await page.evaluate(() => Math.round((Date.now() - performance.timeOrigin) / 3_600_000))).toBe(hours)
    await expect.poll(shown).toBe(right)
  }

  // Set while the page is open: what runs goes on, and the house is asked for the hour.
  await floor.clock('09:30', 1)
  await expect.poll(shown).toContain('09:30:')
  const asked = page.waitForRequest(/rpc\/access\/me/)
  await page.evaluate(() => sessionStorage.setItem('hours-off', '-3'))
  await asked
  await expect.poll(shown).toMatch(/09:3\d:/)
  expect(lin.errors).toEqual([])
})
