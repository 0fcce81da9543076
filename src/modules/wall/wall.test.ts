import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusal } from '../../../test/refused.ts'
import { inHand, sales, seated, sellable, talking } from '../../../test/selling.ts'
import { batch } from '../../../test/stocked.ts'
import { type Web, web } from '../../../test/web.ts'
import { calls } from '../calls/api.ts'
import { notices } from '../notices/api.ts'
import { wall } from './api.ts'
import { watch } from './watch.ts'

const router = { wall, sales, calls, notices }
let w: Web<typeof router>
let productId: string
beforeAll(async () => {
  w = await web(router)
  productId = await sellable(w, 'L7', ['ann', 'deng', 'fang'])
  await seated(w, ['ann', 'deng', 'fang'])
  // Dawn's last worked days: twenty-one of them, of which twenty count, and a day without dials between.
  await w.sql`insert into call_day (agent_id, day, batch_id, centre_id, group_id, dials, talk_seconds)
    select ${w.people.ann}, '2026-06-17'::date - n, uuidv7(), ${w.centre}, ${w.units.Dawn},
      case when n = 5 then 0 when n > 21 then 9999 else 100 end, 1200 from generate_series(1, 22) n`
  await w.sql`insert into sale_day (agent_id, day, product_id, centre_id, group_id, accepted)
    select ${w.people.ann}, '2026-06-17'::date - n, ${productId}, ${w.centre}, ${w.units.Dawn}, 3 from generate_series(1, 10) n`
})
afterAll(() => w.close())

/** A screen that was switched on: its cookie and the code that it shows. */
async function screen(before = '') {
  const answer = await w.browser().call('wall.arrive', {}, { headers: before ? { cookie: before } : {} })
  const set = String(answer.headers['set-cookie'])
  return { set, cookie: set.split(';')[0]!, code: answer.body.code as string | null, paired: answer.body.paired }
}

type Flow = Awaited<ReturnType<typeof watch>>
type Picture = Flow extends AsyncGenerator<infer Shown> ? Shown : never
const streams: AbortController[] = []
afterAll(() => {
  for (const stop of streams) stop.abort()
})

async function look(cookie: string) {
  const stop = new AbortController()
  streams.push(stop)
  const flow = await watch({ boot: w.boot, http: { headers: new Headers({ cookie }) }, signal: stop.signal })
  /** The next pictures until one that holds; undefined when the stream has ended. */
  const until = async (holds: (picture: Picture) => boolean = () => true) => {
    for (;;) {
      const { value, done } = await flow.next()
      if (done || !value) return undefined
      if (holds(value)) return value
    }
  }
  return { until, stop: () => stop.abort() }
}
const shows = async (cookie: string) => {
  const { until, stop } = await look(cookie)
  const picture = await until()
  stop()
  if (picture?.state !== 'paired') throw new Error(`not paired: ${JSON.stringify(picture)}`)
  return picture
}

/** A screen of a unit. */
async function paired(unit: keyof typeof w.units, name: string = unit) {
  const { cookie, code } = await screen()
  const { screenId } = await w.as('guo').wall.pair({ code: code!, name, unitId: w.units[unit] })
  return { cookie, screenId }
}

async function sell(name: 'ann' | 'deng' | 'fang') {
  await inHand(w, await batch(w, productId, `List of ${name}`), name, 1)
  const { tabId, callId } = await talking(w, name)
  const application = { applicationNo: `W-${name}`, productId, payWay: 'yearly' as const, rawPremium: '1000' }
  await w.as(name).sales.accept({ ...application, tabId, callId, disclosures: ['coolingOff', 'exclusions'] })
}

test('a screen gets its place by the code that it shows, once, while the code is good', async () => {
  const one = await screen()
  expect(one.code).toMatch(/^[A-Z0-9]{6}$/)
  expect(one.set).toMatch(/; Path=\/rpc\/wall; .*HttpOnly; SameSite=Strict$/)
  // Switched off and on again it is the same screen.
  expect(await screen(one.cookie)).toEqual(one)
  const { until } = await look(one.cookie)
  expect(await until()).toMatchObject({ state: 'waiting', code: one.code })
  const place = { name: 'Door', unitId: w.units.Dawn }
  const typed = `${one.code!.slice(0, 3).toLowerCase()} ${one.code!.slice(3)}`
  await w.as('wen').wall.pair({ ...place, code: typed })
  // It is told at once.
  expect(await until()).toMatchObject({ state: 'paired', screen: 'Door', unit: 'Dawn' })
  expect(await refusal(w.as('wen').wall.pair({ ...place, code: one.code! }))).toEqual(['wall.codeUnknown'])
  expect((await screen(one.cookie)).paired).toBe(true)

  const late = await screen()
  await w.sql`update device set code_until = now() - interval '1 second' where code = ${late.code}`
  expect(await refusal(w.as('wen').wall.pair({ ...place, code: late.code! }))).toEqual(['wall.codeUnknown'])
  await expect(look(late.cookie)).rejects.toMatchObject({ code: 'NOT_PAIRED' })
  const again = await screen(late.cookie)
  expect([again.cookie === late.cookie, again.code === late.code]).toEqual([false, false])
  expect(await w.sql`select 1 from device where code = ${late.code}`).toEqual([])
})

test('over https the secret goes by https alone', async () => {
  const answer = await w.browser().call('wall.arrive', {}, { headers: { origin: 'https://127.0.0.1:8080' } })
  expect(answer.headers['set-cookie']).toMatch(/; Secure$/)
})

test('one address brings no more than sixty screens a minute, and guesses no more codes', async () => {
  const browser = w.browser('10.9.8.7')
  for (let n = 0; n < 60; n++) expect((await browser.call('wall.arrive')).status).toBe(200)
  expect((await browser.call('wall.arrive')).status).toBe(429)
  for (let n = 0; n < 60; n++) expect((await browser.call('wall.pair')).status).toBe(401)
  expect((await browser.call('wall.pair')).status).toBe(429)
})

test('[S4.3.3b R] [S4.5.2 R] a sale is on every screen of the house at once, with its agent and nothing of the customer', async () => {
  const here = await paired('Dawn')
  const across = await paired('Summit')
  const [mine, theirs] = [await look(here.cookie), await look(across.cookie)]
  expect(await mine.until()).toMatchObject({ total: { figures: { cases: 0 } }, praise: [] })
  expect(await theirs.until()).toMatchObject({ praise: [] })
  await sell('ann')
  const sold = await mine.until((now) => now.state === 'paired' && now.praise.length > 0)
  expect(sold).toMatchObject({
    ...{ unit: 'Dawn', groups: [{ name: 'Dawn', figures: { cases: 1, dials: 1, connected: 1 } }] },
    praise: [{ key: 'sales.accepted', values: { person: '安寧', group: 'Dawn', product: { en: 'Home L7' } } }],
  })
  expect(sold).toMatchObject({ praiseToday: 1 })
  const far = await theirs.until((now) => now.state === 'paired' && now.praise.length > 0)
  expect(far).toMatchObject({ unit: 'Summit', groups: [{ name: 'Summit', figures: { cases: 0 } }] })
  const customers = await w.sql<{ e164: string; name: string | null; id: string }>`
    select p.e164, c.name, c.id from customer c join phone p on p.customer_id = c.id`
  expect(customers.length).toBeGreaterThan(0)
  const told = JSON.stringify([sold, far])
  for (const { e164, name, id } of customers)
    expect([e164.slice(-8), id, name ?? e164].filter((part) => told.includes(part))).toEqual([])
  expect(told).not.toContain(w.people.ann)
})

test('today stands against a usual day: the mean of the last worked days, for want of another plan', async () => {
  const { cookie } = await paired('root', 'Hall')
  const { groups, total, measuredBy } = await shows(cookie)
  const plan = { cases: 1, dials: 100, talkSeconds: 1200, days: 20 }
  // Ten of the twenty days brought three cases each, less the one that fell on the day without dials: 27 / 20.
  expect(groups.map(({ name, plan: own }) => [name, own])).toEqual([
    ['Dawn', plan],
    ['Tide', null],
    ['Summit', null],
  ])
  expect(total.plan).toEqual(plan)
  expect(measuredBy).toEqual(['declared'])
})

test('[S5.1.4c] no figure of a person, no presence, and groups in the house’s order whoever is ahead', async () => {
  const { cookie } = await paired('root', 'Second hall')
  const picture = await shows(cookie)
  expect(picture.groups.map(({ name }) => name)).toEqual(['Dawn', 'Tide', 'Summit'])
  expect(Object.keys(picture.groups[0]!).sort()).toEqual(['figures', 'id', 'name', 'plan', 'share'])
  expect(Object.keys(picture.total.figures).sort()).toEqual(
    ['appointments', 'cases', 'connected', 'dials', 'talkSeconds', 'visits'].sort(),
  )
})

test('a screen of a region shows its groups; the running block is the timetable’s', async () => {
  const { cookie } = await paired('East')
  const { groups, ...told } = await shows(cookie)
  const { block, next, today } = JSON.parse(JSON.stringify(told)) as typeof told
  expect(groups.map(({ name }) => name)).toEqual(['Dawn', 'Tide'])
  expect([today, block, next]).toMatchObject([
    '2026-06-17',
    { name: 'attendance.block.dial', kind: 'dial', to: '2026-06-17T03:45:00Z' },
    { name: 'attendance.block.lunch' },
  ])
})

test('an announcement is on the screens of its unit and in everybody’s notices, until it is taken back', async () => {
  const [dawn, summit] = [await paired('Dawn', 'A'), await paired('Summit', 'B')]
  const { until } = await look(dawn.cookie)
  await until()
  const text = 'Fire drill at four'
  await w.as('wen').wall.announce({ unitId: w.units.East, text })
  // Said twice it is said once.
  await w.as('wen').wall.announce({ unitId: w.units.East, text })
  const shown = await until((now) => now.state === 'paired' && now.news.length > 0)
  expect(shown).toMatchObject({ news: [{ key: 'wall.announcement', values: { text, person: '溫嵐' } }] })
  expect((await shows(summit.cookie)).news).toEqual([])
  const told = async (name: 'ann' | 'fang') =>
    (await w.as(name).notices.mine({})).notices
      .filter(({ key }) => key === 'wall.announcement')
      .map(({ unread }) => unread)
  expect([await told('ann'), await told('fang')]).toEqual([[true], []])
  const { announcements } = await w.as('guo').wall.announcements({})
  expect(announcements).toMatchObject([{ text, unit: 'East', by: '溫嵐' }])
  await expect(w.as('xu').wall.withdraw({ id: announcements[0]!.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await w.as('guo').wall.withdraw({ id: announcements[0]!.id })
  expect(await until((now) => now.state === 'paired' && now.news.length === 0)).toBeDefined()
  expect(await told('ann')).toEqual([false])
})

test('a screen that was turned away falls silent at once and shows a code; another one goes on', async () => {
  const [gone, stays] = [await paired('Tide', 'Gone'), await paired('Tide', 'Stays')]
  const [one, other] = [await look(gone.cookie), await look(stays.cookie)]
  await Promise.all([one.until(), other.until()])
  await w.as('wen').wall.revoke({ screenId: gone.screenId })
  expect(await one.until()).toBeUndefined()
  await expect(look(gone.cookie)).rejects.toMatchObject({ code: 'NOT_PAIRED' })
  expect((await screen(gone.cookie)).code).not.toBeNull()
  expect(await other.until()).toMatchObject({ screen: 'Stays' })
  await expect(w.as('wen').wall.revoke({ screenId: gone.screenId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a screen is told its new unit at once; an edit of an old one is not taken', async () => {
  const { cookie, screenId } = await paired('Dawn', 'Hall 2')
  const { until } = await look(cookie)
  await until()
  const edit = { screenId, version: 1, name: 'Hall 2', unitId: w.units.Tide }
  await w.as('wen').wall.change(edit)
  expect(await until()).toMatchObject({ unit: 'Tide', groups: [{ name: 'Tide' }] })
  await expect(w.as('guo').wall.change(edit)).rejects.toMatchObject({ code: 'STALE' })
  await expect(w.as('xu').wall.change({ ...edit, version: 2 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const { screens } = await w.as('wen').wall.screens({})
  expect(screens.find(({ id }) => id === screenId)).toMatchObject({ unit: 'Tide', connected: true, silentMinutes: 0 })
  expect((await w.as('xu').wall.screens({})).screens.map(({ unit }) => unit)).not.toContain('Tide')
})
