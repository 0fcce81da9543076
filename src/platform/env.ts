import { join, resolve } from 'node:path'
import { CannotStart } from './cannotStart.ts'
import type { Served } from './context.ts'

/** What the operator decides from outside; all of it has a default. */
export type Settings = {
  readonly port: number
  /** Address to listen on; the loopback unless said otherwise. */
  readonly host: string
  readonly dataDir: string
  /** Folder that back-ups are put into. */
  readonly backups: string
  /** Somebody's own PostgreSQL, 15 or newer; null = the one that Kaibo brings. */
  readonly databaseUrl: string | null
  /** No demo data, no one-click sign-in, no shifted clocks. */
  readonly production: boolean
  /** How browsers reach Kaibo when that is not the address it listens on; https here makes cookies secure. */
  readonly publicUrl: URL | null
  /** Files of a certificate and its key, the authority of the data folder, or null: plain http. */
  readonly tls: { readonly cert: string; readonly key: string } | 'authority' | null
  /** Whether browsers come by https, to us or to a proxy in front of us. */
  readonly secure: boolean
  /** A proxy in front tells the caller's address in X-Forwarded-For. */
  readonly trustProxy: boolean
  /** Opens /metrics to others than the machine itself, as `Authorization: Bearer …`. */
  readonly metricsToken: string | null
  readonly logLevel: string
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

const LOOPBACK = /^(localhost|127\.[\d.]+|::1)$/

/**
 * Who makes the https. A machine that is open to others does it itself, with a certificate that it was given or with an
 * authority of its own, unless a proxy in front does or the operator wants none.
 */
function tlsOf(given: (name: string) => string | null, host: string): Settings['tls'] {
  const [cert, key, way] = [given('TLS_CERT'), given('TLS_KEY'), given('KAIBO_TLS')]
  if ((cert === null) !== (key === null))
    throw new CannotStart('TLS_CERT and TLS_KEY belong together: give both files, or none.')
  if (way !== null && way !== 'off' && way !== 'authority')
    throw new CannotStart(`KAIBO_TLS is ${way}: give off or authority, or leave it to Kaibo.`)
  if (cert !== null && key !== null) return { cert: resolve(cert), key: resolve(key) }
  if (way !== null) return way === 'off' ? null : way
  return LOOPBACK.test(host) || given('KAIBO_TRUST_PROXY') === '1' ? null : 'authority'
}

/** How browsers reach a node of these settings. */
export const servedBy = ({ host, trustProxy, publicUrl, secure }: Settings): Served => ({
  alone: LOOPBACK.test(host) && !trustProxy && publicUrl === null,
  secure,
  address: publicUrl?.href ?? null,
})

/** Reads the settings. Throws CannotStart with a sentence that names the variable. */
export function settingsOf(env: NodeJS.ProcessEnv, dataDir = './kaibo-data'): Settings {
  const given = (name: string) => env[name]?.trim() || null
  const port = Number(given('PORT') ?? 8080)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new CannotStart(`PORT is ${given('PORT')}, which is no port: give a number from 1 to 65535.`)
  const url = given('KAIBO_URL')
  if (url !== null && !/^https?:\/\/[^/]+/.test(url))
    throw new CannotStart(`KAIBO_URL is ${url}: give the whole address that browsers use, as https://kaibo.example.`)
  const databaseUrl = given('DATABASE_URL')
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw new CannotStart('DATABASE_URL is no address of a PostgreSQL database: it begins with postgres://')
  const level = given('LOG_LEVEL') ?? (process.stdout.isTTY ? 'warn' : 'info')
  if (!LEVELS.includes(level)) throw new CannotStart(`LOG_LEVEL is ${level}: give one of ${LEVELS.join(', ')}.`)
  const data = resolve(given('KAIBO_DATA') ?? dataDir)
  const host = given('HOST') ?? '127.0.0.1'
  const tls = tlsOf(given, host)
  return {
    port,
    host,
    dataDir: data,
    backups: resolve(given('KAIBO_BACKUPS') ?? join(data, 'backups')),
    databaseUrl,
    production: env.NODE_ENV === 'production' || given('KAIBO_PRODUCTION') === '1',
    publicUrl: url === null ? null : new URL(url),
    tls,
    secure: tls !== null || url?.startsWith('https:') === true,
    trustProxy: given('KAIBO_TRUST_PROXY') === '1',
    metricsToken: given('METRICS_TOKEN'),
    logLevel: level,
  }
}
