import { createHmac, randomInt } from 'node:crypto'
import { sql } from 'kysely'
import type { Boot, Ctx, Http } from './context.ts'
import { newSecret } from './keys.ts'

/*
 * Screens that nobody signs in at. A device comes without anything, gets a secret in a cookie that its scripts cannot read
 * and that goes to the wall's operations alone, and shows a short code. Whoever may enters the code, and from then on the
 * secret stands for the place that the device was given. What it may read is the wall's business; it can change nothing.
 */

/** A device as its secret says: without a centre it waits, and has a code. */
export type Device = {
  readonly id: string
  readonly centreId: string | null
  readonly code: string | null
  readonly codeUntil: Temporal.Instant | null
}

const COOKIE = /(?:^|;\s*)kaibo\.screen=([\w-]{20,100})(?:;|$)/
/** As long as browsers keep a cookie at most; each start of the page makes it new. */
const KEPT_SECONDS = 400 * 86_400
const CODE_MINUTES = 10
/** No letter that is read for another one, or for a figure, across a room. */
const LETTERS = 'ACDEFHJKLMNPRTVWXY3479'
const CODE_LENGTH = 6

const newCode = () => Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
const hashOf = (boot: Pick<Boot, 'numberKey'>, token: string) =>
  createHmac('sha256', boot.numberKey).update(`screen token ${token}`).digest()
const tokenOf = ({ headers }: Pick<Http, 'headers'>) => COOKIE.exec(headers.get('cookie') ?? '')?.[1] ?? null

function giveCookie(http: Http, token: string): void {
  // A page tells where it stands with every post; on plain http the cookie could not be kept with `Secure`.
  const secure = http.headers.get('origin')?.startsWith('https:') ? '; Secure' : ''
  http.setCookie(`kaibo.screen=${token}; Path=/rpc/wall; Max-Age=${KEPT_SECONDS}; HttpOnly; SameSite=Strict${secure}`)
}

/** The device that calls: null without a secret of ours, when its code has run out, and after it was turned away. */
export async function deviceOf(boot: Pick<Boot, 'db' | 'numberKey'>, http: Pick<Http, 'headers'>) {
  const token = tokenOf(http)
  if (!token) return null
  const { rows } = await sql<Device>`
    select id, centre_id as "centreId", code, code_until as "codeUntil" from device
    where token_hash = ${hashOf(boot, token)} and revoked_at is null and (centre_id is not null or code_until > now())`.execute(
    boot.db,
  )
  return rows[0] ?? null
}

/** Keeps a device's secret, or gives it one and a code. Sets the cookie. */
export async function welcomeDevice(boot: Boot, http: Http): Promise<Device> {
  const known = await deviceOf(boot, http)
  if (known) {
    giveCookie(http, tokenOf(http)!)
    return known
  }
  const token = newSecret()
  await sql`delete from device where centre_id is null and code_until < now()`.execute(boot.db)
  for (;;) {
    const { rows } = await sql<Device>`
      insert into device (token_hash, code, code_until)
      values (${hashOf(boot, token)}, ${newCode()}, now() + make_interval(mins => ${CODE_MINUTES}))
      on conflict (code) do nothing returning id, centre_id as "centreId", code, code_until as "codeUntil"`.execute(
      boot.db,
    )
    if (!rows[0]) continue
    giveCookie(http, token)
    return rows[0]
  }
}

/** Gives the device that shows this code its place in the actor's centre. Null for a code that nobody shows. Once. */
export async function pairDevice(ctx: Ctx, code: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    update device set centre_id = ${ctx.centre.id}, code = null, code_until = null, paired_at = now(), last_seen_at = now()
    where code = ${code} and code_until > now() and centre_id is null returning id`.execute(ctx.db)
  return rows[0]?.id ?? null
}

/** Turns a device of the centre away: its secret opens nothing any more. */
export async function revokeDevice(ctx: Ctx, id: string): Promise<void> {
  await sql`update device set revoked_at = now() where id = ${id} and centre_id = ${ctx.centre.id}
    and revoked_at is null`.execute(ctx.db)
}

/** Notes that a device is there. */
export async function noteDevice({ db }: Pick<Boot, 'db'>, id: string): Promise<void> {
  await sql`update device set last_seen_at = now() where id = ${id}
    and (last_seen_at is null or last_seen_at < now() - interval '20 seconds')`.execute(db)
}
