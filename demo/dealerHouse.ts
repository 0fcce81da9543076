import { addSource } from '../src/modules/arrivals/sources.ts'
import { addProduct, addScript, authorise } from '../src/modules/catalog/catalog.ts'
import { listFictionalNumbers } from '../src/modules/customers/fictional.ts'
import { addPeople, type NewPerson } from '../src/modules/people/people.ts'
import type { Rank } from '../src/modules/people/rules.ts'
import { addCentre, addUnit } from '../src/modules/people/structure.ts'
import { seedBooks } from '../src/modules/rulebook/books.ts'
import { addSeat, assignSeat } from '../src/modules/telephony/seats.ts'
import { createAccounts } from '../src/platform/accounts.ts'
import type { Actor, Role } from '../src/platform/actor.ts'
import { setClock } from '../src/platform/centre.ts'
import type { Boot, Ctx } from '../src/platform/context.ts'
import { ensureMonths, openMonths } from '../src/platform/housekeeping.ts'
import { inCentre } from '../src/platform/transaction.ts'
import { MADE_UP_RANGE } from './list.ts'

/* A car dealer's house of twelve: who works there, what it sells, where its customers come from. Nobody of them exists. */

export const ZONE = 'Asia/Shanghai'
const OPENED = Temporal.PlainDate.from('2021-05-10')

type Member = {
  readonly username: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly rank: Rank | null
  /** How much of the middle luck: 1 is the middle. */
  readonly skill: number
}
const of = (username: string, name: string, roles: readonly Role[], rank: Rank | null = null, skill = 1): Member => ({
  ...{ username, name, roles, rank, skill },
})
export const MEMBERS: readonly Member[] = [
  of('fang', '方遠山', ['deputyGm']),
  of('guo', '郭文華', ['deptManager'], 'centreHead'),
  of('liu', '劉敏', ['dataOfficer', 'admin']),
  of('lin', '林夏', ['tl'], 'tl'),
  of('ann', '安寧', ['tsr'], 'seniorTsr', 1.35),
  of('bo', '柏川', ['tsr'], 'tsr', 1.05),
  of('chen', '陳一', ['tsr'], 'tsr', 0.95),
  of('duan', '段思琪', ['tsr'], 'tsr', 0.8),
  of('han', '韓雨桐', ['tsr'], 'trainee', 0.65),
  of('fei', '費欣', ['reception']),
  of('shan', '單宇', ['showroomSales'], null, 1.15),
  of('zhu', '朱晏', ['showroomSales'], null, 0.9),
]
const AT_PHONES: readonly Role[] = ['tsr', 'tl']
export const AGENTS = MEMBERS.filter(({ roles }) => roles.includes('tsr'))
export const HOSTS = MEMBERS.filter(({ roles }) => roles.includes('showroomSales'))

const said = (hant: string, en: string) => ({ hant, en })
const MODELS = [
  { code: 'YH-E5', name: said('遠航 E5 純電轎車', 'Voyager E5 electric saloon') },
  { code: 'YH-T7', name: said('遠航 T7 混動越野', 'Voyager T7 hybrid SUV') },
  { code: 'YH-C3', name: said('遠航 C3 小型車', 'Voyager C3 compact') },
] as const
type ModelCode = (typeof MODELS)[number]['code']

const SCRIPT = [
  {
    key: 'opening',
    title: said('開場', 'Opening'),
    text: said(
      '{{customer}}您好，我是{{centre}}的{{agent}}。您剛剛留下號碼想了解{{product}}，現在方便說兩分鐘嗎？',
      'Good day {{customer}}, this is {{agent}} of {{centre}}. You asked about the {{product}}; do you have two minutes?',
    ),
  },
  {
    key: 'need',
    title: said('了解用車', 'Needs'),
    text: said(
      '平常多半在市區開，還是常跑長途？家裡幾個人坐？現在開的是什麼車？',
      'Mostly in town, or long distance? How many ride along? What do you drive now?',
    ),
  },
  {
    key: 'invite',
    title: said('邀約', 'Invitation'),
    text: said(
      '這款車坐進去、開一段，五分鐘就清楚合不合適。明天上午十點還是下午兩點，您哪個時間方便？',
      'Sit in it and drive a stretch, and you know in five minutes. Would ten tomorrow suit you, or two in the afternoon?',
    ),
  },
]

export type DealerHouse = {
  readonly boot: Boot
  readonly centreId: string
  readonly groupId: string
  readonly people: ReadonlyMap<string, string>
  readonly models: ReadonlyMap<ModelCode, string>
  /** Sources by code: site, partner, phone. */
  readonly sources: ReadonlyMap<string, string>
  /** Stands the centre's clock at a wall time of its own, or at an instant. */
  readonly at: (wall: string | Temporal.Instant, rate?: number) => Promise<void>
  readonly as: <T>(username: string, operation: string, run: (ctx: Ctx) => Promise<T>) => Promise<T>
  readonly house: <T>(operation: string, run: (ctx: Ctx) => Promise<T>) => Promise<T>
}

export const instantOf = (wall: string) => Temporal.PlainDateTime.from(wall).toZonedDateTime(ZONE).toInstant()

export async function makeDealer(real: Boot, from: string, password: string | null): Promise<DealerHouse> {
  const boot: Boot = { ...real, jobs: { enqueue: async () => {} } }
  const { centreId, rootUnitId } = await addCentre(boot, {
    ...{ name: '遠航汽車銷售服務店', kind: 'dealership', timeZone: ZONE, demo: true, openedOn: OPENED },
    clock: { at: instantOf(from), rate: 0 },
  })
  const people = new Map<string, string>()
  const models = new Map<ModelCode, string>()
  const sources = new Map<string, string>()
  const at: DealerHouse['at'] = (wall, rate = 0) =>
    setClock(boot.db, centreId, { at: typeof wall === 'string' ? instantOf(wall) : wall, rate })
  const actor = async (username: string): Promise<Actor> => {
    const signedIn = await boot.access.person(people.get(username)!)
    if (!signedIn) throw new Error(`${username} is not employed`)
    return signedIn.actor
  }
  const as: DealerHouse['as'] = async (username, operation, run) =>
    inCentre(boot, centreId, operation, run, await actor(username))
  const groupId = await inCentre(boot, centreId, 'demo.build', async (ctx) => {
    await ensureMonths(ctx.db)
    await openMonths(ctx.db, ctx.today, ctx.today.add({ months: 3 }))
    await seedBooks(ctx, 'dealership')
    await listFictionalNumbers(ctx, { CN: [MADE_UP_RANGE] }, OPENED)
    const group = await addUnit(ctx, { kind: 'group', parentId: rootUnitId, name: '電銷組', openedOn: OPENED })
    const ids = await addPeople(
      ctx,
      MEMBERS.map(({ username, name, roles, rank }, n): NewPerson => {
        const unitId = roles.some((role) => AT_PHONES.includes(role)) ? group : rootUnitId
        return {
          ...{ staffNo: username, name, employedFrom: OPENED, unitId, registrationNo: `R-${2000 + n}` },
          ...{ trainedOn: OPENED.add({ days: 14 }), birthday: OPENED.subtract({ years: 24 + n, days: 31 * n }) },
          rank: rank ? { rank, confirmed: rank !== 'trainee' } : undefined,
          roles: roles.map((role) => ({ role, unitId })),
        }
      }),
    )
    for (const [n, { username }] of MEMBERS.entries()) people.set(username, ids[n]!)
    if (password !== null)
      await createAccounts(
        ctx,
        MEMBERS.map(({ username }) => ({ personId: people.get(username)!, username, password, mustChange: false })),
      )
    return group
  })
  const atPhones = MEMBERS.filter(({ roles }) => roles.some((role) => AT_PHONES.includes(role)))
  await as('guo', 'catalog.addProduct', async (ctx) => {
    for (const { code, name } of MODELS) {
      const figures = { payWays: { single: 1 }, standardFactor: 1, minPremium: null }
      const productId = await addProduct(ctx, { ...figures, code, name, subject: 'vehicle', effectiveOn: OPENED })
      await addScript(ctx, productId, { effectiveOn: OPENED, sections: SCRIPT, disclosures: [] })
      const personIds = atPhones.map(({ username }) => people.get(username)!)
      await authorise(ctx, { productId, personIds, fromOn: OPENED })
      models.set(code, productId)
    }
  })
  await as('liu', 'telephony.addSeat', async (ctx) => {
    for (const [n, { username }] of atPhones.entries()) {
      const line = { callerId: '02161234567', callerIdApproved: true, lineRegistered: true, recording: true }
      const { seatId } = await addSeat(ctx, { label: `A${String(n + 1).padStart(2, '0')}`, groupId, ...line })
      await assignSeat(ctx, { seatId, version: 1, personId: people.get(username)! })
    }
  })
  await as('liu', 'arrivals.addSource', async (ctx) => {
    const consentText = '同意遠航汽車就購車事宜致電本人'
    const given = [
      { code: 'site', name: '官網留資', channel: 'web', productId: models.get('YH-E5')! },
      { code: 'partner', name: '看車平台', channel: 'web', productId: models.get('YH-T7')! },
      { code: 'phone', name: '店內來電', channel: 'phone', productId: models.get('YH-E5')! },
    ] as const
    for (const source of given)
      sources.set(source.code, (await addSource(ctx, { ...source, groupId, consentText })).sourceId)
  })
  const house: DealerHouse['house'] = (operation, run) => inCentre(boot, centreId, operation, run)
  return { boot, centreId, groupId, people, models, sources, at, as, house }
}
