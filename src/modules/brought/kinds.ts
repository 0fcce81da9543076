import type { Field, SheetKind } from '../sheets/rules.ts'
import { GRADE, LEAVE, LIST, OUTCOME, PAY_WAY, PURPOSE, RANK, ROLE, STANDING, STATE } from './lists.ts'
import { KIND_NAMES, type KindName } from './rules.ts'

/*
 * The sheets of a take-over: what each brings, the columns by the names that offices give them, the usual ones first.
 * Words of a column in three ways of writing: 繁體, English, and what else is met.
 */

const field = (key: string, kind: Field['kind'], heads: readonly string[], more: Partial<Field> = {}): Field => ({
  ...{ key, kind, heads, ...more },
})
const must = { required: true }

const staff = field(
  'person',
  'person',
  ['人員', '姓名', '坐席', '業務員', '工號', '員工編號', 'Person', 'Agent', 'Name', 'Staff no'],
  must,
)

/** The number beside a name, where a sheet has both: it tells two of one name apart. */
const numberOf = (tells: string): Field =>
  field(`${tells}No`, 'text', ['工號', '坐席工號', '業務員工號', '員工編號', 'Staff no', 'Agent no'], { tells })

const FIELDS: Readonly<Record<KindName, readonly Field[]>> = {
  people: [
    field('staffNo', 'text', ['工號', '員工編號', '員工號', '編號', 'Staff no', 'Employee no'], must),
    field('name', 'text', ['姓名', '名字', '員工姓名', 'Name'], must),
    field('region', 'text', ['區域', '區', '部', '營業區', 'Region', 'Area']),
    field('group', 'text', ['小組', '組別', '團隊', '組', 'Group', 'Team'], { orSheet: true }),
    field('role', ROLE, ['職務', '崗位', '角色', 'Role', 'Position']),
    field('rank', RANK, ['職級', '級別', 'Rank', 'Grade']),
    field('confirmed', 'yesNo', ['轉正', '是否轉正', '已轉正', 'Confirmed']),
    field('employedFrom', 'day', ['入職日期', '入職日', '到職日', '入司日期', 'Employed from', 'Hired on']),
    field('birthday', 'day', ['生日', '出生日期', 'Birthday']),
    field('registrationNo', 'text', [
      '執業證號',
      '執業登記號',
      '資格證號',
      '登錄證號',
      'Registration no',
      'License no',
    ]),
    field('trainedOn', 'day', ['培訓通過日', '上崗考試日', '受訓日期', '培訓日期', 'Trained on']),
  ],
  ranks: [
    staff,
    numberOf('person'),
    field('rank', RANK, ['職級', '級別', 'Rank', 'Grade'], must),
    field('fromOn', 'day', ['生效日', '起始日', '晉升日期', '異動日期', 'From', 'Effective on'], must),
    field('confirmed', 'yesNo', ['轉正', '是否轉正', 'Confirmed']),
  ],
  batches: [
    field('name', 'text', ['批次', '批次名稱', '名單批次', '名單', 'Batch', 'List'], must),
    field('source', 'text', ['來源', '數據來源', '供應商', 'Source'], must),
    field(
      'consentEvidence',
      'text',
      ['同意憑證', '授權憑證', '白名單依據', '憑證', 'Consent evidence', 'Evidence'],
      must,
    ),
    field('consentGivenOn', 'day', ['同意日期', '授權日期', 'Consent given on'], must),
    field('consentExpiresOn', 'day', ['同意到期', '授權到期', 'Consent expires on']),
    field('product', 'product', ['產品', '險種', 'Product'], must),
    field('grade', GRADE, ['等級', '數據等級', 'Grade']),
    field('purpose', PURPOSE, ['用途', 'Purpose']),
    field('expiresOn', 'day', ['使用期限', '到期日', '截止日', 'Use by', 'Expires on']),
  ],
  doNotCall: [
    field('number', 'number', ['電話', '手機', '號碼', '手機號碼', '聯繫電話', 'Number', 'Phone'], must),
    field('list', LIST, ['名單類型', '類別', '來源', 'List']),
    field('since', 'day', ['登記日期', '加入日期', '日期', 'Since']),
    field('reason', 'text', ['原因', '備註', 'Reason']),
  ],
  leads: [
    field('number', 'number', ['手機', '電話', '手機號碼', '聯繫電話', '號碼', 'Phone', 'Mobile', 'Number'], must),
    field('number2', 'number', ['電話2', '備用電話', '第二電話', '家庭電話', 'Phone 2']),
    field('name', 'text', ['客戶姓名', '姓名', '客戶', '名字', 'Customer', 'Name']),
    field('gender', { words: 'gender', of: { male: ['男', '先生', 'M'], female: ['女', '女士', '小姐', 'F'] } }, [
      '性別',
      'Gender',
    ]),
    field('birthday', 'day', ['生日', '出生日期', 'Birthday']),
    field('region', 'text', ['省份', '地區', '歸屬地', 'Region', 'Province']),
    field('batch', 'text', ['批次', '名單批次', '批次名稱', 'Batch', 'List']),
    field('group', 'unit', ['小組', '組別', 'Group'], { orSheet: true }),
    field('holder', 'person', ['坐席', '業務員', '持有人', '負責人', '跟進人', 'Holder', 'Agent', 'Owner'], {
      orSheet: true,
    }),
    numberOf('holder'),
    field('tries', 'count', ['撥打次數', '已撥次數', '次數', '跟進次數', 'Attempts', 'Tries']),
    field('lastCall', 'moment', ['最後撥打', '最近撥打時間', '上次撥打', '最後聯繫時間', '最近通話', 'Last call']),
    field('lastOutcome', OUTCOME, ['最後結果', '撥打結果', '通話結果', '狀態', '結果', 'Last result', 'Outcome']),
    field('nextCall', 'moment', [
      '下次撥打',
      '預約時間',
      '回撥時間',
      '下次聯繫時間',
      '約定時間',
      'Next call',
      'Callback',
    ]),
    field('note', 'text', ['備註', '跟進記錄', '說明', 'Note', 'Remark']),
  ],
  consents: [
    field('number', 'number', ['電話', '手機', '號碼', '手機號碼', 'Number', 'Phone'], must),
    field('name', 'text', ['姓名', '客戶姓名', 'Name']),
    field('purpose', PURPOSE, ['用途', 'Purpose']),
    field('givenOn', 'day', ['同意日期', '授權日期', 'Given on'], must),
    field('expiresOn', 'day', ['到期日', '同意到期', 'Expires on']),
    field('withdrawnOn', 'day', ['撤回日期', '撤銷日期', 'Withdrawn on']),
    field('evidence', 'text', ['憑證', '同意憑證', 'Evidence'], must),
  ],
  cases: [
    field('applicationNo', 'text', ['投保單號', '申請號', '投保書號', '單號', '投保號', 'Application no'], must),
    field('agent', 'person', ['坐席', '業務員', '工號', '代表', '銷售人員', 'Agent', 'Seller'], {
      ...must,
      orSheet: true,
    }),
    numberOf('agent'),
    field('group', 'unit', ['小組', '組別', 'Group']),
    field('number', 'number', ['客戶電話', '電話', '手機', '手機號碼', 'Phone'], must),
    field('name', 'text', ['客戶姓名', '投保人', '客戶', '姓名', 'Customer', 'Applicant']),
    field('product', 'product', ['產品', '險種', '產品名稱', 'Product'], must),
    field('payWay', PAY_WAY, ['繳費方式', '交費方式', '繳別', 'Pay way', 'Payment'], must),
    field('premium', 'amount', ['保費', '期繳保費', '每期保費', '首期保費', 'Premium'], must),
    field('standard', 'amount', ['標準保費', '標保', 'Standard premium']),
    field('state', STATE, ['狀態', '保單狀態', '投保單狀態', 'State', 'Status'], must),
    field('acceptedOn', 'day', ['受理日期', '受理日', '投保日期', '提單日期', 'Accepted on'], must),
    field('issuedOn', 'day', ['承保日期', '承保日', '出單日期', '生效日期', 'Issued on']),
    field('receiptOn', 'day', ['回執日期', '簽收日期', '送達日期', 'Receipt on', 'Delivered on']),
    field('cancelledOn', 'day', ['猶豫期退保日', '退保日期', '撤單日期', 'Cancelled on']),
    field('lapsedOn', 'day', ['失效日期', 'Lapsed on']),
  ],
  month: [
    staff,
    numberOf('person'),
    field('month', 'text', ['月份', '年月', 'Month']),
    field('dials', 'count', ['通次', '撥打量', '撥打次數', '外呼量', 'Dials', 'Calls']),
    field('connected', 'count', ['接通數', '接通量', '接通', 'Connected']),
    field('effective', 'count', ['有效接觸', '有效通話', '有效', 'Effective']),
    field('talk', 'seconds', ['通時', '通話時長', '通時秒', 'Talk time', 'Talk']),
    field('accepted', 'count', ['受理件數', '受理 件數', '受理件', 'Accepted cases', 'Accepted']),
    field('acceptedStandard', 'amount', ['受理標保', '受理 標保', '受理保費', '受理 保費', 'Accepted premium']),
    field('issued', 'count', ['承保件數', '承保 件數', '承保件', 'Issued cases', 'Issued']),
    field('issuedStandard', 'amount', ['承保標保', '承保 標保', '承保保費', '承保 保費', 'Issued premium']),
    field('cancelled', 'count', ['猶退件數', '猶豫期退保件數', 'Cancelled cases']),
    field('cancelledStandard', 'amount', ['猶退標保', '猶豫期退保標保', 'Cancelled premium']),
  ],
  quarters: [
    staff,
    numberOf('person'),
    field('quarter', 'text', ['季度', '季', 'Quarter'], must),
    field('issuedStandard', 'amount', ['承保標保', '承保 標保', '承保保費', '淨承保', 'Issued premium', 'Net issued']),
    field('issued', 'count', ['承保件數', '承保 件數', 'Issued cases']),
    field('qualityScore', 'amount', ['質檢平均', '質檢分', '品檢平均', 'Quality average']),
    field('reviewScore', 'amount', ['考核得分', '考核分', '評分', 'Review score']),
  ],
  planning: [
    staff,
    numberOf('person'),
    field('state', STANDING, ['狀態', '身份', 'State'], must),
    field('fromOn', 'day', ['起始日', '加入日期', '日期', 'Since'], must),
    field('strikes', 'count', ['不合格次數', '連續不合格', 'Strikes']),
    field('note', 'text', ['備註', 'Note']),
  ],
  leave: [
    staff,
    numberOf('person'),
    field('kind', LEAVE, ['假別', '假期種類', '類別', 'Kind', 'Leave kind'], must),
    field('days', 'amount', ['剩餘天數', '天數', '餘額', 'Days left', 'Days'], must),
  ],
  funds: [
    field('group', 'unit', ['小組', '組別', 'Group'], { ...must, orSheet: true }),
    field('amount', 'amount', ['金額', '餘額', '組費', 'Amount', 'Balance'], must),
    field('note', 'text', ['備註', 'Note']),
  ],
}

/** The kind of each sheet; mappings are remembered by it. */
export const KINDS: Readonly<Record<KindName, SheetKind>> = Object.fromEntries(
  KIND_NAMES.map((key) => [key, { key: `moving.${key}`, fields: FIELDS[key] }]),
) as Record<KindName, SheetKind>

/** Names that offices give to a sheet of a kind, beside the product's own. */
export const SHEET_NAMES: Readonly<Record<KindName, readonly string[]>> = {
  people: ['人員', '組織與人員', '員工', '花名冊', '人員名冊', 'People', 'Staff'],
  ranks: ['職級', '職級異動', '職級歷史', 'Ranks', 'Rank history'],
  batches: ['名單批次', '批次', 'Lists', 'Batches'],
  doNotCall: ['禁呼名單', '禁止撥打名單', '勿擾名單', '屏蔽名單', 'Do not call', 'DNC'],
  consents: ['同意記錄', '同意憑證', '授權記錄', 'Consents'],
  leads: ['名單', '數據', '客戶名單', '客戶', 'Leads'],
  cases: ['保單', '投保單', '案件', '業績明細', 'Cases', 'Policies'],
  month: ['本月累計', '當月業績', '月累計', 'Month to date'],
  quarters: ['過往季度', '季度業績', '季度', 'Quarters'],
  planning: ['企劃小組', '企劃組', 'Planning group'],
  leave: ['假期餘額', '剩餘假期', '休假', 'Leave'],
  funds: ['組費', '組費餘額', 'Group funds', 'Funds'],
}
