import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import files from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { CannotStart } from './cannotStart.ts'

/* The web pages: built when the sources are newer than they, served with what belongs to them. */

/** What the pages are made of; server files beside them cost a needless build now and then, and no wrong page. */
const SOURCES = ['index.html', 'vite.config.ts', 'package-lock.json', 'src/{app,client,lib,modules,ui}/**/*.*']

function stampOf(home: string): string {
  const hash = createHash('sha256')
  for (const path of globSync(SOURCES, { cwd: home }).sort())
    if (!/\.test\.tsx?$/.test(path))
      hash
        .update(path)
        .update('\0')
        .update(readFileSync(join(home, path)))
        .update('\0')
  return hash.digest('hex')
}

const writable = (folder: string) => {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** In a process of its own: what the build takes in memory, hundreds of megabytes, the server would never give back. */
async function runVite(home: string, outDir: string): Promise<void> {
  const vite = join(home, 'node_modules/vite/bin/vite.js')
  // The configuration is TypeScript that Node runs itself; bundling it would write beside it.
  const options = ['--configLoader', 'native', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error']
  const child = spawn(process.execPath, [vite, 'build', ...options], { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  const code = await new Promise((resolve) => child.on('close', resolve).on('error', resolve))
  if (code !== 0) throw new CannotStart(`The web pages could not be built: ${output.trim() || String(code)}`)
}

/**
 * Builds the pages if they are missing or older than their sources and returns their folder: `dist` of the project, or
 * one in the data folder where the project may not be written. Two starts at once do no harm: the last build stays.
 */
export async function buildPages(home: string, dataDir: string, say: (step: string) => void): Promise<string> {
  const folder = writable(home) ? join(home, 'dist') : join(dataDir, 'pages')
  const stampFile = join(folder, '.stamp')
  const stamp = stampOf(home)
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return folder
  say('Building the web pages')
  const fresh = `${folder}.${process.pid}.tmp`
  const old = `${folder}.${process.pid}.old`
  try {
    await runVite(home, fresh)
    writeFileSync(join(fresh, '.stamp'), stamp)
    if (existsSync(folder)) renameSync(folder, old)
    renameSync(fresh, folder)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
    rmSync(old, { recursive: true, force: true })
  }
  return folder
}

/** Serves the pages: what carries a hash in its name for good, the rest asked again; a deep link gets the page. */
export async function mountPages(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(files, {
    root: folder,
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders(reply, path) {
      const forGood = path.slice(folder.length).startsWith('/assets/')
      reply.header('cache-control', forGood ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.setNotFoundHandler((request, reply) => {
    if (request.method === 'GET' && request.headers.accept?.includes('text/html'))
      return reply.header('cache-control', 'no-cache').sendFile('index.html')
    return reply.status(404).send({ code: 'NOT_FOUND', message: 'Not found' })
  })
}
