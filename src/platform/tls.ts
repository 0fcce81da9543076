import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { createSecureContext } from 'node:tls'
import type { Authority, Pair } from './authority.ts'
import { CannotStart } from './cannotStart.ts'
import type { Settings } from './env.ts'

/* Where the certificate of the web server comes from, and how it is renewed while the server runs. */

/** Looked at this often: files that were renewed, names and addresses that changed, a certificate that nears its end. */
export const TLS_LOOK_MS = 60_000
const RENEW_BEFORE = { hours: 24 * 30 }

export interface Tls {
  /** The pair to serve with now. */
  readonly pair: Pair
  /** The root to install; null for a certificate that the operator brought. */
  readonly authority: Authority | null
  /** Looks whether there is a newer pair, makes one when it is due, and answers it; null when nothing changed. */
  renewed(now?: Temporal.Instant): Promise<Pair | null>
}

/** Opens what the settings say; null for plain http. Throws CannotStart for files that cannot be used. */
export async function openTls(settings: Settings): Promise<Tls | null> {
  const { tls } = settings
  if (tls === null) return null
  return tls === 'authority' ? await ofAuthority(settings) : ofFiles(tls)
}

function ofFiles(files: Pair): Tls {
  const read = (): Pair => {
    const pair = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') }
    // Throws when they do not belong together, as between the writing of one and of the other.
    createSecureContext(pair)
    return pair
  }
  let pair: Pair
  try {
    pair = read()
  } catch (error) {
    throw new CannotStart(
      `TLS_CERT and TLS_KEY (${files.cert}, ${files.key}) cannot be used: ${(error as Error).message}. Give a certificate with its chain and its key, both as PEM.`,
    )
  }
  return {
    get pair() {
      return pair
    },
    authority: null,
    async renewed() {
      const next = read()
      if (next.cert === pair.cert && next.key === pair.key) return null
      pair = next
      return pair
    },
  }
}

/** Every name and address by which this machine may be called. */
function namesOf({ host, publicUrl }: Settings): string[] {
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    // Link-local addresses carry a zone, which no certificate can name.
    .filter(({ address }) => !address.startsWith('fe80:'))
    .map(({ address }) => address)
    .sort()
  const bare = publicUrl?.hostname.replace(/^\[|\]$/g, '')
  const given = host === '0.0.0.0' || host === '::' ? [] : [host]
  const machine = hostname().toLowerCase()
  const local = machine.includes('.') ? [] : [`${machine}.local`]
  return [...new Set([...(bare ? [bare] : []), machine, ...local, 'localhost', ...given, ...own])]
}

async function ofAuthority(settings: Settings): Promise<Tls> {
  const { openAuthority } = await import('./authority.ts')
  const authority = await openAuthority(settings.dataDir)
  const make = async (now?: Temporal.Instant) => {
    const names = namesOf(settings)
    return { names: names.join(), ...(await authority.issue(names, now)) }
  }
  let now = await make()
  return {
    get pair() {
      return now
    },
    authority,
    async renewed(at = Temporal.Now.instant()) {
      const due = Temporal.Instant.compare(at.add(RENEW_BEFORE), now.ends) > 0
      if (!due && namesOf(settings).join() === now.names) return null
      now = await make(at)
      return now
    },
  }
}
