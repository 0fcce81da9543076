import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { House, Said } from './house.ts'
import { Agent, Officer } from './work.ts'

/*
 * The house on a disk of its own that is filled to the last byte while people work, and emptied again. Only root may
 * mount such a disk; anybody else's run says so.
 */

const MEGABYTES = 400
/** A guard against hanging only. */
const PATIENCE = 600_000
/** Handed in while the disk is full. */
const FILE = Buffer.from(`name,mobile\n${'王小明,13800138000\n'.repeat(300_000)}`)

const disk = mkdtempSync(join(tmpdir(), 'kaibo-small-disk-'))
const mounted =
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m,mode=0755`, 'kaibo-fault', disk]).status === 0
let house: House | null = null
let ann: Agent
let liu: Officer

beforeAll(async () => {
  if (!mounted) return
  house = new House(disk)
  await house.start(['ann'])
  const [row] = await house.rows<{ id: string }>(`select id from product where code = 'L1'`)
  ann = new Agent(house, 'ann')
  await ann.begin()
  liu = new Officer(house, 'liu', { productId: row!.id, rows: 8000 })
  await liu.browser.signIn('liu')
}, PATIENCE)
afterAll(async () => {
  await house?.close()
  if (mounted) spawnSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true, force: true })
}, PATIENCE)

/** Takes every free byte of the disk. */
function fill(path: string): void {
  const file = openSync(path, 'a')
  try {
    for (let piece = 1 << 20; piece >= 1; piece >>= 1) {
      const bytes = Buffer.alloc(piece)
      try {
        for (;;) if (writeSync(file, bytes) < piece) break
      } catch {
        // No room for one more of this length; smaller ones may find some.
      }
    }
  } finally {
    closeSync(file)
  }
}

const ready = async (at: House) => (await fetch(`${at.base}/readyz`)).status === 200

test(
  'a full disk is told in a clear sentence, loses nothing, stops nothing, and is forgotten when there is room again',
  async ({ skip }) => {
    if (!house) return skip('only root can mount a small disk to fill')
    const pid = house.pid
    const workers = [ann, liu]
    const ends = workers.map((worker) => worker.untilBroken())
    while (ann.yes < 2 || !liu.midway) await ann.browser.call('access.me')
    // What is written goes on for a while in room that the database had taken before, so more is taken until it ends.
    let broken = false
    const over = Promise.all(ends).then((errors) => {
      broken = true
      return errors
    })
    const ballast = join(disk, 'ballast')
    while (!broken) {
      fill(ballast)
      await fetch(`${house.base}/healthz`)
    }
    for (const error of await over) {
      expect(error).toBeInstanceOf(Said)
      const { status, body, retryAfter } = error as Said
      expect([
        [507, 'NO_SPACE'],
        [503, 'UNAVAILABLE'],
      ]).toContainEqual([status, body.code])
      expect([body.message, retryAfter]).toEqual([expect.stringMatching(/^The (disk of the server|database)/), '5'])
    }
    expect(statfsSync(disk).bavail).toBe(0)

    // A file that is handed in: told, and nothing of it is left. The database may be away meanwhile.
    const tried = await liu.browser.handIn('more.csv', FILE).catch((error: unknown) => error)
    expect(tried).toBeInstanceOf(Said)
    expect([503, 507]).toContain((tried as Said).status)
    expect(readdirSync(join(house.folder, 'files')).filter((name) => name.endsWith('.part'))).toEqual([])
    expect(await (await fetch(`${house.base}/healthz`)).json()).toEqual({ ok: true })
    expect(house.pid).toBe(pid)

    rmSync(ballast)
    while (!(await ready(house))) await fetch(`${house.base}/healthz`)
    expect(house.pid).toBe(pid)
    for (const worker of workers) await worker.sendAgain()
    await ann.turn()
    await liu.browser.handIn('more.csv', FILE)

    const kept = await house.rows<{ id: string; outcome: string }>('select id, outcome from call')
    expect(Object.fromEntries(kept.map(({ id, outcome }) => [id, outcome]))).toEqual(Object.fromEntries(ann.recorded))
    for (const batchId of liu.lists) {
      let at = await liu.progress(batchId)
      while (at.state === 'importing') at = await liu.progress(batchId)
      expect(at).toMatchObject({ state: 'done', rowsDone: 8000, good: 7200, dup: 800 })
    }
  },
  PATIENCE,
)
