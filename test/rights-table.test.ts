import { expect, test } from 'vitest'
import { z } from 'zod'
import { operationsOf, rightsTable } from '../scripts/rightsTable.ts'
import { command, open, query } from '../src/platform/api.ts'

const nothing = { input: z.object({}), output: z.null(), run: async () => null }
const router = {
  access: { signIn: open({ ...nothing, method: 'POST' }) },
  leads: {
    due: query({ ...nothing, may: 'everyone', personal: true }),
    distribute: command({ ...nothing, may: ['tl', 'um'] }),
  },
}

test('the rights table is read from the operations', () => {
  expect(operationsOf(router)).toEqual([
    { path: 'access.signIn', kind: 'open', may: 'stranger', personal: false },
    { path: 'leads.due', kind: 'query', may: 'everyone', personal: true },
    { path: 'leads.distribute', kind: 'command', may: ['tl', 'um'], personal: false },
  ])
  const rows = rightsTable(operationsOf(router))
    .split('\n')
    .map((row) => row.split(/ {2,}/).slice(0, 5))
  expect(rows).toEqual([
    ['operation', 'kind', 'stranger', 'tsr', 'tl'],
    ['access.signIn', 'open', 'x', 'x', 'x'],
    ['leads.due', 'query p', '·', 'x', 'x'],
    ['leads.distribute', 'command', '·', '·', 'x'],
  ])
})

test('an operation that does not say who may call it is no operation', () => {
  expect(() => operationsOf({ leads: { bare: { '~orpc': { meta: {} } } } })).toThrow('leads.bare does not say who')
})
