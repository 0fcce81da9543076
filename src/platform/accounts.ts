import { randomInt } from 'node:crypto'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { sql } from 'kysely'
import { type PasswordFault, passwordFault } from '../lib/password.ts'
import { isUsername, nameOf } from '../lib/username.ts'
import type { Ctx } from './context.ts'
import type { Db } from './database.ts'
import { fault } from './errors.ts'

/* Accounts and their passwords. An account has the id of its person. */

/** Letters and digits that nobody misreads when they are dictated. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A first password: twelve characters by chance, about 59 bits, written in three groups. */
export function firstPassword(): string {
  const part = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return `${part()}-${part()}-${part()}`
}

export type Account = {
  readonly id: string
  readonly username: string
  readonly password: string
  readonly mustChange: boolean
}

async function account(db: Db, where: ReturnType<typeof sql>): Promise<Account | null> {
  const { rows } = await sql<Account>`
    select u.id, u.username, c.password, u.must_change_password as "mustChange" from account_user u
    join account_credential c on c.user_id = u.id and c.provider_id = 'credential' where ${where}`.execute(db)
  return rows[0] ?? null
}
export const accountNamed = (db: Db, username: string) => account(db, sql`u.username = ${nameOf(username)}`)
export const accountOf = (db: Db, personId: string) => account(db, sql`u.id = ${personId}`)

/** Hash of a password that nobody has, so that an unknown name takes as long as a known one. */
let nobodys: Promise<string> | undefined

/** Whether the password is the account's; takes the same time without an account. */
export async function isPassword(known: Account | null, password: string): Promise<boolean> {
  nobodys ??= hashPassword(firstPassword())
  const right = await verifyPassword({ hash: known?.password ?? (await nobodys), password })
  return right && known !== null
}

/** Throws PASSWORD_UNFIT with the reason when the new password will not do. */
function demandFit(password: string, username: string): void {
  const why: PasswordFault | null = passwordFault(password, username)
  if (why) throw fault('PASSWORD_UNFIT', { why })
}

/** Throws USERNAME_UNFIT or PASSWORD_UNFIT when no account can be made of these; answers the name as it is kept. */
export function demandAccount(username: string, password: string | undefined): string {
  const name = nameOf(username)
  if (!isUsername(name)) throw fault('USERNAME_UNFIT', { why: 'form' })
  if (password !== undefined) demandFit(password, name)
  return name
}

export type NewAccount = {
  readonly personId: string
  readonly username: string
  /** Absent = one by chance, which the person must change. */
  readonly password?: string | undefined
  /** Whether it must be changed before anything else works; true unless said otherwise. */
  readonly mustChange?: boolean | undefined
}

/**
 * Gives persons accounts, in the command's transaction. Answers the user name and the first password of each in the
 * order given; the password is kept as a hash only. Throws USERNAME_UNFIT and PASSWORD_UNFIT.
 */
export async function createAccounts(ctx: Ctx, accounts: readonly NewAccount[]) {
  // A demo gives sixty people one password: it is hashed once, since hashing is slow on purpose.
  const hashes = new Map<string, Promise<string>>()
  const hashed = (password: string) => {
    const hash = hashes.get(password) ?? hashPassword(password)
    hashes.set(password, hash)
    return hash
  }
  const made = await Promise.all(
    accounts.map(async ({ personId, username, password, mustChange = true }) => {
      const name = demandAccount(username, password)
      const first = password ?? firstPassword()
      return { id: personId, username: name, first, hash: await hashed(first), must_change: mustChange }
    }),
  )
  const given = JSON.stringify(made.map(({ id, username, hash, must_change }) => ({ id, username, hash, must_change })))
  const { rows } = await sql<{ id: string }>`
    with given as (
      select * from jsonb_to_recordset(${given}::jsonb) as g(id uuid, username text, hash text, must_change boolean)
    ), users as (
      insert into account_user (id, name, email, email_verified, username, must_change_password)
      select id, username, id || '@kaibo.invalid', true, username, must_change from given
      on conflict (username) do nothing returning id
    )
    insert into account_credential (account_id, provider_id, user_id, password, updated_at)
    select g.id::text, 'credential', g.id, g.hash, now() from given g join users on users.id = g.id
    returning user_id as id`.execute(ctx.db)
  if (rows.length < made.length) throw fault('USERNAME_UNFIT', { why: 'taken' })
  for (const { id } of made) await ctx.emit('access.accountMade', { kind: 'person', id })
  return made.map(({ username, first }) => ({ username, firstPassword: first }))
}

/** Gives one person an account; see `createAccounts`. */
export async function createAccount(ctx: Ctx, one: NewAccount) {
  const [made] = await createAccounts(ctx, [one])
  return made!
}

/**
 * Sets a password and ends the person's sessions, but for the one that is kept. `chosen` = by the person himself; else
 * it must be changed before anything else works.
 */
export async function setPassword(
  ctx: Ctx,
  { id, username }: Account,
  password: string,
  { chosen, keepSession = null }: { readonly chosen: boolean; readonly keepSession?: string | null },
): Promise<void> {
  demandFit(password, username)
  const hash = await hashPassword(password)
  await sql`update account_credential set password = ${hash}, updated_at = now()
    where user_id = ${id} and provider_id = 'credential'`.execute(ctx.db)
  await sql`update account_user set must_change_password = ${!chosen}, updated_at = now() where id = ${id}`.execute(
    ctx.db,
  )
  await endSessions(ctx, id, keepSession)
}

/** Ends all sessions of a person at once, but for the one that is kept. Their open streams end too. */
export async function endSessions(ctx: Ctx, personId: string, keepSession: string | null = null): Promise<void> {
  await sql`delete from account_session where user_id = ${personId}
    and id is distinct from ${keepSession}::uuid`.execute(ctx.db)
  ctx.touch('access', { personId })
}
