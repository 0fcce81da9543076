import { sql } from 'kysely'
import { csvLine } from '../src/lib/csv.ts'
import type { Reason } from '../src/modules/issuing/rules.ts'
import { follow } from '../src/modules/issuing/waiting.ts'
import { enterFile, startImport } from '../src/modules/policies/files.ts'
import { importFile } from '../src/modules/policies/import.ts'
import { isOpen, type State } from '../src/modules/sales/rules.ts'
import { MEMBERS } from './cast.ts'
import type { House } from './house.ts'
import { handIn } from './list.ts'

/* The insurer's first policy file, and what people noted on the cases that still wait. */

type Case = {
  readonly id: string
  readonly number: string
  readonly agentId: string
  readonly group: string
  readonly state: State
  readonly raw: string
  readonly payWay: string
  readonly acceptedOn: Temporal.PlainDate
  readonly issuedOn: Temporal.PlainDate | null
  readonly cancelledOn: Temporal.PlainDate | null
}

const HEADS = ['投保单号', '投保人', '保单状态', '承保日期', '回执日期', '退保日期', '首期保费', '缴费方式', '坐席']
const WAYS: Readonly<Record<string, string>> = {
  ...{ monthly: '月缴', quarterly: '季缴', halfYearly: '半年缴', yearly: '年缴', single: '趸缴' },
}

/** Days after issue on which the customer signs for the policy; days after acceptance by which most are issued. */
const SIGNED_AFTER = 5
const ISSUED_AFTER = 2

/** Why the oldest cases wait, and what their agents do next. */
const WAITING: readonly (readonly [word: string, reason: Reason, nextStep: string, inDays: number])[] = [
  ['扣款失败', 'paymentFailed', '請客戶換一張扣款卡，重新送扣', 0],
  ['照会中', 'underwritingQuery', '向客戶索取去年的體檢報告', 1],
  ['待缴费', 'customerWavering', '約客戶與家人一起再談一次保障內容', 2],
]

/** Takes in the file that tells of a day, on the morning after it, and the notes of that evening. */
export async function takePolicyFile(house: House, day: string, morning: string): Promise<void> {
  const asOf = Temporal.PlainDate.from(day)
  const cases = await casesOf(house)
  const open = cases.filter(({ state }) => isOpen(state))
  const waiting = open.slice(0, WAITING.length)
  await house.at(`${day}T18:45`)
  for (const [n, { id, agentId }] of waiting.entries()) {
    const [, reason, nextStep, inDays] = WAITING[n]!
    const { username } = MEMBERS.find((member) => house.people.get(member.username) === agentId)!
    await house.as(username, 'issuing.follow', async (ctx) => {
      const nextOn = asOf.add({ days: 1 + inDays })
      await follow(ctx, { saleId: id, reason, nextStep, nextOn, note: '', followId: null })
    })
  }
  await house.at(morning)
  const names = new Map(MEMBERS.map(({ username, name }) => [house.people.get(username)!, name]))
  const lines = rowsOf(cases, waiting, asOf, names)
  const fileId = await house.as('liu', 'policies.enter', async (ctx) => {
    const name = `承保清單${day.replaceAll('-', '')}.csv`
    const { id } = await enterFile(ctx, { fileId: await handIn(house.boot, ctx, name, lines.join('')), asOf })
    await startImport(ctx, { id, options: null })
    return id
  })
  await importFile(house.boot, { centreId: house.centreId, actorId: house.people.get('liu')!, fileId })
}

async function casesOf(house: House): Promise<Case[]> {
  const { rows } = await sql<Case>`
    select s.id, s.application_no as number, s.agent_id as "agentId", u.name as group, s.state, s.raw_premium as raw,
      s.pay_way as "payWay", s.accepted_on as "acceptedOn", s.issued_on as "issuedOn", s.cancelled_on as "cancelledOn"
    from sale s join org_unit u on u.id = s.group_id where s.centre_id = ${house.centreId}
    order by s.accepted_on, s.application_no`.execute(house.boot.db)
  return rows
}

/** The file's lines: most as they stand here, some further on, and a few that differ. */
function rowsOf(
  cases: readonly Case[],
  waiting: readonly Case[],
  asOf: Temporal.PlainDate,
  names: ReadonlyMap<string, string>,
): string[] {
  const told = cases.map((one, at) => {
    const { number, agentId, state, raw, payWay, acceptedOn } = one
    const place = waiting.indexOf(one)
    const issues = isOpen(state) && place < 0 && acceptedOn.until(asOf).days >= ISSUED_AFTER
    const issuedOn = one.issuedOn ?? (issues ? asOf : null)
    const signed = issuedOn?.add({ days: SIGNED_AFTER })
    const receipt = signed && Temporal.PlainDate.compare(signed, asOf) <= 0 ? signed : null
    const word = one.cancelledOn
      ? '犹豫期退保'
      : state === 'declined'
        ? '拒保'
        : issuedOn
          ? '已承保'
          : place >= 0
            ? WAITING[place]![0]
            : '核保中'
    const cells = [
      number,
      `客户${at + 1}`,
      word,
      issuedOn,
      receipt,
      one.cancelledOn,
      raw,
      WAYS[payWay],
      names.get(agentId),
    ]
    return cells.map((cell) => String(cell ?? ''))
  })
  const issued = told.filter(([, , word]) => word === '已承保')
  // One customer has cancelled, one premium was entered otherwise, one case is somebody else's by the insurer, one is none of ours.
  const cancelled = issued.find((row) => row[4] !== '') ?? issued[0]
  if (cancelled) [cancelled[2], cancelled[5]] = ['犹豫期退保', asOf.toString()]
  const [other] = told.filter((row) => row !== cancelled).slice(-1)
  if (other) other[6] = String(Number(other[6]) + 100)
  const dawn = cases.findIndex(({ group, number }) => group === '晨光組' && number !== other?.[0])
  if (dawn >= 0) told[dawn]![8] = names.get(cases[dawn]!.agentId) === '柏川' ? '安寧' : '柏川'
  const strange = ['20260611901', '客户', '已承保', '2026-06-15', '', '', '1200', '年缴', '']
  return [HEADS, ...told, strange].map((cells) => csvLine(cells))
}
