import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CannotStart } from './cannotStart.ts'

const BUSY = 5

/** Another process holds the data folder. */
export class FolderHeld extends CannotStart {}

/**
 * Makes a data folder if it is missing and holds it for this process alone, until release() or the end of the process,
 * however sudden. Throws FolderHeld naming the process that holds it already.
 *
 * An exclusive SQLite transaction is the one lock of the kernel's that Node can take: a file with a process id in it
 * would outlive `kill -9`, and telling a stale one from a live one is a race.
 */
export function holdFolder(folder: string): { release(): void } {
  const holder = join(folder, 'held-by')
  let lock: DatabaseSync
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    lock = new DatabaseSync(join(folder, 'lock'))
    lock.exec('pragma journal_mode = memory; begin exclusive')
  } catch (error) {
    if ((error as { errcode?: number }).errcode === BUSY)
      throw new FolderHeld(
        `Another Kaibo (${read(holder)}) uses the data folder ${folder}. Stop it first, or give this one a folder of its own with KAIBO_DATA.`,
      )
    throw new CannotStart(
      `This user may not make or write the data folder ${folder} (${(error as Error).message}). Start Kaibo as its owner, or choose another folder with KAIBO_DATA.`,
    )
  }
  writeFileSync(holder, `process ${process.pid} on ${hostname()}`)
  return { release: () => lock.isOpen && lock.close() }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return 'just starting'
  }
}
