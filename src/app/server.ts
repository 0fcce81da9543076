import { type Server, Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { loadSignedIn } from '../modules/people/people.ts'
import { rulesOf } from '../modules/rulebook/inForce.ts'
import { CannotStart } from '../platform/cannotStart.ts'
import { type Clockwork, startClockwork } from '../platform/clockwork.ts'
import { cutConnections } from '../platform/door.ts'
import { type Settings, settingsOf } from '../platform/env.ts'
import type { Purposes } from '../platform/files.ts'
import { serve } from '../platform/http.ts'
import { openNode } from '../platform/node.ts'
import { buildPages } from '../platform/pages.ts'
import { checkApart, checkPort, isDemoFolder, portTrouble } from '../platform/startChecks.ts'
import { openTls } from '../platform/tls.ts'
import { type DemoKind, makeDemo } from './entrance.ts'
import { isEmpty, setUpCode } from './house.ts'
import { JOBS } from './jobs.ts'
import { router } from './router.ts'
import { SCHEDULE } from './schedule.ts'

/* `npm start`: everything a node needs, in order, with a sentence for whatever stands in the way. */

const home = join(import.meta.dirname, '../..')

/** What files may be handed in for. */
const PURPOSES: Purposes = {
  list: { may: ['dataOfficer', 'deptManager'], mostBytes: 500_000_000 },
  records: { may: ['dataOfficer', 'deptManager'], mostBytes: 500_000_000 },
  letter: {
    may: ['tsr', 'tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer', 'qualityInspector'],
    mostBytes: 5_000_000,
  },
  policies: { may: ['dataOfficer', 'deptManager'], mostBytes: 100_000_000 },
  moving: { may: ['dataOfficer', 'deptManager'], mostBytes: 500_000_000 },
}

const say = (step: string) => console.log(`  ${step}…`)

/** Starts a node and serves until it is told to stop. `demo` fills an empty folder with that demo, without asking. */
export async function startServer({ dataDir, demo = null }: { dataDir?: string; demo?: DemoKind | null } = {}) {
  try {
    await start(settingsOf(process.env, dataDir), demo)
  } catch (error) {
    console.error(error instanceof CannotStart ? `\nKaibo cannot start. ${error.message}` : error)
    process.exit(1)
  }
}

async function start(settings: Settings, demo: DemoKind | null): Promise<void> {
  const begun = performance.now()
  let down: (() => Promise<void>) | null = null
  let leavingSince: number | null = null
  const leave = async () => {
    if (leavingSince !== null) {
      // Who asks again later does not want to wait. One Ctrl-C arrives twice: from the terminal and through run.js.
      if (performance.now() - leavingSince > 1000) process.exit(1)
      return
    }
    leavingSince = performance.now()
    await down?.()
    process.exit(0)
  }
  listenForTheEnd(leave)

  if (settings.port !== 0) await checkPort(settings.port, settings.host)
  console.log('Kaibo is starting')
  const modules = { rulesOf, loadSignedIn, jobs: JOBS }
  const [node, pages] = await Promise.all([openNode(settings, modules, say), buildPages(home, settings.dataDir, say)])
  const { boot, jobs, live, metrics } = node
  down = node.close
  try {
    await checkApart(boot.db, settings.dataDir, demo !== null)
  } catch (error) {
    await node.close()
    throw error
  }
  const empty = await isEmpty(boot)
  if (demo && empty) await makeDemo(boot, say, demo)

  let clockwork: Clockwork | null = null
  const trouble = async () => (await node.trouble()) ?? (clockwork?.lastRound ? null : 'the clockwork is starting')
  const tls = await openTls(settings)
  const app = await serve({ boot, settings, router, purposes: PURPOSES, metrics, tls, pages, trouble })
  down = async () => {
    // Streams first: they would keep the server open for hours. Then what runs gets five seconds to end.
    await live.close()
    const cut = setTimeout(() => cutConnections(app.server), 5000)
    await app.close()
    clearTimeout(cut)
    await clockwork?.stop()
    await node.close()
  }
  try {
    await app.listen({ port: settings.port, host: settings.host })
  } catch (error) {
    await down()
    throw portTrouble(error, settings.port, settings.host)
  }
  await jobs.work(boot)
  clockwork = startClockwork(boot, SCHEDULE)
  const port = portOf(app.server.address()) ?? settings.port
  greet(settings, { port, empty: empty && !demo, begun, root: tls?.authority?.fingerprint ?? null })
}

/** Addresses by which others reach this machine. */
const ownAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)

const portOf = (address: ReturnType<Server['address']>) => (typeof address === 'object' ? address?.port : undefined)

/** Signals, and the line to run.js: when its other end closes, whoever started us is gone, however suddenly. */
function listenForTheEnd(leave: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave)
  const line = process.env.KAIBO_PARENT_FD
  if (line)
    new Socket({ fd: Number(line) })
      .on('close', leave)
      .on('error', () => {})
      .resume()
      .unref()
}

type Greeting = { port: number; empty: boolean; begun: number; root: string | null }

function greet({ host, publicUrl, dataDir, tls }: Settings, { port, empty, begun, root }: Greeting): void {
  const everywhere = host === '0.0.0.0' || host === '::'
  const at = (name: string) => `${tls ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}/`
  const address = publicUrl?.href ?? at(everywhere ? '127.0.0.1' : host)
  const lines = [`\nKaibo is open at ${address}  (${((performance.now() - begun) / 1000).toFixed(1)} s)`]
  if (everywhere && !publicUrl) lines.push(`From other machines: ${ownAddresses().map(at).join('  ')}`)
  if (root)
    lines.push(
      'The certificate is of an authority of its own. Open the address with http:// to install its root, once a desk.',
      `Its fingerprint: SHA-256 ${root}`,
    )
  if (empty) {
    lines.push('There is no centre yet: open the address to try the demo or to set up your own.')
    if (host !== '127.0.0.1') lines.push(`From another machine the set-up asks for this code: ${setUpCode}`)
  } else if (isDemoFolder(dataDir)) lines.push('This is the demo: open the address on this machine and choose a role.')
  else lines.push('Sign in with your user name and password.')
  lines.push('Stop it with Ctrl-C.\n')
  console.log(lines.join('\n'))
}

if (import.meta.main) await startServer()
