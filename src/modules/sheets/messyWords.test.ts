import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultsOf, messyWorld, shown, textField } from '../../../test/messy.ts'
import { addPerson } from '../people/people.ts'
import type { SheetKind } from './rules.ts'

/* The files of demo/messy whose words somebody has to explain: people, states of an insurer, ends of calls. */

let at: Awaited<ReturnType<typeof messyWorld>>
beforeAll(async () => {
  at = await messyWorld()
})
afterAll(() => at.w.close())

describe('people and amounts', () => {
  const KIND: SheetKind = {
    key: 'messy.results',
    fields: [
      { key: 'agent', kind: 'person', required: true, heads: ['業務員'] },
      { ...textField('staffNo', '工號'), tells: 'agent' },
      textField('customer', '客戶姓名'),
      textField('idNo', '身分證號'),
      { key: 'count', kind: 'count', heads: ['受理件數'] },
      { key: 'premium', kind: 'amount', heads: ['受理保費'] },
      { key: 'given', kind: 'amount', heads: ['發放'] },
    ],
  }

  test('nicknames are asked once and remembered; two of one name are told apart by the number beside', async () => {
    const [dawn, tide] = await at.w.run(async (ctx) => [
      await addPerson(ctx, { staffNo: '00123', name: '王芳', unitId: at.w.units.Dawn }),
      await addPerson(ctx, { staffNo: '00456', name: '王芳', unitId: at.w.units.Tide }),
    ])
    const first = await at.read('people-amounts.xlsx', KIND)
    expect(first.questions.map(({ text, rows }) => `${text} ${rows}`)).toEqual([
      ...['小王 2', '王姐 1', '阿明 1', '王芳 1', '總公司 1'],
    ])
    expect(first.rows.slice(3, 6).map(({ values }) => values.agent)).toEqual([dawn, tide, undefined])
    expect(first.questions[3]!.candidates.map(({ value }) => value).toSorted()).toEqual(['00123', '00456'])
    const say = (text: string, value: string | null | undefined) => ({ about: 'person', text, value: value ?? null })
    await at.w.as('liu').sheets.remember({
      meanings: [
        say('小王', dawn),
        say('王姐', tide),
        say('阿明', at.w.people.chen),
        say('王芳', tide),
        say('總公司', null),
      ],
    })
    const { rows, questions } = await at.read('people-amounts.xlsx', KIND)
    expect(questions).toEqual([])
    // The answer for 王芳 holds where nothing stands beside the name, and gives way to a staff number.
    expect(rows.map(({ values }) => values.agent)).toEqual([
      ...[dawn, tide, at.w.people.chen, dawn, tide, tide, dawn, at.w.people.ann, undefined, undefined],
    ])
    expect(rows[8]!.faults).toEqual([{ field: 'agent', code: 'foreign', text: '總公司' }])
  })

  test('amounts in every way are read, in words not; digits that are lost are a fault', async () => {
    const { rows } = await at.read('people-amounts.xlsx', KIND)
    expect(rows.map(({ values }) => shown(values.premium))).toEqual([
      ...['12000', '12000', '3600', '-500', '3600.5', '', '1200', '25000', '0', ''],
    ])
    expect(rows.map(({ values }) => shown(values.given))).toEqual([
      ...['100', '50', '50', '-20', '1000', '0', '', '200', '', ''],
    ])
    expect(rows.map(faultsOf)).toEqual([
      ...['', '', 'idNo scientific', 'idNo scientific', '', 'premium unreadable', '', '', 'agent foreign', ''],
    ])
    expect(rows.at(-1)).toMatchObject({ skipped: 'total', values: {} })
  })
})

test('the file of the insurer: words for states of its own are asked once; a second file knows them', async () => {
  const kind: SheetKind = {
    key: 'messy.insurer',
    fields: [
      { ...textField('no', '投保單號'), required: true },
      textField('policyNo', '保單號'),
      { key: 'agent', kind: 'person', heads: ['業務員'] },
      { key: 'on', kind: 'day', heads: ['受理日'] },
      { key: 'premium', kind: 'amount', heads: ['年化保費'] },
      {
        key: 'state',
        kind: {
          words: 'messy.state',
          of: { issued: ['承保', '已承保'], declined: ['拒保'], cancelled: ['撤單', '退保'], open: ['受理'] },
        },
        heads: ['狀態'],
      },
    ],
  }
  const first = await at.read('insurer.xlsx', kind)
  const words = first.questions.filter(({ about }) => about === 'messy.state')
  expect(words.map(({ text }) => text)).toEqual(['照會中', '猶豫期退保', '失效', '已回執', '核保通過'])
  expect(words[0]!.candidates.map(({ value }) => value).toSorted()).toEqual(['cancelled', 'declined', 'issued', 'open'])
  const means = ['open', 'cancelled', 'cancelled', 'issued', 'issued']
  await at.w.as('liu').sheets.remember({
    meanings: words.map(({ about, text }, at) => ({ about, text, value: means[at]! })),
  })
  const { rows } = await at.read('insurer.xlsx', kind)
  expect(rows.map(({ values, skipped }) => skipped ?? `${values.no} ${values.policyNo ?? ''} ${values.state}`)).toEqual(
    [
      'T260001 P880001 issued',
      'T260002  open',
      'T260003 P880002 issued',
      'T260004  declined',
      'T260005 P880003 cancelled',
      'T260006  cancelled',
      'T260007 P880004 cancelled',
      'T260008 P880005 issued',
      'T260009  issued',
      'total',
    ],
  )
  expect(rows.slice(0, 3).map(({ values }) => values.agent)).toEqual([
    at.w.people.ann,
    at.w.people.bo,
    at.w.people.chen,
  ])
})

test('records of the switch are read in the order of their columns', async () => {
  const kind: SheetKind = {
    key: 'messy.cdr',
    fields: [
      { ...textField('extension'), required: true },
      { key: 'number', kind: 'number', heads: [] },
      { key: 'at', kind: 'moment', heads: [] },
      { key: 'answeredAt', kind: 'moment', heads: [] },
      { key: 'talk', kind: 'seconds', heads: [] },
      { key: 'end', kind: { words: 'messy.end', of: { answered: ['ANSWERED'], busy: ['BUSY'] } }, heads: [] },
    ],
    withoutHeads: [
      ...[null, 'extension', 'number', null, null, null, null, null, null, 'at', 'answeredAt', null, null],
      ...['talk', 'end'],
    ],
  }
  const { rows, questions } = await at.read('cdr-master.csv', kind)
  expect(rows[0]).toMatchObject({ rowNo: 1, values: { extension: '801', talk: 135, end: 'answered' }, faults: [] })
  expect(shown(rows[0]!.values.at)).toBe('2026-11-26T01:20:04Z')
  expect(rows.map(({ values }) => shown(values.number))).toEqual([
    ...[2, 3, 4, 5, 6, 7].map((n) => `+861400001000${n}`),
  ])
  expect(rows.map(({ values }) => values.answeredAt !== undefined)).toEqual([true, false, false, true, false, false])
  expect(questions.map(({ text }) => text)).toEqual(['NO ANSWER', 'FAILED', 'CONGESTION'])
})
