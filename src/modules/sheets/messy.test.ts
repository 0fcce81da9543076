import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { handedIn } from '../../../test/lists.ts'
import { type World, world } from '../../../test/world.ts'
import { listFictionalNumbers } from '../customers/fictional.ts'
import { addPerson } from '../people/people.ts'
import { sheets } from './api.ts'
import { lookAt } from './look.ts'
import type { Field, ReadRow, SheetKind } from './rules.ts'
import { openSheets, questioner } from './sheets.ts'

/* The files of demo/messy, read by their columns at a centre that knows some of the people in them. */

let w: World<{ sheets: typeof sheets }>
beforeAll(async () => {
  w = await world({ sheets })
  await w.run((ctx) => listFictionalNumbers(ctx, { CN: ['140'] }))
})
afterAll(() => w.close())

const fileOf = (name: string) =>
  handedIn(w, name, { path: decodeURIComponent(new URL(`../../../demo/messy/${name}`, import.meta.url).pathname) })

async function read(name: string, kind: SheetKind, asked: { hidden?: 'take'; sheets?: string[] } = {}) {
  const fileId = await fileOf(name)
  const open = await w.run((ctx) => openSheets(ctx, kind, { fileId, ...asked }), 'liu')
  const rows: ReadRow[] = []
  const words = questioner(kind, open.lexicon)
  for await (const row of open.rows()) {
    rows.push(row)
    words.hear(row)
  }
  open.close()
  return { rows, questions: words.questions(), sheets: open.sheets }
}

const text = (key: string, ...heads: string[]): Field => ({ key, kind: 'text', heads })
const faultsOf = ({ faults }: ReadRow) => faults.map(({ field, code }) => `${field} ${code}`).join()
const shown = (value: unknown) =>
  value instanceof Object && 'e164' in value ? value.e164 : value === undefined ? '' : String(value)

const LEADS: SheetKind = {
  key: 'messy.leads',
  fields: [
    { ...text('name', '姓名'), required: true },
    { key: 'phone', kind: 'number', heads: ['手機', '電話'] },
    { key: 'expires', kind: 'day', heads: ['到期日'] },
    { key: 'premium', kind: 'amount', heads: ['年繳保費', '保費'] },
    text('team', '組別'),
    text('note', '備註'),
  ],
}

describe('leads under two rows of heads', () => {
  test('are read by the joined heads; hidden rows, sums and repeated heads are told and not read', async () => {
    const { rows } = await read('leads-two-heads.xlsx', LEADS)
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
    const all = named(await read('leads-two-heads.xlsx', LEADS, { hidden: 'take' }))
    expect(all).toHaveLength(9)
    expect(named(await read('leads-two-heads.csv', LEADS))).toEqual(all)
  })
})

const DAYS_WORK: SheetKind = {
  key: 'messy.daysWork',
  fields: [
    { key: 'on', kind: 'day', required: true, heads: ['日期'] },
    { key: 'agent', kind: 'person', required: true, heads: ['姓名'] },
    { ...text('staffNo', '工號'), tells: 'agent' },
    { key: 'group', kind: 'unit', required: true, heads: ['小組'], orSheet: true },
    { key: 'dials', kind: 'count', heads: ['撥打數'] },
    { key: 'talk', kind: 'seconds', heads: ['通話時長'] },
    { key: 'premium', kind: 'amount', heads: ['受理保費'] },
  ],
}

describe('one sheet a leader', () => {
  test('is read by the heads of each; its name is a group that is asked for once and remembered', async () => {
    const first = await read('three-leaders.xlsx', DAYS_WORK)
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
    await w.as('liu').sheets.remember({
      meanings: [
        { about: 'unit', text: '晨光組', value: w.units.Dawn },
        { about: 'unit', text: '潮汐組', value: w.units.Tide },
        { about: 'unit', text: '遠帆組', value: null },
        ...strangers.map((text) => ({ about: 'person', text, value: null })),
      ],
    })
    const { rows, questions } = await read('three-leaders.xlsx', DAYS_WORK)
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
      ['晨光組', w.people.ann, w.units.Dawn, 182, 8140, '7200'],
      ['晨光組', w.people.bo, w.units.Dawn, 165, 7082, '3600'],
      ['晨光組', w.people.chen, w.units.Dawn, 171, 7395, '0'],
      ['潮汐組', w.people.deng, w.units.Tide, 190, 9060, '9800'],
    ])
    expect(rows.filter(({ skipped }) => skipped === 'total')).toHaveLength(3)
    expect(new Set(rows.flatMap(({ faults }) => faults.map(({ code }) => code)))).toEqual(new Set(['foreign']))
  })

  test('a hidden sheet is read where somebody names it', async () => {
    const { rows } = await read('three-leaders.xlsx', DAYS_WORK, { sheets: ['十月'] })
    expect(rows.map(({ sheet, values }) => [sheet, values.agent])).toEqual([['十月', w.people.ann]])
  })
})

test('numbers to dial: each read or refused with its reason, the second of two is told', async () => {
  const { rows } = await read('mobiles.csv', LEADS)
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
      { ...text('no', '投保單號'), required: true },
      { key: 'on', kind: 'day', heads: ['受理日期'] },
    ],
  }
  const { rows } = await read('days.xlsx', kind)
  const told = rows.map((row) => `${row.values.no} ${shown(row.values.on)}${faultsOf(row)}${row.notes[0]?.code ?? ''}`)
  expect(told).toEqual([
    ...['D01 2024-03-05', 'D02 2024-03-05', 'D03 2024-03-05', 'D04 2026-03-05yearAssumed', 'D05 2024-03-05'],
    ...['D06 2024-03-05', 'D07 2024-03-05', 'D08 2024-03-05', 'D09 2024-03-05', 'D10 2024-03-05', 'D11 '],
    ...['D12 on unreadable', 'D13 on unreadable', 'D14 on unreadable'],
  ])
  const moments = await read('days.xlsx', {
    ...kind,
    fields: [kind.fields[0]!, { ...kind.fields[1]!, kind: 'moment' }],
  })
  expect(moments.rows.map(({ values }) => shown(values.on)).slice(6, 8)).toEqual([
    ...['2024-03-05T06:05:00Z', '2024-03-05T06:05:00Z'],
  ])
})

describe('people and amounts', () => {
  const KIND: SheetKind = {
    key: 'messy.results',
    fields: [
      { key: 'agent', kind: 'person', required: true, heads: ['業務員'] },
      { ...text('staffNo', '工號'), tells: 'agent' },
      text('customer', '客戶姓名'),
      text('idNo', '身分證號'),
      { key: 'count', kind: 'count', heads: ['受理件數'] },
      { key: 'premium', kind: 'amount', heads: ['受理保費'] },
      { key: 'given', kind: 'amount', heads: ['發放'] },
    ],
  }

  test('nicknames are asked once and remembered; two of one name are told apart by the number beside', async () => {
    const [dawn, tide] = await w.run(async (ctx) => [
      await addPerson(ctx, { staffNo: '00123', name: '王芳', unitId: w.units.Dawn }),
      await addPerson(ctx, { staffNo: '00456', name: '王芳', unitId: w.units.Tide }),
    ])
    const first = await read('people-amounts.xlsx', KIND)
    expect(first.questions.map(({ text, rows }) => `${text} ${rows}`)).toEqual([
      ...['小王 2', '王姐 1', '阿明 1', '王芳 1', '總公司 1'],
    ])
    expect(first.rows.slice(3, 6).map(({ values }) => values.agent)).toEqual([dawn, tide, undefined])
    expect(first.questions[3]!.candidates.map(({ value }) => value).toSorted()).toEqual(['00123', '00456'])
    const say = (text: string, value: string | null | undefined) => ({ about: 'person', text, value: value ?? null })
    await w.as('liu').sheets.remember({
      meanings: [
        say('小王', dawn),
        say('王姐', tide),
        say('阿明', w.people.chen),
        say('王芳', tide),
        say('總公司', null),
      ],
    })
    const { rows, questions } = await read('people-amounts.xlsx', KIND)
    expect(questions).toEqual([])
    // The answer for 王芳 holds where nothing stands beside the name, and gives way to a staff number.
    expect(rows.map(({ values }) => values.agent)).toEqual([
      ...[dawn, tide, w.people.chen, dawn, tide, tide, dawn, w.people.ann, undefined, undefined],
    ])
    expect(rows[8]!.faults).toEqual([{ field: 'agent', code: 'foreign', text: '總公司' }])
  })

  test('amounts in every way are read, in words not; digits that are lost are a fault', async () => {
    const { rows } = await read('people-amounts.xlsx', KIND)
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
      { ...text('no', '投保單號'), required: true },
      text('policyNo', '保單號'),
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
  const first = await read('insurer.xlsx', kind)
  const words = first.questions.filter(({ about }) => about === 'messy.state')
  expect(words.map(({ text }) => text)).toEqual(['照會中', '猶豫期退保', '失效', '已回執', '核保通過'])
  expect(words[0]!.candidates.map(({ value }) => value).toSorted()).toEqual(['cancelled', 'declined', 'issued', 'open'])
  const means = ['open', 'cancelled', 'cancelled', 'issued', 'issued']
  await w.as('liu').sheets.remember({
    meanings: words.map(({ about, text }, at) => ({ about, text, value: means[at]! })),
  })
  const { rows } = await read('insurer.xlsx', kind)
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
  expect(rows.slice(0, 3).map(({ values }) => values.agent)).toEqual([w.people.ann, w.people.bo, w.people.chen])
})

test('records of the switch are read in the order of their columns', async () => {
  const kind: SheetKind = {
    key: 'messy.cdr',
    fields: [
      { ...text('extension'), required: true },
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
  const { rows, questions } = await read('cdr-master.csv', kind)
  expect(rows[0]).toMatchObject({ rowNo: 1, values: { extension: '801', talk: 135, end: 'answered' }, faults: [] })
  expect(shown(rows[0]!.values.at)).toBe('2026-11-26T01:20:04Z')
  expect(rows.map(({ values }) => shown(values.number))).toEqual([
    ...[2, 3, 4, 5, 6, 7].map((n) => `+861400001000${n}`),
  ])
  expect(rows.map(({ values }) => values.answeredAt !== undefined)).toEqual([true, false, false, true, false, false])
  expect(questions.map(({ text }) => text)).toEqual(['NO ANSWER', 'FAILED', 'CONGESTION'])
})

test('samples are shown of every sheet, masked, also of one that lacks a column; a refused file says why', async () => {
  const look = async (name: string, kind: SheetKind) => {
    const fileId = await fileOf(name)
    return await w.run((ctx) => lookAt(ctx, kind, { fileId }), 'liu')
  }
  const other: SheetKind = { key: 'messy.other', fields: [{ ...text('no', '投保單號'), required: true }] }
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
