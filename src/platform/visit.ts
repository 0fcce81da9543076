import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from './cannotStart.ts'
import type { Target } from './database.ts'
import { FolderHeld } from './dataFolder.ts'
import { socketOf, startPostgres } from './postgres.ts'

/**
 * The database of a centre for a command at the terminal: the operator's own, the one that a running Kaibo has started
 * in the data folder, or one started for the visit. Call leave() after the last connection has ended.
 */
export async function visitDatabase(
  { databaseUrl, dataDir }: { readonly databaseUrl: string | null; readonly dataDir: string },
  say: (step: string) => void,
): Promise<{ target: Target; leave(): Promise<void> }> {
  const leave = async () => {}
  if (databaseUrl !== null) return { target: { url: databaseUrl }, leave }
  if (!existsSync(join(dataDir, 'postgres')))
    throw new CannotStart(`There is no database in ${dataDir}. Name the data folder: --data /path/to/folder`)
  try {
    const server = await startPostgres(dataDir, say)
    return { target: { socketDir: server.socketDir, database: 'kaibo' }, leave: () => server.stop() }
  } catch (error) {
    if (!(error instanceof FolderHeld)) throw error
    return { target: { socketDir: socketOf(dataDir), database: 'kaibo' }, leave }
  }
}
