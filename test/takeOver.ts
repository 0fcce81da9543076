import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyRouter } from '@orpc/server'
import { LONG } from '../src/app/jobs.ts'
import { type WriteCell, writeXlsx } from '../src/lib/xlsxWrite.ts'
import { handedIn } from './lists.ts'
import type { World } from './world.ts'

/* The workbook of a small centre that moves in, with faults in it. */

/** The jobs of a take-over as the house runs them, here in the same thread. */
export const HANDLERS = Object.fromEntries(Object.entries(LONG).filter(([name]) => name.startsWith('moving.'))) as never

/** The product that its cases are of. */
export const LIFE1 = {
  ...{ code: 'LIFE1', name: { hant: '安心壽險', en: 'Ease' }, subject: 'life', minPremium: null, standardFactor: 0.5 },
  payWays: { monthly: 12, yearly: 1 },
}

const day = (text: string) => Temporal.PlainDate.from(text)
const moment = (text: string) => Temporal.PlainDateTime.from(text)

export type Sheet = { name: string; heads: string[]; rows: WriteCell[][] }

/** The workbook of a small centre, with faults in it. */
export const WORKBOOK: Sheet[] = [
  {
    name: '人員',
    heads: ['工號', '姓名', '區域', '小組', '職務', '職級', '轉正', '入職日期', '執業證號'],
    rows: [
      ['T01', '周組長', '南區', '晨曦組', '組長', '組長', '是', day('2024-03-01'), 'R1'],
      ['00123', '王芳', '南區', '晨曦組', '坐席', '資深', '是', day('2024-05-06'), 'R2'],
      ['00456', '李明', '南區', '晨曦組', '坐席', '見習', '否', '2026.6.1', 'R3'],
      ['00456', '李明', '南區', '晨曦組', '坐席', '', '', '', ''],
      ['00789', '沒職務', '', '', '', '', '', '', ''],
      ['合計', '', '', '', '', '', '', '', ''],
    ],
  },
  {
    name: '職級異動',
    heads: ['工號', '職級', '生效日'],
    rows: [
      ['00123', '見習', day('2024-05-06')],
      ['00123', '坐席', day('2024-11-01')],
    ],
  },
  {
    name: '名單批次',
    heads: ['批次', '來源', '同意憑證', '同意日期', '產品', '等級'],
    rows: [['六月銀行', '合作銀行', '合約 12 號', day('2026-05-20'), 'LIFE1', '乙']],
  },
  {
    name: '禁呼名單',
    heads: ['電話', '登記日期'],
    rows: [
      ['13900000001', day('2025-01-01')],
      ['13900000001', day('2025-02-01')],
      ['12345', ''],
    ],
  },
  {
    name: '名單',
    heads: ['手機', '客戶姓名', '批次', '坐席', '撥打次數', '最後撥打', '最後結果', '下次撥打'],
    rows: [
      ['13900000010', '趙一', '六月銀行', '小芳', 2, moment('2026-06-16T10:05'), '約回電', moment('2026-06-18T10:30')],
      ['13900000011', '錢二', '六月銀行', '', '', '', '', ''],
      ['13900000001', '孫三', '六月銀行', '', '', '', '', ''],
      ['1.39E+10', '李四', '六月銀行', '', '', '', '', ''],
      ['13900000012', '周五', '七月銀行', '', '', '', '', ''],
      ['13900000013', '吳六', '六月銀行', '李明', 1, moment('2026-06-15T16:00'), '禁呼', ''],
      ['13900000014', '鄭七', '六月銀行', '李明', 3, moment('2026-06-16T17:00'), '考慮中', ''],
    ],
  },
  {
    name: '保單',
    heads: ['投保單號', '坐席', '客戶電話', '產品', '繳費方式', '保費', '狀態', '受理日期', '承保日期', '回執日期'],
    rows: [
      [
        'TB0001',
        '王芳',
        '13900000020',
        'LIFE1',
        '月繳',
        '300元',
        '已承保',
        day('2026-06-02'),
        day('2026-06-04'),
        day('2026-06-10'),
      ],
      ['TB0002', '王芳', '13900000021', 'LIFE1', '年繳', '1.2萬', '受理', day('2026-06-09'), '', ''],
      ['TB0003', '李明', '13900000022', 'LIFE1', '年繳', 3600, '已承保', day('2026-06-09'), '', ''],
      ['TB0004', '李明', '13900000023', 'LIFE1', '年繳', 2400, '猶退', day('2026-05-28'), day('2026-06-01'), ''],
    ],
  },
  {
    name: '本月累計',
    heads: ['工號', '通次', '接通數', '有效接觸', '通時', '受理件數', '受理標保'],
    rows: [
      ['00123', 1200, 430, 210, '10:05:00', 3, 16_000],
      ['00456', 800, 260, 120, '6:00:00', 0, 0],
    ],
  },
  { name: '季度', heads: ['工號', '季度', '承保標保', '考核得分'], rows: [['00123', '2026年第1季', 52_000, 88]] },
  {
    name: '企劃小組',
    heads: ['工號', '狀態', '加入日期', '不合格次數'],
    rows: [['00123', '延長考核', day('2026-01-01'), 1]],
  },
  { name: '假期餘額', heads: ['工號', '假別', '剩餘天數'], rows: [['00123', '年假', 4.5]] },
  { name: '組費', heads: ['小組', '餘額'], rows: [['晨曦組', '1,250元']] },
]

/** Hands it in; returns the id of the file. */
export async function workbook(w: World<AnyRouter>, sheetsOf: readonly Sheet[] = WORKBOOK): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'kaibo-moving-')), 'book.xlsx')
  await writeXlsx(
    path,
    sheetsOf.map(({ name, heads, rows }) => ({ name, columns: heads.map((head) => ({ head })), rows })),
  )
  return await handedIn(w, 'book.xlsx', { path })
}
