import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { copyFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AnyRouter } from '@orpc/server'
import type { Mapping } from '../src/modules/lists/rules.ts'
import { pathOf } from '../src/platform/files.ts'
import type { World } from './world.ts'

/* Files handed in at the test centre, as the web server would have left them. */

/** Puts bytes, or a file of this path, where handed-in files lie. Returns the file's id. */
export async function handedIn(
  w: World<AnyRouter>,
  name: string,
  content: Uint8Array | { path: string },
): Promise<string> {
  const id = randomUUID()
  const at = pathOf(w.boot, id)
  mkdirSync(dirname(at), { recursive: true })
  if ('path' in content) await copyFile(content.path, at)
  else writeFileSync(at, content)
  await w.sql`insert into stored_file (id, centre_id, name, bytes, sha256, uploaded_by)
    values (${id}, ${w.centre}, ${name}, ${(await stat(at)).size}, '', ${w.people.liu})`
  return id
}

/** What a data officer fills in for a list, as the operation takes it. */
export const basis = (
  productId: string,
  fileId: string,
  name: string,
  headers: readonly string[],
  mapping: Mapping,
) => ({
  ...{ name, productId, fileId, source: 'partner bank', purpose: 'sale' as const, grade: 'B' as const, country: 'CN' },
  ...{ consentEvidence: 'web form 12', consentGivenOn: '2026-05-01' },
  options: { headers: [...headers], mapping: [...mapping], hidden: 'skip' as const },
})
