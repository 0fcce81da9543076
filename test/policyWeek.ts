import type { FileRow } from './policies.ts'

/* A week of an insurer's files, and what each leaves: reckoned by hand, case by case. */

export const paid = ['500', '月缴'] as const
export type Told = {
  readonly asOf: string
  readonly comes: string
  readonly name: string
  readonly rows: readonly FileRow[]
}
export const FILES: readonly Told[] = [
  {
    ...{ asOf: '2026-06-08', comes: '2026-06-09T09:30', name: '承保清单20260608.csv' },
    rows: [
      ['TB0001', '已承保', '2026-06-08', null, null, ...paid, '安寧'],
      ['TB0002', '核保中', null, null, null, ...paid, '安寧'],
      ['TB0003', '待缴费', null, null, null, '6,000.00', '月缴', '柏川'],
      ['TB0004', '承保', '2026-06-07', null, null, '700', '月缴', '柏川'],
      ['TB0009', '承保', '2026-06-08', null, null, ...paid, '陳一'],
    ],
  },
  {
    ...{ asOf: '2026-06-09', comes: '2026-06-10T09:30', name: '承保清单20260609.xlsx' },
    rows: [
      ['TB0001', '有效', '2026-06-08', '2026-06-09', null, ...paid, '安寧'],
      ['TB0002', '承保', '2026-06-09', null, null, ...paid, '柏川'],
      ['TB0003', '待缴费', null, null, null, ...paid, null],
      ['TB0004', '承保', '2026-06-07', null, null, ...paid, '柏川'],
      ['TB0005', '拒保', null, null, '2026-06-09', ...paid, null],
      ['TB0008', '照会中', null, null, null, ...paid, null],
    ],
  },
  {
    ...{ asOf: '2026-06-10', comes: '2026-06-11T09:30', name: '承保清单20260610.csv' },
    rows: [
      ['TB0001', '有效', '2026-06-08', '2026-06-09', null, ...paid, null],
      ['tb 0002', '承保', '2026-06-10', null, null, ...paid, null],
      ['TB0003', '扣款失败', null, null, null, ...paid, null],
      ['TB0004', '犹豫期退保', '2026-06-07', null, '2026-06-10', ...paid, null],
      ['TB0005', '冻结', null, null, null, ...paid, null],
      ['TB0007', '承保', '2026-06-07', null, null, ...paid, null],
    ],
  },
  {
    ...{ asOf: '2026-06-11', comes: '2026-06-12T09:30', name: '承保清单20260611.xlsx' },
    rows: [
      ['TB0007', '承保', '2026-06-11', '2026-06-30', null, ...paid, null],
      ['TB0008', '承保', '2026-06-11', null, null, ...paid, null],
      ['TB0002', '承保', '2026-06-10', null, null, ...paid, null],
      ['TB0002', '承保', '2026-06-10', null, null, '300', '月缴', null],
      [null, '承保', '2026-06-10', null, null, ...paid, null],
    ],
  },
  {
    ...{ asOf: '2026-06-13', comes: '2026-06-14T10:00', name: '承保清单20260613.csv' },
    rows: [
      ['TB0001', '退保', '2026-06-08', '2026-06-09', '2026-06-13', ...paid, null],
      ['TB0003', '承保', null, null, null, ...paid, null],
      ['TB0007', '承保', '2026-06-12', null, null, ...paid, null],
    ],
  },
  {
    ...{ asOf: '2026-06-12', comes: '2026-06-15T09:30', name: '承保清单20260612.csv' },
    rows: [
      ['TB0001', '有效', '2026-06-08', '2026-06-09', null, ...paid, null],
      ['TB0003', '承保', '2026-06-12', null, null, ...paid, null],
      ['TB0007', '待缴费', null, null, null, ...paid, null],
    ],
  },
  {
    ...{ asOf: '2026-06-14', comes: '2026-06-15T09:40', name: '承保清单20260614.xlsx' },
    rows: [
      ['TB0001', '退保', '2026-06-08', '2026-06-09', '2026-06-13', ...paid, null],
      ['TB0002', '承保', '2026-06-10', '2026-06-13', null, ...paid, '安寧'],
      ['TB0003', '承保', '2026-06-12', null, null, ...paid, null],
      ['TB0009', '承保', '2026-06-08', null, null, ...paid, '陳一'],
    ],
  },
]

/** By file: every case with its state and the days issued, delivered, cancelled; issued and cancelled cases of June. */
export const EXPECTED: readonly (readonly [
  cases: string,
  issued: number,
  cancelled: number,
  rows: string,
  open: string,
])[] = [
  [
    `TB0001 issued 06-08
     TB0002 underwriting
     TB0003 awaitingPayment
     TB0004 issued 06-07
     TB0005 accepted
     TB0006 accepted
     TB0007 accepted
     TB0008 issued 06-08`,
    3,
    0,
    '1 changed, 2 changed, 3 changed, 4 changed, 5 theirs',
    'TB0004 amountDiffers liu 06-10, TB0009 theirsNotOurs liu 06-10',
  ],
  [
    `TB0001 delivered 06-08 06-09
     TB0002 issued 06-09
     TB0003 awaitingPayment
     TB0004 issued 06-07
     TB0005 declined
     TB0006 accepted
     TB0007 accepted
     TB0008 underwriting`,
    3,
    0,
    '1 changed, 2 changed, 3 same, 4 same, 5 changed, 6 changed',
    'TB0002 agentDiffers lin 06-11, TB0006 oursNotTheirs liu 06-11, TB0008 stateDiffers liu 06-11, TB0009 theirsNotOurs liu 06-10',
  ],
  [
    `TB0001 delivered 06-08 06-09
     TB0002 issued 06-10
     TB0003 awaitingPayment
     TB0004 cancelledInCoolingOff 06-07 - 06-10
     TB0005 declined
     TB0006 accepted
     TB0007 accepted
     TB0008 underwriting`,
    3,
    1,
    '1 same, 2 changed, 3 same, 4 changed, 5 fault unknown state, 6 fault beforeAcceptance issuedOn',
    'TB0002 agentDiffers lin 06-11, TB0006 oursNotTheirs liu 06-11, TB0008 stateDiffers liu 06-11, TB0009 theirsNotOurs liu 06-10',
  ],
  [
    `TB0001 delivered 06-08 06-09
     TB0002 issued 06-10
     TB0003 awaitingPayment
     TB0004 cancelledInCoolingOff 06-07 - 06-10
     TB0005 declined
     TB0006 accepted
     TB0007 accepted
     TB0008 issued 06-11`,
    4,
    1,
    '1 fault inTheFuture receiptOn, 2 changed, 3 same, 4 fault repeated, 5 fault missing applicationNo',
    'TB0002 agentDiffers lin 06-11, TB0006 oursNotTheirs liu 06-11, TB0009 theirsNotOurs liu 06-10',
  ],
  [
    `TB0001 cancelledInCoolingOff 06-08 06-09 06-13
     TB0002 issued 06-10
     TB0003 issued 06-13
     TB0004 cancelledInCoolingOff 06-07 - 06-10
     TB0005 declined
     TB0006 accepted
     TB0007 issued 06-12
     TB0008 issued 06-11`,
    6,
    2,
    '1 changed, 2 changed, 3 changed',
    'TB0002 agentDiffers lin 06-11, TB0006 oursNotTheirs liu 06-11, TB0009 theirsNotOurs liu 06-10',
  ],
  [
    `TB0001 cancelledInCoolingOff 06-08 06-09 06-13
     TB0002 issued 06-10
     TB0003 issued 06-12
     TB0004 cancelledInCoolingOff 06-07 - 06-10
     TB0005 declined
     TB0006 accepted
     TB0007 issued 06-12
     TB0008 issued 06-11`,
    6,
    2,
    '1 older, 2 changed filled, 3 older',
    'TB0002 agentDiffers lin 06-11, TB0006 oursNotTheirs liu 06-11, TB0009 theirsNotOurs liu 06-10',
  ],
  [
    `TB0001 cancelledInCoolingOff 06-08 06-09 06-13
     TB0002 delivered 06-10 06-13
     TB0003 issued 06-12
     TB0004 cancelledInCoolingOff 06-07 - 06-10
     TB0005 declined
     TB0006 accepted
     TB0007 issued 06-12
     TB0008 issued 06-11
     TB0009 issued 06-08`,
    7,
    2,
    '1 same, 2 changed, 3 same, 4 changed',
    'TB0006 oursNotTheirs liu 06-11',
  ],
]
