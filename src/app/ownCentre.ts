import { sql } from 'kysely'
import { z } from 'zod'
import { nameOf } from '../lib/username.ts'
import { Words } from '../lib/wire.ts'
import {
  type CentreKind,
  COUNTRIES,
  type Country,
  everyPack,
  packChoice,
  packsAt,
  ZONES,
} from '../modules/compliance/packs.ts'
import { PackOut, packTold } from '../modules/compliance/told.ts'
import { addPeople } from '../modules/people/people.ts'
import { addCentreIn } from '../modules/people/structure.ts'
import { BOOKS, seedBooks } from '../modules/rulebook/books.ts'
import { createAccounts, demandAccount } from '../platform/accounts.ts'
import { type Role, systemActor } from '../platform/actor.ts'
import { open } from '../platform/api.ts'
import type { Boot, Ctx } from '../platform/context.ts'
import { fault } from '../platform/errors.ts'
import { ensureMonths } from '../platform/housekeeping.ts'
import { isDemoFolder } from '../platform/startChecks.ts'
import { begin, commit } from '../platform/transaction.ts'
import { house, isEmpty, setUpCode } from './house.ts'

/*
 * A centre of one's own in an empty house: what may be chosen, and its making in one go with the rulebook, the packs and
 * the first people. Never where a demo is or was begun. Joined to platform's `access` by the router.
 */

const Kind = z.enum(['life', 'dealership'])
const Name = z.string().trim().min(1).max(100)
const Choice = z.object({
  holds: z.array(z.string()),
  offered: z.array(z.string()),
  suggested: z.array(z.string()),
})

const Book = z.object({
  code: z.string(),
  title: Words,
  effectiveOn: z.string(),
  chapters: z.array(z.object({ id: z.string(), title: Words, clauses: z.int() })),
})

const bookOf = (kind: CentreKind): z.input<typeof Book>[] =>
  BOOKS[kind].map(({ code, title, effectiveOn, chapters }) => ({
    ...{ code, title, effectiveOn },
    chapters: chapters.map((chapter) => ({ id: chapter.id, title: chapter.title, clauses: chapter.clauses.length })),
  }))

const inBoth = <T>(of: (kind: CentreKind) => T) => ({ life: of('life'), dealership: of('dealership') })

export const ownCentre = {
  choices: open({
    method: 'GET',
    summary: 'What a new centre chooses from: countries with their packs and time zones, and the rulebooks that ship',
    input: z.object({}),
    output: z.object({
      countries: z.array(
        z.object({
          country: z.enum(COUNTRIES),
          /** The first one is meant unless somebody says otherwise. */
          timeZones: z.array(z.string()),
          packs: z.object({ life: Choice, dealership: Choice }),
        }),
      ),
      packs: z.array(PackOut),
      books: z.object({ life: z.array(Book), dealership: z.array(Book) }),
    }),
    async run() {
      return {
        countries: COUNTRIES.map((country) => ({
          country,
          timeZones: [...ZONES[country]],
          packs: inBoth((kind) => {
            const { holds, offered, suggested } = packChoice(kind, country)
            return { holds: [...holds], offered: [...offered], suggested: [...suggested] }
          }),
        })),
        packs: everyPack().map(packTold),
        books: inBoth(bookOf),
      }
    },
  }),

  startCentre: open({
    method: 'POST',
    summary:
      'Set up a centre of one’s own in this empty installation, with its rulebook, its packs and its first people',
    input: z
      .object({
        code: z.string().max(100).optional(),
        centre: Name,
        kind: Kind,
        country: z.enum(COUNTRIES).default('CN'),
        /** Absent = that of the country. */
        timeZone: z.string().refine(isZone, 'no time zone').optional(),
        /** Packs beside the country's law, absent = those that are suggested. */
        packs: z.array(z.string()).optional(),
        /** The head of the centre. */
        name: Name,
        /** Staff number and user name at once. */
        username: z.string().min(1).max(100),
        password: z.string().max(1000),
        /** Who keeps accounts and seats, where that is another person; absent = the head. */
        administrator: z.object({ name: Name, username: z.string().min(1).max(100) }).optional(),
      })
      .refine(({ kind, country, packs = [] }) => packs.every((id) => packChoice(kind, country).offered.includes(id)), {
        error: 'this pack is not offered there',
        path: ['packs'],
      }),
    /** The administrator's first password, told this once. */
    output: z.object({ administrator: z.object({ username: z.string(), firstPassword: z.string() }).nullable() }),
    async run({ boot, http }, given) {
      if (!http.loopback && given.code?.trim() !== setUpCode) throw fault('NOT_HERE')
      if (!(await isEmpty(boot))) throw fault('NOT_EMPTY')
      if (isDemoFolder(boot.dataDir)) throw fault('DEMO_FOLDER')
      if (house.making) throw fault('NOT_EMPTY')
      // Before the centre is made: one without an account could never be entered.
      const username = demandAccount(given.username, given.password)
      if (given.administrator && demandAccount(given.administrator.username, undefined) === username)
        throw fault('USERNAME_UNFIT', { why: 'taken' })
      house.making = { step: '', failed: false }
      try {
        const { headId, administrator } = await setUp(boot, given)
        await boot.access.open(headId, http)
        return { administrator }
      } finally {
        house.making = null
      }
    },
  }),
}

function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return name.includes('/')
  } catch {
    return false
  }
}

type One = { name: string; username: string }
type Given = One & {
  readonly password: string
  readonly centre: string
  readonly kind: CentreKind
  readonly country: Country
  readonly timeZone?: string | undefined
  readonly packs?: readonly string[] | undefined
  readonly administrator?: One | undefined
}

/** All of it in one transaction: a machine that stops half way leaves an empty house, and none that nobody can enter. */
const setUp = (boot: Boot, given: Given) =>
  commit(boot, async (db) => {
    // Two nodes on one database, asked at the same moment: the second finds the centre of the first.
    await sql`select pg_advisory_xact_lock(hashtextextended('the first centre', 0))`.execute(db)
    if (!(await isEmpty({ db }))) throw fault('NOT_EMPTY')
    const { kind, country, timeZone = ZONES[country][0] } = given
    const of = { name: given.centre, kind, country, timeZone, demo: false }
    const { centreId, rootUnitId } = await addCentreIn(db, of)
    const { ctx, topics, keep } = await begin(boot, db, systemActor(centreId), 'access.startCentre')
    await ensureMonths(db)
    const added = given.packs ?? packChoice(kind, country).suggested
    await seedBooks(ctx, kind, { packs: packsAt(kind, country, added), country })
    const out = await firstPeople(ctx, rootUnitId, given)
    return { out, topics, last: keep() }
  })

/** The head, who is administrator as well unless somebody else is; the other one gets a first password. */
async function firstPeople(ctx: Ctx, unitId: string, { name, username, password, administrator }: Given) {
  const person = (one: One, roles: readonly Role[]) => ({
    ...{ staffNo: one.username.trim(), name: one.name, unitId },
    roles: roles.map((role) => ({ role, unitId })),
  })
  const head = person({ name, username }, administrator ? ['deptManager'] : ['admin', 'deptManager'])
  const [headId, otherId] = await addPeople(ctx, [head, ...(administrator ? [person(administrator, ['admin'])] : [])])
  const [, other] = await createAccounts(ctx, [
    { personId: headId!, username: nameOf(username), password, mustChange: false },
    ...(administrator ? [{ personId: otherId!, username: administrator.username }] : []),
  ])
  return { headId: headId!, administrator: other ?? null }
}
