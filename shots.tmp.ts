import { openFloor } from './test/journeys/floor.ts'
const floor = await openFloor('/tmp/pol-demo')
const shot = async (name: string, user: string, path: string, looks: object, act?: (p: any) => Promise<void>) => {
  const person = await floor.person(user, path, looks as never)
  await person.page.waitForTimeout(2500)
  if (act) await act(person.page)
  await person.page.screenshot({ path: `/tmp/pol-shots/${name}.png`, fullPage: true })
  if (person.errors.length) console.log(name, person.errors)
  await person.context.close()
}
await floor.clock('08:40', 0)
const light = { locale: 'zh-TW', width: 1440 }, dark = { locale: 'en-US', dark: true, width: 1440 }, phone = { locale: 'zh-CN', dark: true, width: 390 }
for (const [n, l] of [['light', light], ['dark', dark], ['phone', phone]] as const) {
  await shot(`policies-${n}`, 'liu', 'policies', l)
  await shot(`waiting-${n}`, 'wen', 'waiting', l)
}
await shot('file', 'liu', 'policies', light, async (page) => { await page.locator('.k-table').first().locator('tbody tr.k-row-link').first().click(); await page.waitForTimeout(2000) })
await shot('follow', 'lin', 'waiting', light, async (page) => { await page.locator('tbody tr.k-row-link').first().click(); await page.waitForTimeout(1500) })
await shot('differences', 'lin', 'policies/differences', phone, async (page) => { await page.locator('tbody tr.k-row-link').first().click(); await page.waitForTimeout(1500) })
await shot('now-lin', 'lin', '', light)
await shot('now-ann', 'ann', '', phone)
await floor.close()
process.exit(0)
