import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operationsOf } from '../scripts/rightsTable.ts'
import { router } from '../src/app/router.ts'
import { watchIdling } from '../src/modules/attendance/idle.ts'
import { ROLES } from '../src/platform/actor.ts'
import type { Name } from './cast.ts'
import { ask, seen } from './rights/ask.ts'
import { BEARER, BEARERS, type House, house, type Line, type Who } from './rights/house.ts'
import { linesOf } from './rights/lines.ts'
import { MATRIX } from './rights/matrix.ts'

/*
 * Every operation of the house as every role and as a stranger, on PostgreSQL. Who may call what stands written out in
 * rights/matrix.ts; each refused call is made with the very input with which the rightful role then gets the row.
 */

const operations = operationsOf(router)
const CALLERS = ['stranger', ...ROLES] as const
const mayBe = (op: (typeof operations)[number], caller: (typeof CALLERS)[number]): boolean =>
  op.may === 'stranger' || (caller !== 'stranger' && (op.may === 'everyone' || op.may.includes(caller)))

test('who may call what is as it was written down and looked at: rights/matrix.ts', () => {
  const stated = operations.map((op) => {
    const marks = CALLERS.map((caller) => (mayBe(op, caller) ? 'x' : '·'))
    return `${op.path.padEnd(28)}${marks.join(' ')}`
  })
  expect(stated).toEqual(MATRIX.trim().split('\n').slice(1))
})

/** Clauses whose permissions these operations are, beside the one that a right itself is tested. */
const CLAUSES: readonly (readonly [RegExp, string])[] = [
  [/^(leads|lists)\./, '[S4.4.10a A]'],
  [/^calls\.(next|dial|lookUp|startInbound|giveCallback)$/, '[S4.4.10a A]'],
  [/^attendance\.(idleAlerts|markIdle)$/, '[S4.3.3c A]'],
  [/^credit\.(ask|approve|refuse|withdraw)$/, '[S4.4.11b A]'],
]
const tagOf = (path: string) => CLAUSES.find(([pattern]) => pattern.test(path))?.[1] ?? ''

let h: House
let lines: Line[]
beforeAll(async () => {
  h = await house()
  lines = await linesOf(h)
})
afterAll(() => h.w.close())

const mayOf = (path: string) => {
  const op = operations.find((one) => one.path === path)!
  return ROLES.filter((role) => mayBe(op, role))
}
const roleOf = (who: Who) => ROLES.find((role) => BEARER[role] === who)

test('each operation is called rightfully by every role that may, and no line is left of one that is gone', () => {
  expect([...new Set(lines.map(({ op }) => op))].sort()).toEqual(operations.map(({ path }) => path).sort())
  for (const { path } of operations) {
    const by = lines
      .filter(({ op }) => op === path)
      .flatMap((line) => line.by ?? mayOf(path).map((role) => BEARER[role]))
    const called = new Set(by.map(roleOf))
    expect([path, mayOf(path).filter((role) => !called.has(role))]).toEqual([path, []])
  }
})

describe('each operation as each caller: refused to whoever may not, and then the rightful one gets the row', () => {
  test.for(operations.map(({ path }) => ({ path, title: `${tagOf(path)} ${path}`.trim() })))(
    '$title',
    async ({ path }) => {
      const op = operations.find((one) => one.path === path)!
      const may = mayOf(path)
      for (const line of lines.filter((one) => one.op === path)) {
        const by = line.by ?? may.map((role) => BEARER[role])
        for (const [n, who] of by.entries()) {
          const made = await line.make(who)
          const { input = {}, row, effect, browser } = made
          const happened = async () => (effect ? (await effect()).length > 0 : false)

          if (n === 0) {
            if (op.may !== 'stranger')
              expect([path, 'stranger', (await ask(h, null, path, input)).code]).toEqual([
                path,
                'stranger',
                'UNAUTHORIZED',
              ])
            const forbidden = ROLES.filter((role) => !may.includes(role))
            const codes = await Promise.all(
              forbidden.map(async (role) => [role, (await ask(h, h.idOf(BEARER[role]), path, input)).code]),
            )
            expect([path, codes]).toEqual([path, forbidden.map((role) => [role, 'FORBIDDEN'])])
          }
          const outside = made.outside ?? (n === 0 ? line.outside : []) ?? []
          const told = await Promise.all(
            outside.map(async (other) => {
              const answer = await ask(h, h.idOf(other), path, input)
              const blind = answer.code === 'NOT_FOUND' || (answer.code === 'OK' && !(row && seen(answer, row)))
              return [other, blind ? 'nothing of it' : answer.told]
            }),
          )
          expect([path, who, told]).toEqual([path, who, outside.map((other) => [other, 'nothing of it'])])
          expect([path, who, 'before', await happened()]).toEqual([path, who, 'before', false])

          const answer = await ask(h, made.as ?? h.idOf(who), path, input, browser)
          expect([path, who, answer.code, answer.told]).toEqual([path, who, made.code ?? 'OK', answer.told])
          if (row) expect([path, who, seen(answer, row) ? 'the row' : answer.told]).toEqual([path, who, 'the row'])
          if (effect) expect([path, who, 'after', await happened()]).toEqual([path, who, 'after', true])
        }
      }
    },
  )
})

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/

test('people of another centre on the same database find nothing of this one, whatever their role', async () => {
  const found: string[] = []
  for (const line of lines) {
    if (line.op.startsWith('access.') && !/Password|unlock|Sessions$/.test(line.op)) continue
    const roles = mayOf(line.op).filter((role) => Object.hasOwn(h.other.people, BEARER[role]))
    const { input = {}, row, effect } = await line.make(line.by?.[0] ?? BEARER[roles[0]!])
    if (!UUID.test(`${JSON.stringify(input)} ${row}`)) continue
    for (const role of roles) {
      const far = h.other.people[BEARER[role] as Name]
      const answer = await ask(h, far, line.op, input)
      const got = answer.code === 'OK' && row && UUID.test(row) && seen(answer, row)
      if (got || (effect && (await effect()).length > 0))
        found.push(`${line.op} as ${role}: ${answer.told.slice(0, 200)}`)
    }
  }
  expect(found).toEqual([])
})

describe('[S4.4.10a A] an agent gets leads by being given them and in no other way', () => {
  test('neither pulls nor claims nor exports: no such operation is open to him', () => {
    const open = operations.filter((op) => mayBe(op, 'tsr') && /^(lists|leads)\./.test(op.path))
    expect(open.map(({ path, kind }) => [path, kind])).toEqual([
      ['leads.lots', 'query'],
      ['leads.receive', 'command'],
      ['leads.list', 'query'],
      ['leads.lead', 'query'],
      ['leads.due', 'query'],
    ])
    const files = operations.filter(({ path }) => /export|download|file/i.test(path))
    expect(files.map(({ path }) => [path, mayOf(path)])).toEqual([
      ['lists.errorFile', ['dataOfficer']],
      ['policies.errorFile', ['deptManager', 'dataOfficer']],
      ['moving.errorFile', ['deptManager', 'dataOfficer']],
    ])
  })

  test('“next” brings what is in his hands; with none there it brings none, whatever lies with company and group', async () => {
    const { personId, tabId, leadId } = await h.agent()
    await Promise.all([h.leadAt(), h.leadAt(h.w.units.Dawn), h.leadAt(h.w.units.Dawn, h.w.people.bo)])
    const { calls } = h.w.asPerson(personId)
    expect(await calls.next({ tabId })).toMatchObject({ taken: true })
    expect((await calls.desk({})).lead?.id).toBe(leadId)
    await h.w.as('lin').leads.recall({
      ...{ groupId: h.w.units.Dawn, personId, to: 'group', only: 'all', reason: 'training' },
    })
    expect(await calls.next({ tabId })).toMatchObject({ taken: false })
    expect((await calls.desk({})).lead).toBeNull()
  })

  test('a customer of somebody else does not come to the desk by his number or his id', async () => {
    const [mine, his] = [await h.agent(), await h.agent()]
    const { calls } = h.w.asPerson(mine.personId)
    expect(await calls.lookUp({ number: his.number })).toEqual({ callers: [] })
    expect(await calls.lookUp({ number: mine.number })).toMatchObject({ callers: [{ customerId: mine.customerId }] })
    const { tabId } = mine
    const ringing = ({ customerId, phoneId }: typeof his) => ({ tabId, customerId, phoneId })
    const refused = ask(h, mine.personId, 'calls.startInbound', ringing(his))
    expect((await refused).code).toBe('NOT_FOUND')
    expect((await ask(h, mine.personId, 'calls.startInbound', ringing(mine))).code).toBe('OK')
  })

  test('no number leaves whole but by the dial of the one who holds the lead', async () => {
    const { personId, tabId, leadId, phoneId, number } = await h.agent()
    const digits = number.slice(-8)
    const looks = [
      ...([
        ['leads.lead', { id: leadId }],
        ['leads.list', { personId }],
        ['leads.due', { personId }],
      ] as const),
    ]
    for (const who of ['lin', 'wen', 'guo'] as const)
      for (const [path, input] of looks) {
        const answer = await ask(h, h.idOf(who), path, input)
        expect([who, path, seen(answer, leadId), seen(answer, digits)]).toEqual([who, path, true, false])
      }
    await h.w.asPerson(personId).calls.next({ tabId })
    expect(seen(await ask(h, personId, 'calls.desk', {}), digits)).toBe(false)
    expect(seen(await ask(h, personId, 'calls.dial', { tabId, phoneId }), digits)).toBe(true)
  })
})

test('[S4.3.3c A] idling is told to the leader: the agent, his colleagues and other groups hear nothing of it', async () => {
  const { w } = h
  const idle = await h.agent()
  await w.sql`update presence set active_at = active_at - interval '20 minutes', since = since - interval '20 minutes'
    where person_id = ${idle.personId}`
  await w.setNow('2026-06-17T09:50')
  await w.run(watchIdling)
  await w.setNow('2026-06-17T09:30')
  const told = async (who: string) => {
    const { told: text } = await ask(h, who, 'notices.mine', {})
    return text.includes('attendance.idle') && text.includes(idle.personId)
  }
  const heard = await Promise.all(
    [...BEARERS, 'bo', 'tao', 'deng', 'xu'].map(async (who) => [who, await told(h.idOf(who as Who))] as const),
  )
  expect(heard.filter(([, hears]) => hears).map(([who]) => who)).toEqual(['lin'])
  expect(await told(idle.personId)).toBe(false)
  // On the board the line above sees it; the person himself does not, and nobody across the aisle.
  const onBoard = async (personId: string) => {
    const { groups } = await w.asPerson(personId).floor.board({})
    return groups.flatMap(({ seats }) => seats).find((seat) => seat.personId === idle.personId)?.idle
  }
  expect(await onBoard(w.people.lin)).toMatchObject({ limitMinutes: 8 })
  expect(await onBoard(w.people.guo)).toMatchObject({ limitMinutes: 8 })
  expect(await onBoard(idle.personId)).toBeNull()
  for (const who of ['bo', 'tao', 'xu'] as const) expect(await onBoard(w.people[who])).toBeUndefined()
})

test('nobody becomes an administrator by another one’s account: only administrators open it or give it a password', async () => {
  const personId = await h.hired('admin')
  const username = `chief${h.next()}`
  const open = (who: Who) => ask(h, h.idOf(who), 'people.openAccount', { personId, username })
  expect((await open('guo')).told).toContain('people.adminsOnly')
  expect((await open('admin')).told).toContain(username)
  for (const operation of ['resetPassword', 'unlock', 'endSessions'])
    expect((await ask(h, h.idOf('guo'), `access.${operation}`, { personId })).code).toBe('FORBIDDEN')
})
