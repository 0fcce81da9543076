import { PAY_WAYS, type PayWay } from '../catalog/rules.ts'
import type { State } from '../sales/rules.ts'
import type { SheetKind } from '../sheets/rules.ts'

/* What columns an insurer's policy file has, and its words for states and ways to pay. Customers' names are not read. */

/** Insurers' words by the state they mean here. “In force” is theirs: whether cooling-off is over, the receipt tells. */
const STATE_WORDS: Readonly<Partial<Record<State, readonly string[]>>> = {
  accepted: ['受理', '已受理', '進件', '已進件', '录单', '已录入', '新契約', '新单', '已投保', 'accepted', 'received'],
  underwriting: [
    ...['核保中', '核保', '待核保', '人工核保', '照會', '照會中', '照會未回', '已照會', '問題件', '體檢中', '審核中'],
    ...['underwriting', 'in underwriting', 'query', 'pending query', 'pending'],
  ],
  awaitingPayment: [
    ...[
      '待繳費',
      '待收費',
      '待繳',
      '未繳費',
      '未收費',
      '待扣款',
      '扣款中',
      '扣款失敗',
      '劃款失敗',
      '轉賬失敗',
      '收費失敗',
    ],
    ...['核保通過待繳費', 'awaiting payment', 'payment pending', 'payment failed', 'unpaid'],
  ],
  issued: ['承保', '已承保', '出單', '已出單', '簽單', '已簽單', '實收', 'issued', 'approved'],
  delivered: ['已簽收', '簽收', '回執已回', '已回執', '回執簽收', 'delivered', 'receipt signed'],
  inForce: ['有效', '保單有效', '生效', '已生效', '正常', '復效', '已復效', 'in force', 'active', 'effective', 'valid'],
  declined: [
    ...['未承保', '拒保', '已拒保', '撤單', '已撤單', '撤件', '投保撤回', '撤銷投保', '不予承保', '逾期未繳費'],
    ...['declined', 'rejected', 'withdrawn', 'not taken up'],
  ],
  cancelledInCoolingOff: [
    ...['猶豫期退保', '猶退', '已猶退', '猶豫期撤單', '猶豫期解約', '猶豫期解除', '冷靜期退保', '契撤', '契約撤銷'],
    ...['cooling-off cancellation', 'cancelled in cooling-off', 'free look cancellation', 'freelook'],
  ],
  lapsed: ['失效', '已失效', '中止', '效力中止', '停效', 'lapsed', 'suspended'],
  surrendered: ['退保', '已退保', '正常退保', '解約', '已解約', '合同解除', 'surrendered', 'surrender'],
}

const PAY_WORDS: Readonly<Record<PayWay, readonly string[]>> = {
  monthly: ['月繳', '月交', '按月', '每月', 'monthly', 'month', '12'],
  quarterly: ['季繳', '季交', '按季', 'quarterly', '4'],
  halfYearly: ['半年繳', '半年交', '半年', 'half-yearly', 'semi-annual', '2'],
  yearly: ['年繳', '年交', '按年', '期繳', '期交', 'yearly', 'annual', 'annually', '1'],
  single: ['躉繳', '躉交', '一次繳清', '一次交清', '一次性', 'single', 'single premium', '0'],
}

export const INSURER_FILE: SheetKind = {
  key: 'insurerFile',
  fields: [
    {
      ...{ key: 'applicationNo', kind: 'text', required: true },
      heads: [
        '投保單號',
        '投保單號碼',
        '投保書號',
        '投保號',
        '要保書號',
        '受理號',
        'application no',
        'application number',
      ],
    },
    {
      key: 'policyNo',
      kind: 'text',
      heads: ['保單號', '保單號碼', '合同號', '保險合同號', 'policy no', 'policy number'],
    },
    {
      ...{ key: 'state', kind: { words: 'policies.state', of: STATE_WORDS as Record<string, readonly string[]> } },
      heads: ['狀態', '保單狀態', '承保狀態', '投保單狀態', '險種狀態', 'state', 'status', 'policy status'],
    },
    {
      ...{ key: 'acceptedOn', kind: 'day' },
      heads: ['受理日期', '受理日', '投保日期', '投保日', '進件日期', '錄單日期', 'accepted on', 'application date'],
    },
    {
      ...{ key: 'issuedOn', kind: 'day' },
      heads: ['承保日期', '承保日', '出單日期', '簽單日期', '承保時間', '實收日期', 'issued on', 'issue date'],
    },
    {
      ...{ key: 'receiptOn', kind: 'day' },
      heads: [
        '簽收日期',
        '簽收日',
        '回執日期',
        '回執簽收日期',
        '客戶簽收日期',
        'receipt date',
        'received on',
        'delivered on',
      ],
    },
    {
      ...{ key: 'cancelledOn', kind: 'day' },
      heads: ['退保日期', '退保日', '撤單日期', '解約日期', '終止日期', '猶退日期', 'cancelled on', 'surrender date'],
    },
    { key: 'lapsedOn', kind: 'day', heads: ['失效日期', '失效日', '中止日期', '停效日期', 'lapsed on', 'lapse date'] },
    {
      ...{ key: 'premium', kind: 'amount' },
      heads: ['保費', '首期保費', '期繳保費', '每期保費', '實收保費', '規模保費', '保險費', 'premium'],
    },
    {
      ...{ key: 'payWay', kind: { words: 'policies.payWay', of: PAY_WORDS } },
      heads: ['繳費方式', '交費方式', '繳別', '繳費頻率', '交費頻次', 'payment mode', 'way to pay', 'frequency'],
    },
    {
      ...{ key: 'agent', kind: 'person' },
      heads: ['業務員', '坐席', '坐席姓名', '銷售人員', '代理人', '業務員工號', '坐席工號', '營銷員', 'agent', 'sales'],
    },
  ],
}

/** Fields without which a row is not taken; what else cannot be read is left open and told. */
export const NEEDED: ReadonlySet<string> = new Set([
  ...['applicationNo', 'state', 'acceptedOn', 'issuedOn', 'receiptOn', 'cancelledOn', 'lapsedOn'],
])

export const isPayWay = (text: unknown): text is PayWay => (PAY_WAYS as readonly unknown[]).includes(text)
