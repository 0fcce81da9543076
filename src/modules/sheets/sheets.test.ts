import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { handedIn } from '../../../test/lists.ts'
import { type World, world } from '../../../test/world.ts'
import { writeXlsx } from '../../lib/xlsxWrite.ts'
import { addPerson } from '../people/people.ts'
import { sheets } from './api.ts'
import { suggestColumns } from './columns.ts'
import { lookAt } from './look.ts'
import type { ReadRow, SheetKind } from './rules.ts'
import { openSheets, questioner, rememberColumns } from './sheets.ts'

const KIND: SheetKind = {
  key: 'test',
  fields: [
    { key: 'no', kind: 'text', required: true, heads: ['投保單號', 'Application no', '單號'] },
    { key: 'agent', kind: 'person', heads: ['業務員', '坐席', 'Agent'] },
    { key: 'group', kind: 'unit', heads: ['小組', 'Group'], orSheet: true },
    { key: 'on', kind: 'day', heads: ['受理日期', 'Accepted on'] },
    { key: 'premium', kind: 'amount', heads: ['保費', 'Premium'] },
    { key: 'phone', kind: 'number', heads: ['電話', 'Phone'] },
    {
      key: 'state',
      kind: { words: 'test.state', of: { issued: ['承保', '已承保'], declined: ['拒保'] } },
      heads: ['狀態', 'State'],
    },
  ],
}

let w: World<{ sheets: typeof sheets }>
beforeAll(async () => {
  w = await world({ sheets })
})
afterAll(() => w.close())

const csv = (text: string) => handedIn(w, 'file.csv', Buffer.from(text))

async function read(fileId: string) {
  const open = await w.run((ctx) => openSheets(ctx, KIND, { fileId }), 'liu')
  const rows: ReadRow[] = []
  const asked = questioner(KIND, open.lexicon)
  for await (const row of open.rows()) {
    rows.push(row)
    asked.hear(row)
  }
  open.close()
  return { rows, questions: asked.questions(), sheets: open.sheets }
}

test('columns are known by their heads in either script and language, each field once', () => {
  expect(suggestColumns(KIND, ['投保单号', '业务员', '受理日期', '年化保費（元）', '備註'])).toEqual({
    投保单号: 'no',
    业务员: 'agent',
    受理日期: 'on',
    '年化保費（元）': 'premium',
    備註: null,
  })
  expect(suggestColumns(KIND, ['Application No.', 'Phone', 'Phone 2'])).toMatchObject({ 'Phone 2': null })
})

test('a row answers with values and with what of it could not be read', async () => {
  const ann = (
    await w.sql<{ name: string; staff_no: string }>`select name, staff_no from person where id = ${w.people.ann}`
  )[0]!
  const fileId = await csv(
    [
      '投保單號,業務員,受理日期,保費,電話,狀態',
      `A1,${ann.name},2026.3.5,"3,600元",13800138000,承保`,
      `A2,${ann.staff_no},3月5日,1.2萬,1.38E+10,已承保`,
      ',小誰,很久以前,很多,12345,照會',
    ].join('\n'),
  )
  const { rows, questions } = await read(fileId)
  expect(rows[0]).toMatchObject({
    rowNo: 2,
    values: { no: 'A1', agent: w.people.ann, premium: '3600', state: 'issued' },
    faults: [],
  })
  expect(String(rows[0]!.values.on)).toBe('2026-03-05')
  expect(rows[1]!.faults).toEqual([{ field: 'phone', code: 'scientific', text: '1.38E+10' }])
  expect(rows[1]!.notes).toEqual([{ field: 'on', code: 'yearAssumed', text: '3月5日' }])
  expect(rows[1]!.values).toMatchObject({ agent: w.people.ann, premium: '12000' })
  expect(rows[2]!.faults.map(({ field, code }) => `${field} ${code}`).sort()).toEqual([
    'agent unknown',
    'no missing',
    'on unreadable',
    'phone shortCode',
    'premium unreadable',
    'state unknown',
  ])
  expect(questions.map(({ about, text }) => `${about} ${text}`)).toEqual(['person 小誰', 'test.state 照會'])
})

test('a word that is explained once is known in every later file, and can be forgotten', async () => {
  const fileId = await csv('投保單號,業務員,狀態\nB1,阿明,補件\nB2,路人,補件')
  const { questions } = await read(fileId)
  expect(questions[0]).toMatchObject({ about: 'test.state', text: '補件', rows: 2 })
  await w.as('liu').sheets.remember({
    meanings: [
      { about: 'person', text: '阿明', value: w.people.ann },
      { about: 'person', text: '路人', value: null },
      { about: 'test.state', text: '補件', value: 'declined' },
    ],
  })
  const again = await read(await csv('單號,坐席,State\nC1,阿 明,补件\nC2,路人,補件'))
  expect(again.questions).toEqual([])
  expect(again.rows[0]).toMatchObject({ values: { agent: w.people.ann, state: 'declined' }, faults: [] })
  expect(again.rows[1]!.faults).toEqual([{ field: 'agent', code: 'foreign', text: '路人' }])
  await w.as('liu').sheets.forget({ about: 'person', text: '路人' })
  expect((await w.as('liu').sheets.known({})).words.map(({ text }) => text).sort()).toEqual([
    '補件',
    '阿 明'.replace(' ', ''),
  ])
})

test('two people of one name are told apart by the group beside them, by their number, or are asked', async () => {
  const name = '王芳'
  const [dawn, tide] = await w.run(async (ctx) => [
    await addPerson(ctx, { staffNo: '00123', name, unitId: w.units.Dawn }),
    await addPerson(ctx, { staffNo: '00456', name, unitId: w.units.Tide }),
  ])
  const units = await w.sql<{ id: string; name: string }>`select id, name from unit where id = ${w.units.Tide}`
  const { rows, questions } = await read(
    await csv(`單號,業務員,小組\nD1,${name},${units[0]!.name}\nD2,${name}(123),\nD3,${name},`),
  )
  expect(rows.map(({ values }) => values.agent)).toEqual([tide, dawn, undefined])
  expect(rows[2]!.faults).toEqual([{ field: 'agent', code: 'several', text: name }])
  expect(questions[0]!.candidates.map(({ value }) => value).sort()).toEqual(['00123', '00456'])
})

test('one sheet a group: each is read by its own heads, its name tells the group, others are left out with the reason', async () => {
  const [dawn] = await w.sql<{ name: string }>`select name from unit where id = ${w.units.Dawn}`
  const path = join(mkdtempSync(join(tmpdir(), 'kaibo-sheets-')), 'groups.xlsx')
  await writeXlsx(path, [
    { name: dawn!.name, columns: [{ head: '投保單號' }, { head: '保費' }], rows: [['E1', 100]] },
    { name: '別組', columns: [{ head: '保費' }, { head: '投保單號' }], rows: [[200, 'E2']] },
    { name: '說明', columns: [{ head: '注意' }], rows: [['無']] },
  ])
  const fileId = await handedIn(w, 'groups.xlsx', { path })
  const { rows, sheets: seen } = await read(fileId)
  expect(rows.map(({ sheet, values }) => [sheet, values.no, values.premium, values.group])).toEqual([
    [dawn!.name, 'E1', '100', w.units.Dawn],
    ['別組', 'E2', '200', undefined],
  ])
  expect(seen.map(({ missing }) => missing)).toEqual([[], [], ['no']])
})

test('what columns are is remembered with their heads, in whatever order they come again', async () => {
  const first = await csv('編號,甲,乙\nF1,100,2026-03-05')
  const { look } = await w.run((ctx) => lookAt(ctx, KIND, { fileId: first }), 'liu')
  expect(look!.sheets[0]).toMatchObject({ missing: ['no'], columns: { 甲: null } })
  await w.run((ctx) => rememberColumns(ctx, KIND, { 編號: 'no', 甲: 'premium', 乙: 'on' }), 'liu')
  const { rows } = await read(await csv('乙,編號,甲\n2026-03-05,F2,100'))
  expect(rows[0]!.values).toMatchObject({ no: 'F2', premium: '100' })
})

test('a file without heads is read in the order that its kind has', async () => {
  const kind = { ...KIND, withoutHeads: ['no', null, 'premium'] }
  const fileId = await csv('G1,13800138000,100\nG2,13800138001,200')
  const open = await w.run((ctx) => openSheets(ctx, kind, { fileId }), 'liu')
  const rows: ReadRow[] = []
  for await (const row of open.rows()) rows.push(row)
  open.close()
  expect(rows.map(({ values }) => [values.no, values.premium])).toEqual([
    ['G1', '100'],
    ['G2', '200'],
  ])
})

test('samples of columns are shown with numbers masked; a file that is no table answers with its problem', async () => {
  const { look } = await w.run(
    async (ctx) => lookAt(ctx, KIND, { fileId: await csv('單號,電話\nH1,13800138000') }),
    'liu',
  )
  expect(look!.samples).toEqual({ 單號: ['H1'], 電話: ['138****8000'] })
  const broken = await handedIn(w, 'old.xls', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]))
  expect((await w.run((ctx) => lookAt(ctx, KIND, { fileId: broken }), 'liu')).problem).not.toBeNull()
})
