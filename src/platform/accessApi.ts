import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import { nameOf } from '../lib/username.ts'
import { Id, Instant } from '../lib/wire.ts'
import { accountNamed, accountOf, endSessions, firstPassword, isPassword, setPassword } from './accounts.ts'
import { ROLES } from './actor.ts'
import { command, notFound, open, session, stream } from './api.ts'
import { countAttempt, forgetAttempts } from './attempts.ts'
import type { Boot, Ctx } from './context.ts'
import { fault } from './errors.ts'
import { namesOf } from './liveNames.ts'
import { inCentre } from './transaction.ts'

/*
 * Coming in and going out: sign-in with a lock-out per account, own password and sessions, first passwords for others,
 * and the stream that tells a browser what changed. What a person may do inside is people's business, not this one's.
 */

const None = z.object({})
const Password = z.string().max(1000)
const Person = z.object({ personId: Id })

/** Attempts are counted under this; see migrations/002_access.sql. */
const attemptKey = (username: string) => `user name ${nameOf(username)}`
const hashed = (boot: Boot, username: string) =>
  createHmac('sha256', boot.numberKey).update(attemptKey(username)).digest()

/** The account of somebody in the actor's centre. Nobody takes over himself or an administrator by this way. */
async function anothersAccount(ctx: Ctx, personId: string) {
  const known = await accountOf(ctx.db, personId)
  const person = known && (await ctx.person(personId))
  if (!known || person?.actor.centreId !== ctx.centre.id) throw notFound()
  if (personId === ctx.actor.personId) throw fault('FORBIDDEN')
  if (person.actor.roles.includes('admin') && !ctx.actor.roles.includes('admin')) throw fault('FORBIDDEN')
  return known
}

export const access = {
  signIn: open({
    method: 'POST',
    summary: 'Sign in with user name and password; sets the session cookie',
    input: z.object({ username: z.string().min(1).max(200), password: Password }),
    output: z.object({ mustChangePassword: z.boolean() }),
    async run({ boot, http }, { username, password }) {
      const name = hashed(boot, username)
      await countAttempt(boot.db, name)
      const known = await accountNamed(boot.db, username)
      // Judged in one go, so that a person who left takes as long as a wrong password and answers the same.
      const [right, person] = await Promise.all([
        isPassword(known, password),
        known ? boot.access.person(known.id) : null,
      ])
      if (!right || !known || !person) throw fault('WRONG_SIGN_IN')
      await forgetAttempts(boot.db, name)
      await boot.access.open(known.id, http)
      const note = (ctx: Ctx) => ctx.emit('access.signedIn', { kind: 'person', id: known.id })
      await inCentre(boot, person.centre.id, 'access.signIn', note, person.actor)
      return { mustChangePassword: known.mustChange }
    },
  }),

  signOut: session({
    method: 'POST',
    summary: 'End this session',
    input: None,
    output: None,
    async run({ boot, http, signedIn: { actor } }) {
      await boot.access.close(http)
      boot.live.announce([{ name: 'access', centreId: actor.centreId, personId: actor.personId }])
      return {}
    },
  }),

  me: session({
    method: 'GET',
    summary: 'Who is signed in, with roles, centre and the centre’s clock',
    input: None,
    output: z.object({
      person: z.object({ id: Id, name: z.string(), staffNo: z.string() }),
      roles: z.array(z.enum(ROLES)),
      grants: z.array(
        z.object({
          role: z.enum(ROLES),
          unitId: Id,
          unitName: z.string(),
          unitKind: z.enum(['centre', 'region', 'group']),
          acting: z.boolean(),
        }),
      ),
      centre: z.object({
        id: Id,
        name: z.string(),
        kind: z.enum(['life', 'dealership']),
        timeZone: z.string(),
        demo: z.boolean(),
      }),
      groupId: Id.nullable(),
      groupName: z.string().nullable(),
      mustChangePassword: z.boolean(),
      /** The centre's instant now, and how many seconds of it pass in a real one. */
      clock: z.object({ now: Instant, rate: z.number(), shifted: z.boolean() }),
    }),
    async run({ boot, signedIn: { actor, centre } }) {
      const { rows } = await sql<{ now: Temporal.Instant; rate: number | null }>`
        select centre_now(c) as now, c.clock_rate as rate from centre c where c.id = ${centre.id}`.execute(boot.db)
      const clock = rows[0]!
      const { personId, name, staffNo, roles, grants, groupId, groupName, mustChangePassword } = actor
      return {
        person: { id: personId, name, staffNo },
        roles: [...roles],
        grants: grants.map(({ role, unitId, unitName, unitKind, acting }) => ({
          role,
          unitId,
          unitName,
          unitKind,
          acting,
        })),
        centre: { id: centre.id, name: centre.name, kind: centre.kind, timeZone: centre.timeZone, demo: centre.demo },
        groupId,
        groupName,
        mustChangePassword,
        clock: { now: clock.now, rate: clock.rate ?? 1, shifted: clock.rate !== null },
      }
    },
  }),

  changePassword: session({
    method: 'POST',
    summary: 'Choose a new password; ends the person’s other sessions',
    input: z.object({ current: Password, next: Password }),
    output: None,
    async run({ boot, signedIn: { actor, sessionId } }, { current, next }) {
      const known = await accountOf(boot.db, actor.personId)
      if (!known) throw notFound()
      const name = hashed(boot, known.username)
      await countAttempt(boot.db, name)
      if (!(await isPassword(known, current))) throw fault('WRONG_SIGN_IN')
      await forgetAttempts(boot.db, name)
      if (current.normalize('NFKC') === next.normalize('NFKC')) throw fault('PASSWORD_UNFIT', { why: 'same' })
      const change = async (ctx: Ctx) => {
        await setPassword(ctx, known, next, { chosen: true, keepSession: sessionId })
        await ctx.emit('access.passwordChanged', { kind: 'person', id: actor.personId })
      }
      await inCentre(boot, actor.centreId, 'access.changePassword', change, actor)
      return {}
    },
  }),

  sessions: session({
    method: 'GET',
    summary: 'The person’s own sessions',
    input: None,
    output: z.array(
      z.object({
        id: Id,
        current: z.boolean(),
        openedAt: Instant,
        usedAt: Instant,
        endsAt: Instant,
        address: z.string().nullable(),
        browser: z.string().nullable(),
      }),
    ),
    async run({ boot, signedIn: { actor, sessionId } }) {
      const { rows } = await sql<{
        id: string
        openedAt: Temporal.Instant
        usedAt: Temporal.Instant
        endsAt: Temporal.Instant
        address: string | null
        browser: string | null
      }>`
        select id, created_at as "openedAt", updated_at as "usedAt", expires_at as "endsAt",
          nullif(ip_address, '') as address, nullif(user_agent, '') as browser
        from account_session where user_id = ${actor.personId} and expires_at > now()
        order by updated_at desc`.execute(boot.db)
      return rows.map((row) => ({ ...row, current: row.id === sessionId }))
    },
  }),

  revokeSession: command({
    may: 'everyone',
    summary: 'End one of the person’s own sessions, at once',
    input: z.object({ sessionId: Id }),
    output: None,
    async run(ctx, { sessionId }) {
      const { rows } = await sql`delete from account_session where id = ${sessionId}
        and user_id = ${ctx.actor.personId} returning id`.execute(ctx.db)
      if (rows.length === 0) throw notFound()
      await ctx.emit('access.sessionRevoked', { kind: 'person', id: ctx.actor.personId })
      ctx.touch('access', { personId: ctx.actor.personId })
      return {}
    },
  }),

  resetPassword: command({
    may: ['deptManager', 'admin'],
    summary: 'Give somebody a new first password, shown once; ends his sessions and any lock',
    answerOnce: true,
    input: Person,
    output: z.object({ username: z.string(), firstPassword: z.string() }),
    async run(ctx, { personId }) {
      const known = await anothersAccount(ctx, personId)
      const password = firstPassword()
      await setPassword(ctx, known, password, { chosen: false })
      await forgetAttempts(ctx.db, ctx.hashOf(attemptKey(known.username)))
      await ctx.emit('access.passwordReset', { kind: 'person', id: personId })
      return { username: known.username, firstPassword: password }
    },
  }),

  unlock: command({
    may: ['deptManager', 'admin'],
    summary: 'Open an account that was locked by wrong passwords',
    input: Person,
    output: z.object({ wasLocked: z.boolean() }),
    async run(ctx, { personId }) {
      const known = await anothersAccount(ctx, personId)
      const wasLocked = await forgetAttempts(ctx.db, ctx.hashOf(attemptKey(known.username)))
      await ctx.emit('access.unlocked', { kind: 'person', id: personId })
      return { wasLocked }
    },
  }),

  endSessions: command({
    may: ['deptManager', 'admin'],
    summary: 'End all sessions of somebody at once',
    input: Person,
    output: None,
    async run(ctx, { personId }) {
      const known = await anothersAccount(ctx, personId)
      await endSessions(ctx, known.id)
      await ctx.emit('access.sessionsEnded', { kind: 'person', id: personId })
      return {}
    },
  }),

  /** Names of modules whose data changed for this person; an empty list each 20 seconds is a sign of life. */
  live: stream({
    may: 'everyone',
    summary: 'What changed, as names of modules, for as long as one listens',
    input: None,
    output: z.array(z.string()),
    run: (at) => namesOf(at),
  }),
}
