/* Words of ours that stand in sheets, with the words that offices use for them. */

export const ROLE = {
  words: 'role',
  of: {
    tsr: ['坐席', '座席', '電銷代表', '電話銷售代表', '業務員', 'TSR', 'agent', '專員'],
    tl: ['組長', 'TL', 'team leader', '主管', '電銷主管', 'supervisor'],
    um: ['區經理', '部經理', 'UM', 'unit manager', '區域經理'],
    deptManager: ['部門經理', '中心負責人', '銷售部', '經理', 'manager', 'head', '中心經理'],
    deputyGm: ['分管副總', '副總', '副總經理', 'deputy general manager'],
    dataOfficer: ['數據專員', '數據', '數據員', 'data officer', '資料員'],
    qualityInspector: ['質檢', '質檢員', '品檢', 'quality', 'QA', 'QC'],
    trainer: ['培訓', '培訓師', '講師', 'trainer'],
    admin: ['管理員', '系統管理員', 'administrator', 'IT'],
    reception: ['前台', '接待', 'reception'],
    showroomSales: ['銷售顧問', '展廳銷售', 'showroom sales'],
  },
} as const
export const RANK = {
  words: 'rank',
  of: {
    trainee: ['見習', '實習', '試用', '新人', 'trainee'],
    tsr: ['坐席', '專員', 'TSR', '初級'],
    seniorTsr: ['資深', '高級', '高級坐席', '資深坐席', 'senior', 'senior TSR'],
    principalTsr: ['首席', '首席坐席', 'principal', 'principal TSR'],
    tl: ['組長', 'TL', 'team leader'],
    um: ['區經理', '部經理', 'UM', 'unit manager'],
    centreHead: ['中心負責人', '中心經理', 'centre head', 'head'],
  },
} as const
export const OUTCOME = {
  words: 'outcome',
  of: {
    notReached: ['未接', '無人接聽', '沒人接', '未接通', '忙線', '佔線', '關機', '停機', '拒接', 'no answer', 'busy'],
    hungUp: ['掛斷', '中途掛斷', '秒掛', 'hung up'],
    wrongPerson: ['非本人', '不是本人', 'wrong person'],
    later: ['再聯繫', '再跟進', '跟進中', '考慮', '考慮中', '不方便', 'later', 'follow up'],
    callback: ['約回電', '預約', '回撥', '約定回撥', '預約回訪', 'callback', 'call back'],
    interested: ['有意向', '意向', '有興趣', '高意向', 'interested'],
    refused: ['拒絕', '不需要', '沒興趣', '無意向', 'refused', 'not interested'],
    refusedForGood: ['勿擾', '禁呼', '拒絕來電', '不要再打', '投訴', 'do not call', 'DNC'],
    wrongNumber: ['空號', '錯號', '號碼錯誤', 'wrong number', 'invalid'],
    notEligible: ['不符合', '超齡', '拒保人群', 'not eligible'],
    sale: ['成交', '成單', '出單', '已購買', 'sale', 'sold'],
  },
} as const
export const STATE = {
  words: 'saleState',
  of: {
    accepted: ['受理', '已受理', '已投保', '提單', 'accepted'],
    underwriting: ['核保', '核保中', '照會', '待核保', 'underwriting'],
    awaitingPayment: ['待繳費', '待扣款', '扣款失敗', '待收費', 'awaiting payment'],
    issued: ['承保', '已承保', '出單', '實收', 'issued'],
    delivered: ['已送達', '已回執', '已簽收', '猶豫期內', 'delivered'],
    inForce: ['有效', '生效', '已過猶豫期', 'in force'],
    declined: ['拒保', '撤單', '撤件', '延期', '未承保', 'declined'],
    cancelledInCoolingOff: ['猶豫期退保', '猶退', '猶豫期撤單', 'cooling-off cancellation'],
    lapsed: ['失效', '中止', 'lapsed'],
    surrendered: ['退保', '正常退保', 'surrendered'],
  },
} as const
export const PAY_WAY = {
  words: 'payWay',
  of: {
    monthly: ['月繳', '月交', 'monthly', '月'],
    quarterly: ['季繳', '季交', 'quarterly', '季'],
    halfYearly: ['半年繳', '半年交', 'half-yearly'],
    yearly: ['年繳', '年交', 'yearly', 'annual', '年'],
    single: ['躉繳', '躉交', '一次繳清', 'single'],
  },
} as const
export const LIST = {
  words: 'doNotCallList',
  of: {
    own: ['本中心', '自有', '內部', 'own', '公司'],
    shared: ['同業', '行業', '共享', 'shared'],
    national: ['全國', '國家', '謝絕來電', 'national'],
  },
} as const
export const GRADE = {
  words: 'leadGrade',
  of: { A: ['甲', '一級', '精品'], B: ['乙', '二級'], C: ['丙', '三級'], D: ['丁', '四級'] },
} as const
export const PURPOSE = {
  words: 'consentPurpose',
  of: { sale: ['銷售', '推銷', '營銷', 'sales'], service: ['服務', '回訪'] },
} as const
export const STANDING = {
  words: 'planningStanding',
  of: {
    applicant: ['申請', '申請中', '候選', 'applicant'],
    member: ['成員', '組員', '正式', 'member'],
    onExtension: ['延長', '延期', '延長考核', '觀察', 'extension'],
    out: ['淘汰', '退出', '已退出', 'out'],
  },
} as const
export const LEAVE = {
  words: 'leaveKind',
  of: {
    annual: ['年假', '特休', '特別休假', 'annual'],
    inLieu: ['調休', '補休', '加班補休', 'in lieu'],
    sick: ['病假', 'sick'],
    marriage: ['婚假', 'marriage'],
    maternity: ['產假', 'maternity'],
    paternity: ['陪產假', '護理假', 'paternity'],
    other: ['其他', 'other'],
  },
} as const
