import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/clone.ts'
import { type World, world } from '../../test/world.ts'
import { backupsIn } from './backupFolder.ts'
import { createCentre } from './centre.ts'
import { runDue } from './clockwork.ts'
import type { Boot } from './context.ts'
import { openMetrics } from './metrics.ts'
import { askForBackup, backUpNightly, backupAge, backupState, NIGHTLY } from './nightly.ts'

/* The night's back-up, and who is told when it did not come about. */

const NIGHT = [{ name: NIGHTLY, clause: null, at: '03:10', why: 'test', run: askForBackup }]
/** A zone in which it is past noon now, so that what is due in the night was due today, whatever the hour is here. */
function whereNoonIs(): string {
  const ahead = 12 - Temporal.Now.zonedDateTimeISO('UTC').hour
  return ahead > 0 ? `Etc/GMT-${ahead}` : `Etc/GMT+${-ahead}`
}

let w: World<Record<never, never>>
let fresh: FreshDatabase
let boot: Boot
let own: string
beforeAll(async () => {
  w = await world({})
  fresh = await freshDatabase()
  own = await createCentre(fresh.db, { name: 'Own', kind: 'life', timeZone: whereNoonIs(), demo: false })
  await sql`create table test_job (id bigint generated always as identity, name text, data jsonb)`.execute(fresh.db)
  const backups = { target: fresh.target, folder: join(w.boot.dataDir, 'backups') }
  boot = { ...w.boot, db: fresh.db, backups }
})
afterAll(async () => {
  await fresh.close()
  await w.close()
})

const asked = async () => (await sql<{ name: string }>`delete from test_job returning name`.execute(fresh.db)).rows
const stateOf = (demo = false) =>
  backupState({
    db: fresh.db,
    centre: { ...w.boot, id: own, demo } as never as Parameters<typeof backupState>[0]['centre'],
  })
/** As if so many hours had gone by since everything that the book holds. */
const hoursLater = async (hours: number) => {
  await sql`update backup_run set began_at = began_at - make_interval(hours => ${hours}),
    ended_at = ended_at - make_interval(hours => ${hours})`.execute(fresh.db)
  await sql`update centre set created_at = created_at - make_interval(hours => ${hours})`.execute(fresh.db)
}
const job = { centreId: '', actorId: '' }

test('a new centre is asked for a back-up at once and then each night, a demo never', async () => {
  expect(await runDue(boot, NIGHT)).toEqual([NIGHTLY])
  expect(await asked()).toEqual([{ name: NIGHTLY }])
  expect(await runDue(boot, NIGHT)).toEqual([])
  // The machine was off for three nights: one is made up.
  await sql`update schedule_run set ran_until = now() - interval '3 days'`.execute(fresh.db)
  await runDue(boot, NIGHT)
  expect(await asked()).toEqual([{ name: NIGHTLY }])
  await runDue(w.boot, NIGHT)
  expect(await w.sql`select name from test_job`).toEqual([])
})

test('one night has one back-up, however many ask for it', async () => {
  expect(await backupAge(fresh.db)).toBeNull()
  await backUpNightly(boot, { ...job, centreId: own })
  await backUpNightly(boot, { ...job, centreId: own })
  expect(backupsIn(boot.backups!.folder)).toHaveLength(1)
  expect(w.topics.filter(({ name }) => name === 'backups')).toEqual([{ name: 'backups', centreId: own }])
  const state = await stateOf()
  expect(state).toMatchObject({ trouble: null, overdue: false })
  expect(state.place).toContain(join(boot.backups!.folder, backupsIn(boot.backups!.folder)[0]!))
})

test('after 26 hours without a good one it is told, with what stood in the way; the next good one ends it', async () => {
  await hoursLater(25)
  expect(await stateOf()).toMatchObject({ overdue: false })
  const blocked = { ...boot, backups: { ...boot.backups!, folder: '/dev/null/backups' } }
  await expect(backUpNightly(blocked, { ...job, centreId: own })).rejects.toThrow('may not write back-ups')
  await hoursLater(2)
  expect(await stateOf()).toMatchObject({ overdue: true, trouble: 'notWritable' })
  expect(await stateOf(true)).toMatchObject({ overdue: false })
  await sql`delete from backup_run where trouble is null`.execute(fresh.db)
  expect(await stateOf()).toEqual({ overdue: true, trouble: 'notWritable', lastGoodAt: null, place: null })
  await backUpNightly(boot, { ...job, centreId: own })
  expect(await stateOf()).toMatchObject({ overdue: false, trouble: null })
})

test('its age is a figure for the operator', async () => {
  const watched = { pools: {}, listeners: () => 0, deadJobs: async () => 0 }
  const shown = async (age: number | null) =>
    await openMetrics({ ...watched, backupAge: async () => age }).registry.getSingleMetricAsString(
      'kaibo_backup_age_seconds',
    )
  expect(await shown(90)).toContain('kaibo_backup_age_seconds 90')
  expect(await shown(null)).toContain('kaibo_backup_age_seconds Nan')
  expect(await backupAge(fresh.db)).toBeLessThan(3600)
})
