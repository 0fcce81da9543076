import type { Field, SheetKind } from '../sheets/rules.ts'

/* A switch's records as a kind of sheet: heads of Asterisk, FreeSWITCH, 3CX, Yeastar and of Chinese switches. */

/** What a line is called in files, asked once and remembered under this name. */
export const SEAT = 'seat'

const ENDS = {
  answered: [
    'ANSWERED',
    'ANSWER',
    'NORMAL_CLEARING',
    'SUCCESS',
    'Completed',
    '已接',
    '接通',
    '已接聽',
    '已应答',
    '成功',
    '已接通',
  ],
  noAnswer: [
    ...[
      'NO ANSWER',
      'NOANSWER',
      'NO_ANSWER',
      'NO_USER_RESPONSE',
      'ORIGINATOR_CANCEL',
      'CANCEL',
      'Unanswered',
      'Missed',
    ],
    ...['Not answered', 'Abandoned', '未接', '未接通', '無人接聽', '无应答', '取消', '振鈴未接', '未應答'],
  ],
  busy: ['BUSY', 'USER_BUSY', 'CALL_REJECTED', 'Rejected', 'Declined', '忙', '忙線', '占线', '用戶忙', '拒接', '拒絕'],
  failed: [
    ...[
      'FAILED',
      'CONGESTION',
      'CHANUNAVAIL',
      'UNALLOCATED_NUMBER',
      'NORMAL_TEMPORARY_FAILURE',
      'NETWORK_OUT_OF_ORDER',
    ],
    ...[
      'INVALID_NUMBER_FORMAT',
      'RECOVERY_ON_TIMER_EXPIRE',
      'SUBSCRIBER_ABSENT',
      'Error',
      '失敗',
      '空號',
      '關機',
      '停機',
    ],
  ],
} as const

const DIRECTIONS = {
  outbound: ['outbound', 'out', 'outgoing', '呼出', '去電', '外呼', '撥出', '主叫'],
  inbound: ['inbound', 'in', 'incoming', '呼入', '來電', '進線', '被叫'],
  internal: ['internal', 'local', 'transfer', '內部', '內線', '內呼', '分機互撥'],
} as const

const FIELDS: readonly Field[] = [
  {
    key: 'seat',
    kind: 'text',
    heads: ['坐席', '座席', '分機', '分機號', '坐席號', '工號', 'Extension', 'Agent', 'Seat', 'Ext'],
  },
  {
    key: 'caller',
    kind: 'text',
    heads: [
      '主叫號碼',
      '主叫',
      'src',
      'caller_id_number',
      'Caller ID',
      'Call From',
      'Caller',
      'From',
      'Source',
      '主叫方',
    ],
  },
  {
    key: 'callee',
    kind: 'text',
    heads: [
      '被叫號碼',
      '被叫',
      'dst',
      'destination_number',
      'Destination',
      'Call To',
      'Callee',
      'To',
      'Called number',
      'Dialled number',
      '被叫方',
    ],
  },
  {
    key: 'number',
    kind: 'text',
    heads: ['客戶號碼', '對方號碼', '電話號碼', '外線號碼', 'Customer number', 'Phone', 'External number'],
  },
  {
    key: 'startedAt',
    kind: 'moment',
    heads: [
      '呼叫時間',
      '開始時間',
      '通話開始時間',
      'start',
      'calldate',
      'start_stamp',
      'Call Time',
      'Start time',
      '撥打時間',
      '起始時間',
      '呼叫開始',
    ],
  },
  { key: 'day', kind: 'day', heads: ['呼叫日期', '日期', '通話日期', 'Date', 'Call date'] },
  { key: 'time', kind: 'clock', heads: ['時刻', '撥打時刻', 'Time of day', 'Clock'] },
  {
    key: 'answeredAt',
    kind: 'moment',
    heads: ['應答時間', '接通時間', '接聽時間', 'answer', 'answer_stamp', 'Answer time', 'Answered'],
  },
  {
    key: 'endedAt',
    kind: 'moment',
    heads: ['掛斷時間', '結束時間', '掛機時間', 'end', 'end_stamp', 'End time', 'Hangup time'],
  },
  {
    key: 'ringSeconds',
    kind: 'seconds',
    heads: ['振鈴時長', '響鈴時長', '振鈴秒數', 'Ringing', 'Ring duration', 'ring', 'waitsec'],
  },
  {
    key: 'talkSeconds',
    kind: 'seconds',
    heads: [
      '通話時長',
      '通話秒數',
      '通時',
      '計費時長',
      'billsec',
      'Talk Duration',
      'Talking',
      'Talk time',
      'Talk Duration(s)',
    ],
  },
  {
    key: 'totalSeconds',
    kind: 'seconds',
    heads: ['總時長', '呼叫時長', 'duration', 'Call Duration', 'Call Duration(s)', 'Total'],
  },
  {
    key: 'end',
    kind: { words: 'switchEnd', of: ENDS },
    heads: ['呼叫結果', '通話結果', '接通狀態', '通話狀態', '狀態', 'disposition', 'hangup_cause', 'Status', 'Result'],
  },
  {
    key: 'direction',
    kind: { words: 'switchDirection', of: DIRECTIONS },
    heads: ['呼叫類型', '呼叫方向', '方向', 'direction', 'Call type', 'Type'],
  },
  {
    key: 'recording',
    kind: 'text',
    heads: [
      '錄音文件',
      '錄音檔',
      '錄音',
      '錄音地址',
      '錄音編號',
      'recordingfile',
      'Recording',
      'Recording File',
      'record_file',
      'userfield',
    ],
  },
  {
    key: 'uniqueId',
    kind: 'text',
    heads: ['通話ID', '話單號', '流水號', '呼叫ID', 'uniqueid', 'uuid', 'Call ID', 'Unique ID', 'ID', 'CDR ID'],
  },
  { key: 'channel', kind: 'text', heads: ['channel', '通道', '主叫通道'] },
  { key: 'peerChannel', kind: 'text', heads: ['dstchannel', '被叫通道', 'Destination channel'] },
]

/** Columns that a person may choose. */
export const CHOOSABLE: readonly { readonly key: string }[] = FIELDS.map(({ key }) => ({ key }))

/** Order of the columns in Asterisk's Master.csv, which has no heads. */
const ASTERISK: readonly (string | null)[] = [
  ...[null, 'caller', 'callee', null, null, 'channel', 'peerChannel', null, null, 'startedAt', 'answeredAt', 'endedAt'],
  ...['totalSeconds', 'talkSeconds', 'end', null, 'uniqueId', 'recording'],
]

/** Of no column: what a line's name means is asked of it. */
const seatField = (seats: Readonly<Record<string, readonly string[]>>): Field => ({
  key: 'line',
  kind: { words: SEAT, of: seats },
  heads: [],
})

/** The kind, with the names that each seat of the centre goes by. */
export function switchRecords(
  seats: Readonly<Record<string, readonly string[]>>,
): SheetKind & { readonly seat: Field } {
  const seat = seatField(seats)
  return { key: 'switchRecords', fields: [...FIELDS, seat], withoutHeads: ASTERISK, seat }
}
