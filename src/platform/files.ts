import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream, mkdirSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { type May, mayCall } from './actor.ts'
import { once, requestIdOf } from './command.ts'
import type { Boot, Ctx, RequestContext } from './context.ts'
import { fault } from './errors.ts'

/*
 * Files that people hand in. The bytes stream to the data folder and never through memory; the row that knows them is
 * written by a command, so that a retry with the same x-request-id gets the same file.
 */

/** What a file may be handed in for: who may, and how long it may be in bytes. */
export type Purpose = { readonly may: Exclude<May, 'stranger'>; readonly mostBytes: number }
export type Purposes = Readonly<Record<string, Purpose>>

const folderOf = (dataDir: string) => join(dataDir, 'files')

/** Where the bytes of a stored file lie. */
export const pathOf = (boot: Pick<Boot, 'dataDir'>, fileId: string): string => join(folderOf(boot.dataDir), fileId)

export type StoredFile = { readonly id: string; readonly name: string; readonly bytes: number; readonly sha256: string }

/** A file that was handed in in this centre, null when there is none of that id. Whose it is, is the caller's to ask. */
export async function storedFile(ctx: Pick<Ctx, 'db' | 'centre'>, fileId: string): Promise<StoredFile | null> {
  const { rows } = await sql<StoredFile>`select id, name, bytes, sha256 from stored_file
    where id = ${fileId} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return rows[0] ?? null
}

type Received = { readonly name: string; readonly bytes: number; readonly sha256: string; readonly at: string }

/** Streams the one file of a form into the data folder, under a name of its own until its row is written. */
async function receive(request: FastifyRequest, dataDir: string, mostBytes: number): Promise<Received | null> {
  const part = await request.file({ limits: { fileSize: mostBytes, files: 1, fields: 0 } })
  if (!part) return null
  mkdirSync(folderOf(dataDir), { recursive: true, mode: 0o700 })
  const at = join(folderOf(dataDir), `${randomUUID()}.part`)
  const hash = createHash('sha256')
  let bytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  try {
    await pipeline(part.file, count, createWriteStream(at, { mode: 0o600, flush: true }))
    if (part.file.truncated) throw fault('FILE_TOO_LONG', { mostBytes })
  } catch (error) {
    await rm(at, { force: true })
    throw error
  }
  // A path that a browser sends along is nobody's business here.
  const name = basename(part.filename.replaceAll('\\', '/')).normalize('NFC').slice(0, 200) || 'file'
  return { name, bytes, sha256: hash.digest('hex'), at }
}

async function keep(context: RequestContext, purpose: string, received: Received): Promise<StoredFile> {
  const { boot, requestId } = context
  const { actor } = context.signedIn!
  const { name, bytes, sha256 } = received
  const call = { boot, actor, name: 'files.handIn', requestId: requestIdOf(requestId), input: { purpose, sha256 } }
  return await once(call, async (ctx) => {
    const { rows } = await sql<{ id: string }>`
      insert into stored_file (centre_id, name, bytes, sha256, uploaded_by)
      values (${ctx.centre.id}, ${name}, ${bytes}, ${sha256}, ${actor.personId}) returning id`.execute(ctx.db)
    const { id } = rows[0]!
    await ctx.emit('files.handedIn', { kind: 'file', id }, { purpose, bytes })
    await rename(received.at, pathOf(boot, id))
    await syncFolder(folderOf(boot.dataDir))
    return { id, name, bytes, sha256 }
  })
}

/** The new name must be on the disk before the row says that the file is there. */
async function syncFolder(folder: string) {
  const handle = await open(folder)
  await handle.sync().finally(() => handle.close())
}

/** POST /files?purpose=…: one file as multipart/form-data; answers its id, name, length and SHA-256. */
export async function mountFiles(
  app: FastifyInstance,
  contextOf: (request: FastifyRequest, reply: FastifyReply) => Promise<RequestContext>,
  purposes: Purposes,
): Promise<void> {
  await app.register(multipart)
  app.post<{ Querystring: { purpose?: string } }>('/files', async (request, reply) => {
    const name = request.query.purpose ?? ''
    const purpose = Object.hasOwn(purposes, name) ? purposes[name] : undefined
    if (!purpose) throw fault('NOT_FOUND')
    const context = await contextOf(request, reply)
    const actor = context.signedIn?.actor
    if (!actor) throw fault('UNAUTHORIZED')
    if (actor.mustChangePassword) throw fault('PASSWORD_DUE')
    if (!mayCall(purpose.may, actor)) throw fault('FORBIDDEN')
    requestIdOf(context.requestId)
    const received = await receive(request, context.boot.dataDir, purpose.mostBytes)
    if (!received) throw fault('NO_FILE')
    try {
      return await keep(context, name, received)
    } finally {
      // Gone under its own name when it was kept; left over by a replay or a failure.
      await rm(received.at, { force: true })
    }
  })
}
