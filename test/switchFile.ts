import type { attendance } from '../src/modules/attendance/api.ts'
import type { calls } from '../src/modules/calls/api.ts'
import type { records } from '../src/modules/records/api.ts'
import { type TakeJob, takeRecords } from '../src/modules/records/take.ts'
import { desksOf } from './atDesk.ts'
import type { Name } from './cast.ts'
import { handedIn } from './lists.ts'
import { seated, sellable } from './selling.ts'
import { batch } from './stocked.ts'
import type { World } from './world.ts'

/* Calls at desks of the test centre, and the files that their switch would write. */

type RecordWorld = World<{ records: typeof records; calls: typeof calls; attendance: typeof attendance }>

export const JOBS = {
  'records.take': (boot: RecordWorld['boot'], data: Record<string, unknown>) => takeRecords(boot, data as TakeJob),
}

/** One call as a switch would have it: seconds after the start, wall clock of the centre. */
export type Line = {
  readonly seat: string
  readonly number: string
  /** '2026-06-17T09:31:00' */
  readonly at: string
  readonly ring: number
  /** Null where nobody answered. */
  readonly talk: number | null
  readonly id: string
  readonly recording?: string
}

const stamp = (at: string, seconds: number) =>
  Temporal.PlainDateTime.from(at).add({ seconds }).toString({ smallestUnit: 'second' }).replace('T', ' ')

/** Asterisk's Master.csv, which has no heads. */
export const asterisk = (lines: readonly Line[]): Buffer =>
  Buffer.from(
    lines
      .map(({ seat, number, at, ring, talk, id, recording }) =>
        [
          ...[
            '',
            seat,
            number,
            'from-internal',
            `"" <${seat}>`,
            `PJSIP/${seat}-0000a${id.length}b1`,
            'PJSIP/trunk-0000a0c1',
            'Dial',
          ],
          ...[
            '',
            stamp(at, 0),
            talk === null ? '' : stamp(at, ring),
            stamp(at, ring + (talk ?? 0)),
            ring + (talk ?? 0),
          ],
          ...[talk ?? 0, talk === null ? 'NO ANSWER' : 'ANSWERED', 'DOCUMENTATION', id, recording ?? ''],
        ]
          .map((cell) => (typeof cell === 'string' ? `"${cell}"` : cell))
          .join(','),
      )
      .join('\n'),
  )

const AGENTS = ['ann', 'bo'] as const

/** Agents at seats A1 and A2, and what is done there and with the switch's files. */
export async function switchWorld(w: RecordWorld) {
  const desks = desksOf(w, await batch(w, await sellable(w, 'L1', AGENTS), 'June'))
  await seated(w, AGENTS)
  let clock = Temporal.PlainDateTime.from('2026-06-17T09:30')
  const later = async (seconds: number) => {
    clock = clock.add({ seconds })
    await w.setNow(clock.toString())
  }
  const goTo = async (wall: string) => {
    clock = Temporal.PlainDateTime.from(wall)
    await w.setNow(wall)
  }
  return {
    ...{ desks, later, goTo },
    /** A declared call, and how the switch would begin to tell of it. Null talk = nobody answered. */
    async call(name: Name, { ring, talk, wrap = 5 }: { ring: number; talk: number | null; wrap?: number }) {
      await desks.atDesk(name)
      const at = clock.toString()
      const one = await desks.dialling(name)
      await later(ring)
      if (talk !== null) {
        await w.as(name).calls.answered({ tabId: one.tabId })
        await later(talk)
        await w.as(name).calls.hangUp({ tabId: one.tabId, lineResult: 'answered' })
      }
      await later(wrap)
      const said = talk === null ? { lineResult: 'noAnswer' as const, outcome: 'notReached' as const } : {}
      await desks.record(name, one, said)
      await later(60)
      const [phone] = await w.sql<{ e164: string }>`select e164 from phone where id = ${one.phoneId}`
      return { ...one, at, number: phone!.e164.slice(3) }
    },
    /** Hands a file in, takes it in and works it off. */
    async taken(content: Uint8Array, more: { aheadSeconds?: number; prefix?: string } = {}) {
      const fileId = await handedIn(w, 'Master.csv', content)
      const { headless, look } = await w.as('liu').records.inspect({ fileId })
      const { id } = await w.as('liu').records.take({
        ...{ fileId, columns: look!.sheets[0]!.columns, ...more },
        ...(headless && { headerRow: null }),
      })
      await w.runJobs(JOBS)
      return await w.as('liu').records.delivery({ id })
    },
  }
}
