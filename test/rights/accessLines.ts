import { createAccounts } from '../../src/platform/accounts.ts'
import { ROLES } from '../../src/platform/actor.ts'
import { markDemo } from '../../src/platform/startChecks.ts'
import { PASSWORD } from '../web.ts'
import { BEARER, BEARERS, type House, type Line, type Who } from './house.ts'

/* Sign-in and sessions over the real web server; other people's accounts. Who has no session yet is nobody. */

export async function accessLines({ w, hired, next, idOf }: House): Promise<Line[]> {
  markDemo(w.boot.dataDir, true)
  await w.run((ctx) =>
    createAccounts(
      ctx,
      (['pei', 'fei', 'shan', 'bo'] as const).map((who) => ({
        ...{ personId: idOf(who), username: who, password: PASSWORD, mustChange: false },
      })),
    ),
  )
  /** Some new people of each role with accounts, made at once: a password is hashed slowly on purpose. */
  const made = await Promise.all(
    ROLES.flatMap((role) =>
      Array.from({ length: role === 'tsr' ? 12 : 3 }, async () => [role, await hired(role)] as const),
    ),
  )
  const accounts = made.map(([role, personId]) => ({ role, personId, username: `person${next()}` }))
  await w.run((ctx) =>
    createAccounts(
      ctx,
      accounts.map((one) => ({ ...one, password: PASSWORD, mustChange: false })),
    ),
  )
  /** The next of them with the role of the caller. */
  const employed = (as: Who) => {
    const at = accounts.findIndex(({ role }) => BEARER[role] === as)
    if (at < 0) throw new Error(`nobody new is left for ${as}`)
    return accounts.splice(at, 1)[0]!
  }
  /** A browser in which a person has come in by one click. */
  const come = async (personId: string) => {
    const browser = w.browser()
    await browser.call('access.demoSignIn', { personId })
    return browser
  }
  const session = (personId: string) => w.sql<{ id: string }>`
    insert into account_session (expires_at, token, updated_at, user_id)
    values (now() + interval '1 hour', ${`token-${next()}`}, now(), ${personId}) returning id`
  const ended = (id: string) => () => w.sql`select 1 where not exists (select from account_session where id = ${id})`
  const everybody = { by: BEARERS }

  return [
    {
      ...{ op: 'access.signIn', ...everybody },
      make: (as) => ({ input: { username: as, password: PASSWORD }, browser: w.browser(), row: 'mustChangePassword' }),
    },
    {
      op: 'access.signOut',
      make: async (as) => {
        const browser = await come(idOf(as))
        return {
          browser,
          input: {},
          effect: async () => ((await browser.call('access.me')).status === 401 ? [as] : []),
        }
      },
    },
    {
      op: 'access.me',
      make: async (as) => ({ input: {}, browser: await come(idOf(as)), row: idOf(as) }),
    },
    {
      op: 'access.changePassword',
      make: async (as) => {
        const { personId } = employed(as)
        const browser = await come(personId)
        return {
          ...{ browser, input: { current: PASSWORD, next: 'another-good-one-8' } },
          effect: () => w.sql`select 1 from event where name = 'access.passwordChanged' and subject_id = ${personId}`,
        }
      },
    },
    {
      op: 'access.sessions',
      make: async (as) => {
        const [one] = await session(idOf(as))
        return { input: {}, browser: await come(idOf(as)), row: one!.id }
      },
    },
    {
      ...{ op: 'access.sessions', by: ['bo'], outside: ['ann', 'lin', 'guo', 'admin'] },
      make: async () => {
        const [one] = await session(w.people.bo)
        return { input: {}, browser: await come(w.people.bo), row: one!.id }
      },
    },
    {
      ...{ op: 'access.revokeSession', outside: ['bo'] },
      make: async (as) => {
        const [one] = await session(idOf(as))
        return { input: { sessionId: one!.id }, effect: ended(one!.id) }
      },
    },
    {
      op: 'access.resetPassword',
      make: async () => {
        const { personId, username } = employed('ann')
        return {
          ...{ input: { personId }, row: username },
          effect: () => w.sql`select 1 from account_user where id = ${personId} and must_change_password`,
        }
      },
    },
    {
      op: 'access.unlock',
      make: async () => {
        const { personId } = employed('ann')
        return {
          ...{ input: { personId }, row: 'wasLocked' },
          effect: () => w.sql`select 1 from event where name = 'access.unlocked' and subject_id = ${personId}`,
        }
      },
    },
    {
      op: 'access.endSessions',
      make: async () => {
        const { personId } = employed('ann')
        const [one] = await session(personId)
        return { input: { personId }, effect: ended(one!.id) }
      },
    },
    // What flows is looked at below, and at length in src/platform/live.test.ts.
    { op: 'access.live', make: () => ({ input: {} }) },
    { ...{ op: 'access.state', ...everybody }, make: () => ({ input: {}, row: '"ready"' }) },
    { ...{ op: 'access.choices', ...everybody }, make: () => ({ input: {}, row: 'tw-life' }) },
    // Their rightful use needs an installation without a centre: src/app/ownCentre.test.ts.
    { ...{ op: 'access.startDemo', ...everybody }, make: () => ({ input: {}, code: 'NOT_EMPTY' }) },
    {
      ...{ op: 'access.startCentre', ...everybody },
      make: () => ({
        input: { centre: 'Second', kind: 'life', name: 'One', username: 'one', password: PASSWORD },
        code: 'NOT_EMPTY',
      }),
    },
    { ...{ op: 'access.demoRoles', ...everybody }, make: () => ({ input: {}, row: w.people.ann }) },
    // The clock stays where it is: other lines live by it.
    { ...{ op: 'access.setDemoClock', ...everybody }, make: () => ({ input: { rate: 0 }, row: '2026-06-17T01:30' }) },
    {
      ...{ op: 'access.demoSignIn', ...everybody },
      make: async (as) => {
        const { personId } = employed(as)
        return {
          ...{ input: { personId }, browser: w.browser() },
          effect: () => w.sql`select 1 from account_session where user_id = ${personId}`,
        }
      },
    },
  ]
}

export function backupLines({ w, next }: House): Line[] {
  return [
    {
      op: 'backups.state',
      make: async () => {
        const place = `machine:/backups/${next()}`
        await w.sql`insert into backup_run (ended_at, place) values (clock_timestamp(), ${place})`
        return { input: {}, row: place }
      },
    },
  ]
}
