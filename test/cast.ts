import { addPeople, type NewPerson } from '../src/modules/people/people.ts'
import type { Rank } from '../src/modules/people/rules.ts'
import { addCentre, addUnit } from '../src/modules/people/structure.ts'
import type { Role } from '../src/platform/actor.ts'
import type { Boot } from '../src/platform/context.ts'
import { inCentre } from '../src/platform/transaction.ts'

/* Who works in the test centre, and where. */

type Unit = 'root' | 'East' | 'West' | 'Dawn' | 'Tide' | 'Summit'

const CAST = {
  guo: ['郭文華', 'root', 'deptManager', 'centreHead'],
  hao: ['郝立', 'root', 'deputyGm', null],
  liu: ['劉敏', 'root', 'dataOfficer', null],
  qin: ['秦朗', 'root', 'qualityInspector', null],
  tan: ['譚靜', 'root', 'trainer', null],
  admin: ['艾達', 'root', 'admin', null],
  wen: ['溫嵐', 'East', 'um', 'um'],
  xu: ['許航', 'West', 'um', 'um'],
  lin: ['林夏', 'Dawn', 'tl', 'tl'],
  ann: ['安寧', 'Dawn', 'tsr', 'seniorTsr'],
  bo: ['柏川', 'Dawn', 'tsr', 'tsr'],
  chen: ['陳一', 'Dawn', 'tsr', 'tsr'],
  tao: ['陶樂', 'Tide', 'tl', 'tl'],
  deng: ['鄧飛', 'Tide', 'tsr', 'tsr'],
  su: ['蘇恆', 'Summit', 'tl', 'tl'],
  fang: ['方可', 'Summit', 'tsr', 'trainee'],
} as const satisfies Record<string, readonly [string, Unit, Role, Rank | null]>

export type Name = keyof typeof CAST

const SINCE = Temporal.PlainDate.from('2024-01-08')

/** Makes the centre with its clock standing, its tree and its people, all of them there since January 2024. */
export async function makeCentre(
  boot: Boot,
  kind: 'life' | 'dealership',
  clock: { at: Temporal.Instant; zone: string },
): Promise<{ centreId: string; units: Record<Unit, string>; people: Record<Name, string> }> {
  const { centreId, rootUnitId } = await addCentre(boot, {
    name: 'Harbour',
    kind,
    timeZone: clock.zone,
    demo: true,
    clock: { at: clock.at, rate: 0 },
    openedOn: SINCE,
  })
  return await inCentre(boot, centreId, 'test.cast', async (ctx) => {
    const open = (kind: 'region' | 'group', parentId: string, name: string) =>
      addUnit(ctx, { kind, parentId, name, openedOn: SINCE })
    const East = await open('region', rootUnitId, 'East')
    const West = await open('region', rootUnitId, 'West')
    const Dawn = await open('group', East, 'Dawn')
    const Tide = await open('group', East, 'Tide')
    const Summit = await open('group', West, 'Summit')
    const units = { root: rootUnitId, East, West, Dawn, Tide, Summit }
    const names = Object.keys(CAST) as Name[]
    const ids = await addPeople(
      ctx,
      names.map((name): NewPerson => {
        const [called, unit, role, rank] = CAST[name]
        return {
          staffNo: name,
          name: called,
          employedFrom: SINCE,
          birthday: Temporal.PlainDate.from('1996-06-20'),
          registrationNo: `R-${name}`,
          trainedOn: SINCE,
          unitId: units[unit],
          rank: rank ? { rank, confirmed: rank !== 'trainee' } : undefined,
          roles: [{ role, unitId: units[unit] }],
        }
      }),
    )
    const people = Object.fromEntries(names.map((name, i) => [name, ids[i]!])) as Record<Name, string>
    return { centreId, units, people }
  })
}
