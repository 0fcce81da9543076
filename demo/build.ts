import { addPeople, type NewPerson } from '../src/modules/people/people.ts'
import type { Rank } from '../src/modules/people/rules.ts'
import { addCentre, addUnit } from '../src/modules/people/structure.ts'
import { seedBooks } from '../src/modules/rulebook/books.ts'
import { createAccounts } from '../src/platform/accounts.ts'
import type { Role } from '../src/platform/actor.ts'
import type { Boot } from '../src/platform/context.ts'
import { ensureMonths } from '../src/platform/housekeeping.ts'
import { inCentre } from '../src/platform/transaction.ts'

/* The demo centre: its tree, its people with accounts, its rulebook, its clock at a working morning. */

const ZONE = 'Asia/Shanghai'
const SINCE = Temporal.PlainDate.from('2024-01-08')
/** A Wednesday and a workday, some minutes before the morning meeting. */
const MORNING = Temporal.PlainDateTime.from('2026-06-17T08:25').toZonedDateTime(ZONE).toInstant()

/** Everybody's password in the demo, for those who sign in by hand. */
export const DEMO_PASSWORD = 'harbour-at-nine-twenty'

type Seat = readonly [staffNo: string, name: string, unit: string, role: Role, rank: Rank | null]

const PEOPLE: readonly Seat[] = [
  ['guo', '郭文華', 'root', 'deptManager', 'centreHead'],
  ['hao', '郝立', 'root', 'deputyGm', null],
  ['liu', '劉敏', 'root', 'dataOfficer', null],
  ['qin', '秦朗', 'root', 'qualityInspector', null],
  ['tan', '譚靜', 'root', 'trainer', null],
  ['ada', '艾達', 'root', 'admin', null],
  ['wen', '溫嵐', '東區', 'um', 'um'],
  ['xu', '許航', '西區', 'um', 'um'],
  ['lin', '林夏', '晨光組', 'tl', 'tl'],
  ['tao', '陶樂', '潮汐組', 'tl', 'tl'],
  ['su', '蘇恆', '頂峰組', 'tl', 'tl'],
  ['ann', '安寧', '晨光組', 'tsr', 'seniorTsr'],
  ['bo', '柏川', '晨光組', 'tsr', 'tsr'],
  ['chen', '陳一', '晨光組', 'tsr', 'tsr'],
  ['deng', '鄧飛', '潮汐組', 'tsr', 'tsr'],
  ['fang', '方可', '頂峰組', 'tsr', 'trainee'],
]

/** Fills an empty database with the demo centre. `say` is told of each step. */
export async function buildDemo(boot: Boot, say: (step: string) => void = () => {}): Promise<void> {
  say('Making the demo centre')
  const { centreId, rootUnitId } = await addCentre(boot, {
    name: '海港電銷中心',
    kind: 'life',
    timeZone: ZONE,
    demo: true,
    clock: { at: MORNING, rate: 1 },
    openedOn: SINCE,
  })
  await inCentre(boot, centreId, 'demo.build', async (ctx) => {
    await ensureMonths(ctx.db)
    await seedBooks(ctx, 'life')
    const units = new Map([['root', rootUnitId]])
    const enter = async (kind: 'region' | 'group', parent: string, name: string) =>
      units.set(name, await addUnit(ctx, { kind, parentId: units.get(parent)!, name, openedOn: SINCE }))
    await enter('region', 'root', '東區')
    await enter('region', 'root', '西區')
    await enter('group', '東區', '晨光組')
    await enter('group', '東區', '潮汐組')
    await enter('group', '西區', '頂峰組')
    const ids = await addPeople(
      ctx,
      PEOPLE.map(
        ([staffNo, name, unit, role, rank]): NewPerson => ({
          staffNo,
          name,
          employedFrom: SINCE,
          registrationNo: `R-${staffNo}`,
          trainedOn: SINCE,
          unitId: units.get(unit)!,
          rank: rank ? { rank, confirmed: rank !== 'trainee' } : undefined,
          roles: [{ role, unitId: units.get(unit)! }],
        }),
      ),
    )
    await createAccounts(
      ctx,
      PEOPLE.map(([username], place) => ({
        personId: ids[place]!,
        username,
        password: DEMO_PASSWORD,
        mustChange: false,
      })),
    )
  })
}
