import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Floor, Person } from './floor.ts'

/* Pages as somebody looks at them: readable in light and dark, worded, as wide as the screen. */

/** Text that stands out too little from what is behind it, with its ratio. WCAG 2 AA; 3 for large text. */
const faint = (page: Page) =>
  page.evaluate(() => {
    const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
    const light = ([r = 0, g = 0, b = 0]: number[]) => {
      const [x, y, z] = [r, g, b].map((c) =>
        c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
      )
      return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!
    }
    const behind = (start: Element): number[] | null => {
      for (let at: Element | null = start; at; at = at.parentElement) {
        const style = getComputedStyle(at)
        if (style.backgroundImage !== 'none' || Number(style.opacity) < 1) return null
        const colour = channels(style.backgroundColor)
        if (colour[3] === undefined || colour[3] === 1) return colour
        if (colour[3] > 0) return null
      }
      return [255, 255, 255]
    }
    const found: string[] = []
    for (const element of document.querySelectorAll('body *')) {
      const own = [...element.childNodes]
        .filter((node) => node.nodeType === 3)
        .map((node) => node.textContent?.trim())
        .join('')
      const { width, height, bottom } = element.getBoundingClientRect()
      const style = getComputedStyle(element)
      if (own === '' || width < 2 || height < 2 || bottom <= 0 || style.visibility === 'hidden') continue
      if (
        element.closest('[disabled], [aria-disabled=true], .ant-btn-disabled, [aria-hidden=true], .ant-select-disabled')
      )
        continue
      const ground = behind(element)
      const ink = channels(style.color)
      if (!ground || (ink[3] ?? 1) < 1) continue
      const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x)
      const ratio = (a! + 0.05) / (b! + 0.05)
      const large = Number.parseFloat(style.fontSize) >= 24
      if (ratio < (large ? 3 : 4.5)) found.push(`${own.slice(0, 30)} ${ratio.toFixed(2)}`)
    }
    return found
  })

/** Opens pages one after the other, light and dark; expects words for all, ink that can be read, no error in the console. */
export async function lookAt(
  floor: Pick<Floor, 'address'>,
  person: Pick<Person, 'page' | 'errors'>,
  paths: readonly string[],
): Promise<void> {
  const { page, errors } = person
  const weak = new Set<string>()
  for (const path of paths) {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(`${floor.address}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('.ant-skeleton').first().waitFor({ state: 'detached' })
    for (const colorScheme of ['light', 'dark'] as const) {
      // The page follows the machine while it is open.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.waitForFunction((asked) => document.documentElement.style.colorScheme === asked, colorScheme)
      await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
      for (const one of await faint(page)) weak.add(`${path} ${colorScheme} ${one}`)
    }
    // A word without wording shows its key; ids of clauses look alike and are none.
    const keys = (await page.getByText(/^[a-z]+\.[a-z]+(\.[a-zA-Z]+)*$/).allTextContents()).filter(
      (key) => key !== 'demo.numbers',
    )
    expect({ path, keys }).toEqual({ path, keys: [] })
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect({ path, over: Math.max(0, over) }).toEqual({ path, over: 0 })
  }
  expect([...weak].slice(0, 12)).toEqual([])
  expect(errors).toEqual([])
}
