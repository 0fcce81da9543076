import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Centre } from './centre.ts'
import type { Watched } from './watched.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** A node of Kaibo as `npm start` runs it, in a process of its own, over the measured centre's database. */
export type BenchNode = {
  readonly url: string
  /** Event loop and memory since it was last asked. */
  watched(): Promise<Watched>
  stop(): Promise<void>
}

/** Starts the server on a free port; `profile` is a folder for a CPU profile, written when it stops. */
export async function startNode({ folder, socketDir }: Centre, profile?: string): Promise<BenchNode> {
  if (profile) mkdirSync(profile, { recursive: true })
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
  const child: ChildProcess = spawn(
    process.execPath,
    [...process.execArgv, ...profiling, '--import', at('./watched.ts'), at('../src/app/server.ts')],
    {
      // The fourth is the line by which the server hears that this process is gone, however suddenly.
      stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'ipc'],
      env: {
        ...process.env,
        ...{ PORT: '0', HOST: '127.0.0.1', KAIBO_DATA: folder, LOG_LEVEL: 'warn', KAIBO_PARENT_FD: '3' },
        DATABASE_URL: `postgres://kaibo@localhost/kaibo?host=${encodeURIComponent(socketDir)}`,
      },
    },
  )
  const gone = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    let told = ''
    child.stdout!.on('data', (piece) => {
      told += piece
      const found = /open at (http:\/\/\S+?)\/? /.exec(told)?.[1]
      if (found) resolve(found)
    })
    gone.then(() => reject(new Error(`the server ended: ${told}`)))
  })
  return {
    url,
    async watched() {
      const answer = once(child, 'message')
      child.send('watched')
      return (await answer)[0] as Watched
    },
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}
