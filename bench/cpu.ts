import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serversIn } from '../src/platform/postgresCluster.ts'
import type { Centre } from './centre.ts'

/** Ticks a second in /proc, the same on every Linux that Node runs on. */
const TICKS = 100

/**
 * Milliseconds of processor time that the centre's database server has used, those of ended connections included; null
 * where the system does not tell. On a machine that does other work as well it says more than the clock.
 */
export function databaseCpuMs({ folder }: Pick<Centre, 'folder'>): number | null {
  if (process.platform !== 'linux') return null
  let ticks = 0
  for (const pid of serversIn(join(folder, 'postgres'))) {
    try {
      // After the name in brackets; utime, stime and those of children that were waited for.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
      ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    } catch {
      // It has ended since, and its parent carries its time.
    }
  }
  return (ticks * 1000) / TICKS
}
