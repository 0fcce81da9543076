import { afterAll, beforeAll, test } from 'vitest'
import { type Floor, openFloor } from './floor.ts'
import { lookAt } from './readable.ts'

let floor: Floor
beforeAll(async () => {
  floor = await openFloor()
  await floor.clock('10:05')
})
afterAll(() => floor.close())

const PAGES = [
  '',
  'floor',
  'progress',
  'sales',
  'credit',
  'leads',
  'lists',
  'people',
  'rules',
  'rules/S3.6',
  'timetable',
  'account',
]

for (const locale of ['zh-TW', 'zh-CN', 'en-US'])
  test(`every page opens in ${locale}, light and dark, readable and without an error in the console`, async () => {
    await lookAt(floor, await floor.person('guo', '', { locale }), PAGES)
  })
