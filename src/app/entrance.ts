import { sql } from 'kysely'
import { z } from 'zod'
import { Id, Instant, InstantIn } from '../lib/wire.ts'
import { ROLES } from '../platform/actor.ts'
import { open } from '../platform/api.ts'
import { setClock } from '../platform/centre.ts'
import type { Boot, Http } from '../platform/context.ts'
import { fault, notFound } from '../platform/errors.ts'
import { isDemoFolder, markDemo } from '../platform/startChecks.ts'
import { house, isEmpty } from './house.ts'

/*
 * The way in before anybody has an account: an empty data folder offers the demo or a centre of one's own (ownCentre.ts),
 * and a demo folder one click per role. Both only where they can do no harm. Joined to platform's `access` by the router.
 */

/** One click signs in only in a demo's folder, outside production, from the machine itself. */
const oneClick = (boot: Boot, http: Http) => !boot.production && http.loopback && isDemoFolder(boot.dataDir)

/** The two demos: an insurer's centre of sixty, and a car dealer's house of twelve. */
export type DemoKind = 'life' | 'dealership'

/** Fills an empty database with a demo and marks the folder. Throws NOT_EMPTY when there is a centre. */
export async function makeDemo(boot: Boot, say: (step: string) => void, kind: DemoKind): Promise<void> {
  if (house.making && !house.making.failed) throw fault('NOT_EMPTY')
  const before = house.making
  house.making = { step: '', failed: false }
  if (boot.production || !(await isEmpty(boot))) {
    house.making = before
    throw fault('NOT_EMPTY')
  }
  try {
    markDemo(boot.dataDir, false)
    const tell = (step: string) => {
      if (house.making) house.making.step = step
      say(step)
    }
    if (kind === 'life') await (await import('../../demo/build.ts')).buildDemo(boot, tell)
    else await (await import('../../demo/dealership.ts')).buildDealership(boot, tell)
    markDemo(boot.dataDir, true)
    house.making = null
  } catch (error) {
    house.making = { step: '', failed: true }
    throw error
  }
}

export const entrance = {
  state: open({
    method: 'GET',
    summary: 'Whether there is a centre yet, and what this caller may do about it',
    input: z.object({}),
    output: z.object({
      state: z.enum(['empty', 'making', 'failed', 'ready']),
      /** What the making of the demo is at. */
      step: z.string().nullable(),
      demo: z.boolean(),
      mayMakeDemo: z.boolean(),
      /** The code that was printed at the terminal has to be given to set up a centre from here. */
      needsCode: z.boolean(),
    }),
    async run({ boot, http }) {
      const empty = await isEmpty(boot)
      return {
        state: house.making
          ? house.making.failed
            ? ('failed' as const)
            : ('making' as const)
          : empty
            ? ('empty' as const)
            : ('ready' as const),
        step: house.making?.step || null,
        demo: isDemoFolder(boot.dataDir),
        mayMakeDemo: empty && !boot.production && http.loopback,
        needsCode: !http.loopback,
      }
    },
  }),

  startDemo: open({
    method: 'POST',
    summary: 'Fill this empty installation with the demo centre; ask `state` how far it is',
    input: z.object({ kind: z.enum(['life', 'dealership']).default('life') }),
    output: z.object({}),
    async run({ boot, http }, { kind }) {
      if (boot.production || !http.loopback) throw fault('NOT_HERE')
      if ((house.making && !house.making.failed) || !(await isEmpty(boot))) throw fault('NOT_EMPTY')
      makeDemo(boot, (step) => boot.log.info({ step }, 'making the demo'), kind).catch((error) =>
        boot.log.error({ err: error }, 'the demo could not be made'),
      )
      return {}
    },
  }),

  demoRoles: open({
    method: 'GET',
    summary: 'The people of the demo whom one click signs in, one or two a role; empty anywhere else',
    input: z.object({}),
    output: z.object({
      available: z.boolean(),
      people: z.array(z.object({ personId: Id, name: z.string(), role: z.enum(ROLES), unitName: z.string() })),
    }),
    async run({ boot, http }) {
      if (!oneClick(boot, http)) return { available: false, people: [] }
      return { available: true, people: await demoPeople(boot) }
    },
  }),

  demoSignIn: open({
    method: 'POST',
    summary: 'Sign in as somebody of the demo, from the machine that runs it',
    input: z.object({ personId: Id }),
    output: z.object({}),
    async run({ boot, http }, { personId }) {
      if (!oneClick(boot, http)) throw fault('NOT_HERE')
      const person = await boot.access.person(personId)
      if (!person?.centre.demo) throw notFound()
      await boot.access.open(personId, http)
      return {}
    },
  }),

  setDemoClock: open({
    method: 'POST',
    summary: 'Let the demo live at another moment, or faster, from the machine that runs it',
    input: z.object({
      /** Absent = the clock goes on where it stands. */
      at: InstantIn.optional(),
      /** Seconds of the demo for each real one; 0 stands still. */
      rate: z.number().min(0).max(1000),
    }),
    output: z.object({ now: Instant }),
    async run({ boot, http }, { at, rate }) {
      if (!oneClick(boot, http)) throw fault('NOT_HERE')
      const { rows } = await sql<{ id: string; now: Temporal.Instant }>`
        select id, now from centre_clock where demo`.execute(boot.db)
      const centre = rows[0]
      if (!centre) throw notFound()
      const now = at ?? centre.now
      await setClock(boot.db, centre.id, { at: now, rate })
      // Whoever looks at a page asks for the time anew, and for everything that hangs on it.
      boot.live.announce(['people', '*'].map((name) => ({ name, centreId: centre.id })))
      return { now }
    },
  }),
}

/** The first two people with an account in each role, in the order of the tree. */
async function demoPeople({ db }: Boot) {
  const { rows } = await sql<{ personId: string; name: string; role: (typeof ROLES)[number]; unitName: string }>`
    select "personId", name, role, "unitName" from (
      select p.id as "personId", p.name, g.role, u.name as "unitName", u.position, p.staff_no,
        row_number() over (partition by g.role order by u.position, p.staff_no) as place
      from granted_role g join person_name p on p.id = g.person_id join org_unit u on u.id = g.unit_id
      join centre_clock c on c.id = g.centre_id and c.demo join account_name a on a.id = p.id
      where not g.acting and g.from_on <= c.today and (g.until_on is null or g.until_on > c.today)
    ) one where place <= case when role in ('tsr', 'tl', 'um') then 2 else 1 end
    order by array_position(${[...ROLES]}::text[], role), place`.execute(db)
  return rows
}
