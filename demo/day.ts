/**
 * `npm run day -- --agents 50 --minutes 5`: plays a working day through the web server of a demo, its own or one that
 * runs (`--url`), with so many agents in so many minutes, and prints what was done. Only on this machine, only in a demo.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { MORNING } from './build.ts'
import { chance } from './chance.ts'
import { newTally, Player, type Tally } from './player.ts'
import {
  agentsDay,
  at,
  boardsDay,
  type DayClock,
  leadersDay,
  officersDay,
  play,
  type Stretch,
  unitManagersDay,
} from './roles.ts'

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '50' },
    minutes: { type: 'string', default: '5' },
    url: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run day -- [--agents 50] [--minutes 5] [--url http://127.0.0.1:8080/]')
  process.exit(0)
}
const agents = Math.min(200, Math.max(1, Number(values.agents)))
const minutes = Math.min(60, Math.max(0.5, Number(values.minutes)))

const FROM = at(MORNING.slice(11))
const TO = at('17:35')
const rate = (TO - FROM) / (minutes * 60)

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}healthz`, { signal: AbortSignal.timeout(3000) })).ok
  } catch {
    return false
  }
}

/** The demo's server: one that runs at the address, or one of our own with its data folder. */
async function server(): Promise<{ address: string; child: ChildProcess | null }> {
  const address = values.url ?? `http://127.0.0.1:${process.env.PORT ?? 8080}/`
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname))
    throw new Error('The day is played on this machine only.')
  if (await answers(address)) return { address, child: null }
  if (values.url) throw new Error(`Nobody answers at ${address}.`)
  console.log('No demo is running: starting one.')
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], {
    env: { ...process.env, KAIBO_PARENT_FD: '3' },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  const found = await new Promise<string>((resolve, reject) => {
    let told = ''
    child.stdout!.on('data', (text: Buffer) => {
      process.stdout.write(text)
      told += text
      const open = /http:\/\/127\.0\.0\.1:\d+\//.exec(told)
      if (open) resolve(open[0])
    })
    child.on('exit', (code) => reject(new Error(`the demo ended with ${code}`)))
  })
  return { address: found, child }
}

function clockFrom(signal: AbortSignal): DayClock {
  const begun = performance.now()
  const now = () => FROM + ((performance.now() - begun) / 1000) * rate
  const until = async (time: number) => {
    const wait = ((time - now()) / rate) * 1000
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined)
    return !signal.aborted
  }
  return { now, until, rest: (seconds) => until(now() + seconds) }
}

type Known = { readonly id: string; readonly name: string; readonly roles: readonly { readonly role: string }[] }

async function run(address: string, tally: Tally): Promise<void> {
  const over = AbortSignal.timeout(minutes * 60_000 + 5000)
  const somebody = () => new Player(address, tally, over)
  const stranger = somebody()
  const { available, people: doors } = await stranger.call<{
    available: boolean
    people: { personId: string; role: string }[]
  }>('access.demoRoles')
  if (!available) throw new Error(`The house at ${address} is no demo of this machine.`)
  const guo = somebody()
  await guo.call('access.demoSignIn', { personId: doors.find(({ role }) => role === 'deptManager')!.personId })
  const { persons } = await guo.call<{ persons: Known[] }>('people.persons')
  const of = (role: string) => persons.filter(({ roles }) => roles.some((one) => one.role === role))
  const signIn = async ({ id }: Known) => {
    const player = somebody()
    await player.call('access.demoSignIn', { personId: id })
    return player
  }
  const { blocks } = await guo.call<{ blocks: { kind: string; from: string; to: string }[] }>('attendance.timetable')
  const stretches = blocks
    .filter(({ kind }) => kind === 'dial')
    .map(({ from, to }): Stretch => ({ from: at(from), to: at(to) }))
  const working = of('tsr').slice(0, agents)
  console.log(`${working.length} agents, ${minutes} minutes, the clock at ${Math.round(rate)} times its pace`)
  const players = await Promise.all(working.map(signIn))
  const leaders = await Promise.all(of('tl').map(signIn))
  const [officer] = await Promise.all(of('dataOfficer').map(signIn))
  const managers = await Promise.all(of('um').map(signIn))
  await stranger.call('access.setDemoClock', { at: `${MORNING}:00+08:00`, rate })
  const clock = clockFrom(over)
  const stage = (n: number) => ({ clock, dice: chance(n + 1), tally })
  const asleep = { from: at('10:10'), to: at('10:24') }
  await Promise.all([
    ...leaders.map((one, n) => play(tally, () => leadersDay(one, stage(1000 + n), n === 0))),
    ...managers.map((one, n) => play(tally, () => unitManagersDay(one, stage(2000 + n)))),
    play(tally, () => officersDay(officer!, stage(3000))),
    play(tally, () => boardsDay(guo, stage(4000), () => sleep(1000))),
    ...players.map((one, n) => play(tally, () => agentsDay(one, stage(n), stretches, n === 3 ? asleep : null))),
  ])
  await new Player(address, tally, AbortSignal.timeout(10_000)).call('access.setDemoClock', { rate: 1 })
}

function told(tally: Tally): void {
  const table = (title: string, entries: Iterable<[string, number]>) => {
    const rows = [...entries].sort(([, a], [, b]) => b - a)
    if (rows.length > 0)
      console.log(`\n${title}\n${rows.map(([name, n]) => `  ${String(n).padStart(7)}  ${name}`).join('\n')}`)
  }
  table('Done', tally.counts)
  table('Refused, by operation and reason', tally.refused)
  const at = (list: readonly number[], share: number) =>
    [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))]!
  console.log('\nAnswers in milliseconds              count     p50     p99')
  for (const [name, list] of [...tally.took].sort(([, a], [, b]) => b.length - a.length).slice(0, 14))
    console.log(
      `  ${name.padEnd(32)} ${String(list.length).padStart(7)} ${at(list, 0.5).toFixed(0).padStart(7)} ${at(list, 0.99).toFixed(0).padStart(7)}`,
    )
  const errors = Map.groupBy(tally.errors, (error) => error)
  console.log(`\nErrors: ${tally.errors.length}`)
  for (const [error, list] of errors) console.log(`  ${list.length} × ${error}`)
}

const { address, child } = await server()
const tally = newTally()
try {
  await run(address, tally)
} finally {
  told(tally)
  child?.kill('SIGTERM')
}
process.exitCode = tally.errors.length > 0 ? 1 : 0
