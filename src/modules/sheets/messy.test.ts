import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultsOf, messyWorld, shown, textField } from '../../../test/messy.ts'
import { lookAt } from './look.ts'
import type { ReadRow, SheetKind } from './rules.ts'

/* The files of demo/messy, read by their columns: heads, sheets, numbers, days. */

let at: Awaited<ReturnType<typeof messyWorld>>
beforeAll(async () => {
  at = await messyWorld()
})
afterAll(() => at.w.close())

const LEADS: SheetKind = {
  key: 'messy.leads',
  fields: [
    { ...textField('name', '姓名'), required: true },
    { key: 'phone', kind: 'number', heads: ['手機', '電話'] },
    { key: 'expires', kind: 'day', heads: ['到期日'] },
    { key: 'premium', kind: 'amount', heads: ['年繳保費', '保費'] },
    textField('team', '組別'),
    textField('note', '備註'),
  ],
}

describe('leads under two rows of heads', () => {
  test('are read by the joined heads; hidden rows, sums and repeated heads are told and not read', async () => {
    const { rows } = await at.read('leads-two-heads.xlsx', LEADS)
    const good = rows.filter(({ skipped }) => skipped === null)
    expect(good.map(({ values: { name, phone, team, expires } }) => [name, phone, team, expires].map(shown))).toEqual([
      ['王雨欣', '+8614000020001', '一組', '2027-01-15'],
      ['張浩然', '+8614000020003', '一組', '2027-02-01'],
      ['陳梓萱', '+8614000020004', '二組', '2027-03-08'],
      ['合思遠', '+8614000020005', '二組', '2026-12-31'],
      ['楊佳怡', '+8614000020006', '二組', '2027-01-02'],
      ['趙俊傑', '+8614000020007', '三組', '2027-04-18'],
      ['周宇軒', '+8614000020009', '三組', '2027-05-20'],
    ])
    expect(good.flatMap(({ faults }) => faults)).toEqual([])
    expect(rows.map(({ skipped }) => skipped).filter(Boolean)).toEqual([
      ...['hidden', 'total', 'total', 'heads', 'heads', 'hidden', 'total', 'total'],
    ])
  })

  test('with the hidden rows where they are asked for, and from csv the same', async () => {
    const named = ({ rows }: { rows: ReadRow[] }) =>
      rows.flatMap(({ skipped, values }) => (skipped === null ? [values.name] : []))
    const all = named(await at.read('leads-two-heads.xlsx', LEADS, { hidden: 'take' }))
    expect(all).toHaveLength(9)
    expect(named(await at.read('leads-two-heads.csv', LEADS))).toEqual(all)
  })
})

const DAYS_WORK: SheetKind = {
  key: 'messy.daysWork',
  fields: [
    { key: 'on', kind: 'day', required: true, heads: ['日期'] },
    { key: 'agent', kind: 'person', required: true, heads: ['姓名'] },
    { ...textField('staffNo', '工號'), tells: 'agent' },
    { key: 'group', kind: 'unit', required: true, heads: ['小組'], orSheet: true },
    { key: 'dials', kind: 'count', heads: ['撥打數'] },
    { key: 'talk', kind: 'seconds', heads: ['通話時長'] },
    { key: 'premium', kind: 'amount', heads: ['受理保費'] },
  ],
}

describe('one sheet a leader', () => {
  test('is read by the heads of each; its name is a group that is asked for once and remembered', async () => {
    const first = await at.read('three-leaders.xlsx', DAYS_WORK)
    expect(first.sheets.map(({ name, missing }) => [name, missing])).toEqual([
      ['晨光組', []],
      ['潮汐組', []],
      ['遠帆組', []],
      ['說明', ['on', 'agent']],
    ])
    expect(first.questions.map(({ about, text, rows }) => `${about} ${text} ${rows}`)).toEqual([
      ...['unit 晨光組 3', 'unit 潮汐組 3', 'unit 遠帆組 2'],
      ...['person 高遠 1', 'person 韓雨桐 1', 'person 歐陽婷 1', 'person 潘向南 1'],
    ])
    const strangers = ['高遠', '韓雨桐', '歐陽婷', '潘向南']
    await at.w.as('liu').sheets.remember({
      meanings: [
        { about: 'unit', text: '晨光組', value: at.w.units.Dawn },
        { about: 'unit', text: '潮汐組', value: at.w.units.Tide },
        { about: 'unit', text: '遠帆組', value: null },
        ...strangers.map((text) => ({ about: 'person', text, value: null })),
      ],
    })
    const { rows, questions } = await at.read('three-leaders.xlsx', DAYS_WORK)
    expect(questions).toEqual([])
    const good = rows.filter(({ skipped, faults }) => skipped === null && faults.length === 0)
    expect(
      good.map(({ sheet, values: { agent, group, dials, talk, premium } }) => [
        sheet,
        agent,
        group,
        dials,
        talk,
        premium,
      ]),
    ).toEqual([
      ['晨光組', at.w.people.ann, at.w.units.Dawn, 182, 8140, '7200'],
      ['晨光組', at.w.people.bo, at.w.units.Dawn, 165, 7082, '3600'],
      ['晨光組', at.w.people.chen, at.w.units.Dawn, 171, 7395, '0'],
      ['潮汐組', at.w.people.deng, at.w.units.Tide, 190, 9060, '9800'],
    ])
    expect(rows.filter(({ skipped }) => skipped === 'total')).toHaveLength(3)
    expect(new Set(rows.flatMap(({ faults }) => faults.map(({ code }) => code)))).toEqual(new Set(['foreign']))
  })

  test('a hidden sheet is read where somebody names it', async () => {
    const { rows } = await at.read('three-leaders.xlsx', DAYS_WORK, { sheets: ['十月'] })
    expect(rows.map(({ sheet, values }) => [sheet, values.agent])).toEqual([['十月', at.w.people.ann]])
  })
})

test('numbers to dial: each read or refused with its reason, the second of two is told', async () => {
  const { rows } = await at.read('mobiles.csv', LEADS)
  const said = rows.map(({ values, faults, notes, skipped }) =>
    [values.name, skipped ?? shown(values.phone), ...[...faults, ...notes].map(({ code }) => code)]
      .filter(Boolean)
      .join(' '),
  )
  expect(said).toEqual([
    '王偉 +8614000010001',
    '李芳 scientific',
    '張娜 scientific',
    '劉秀英 +8614000010002',
    '陳敏 +8614000010003',
    '楊靜 +8614000010004',
    '趙麗 +8614000010005',
    '黃強 +8614000010006 firstOfSeveral',
    '周磊 +8614000010008 firstOfSeveral',
    '吳軍 +8614000010010',
    '徐洋 +8614000010011',
    '孫勇 +8614000010012',
    '胡艷 +8614000010013',
    '朱杰 tooShort',
    '高娟 tooLong',
    '林濤',
    '何明 notANumber',
    'total',
  ])
})

test('days: all that are one day are that day, in the year that is nearest where none is told', async () => {
  const kind: SheetKind = {
    key: 'messy.days',
    fields: [
      { ...textField('no', '投保單號'), required: true },
      { key: 'on', kind: 'day', heads: ['受理日期'] },
    ],
  }
  const { rows } = await at.read('days.xlsx', kind)
  const told = rows.map((row) => `${row.values.no} ${shown(row.values.on)}${faultsOf(row)}${row.notes[0]?.code ?? ''}`)
  expect(told).toEqual([
    ...['D01 2024-03-05', 'D02 2024-03-05', 'D03 2024-03-05', 'D04 2026-03-05yearAssumed', 'D05 2024-03-05'],
    ...['D06 2024-03-05', 'D07 2024-03-05', 'D08 2024-03-05', 'D09 2024-03-05', 'D10 2024-03-05', 'D11 '],
    ...['D12 on unreadable', 'D13 on unreadable', 'D14 on unreadable'],
  ])
  const moments = await at.read('days.xlsx', {
    ...kind,
    fields: [kind.fields[0]!, { ...kind.fields[1]!, kind: 'moment' }],
  })
  expect(moments.rows.map(({ values }) => shown(values.on)).slice(6, 8)).toEqual([
    ...['2024-03-05T06:05:00Z', '2024-03-05T06:05:00Z'],
  ])
})

test('samples are shown of every sheet, masked, also of one that lacks a column; a refused file says why', async () => {
  const look = async (name: string, kind: SheetKind) => {
    const fileId = await at.fileOf(name)
    return await at.w.run((ctx) => lookAt(ctx, kind, { fileId }), 'liu')
  }
  const other: SheetKind = { key: 'messy.other', fields: [{ ...textField('no', '投保單號'), required: true }] }
  const { look: leads } = await look('leads-two-heads.xlsx', other)
  expect(leads!.sheets[0]).toMatchObject({ headerRow: 4, missing: ['no'] })
  expect(leads!.samples).toMatchObject({
    組別: ['一組', '二組', '三組'],
    '聯絡電話 手機': ['140****0001', '140****0003', '140****0004'],
  })
  for (const [name, code] of [
    ['password.xlsx', 'passwordProtected'],
    ['old.xls', 'oldXls'],
    ['report.xls', 'htmlAsXls'],
    ['list.ods', 'ods'],
  ] as const)
    expect((await look(name, LEADS)).problem).toEqual({ code, values: {} })
})
