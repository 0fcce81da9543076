import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

/* The browser of the journeys: the one that is there, or one that is brought. */

const KNOWN = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(
  (name) => `/usr/bin/${name}`,
)
const TOO_LONG_MS = 10 * 60_000

/** Does it start? Playwright's own build lies there without its libraries on a bare machine. */
const starts = (path: string) => existsSync(path) && spawnSync(path, ['--version'], { timeout: 60_000 }).status === 0

const isRoot = () => process.getuid?.() === 0

/** The path of a browser that starts: CHROMIUM, the system's, or Playwright's own; null when there is none. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM
  if (named) return starts(named) ? named : null
  return [...KNOWN, chromium.executablePath()].find(starts) ?? null
}

function run(command: string, args: string[], env: Record<string, string> = {}): boolean {
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    timeout: TOO_LONG_MS,
    env: { ...process.env, ...env },
  })
  return status === 0
}

/**
 * Finds a browser, or brings one: Playwright's own download, else the system's package where we may install it.
 * Throws a sentence that says what to do when neither can be had.
 */
export function ensureChromium(): string {
  const found = findChromium()
  if (found) return found
  if (process.env.CHROMIUM) throw new Error(`CHROMIUM names ${process.env.CHROMIUM}, and that does not start.`)
  console.log('Bringing Chromium for the browser journeys (once)…')
  const playwright = join(import.meta.dirname, '../node_modules/playwright-core/cli.js')
  run(process.execPath, [playwright, 'install', 'chromium'], { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '15000' })
  const own = findChromium()
  if (own) return own
  if (isRoot() && existsSync('/usr/bin/apt-get')) {
    run('apt-get', ['update', '-q'])
    run('apt-get', ['install', '-y', '-q', 'chromium'], { DEBIAN_FRONTEND: 'noninteractive' })
    const systems = findChromium()
    if (systems) return systems
  }
  throw new Error(
    'The browser journeys need Chromium: install it (on Debian: apt-get install chromium) or name one by CHROMIUM.',
  )
}

/** How the journeys start it; a sandbox cannot be had as root. */
export const chromiumOptions = (): { executablePath: string; args: string[] } => ({
  executablePath: ensureChromium(),
  args: isRoot() ? ['--no-sandbox'] : [],
})
