import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type WriteCell, writeXlsx } from '../src/lib/xlsxWrite.ts'
import { mobile } from './dialling.ts'

/*
 * What the head of a centre has on a Monday: one workbook, grown over years. Titles above the heads, heads of two rows,
 * subtotals, a sheet of notes, nicknames, the same name twice, days and numbers written in every way.
 */

type Sheet = { readonly name: string; readonly title: string; readonly rows: readonly (readonly WriteCell[])[] }

/** The n-th customer's number as it is dialled in the country. */
export const numberOf = (n: number): string => mobile(7_000_000 + n).slice(3)
const spaced = (n: number) => numberOf(n).replace(/(\d{3})(\d{4})(\d{4})/, '$1 $2 $3')

/** 民國 years are the common ones less 1911. */
const republic = (day: Temporal.PlainDate) => `民國${day.year - 1911}年${day.month}月${day.day}日`
const dotted = (day: Temporal.PlainDate) => `${day.year}.${day.month}.${day.day}`
const spoken = (day: Temporal.PlainDate) => `${day.month}月${day.day}日`

/** The book for a first working day. */
export function messySheets(day: Temporal.PlainDate): readonly Sheet[] {
  const back = (days: number) => day.subtract({ days })
  return [
    {
      name: '花名冊',
      title: '星河電銷中心 人員名冊（內部使用，請勿外傳）',
      rows: [
        ['工號', '姓名', '區域', '小組', '職務', '職級', '轉正', '入職日期', '執業證號', '培訓通過日'],
        ['T01', '周 偉', '南區', '一組', '組長', '組長', '是', back(900), 'ZY-001', back(880)],
        ['00123', '王芳', '南區', '一組', '坐席', '資深', '是', dotted(back(700)), 'ZY-002', back(690)],
        ['00456', '李明', '南區', '一組', '坐席', '初級', '是', republic(back(400)), 'ZY-003', back(390)],
        ['一組小計', 3],
        ['T02', '吳敏', '南區', '二組', 'TL', '組長', '是', back(800), 'ZY-004', back(790)],
        ['00789', '王芳', '南區', '二組', '坐席', '初級', '否', back(60), 'ZY-005', back(50)],
        ['二組小計', 2],
        ['M01', '郭經理', '南區', '', '區經理', 'UM', '是', back(1500), '', ''],
        ['D01', '劉敏', '', '', '數據', '', '', back(600), '', ''],
        ['合計', 7],
      ],
    },
    {
      name: '批次',
      title: '在用名單',
      rows: [
        ['批次名稱', '供應商', '授權憑證', '授權日期', '險種', '等級'],
        ['銀行六月', '合作銀行', '合約 12 號，活動頁面勾選', back(40), 'LIFE1', '乙'],
      ],
    },
    {
      name: '勿擾名單',
      title: '客戶要求不再來電',
      rows: [
        ['手機號碼', '登記日期', '備註'],
        [spaced(90), dotted(back(100)), '投訴'],
        [`+86${numberOf(91)}`, '', ''],
        ['12345', '', '打錯'],
      ],
    },
    {
      name: '一組數據',
      title: '一組 在手數據',
      rows: [
        ['手機', '客戶姓名', '批次', '跟進人', '已撥次數', '最近撥打時間', '撥打結果', '約定時間', '備註'],
        [
          spaced(1),
          '趙一',
          '銀行六月',
          '小芳',
          2,
          `${spoken(back(1))} 10:05`,
          '約回電',
          `${dotted(day)} 09:30`,
          '要問太太',
        ],
        [`+86 ${numberOf(2)}`, '錢二', '銀行六月', '小芳', '', '', '', '', ''],
        [`0${numberOf(3)}`, '孫三', '銀行六月', '李明', '3次', `${dotted(back(2))} 16:20`, '考慮中', '', ''],
        [numberOf(90), '勿擾', '銀行六月', '李明', '', '', '', '', ''],
        ['1.38E+10', '壞號', '銀行六月', '李明', '', '', '', '', ''],
        ['小計', 5],
        [numberOf(4), '周四', '銀行六月', '', '', '', '', '', '沒有人跟'],
        [numberOf(5), '吳五', '銀行七月', '李明', '', '', '', '', ''],
      ],
    },
    {
      name: '承保明細',
      title: '本年度承保明細',
      rows: [
        [
          '投保單號',
          '坐席',
          '工號',
          '客戶手機',
          '投保人',
          '險種',
          '繳別',
          '期繳保費',
          '保單狀態',
          '受理日',
          '承保日',
          '簽收日期',
          '退保日期',
        ],
        [
          'TB1000',
          '王芳',
          '00123',
          numberOf(23),
          '丁',
          'LIFE1',
          '年繳',
          2400,
          '有效',
          back(40),
          back(38),
          back(34),
          '',
        ],
        [
          'TB1001',
          '王芳',
          '00123',
          numberOf(20),
          '甲',
          'LIFE1',
          '月繳',
          '300元',
          '已承保',
          back(12),
          back(10),
          back(6),
          '',
        ],
        [
          'TB1002',
          '王芳',
          '00789',
          numberOf(21),
          '乙',
          'LIFE1',
          '年繳',
          '1.2萬',
          '審核中',
          dotted(back(5)),
          '',
          '',
          '',
        ],
        [
          'TB1003',
          '李明',
          '00456',
          numberOf(22),
          '丙',
          'LIFE1',
          '年繳',
          '￥3,600',
          '猶退',
          back(14),
          back(12),
          back(9),
          spoken(back(3)),
        ],
        ['合計', '', '', '', '', '', '', '15,900'],
      ],
    },
    {
      name: '當月業績',
      title: '當月業績（截至昨日）',
      rows: [
        ['姓名', '工號', '撥打', '', '受理', '', '承保', ''],
        ['', '', '通次', '接通', '件數', '標保', '件數', '標保'],
        ['王芳', '00123', '1,200', 430, 2, '4,000', 1, 1800],
        ['李明', '00456', 800, 260, 1, 1800, 1, 1800],
        ['小計', '', 2000, 690, 3, 5800, 2, 3600],
      ],
    },
    { name: '備註', title: '記事', rows: [['下週一用新系統'], ['記得改密碼']] },
  ]
}

/** Writes it; answers the path. */
export async function messyBook(day: Temporal.PlainDate): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'kaibo-book-')), '電銷中心資料.xlsx')
  await writeXlsx(
    path,
    // The writer sets one row of heads: here that is the title.
    messySheets(day).map(({ name, title, rows }) => ({ name, columns: [{ head: title }], rows })),
  )
  return path
}
