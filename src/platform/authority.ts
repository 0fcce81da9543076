import 'reflect-metadata'
import { X509Certificate as Certificate, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { CannotStart } from './cannotStart.ts'
import { putSecret } from './keys.ts'

/*
 * A certificate authority of this installation alone, for houses without a certificate of the world's: its root is made
 * once in the data folder and installed on the desks; what it issues lives in the memory of the node that serves.
 */

const hours = (days: number) => ({ hours: 24 * days })
// biome-ignore lint/style/noRestrictedGlobals: the library takes no other
const dateOf = (at: Temporal.Instant) => new Date(at.epochMilliseconds)

const ROOT_DAYS = 3650
/** Apple's systems take no certificate of more than 825 days, and newer ones of the world's not more than 398. */
const CERTIFICATE_DAYS = 180
/** Before its last year a root is made anew, so that nothing that it issued can outlive it. */
const ROOT_LEFT_DAYS = 365

const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const

export type Pair = { readonly cert: string; readonly key: string }

export interface Authority {
  /** The root, as PEM and as DER. */
  readonly pem: string
  readonly der: Buffer
  /** SHA-256 of the root, as systems show it: 'AB:CD:…'. */
  readonly fingerprint: string
  /** A certificate for a web server of these names and addresses, good from now on for half a year. */
  issue(names: readonly string[], now?: Temporal.Instant): Promise<Pair & { readonly ends: Temporal.Instant }>
}

async function newKeys() {
  return await crypto.subtle.generateKey(EC, true, ['sign', 'verify'])
}

const pemOf = async (key: CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')

/** Positive and never twice. */
const serial = () => `01${randomBytes(15).toString('hex')}`

async function makeRoot(now: Temporal.Instant): Promise<string> {
  const keys = await newKeys()
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ O: ['Kaibo'] }, { CN: [`Kaibo on ${hostname().slice(0, 40)}, made ${now.toString().slice(0, 10)}`] }],
    notBefore: dateOf(now.subtract(hours(1))),
    notAfter: dateOf(now.add(hours(ROOT_DAYS))),
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return `${root.toString('pem')}\n${await pemOf(keys.privateKey)}\n`
}

const BLOCK = (kind: string) => new RegExp(`-----BEGIN ${kind}-----[\\s\\S]+?-----END ${kind}-----`)

/** Certificate and key out of the file; null when it is not whole. */
function pairIn(text: string): Pair | null {
  const [cert, key] = ['CERTIFICATE', 'PRIVATE KEY'].map((kind) => BLOCK(kind).exec(text)?.[0])
  return cert && key ? { cert, key } : null
}

function readRoot(file: string): Pair | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const pair = pairIn(text)
  if (!pair)
    throw new Error('it is damaged; put it back from a back-up, or remove it and install a new root everywhere')
  return pair
}

/** The root of the data folder, made when there is none or the one that is there nears its end. */
async function rootOf(dataDir: string, now: Temporal.Instant): Promise<Pair> {
  const folder = join(dataDir, 'keys')
  const file = join(folder, 'authority.pem')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const known = readRoot(file)
    const wanted = now.add(hours(ROOT_LEFT_DAYS)).epochMilliseconds
    if (known && new Certificate(known.cert).validToDate.getTime() > wanted) return known
    putSecret(file, await makeRoot(now), { instead: known !== null })
    return readRoot(file)!
  } catch (error) {
    throw new CannotStart(`The authority in ${file} cannot be read or made: ${(error as Error).message}.`)
  }
}

const ADDRESS = /^[\d.]+$|:/

/** Opens the authority of a data folder. Throws CannotStart when its file cannot be read or made. */
export async function openAuthority(dataDir: string, now = Temporal.Now.instant()): Promise<Authority> {
  const pair = await rootOf(dataDir, now)
  const root = new x509.X509Certificate(pair.cert)
  const signing = await crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pair.key), EC, false, ['sign'])
  return {
    pem: `${pair.cert}\n`,
    der: Buffer.from(root.rawData),
    fingerprint: new Certificate(pair.cert).fingerprint256,
    async issue(names, from = Temporal.Now.instant()) {
      const keys = await newKeys()
      const ends = from.add(hours(CERTIFICATE_DAYS))
      const made = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        subject: [{ O: ['Kaibo'] }, { CN: [names[0]!.slice(0, 60)] }],
        issuer: root.subjectName,
        // A desk's clock may be late.
        notBefore: dateOf(from.subtract(hours(1))),
        notAfter: dateOf(ends),
        publicKey: keys.publicKey,
        signingKey: signing,
        signingAlgorithm: SIGNING,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            names.map((value) => ({ type: ADDRESS.test(value) ? ('ip' as const) : ('dns' as const), value })),
          ),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
          await x509.AuthorityKeyIdentifierExtension.create(root),
        ],
      })
      return { cert: `${made.toString('pem')}\n`, key: await pemOf(keys.privateKey), ends }
    },
  }
}
