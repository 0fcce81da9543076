import { type ChildProcess, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'

/** Who a program runs as; undefined is the user we are. */
export type Account = { uid: number; gid: number } | undefined

/**
 * A shell that starts the program and sends it SIGINT as soon as descriptor 3 closes. The other end of 3 is ours, so
 * the kernel closes it even at `kill -9`. Signals to the shell itself are ignored: only the leash ends the program.
 */
const LEASH = `trap '' HUP INT TERM
"$0" "$@" 3<&- & program=$!
{ while read -r _; do :; done; kill -INT $program; } <&3 3<&- >/dev/null 2>&1 & watcher=$!
exec 3<&-
wait $program; code=$?
kill -KILL $watcher 2>/dev/null
exit $code`

export interface Leashed {
  /** Exit code of the program, or the reason why it could not be started. */
  ended: Promise<number | string>
  /** Output of the program; both null when it goes to a file. */
  child: ChildProcess
  /** Asks the program to end with SIGINT. */
  loose(): void
}

/**
 * Starts a program that cannot outlive us, in a session of its own, so that Ctrl-C reaches us alone and we can drain
 * first. It does not keep our event loop alive. Of our environment it gets PATH and TZ only: PGDATA, PGOPTIONS or
 * LC_ALL of whoever starts Kaibo must not decide anything here.
 */
export function leash(program: string, args: string[], as: Account, cwd: string, output: 'pipe' | number): Leashed {
  const child = spawn('/bin/sh', ['-c', LEASH, program, ...args], {
    ...as,
    cwd,
    detached: true,
    stdio: ['ignore', output, output, 'pipe'],
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', TZ: 'UTC' },
  })
  const line = child.stdio[3] as Writable
  line.on('error', () => {})
  const ended = new Promise<number | string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on(output === 'pipe' ? 'close' : 'exit', (code, signal) => resolve(code ?? signal ?? 'ended'))
  })
  // Should somebody kill the shell alone, the program must not go on without it.
  ended.then(() => line.destroy())
  if (output !== 'pipe') {
    child.unref()
    ;(line as Writable & { unref?(): void }).unref?.()
  }
  return {
    child,
    ended,
    loose() {
      child.ref()
      line.destroy()
    },
  }
}

/** Runs a program to its end. */
export async function run(program: string, args: string[], as: Account, cwd: string) {
  const it = leash(program, args, as, cwd, 'pipe')
  let output = ''
  for (const stream of [it.child.stdout, it.child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk
    })
  return { code: await it.ended, output }
}
