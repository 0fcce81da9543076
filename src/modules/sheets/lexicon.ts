import { sql } from 'kysely'
import { wordKey } from '../../lib/cells.ts'
import type { Words } from '../../lib/wire.ts'
import type { Ctx } from '../../platform/context.ts'
import { productsOn } from '../catalog/catalog.ts'
import { aboutOf, type Field, type Question, type SheetKind } from './rules.ts'

type Person = {
  readonly id: string
  readonly staffNo: string
  readonly name: string
  readonly unitId: string | null
  readonly unit: string | null
  readonly left: boolean
}

/** What a text means: an id or a word of ours; null = none of ours; several people; nobody knows. */
export type Found =
  | { readonly value: string | null }
  | { readonly several: readonly string[] }
  | { readonly unknown: true }

/** What stands in the row beside a name: the unit, and the staff number where the sheet has one. */
export type Beside = { readonly unitId?: string | undefined; readonly staffNo?: string | undefined }

/** Everything that words of a file may mean, read once a file: a centre has hundreds of people, not millions. */
export type Lexicon = {
  readonly find: (field: Field, text: string, beside?: Beside) => Found
  readonly candidates: (about: string, text: string) => Question['candidates']
}

const NICK = /^(小|老|阿|大)|(哥|姐|姊|總|总|經理|经理|主管|老師|老师|組長|组长|組|组)$/g

/** People of today before those who have left, so that a name that came again means the one who is here. */
async function peopleOf(ctx: Ctx): Promise<Person[]> {
  const { rows } = await sql<Person>`
    select p.id, p.staff_no as "staffNo", p.name, m.unit_id as "unitId", m.unit_name as unit,
      m.person_id is null as left
    from person_name p left join member m on m.person_id = p.id and m.from_on <= ${ctx.today}
      and (m.until_on is null or m.until_on > ${ctx.today})
    where p.centre_id = ${ctx.centre.id} order by m.person_id is null, p.staff_no`.execute(ctx.db)
  return rows
}

async function unitsOf(ctx: Ctx): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from org_unit where centre_id = ${ctx.centre.id} and closed_on is null order by name`.execute(
    ctx.db,
  )
  return rows
}

async function knownOf(ctx: Ctx, abouts: readonly string[]): Promise<Map<string, string | null>> {
  const { rows } = await sql<{ about: string; word: string; value: string | null }>`
    select about, word, value from known_word
    where centre_id = ${ctx.centre.id} and about = any(${sql.val([...abouts])}::text[])`.execute(ctx.db)
  return new Map(rows.map(({ about, word, value }) => [`${about} ${word}`, value]))
}

const bare = (staffNo: string) => wordKey(staffNo).replace(/^0+(?=.)/, '')

/** '王芳(00123)' and '00123 王芳' name one person by both. */
const NUMBER_IN = /[A-Za-z]{0,4}\d{2,}/

/** People of a staff number; a spreadsheet takes the zeros off its front, without which it must still be one person's. */
function numbered(people: readonly Person[], staffNo: string): readonly Person[] {
  const whole = people.filter((person) => wordKey(person.staffNo) === wordKey(staffNo))
  return whole.length > 0 ? whole : people.filter((person) => bare(person.staffNo) === bare(staffNo))
}

/**
 * Whom a name means, or a staff number in its place. `by` what stands beside it is surer than an answer that somebody
 * gave once: of two people of one name the other may be meant this time.
 */
function findPerson(
  people: readonly Person[],
  text: string,
  { unitId, staffNo }: Beside,
): (Found & { readonly beside?: boolean }) | null {
  const key = wordKey(text)
  const within = NUMBER_IN.exec(text.normalize('NFKC'))?.[0]
  const byText = [
    ...people.filter((person) => wordKey(person.staffNo) === key),
    ...(within ? numbered(people, within) : []),
  ]
  if (new Set(byText).size === 1) return { value: byText[0]!.id }
  const named = key === '' ? [] : people.filter(({ name }) => wordKey(name) === key)
  const byNumber = staffNo ? numbered(people, staffNo) : []
  const both = named.filter((person) => byNumber.includes(person))
  const inUnit = unitId ? named.filter((person) => person.unitId === unitId) : []
  const here = named.filter(({ left }) => !left)
  if (both.length === 1) return { value: both[0]!.id, beside: true }
  const one = [named, here].find((some) => some.length === 1)?.[0]
  if (one) return { value: one.id }
  if (inUnit.length === 1) return { value: inUnit[0]!.id, beside: true }
  if (named.length > 1) return { several: named.map(({ id }) => id) }
  // A nickname or nothing at all beside a number that is one person's.
  return byNumber.length === 1 ? { value: byNumber[0]!.id, beside: true } : null
}

const shown = ({ name, staffNo, unit }: Person) => [name, staffNo, unit].filter(Boolean).join(' · ')

/** How much of a text's characters a name has: 小王 and 王姐 may be anybody called 王. */
function likeness(text: string, name: string): number {
  const core = wordKey(text.replaceAll(NICK, ''))
  const key = wordKey(name)
  return [...new Set(core)].filter((character) => key.includes(character)).length
}

const MOST_CANDIDATES = 12

/** What the words of a kind of sheet may mean in this centre. */
export async function lexiconOf(ctx: Ctx, kind: SheetKind): Promise<Lexicon> {
  const abouts = [...new Set(kind.fields.flatMap((field) => aboutOf(field) ?? []))]
  const known = await knownOf(ctx, abouts)
  const people = abouts.includes('person') ? await peopleOf(ctx) : []
  const units = abouts.includes('unit') ? await unitsOf(ctx) : []
  const products = abouts.includes('product') ? await productsOn(ctx, ctx.today) : []
  const nameOf = (name: Words) => [name.hant, name.hans, name.en].filter(Boolean) as string[]
  const lists = new Map<string, ReadonlyMap<string, string>>()
  for (const { kind: of } of kind.fields)
    if (typeof of === 'object')
      lists.set(
        of.words,
        new Map(
          Object.entries(of.of).flatMap(([word, names]) => [word, ...names].map((name) => [wordKey(name), word])),
        ),
      )
  const byName = (some: readonly { id: string; names: readonly string[] }[]) =>
    new Map(some.flatMap(({ id, names }) => names.map((name) => [wordKey(name), id])))
  lists.set('unit', byName(units.map(({ id, name }) => ({ id, names: [name] }))))
  lists.set('product', byName(products.map(({ id, code, name }) => ({ id, names: [code, ...nameOf(name)] }))))

  const labels = new Map<string, { value: string; label: string; names: readonly string[] }[]>([
    ['person', people.map((person) => ({ value: person.staffNo, label: shown(person), names: [person.name] }))],
    ['unit', units.map(({ name }) => ({ value: name, label: name, names: [name] }))],
    ['product', products.map(({ code, name }) => ({ value: code, label: name.hant, names: nameOf(name) }))],
  ])
  // An answer names a person by the staff number, a unit by its name, a product by its code: it holds as well for those
  // who come in with the same file and have no id yet.
  const keyed: Readonly<Record<string, ReadonlyMap<string, string>>> = {
    person: new Map(people.flatMap(({ id, staffNo }) => [[staffNo, id] as const, [id, id] as const])),
    unit: new Map(units.flatMap(({ id, name }) => [[name, id] as const, [id, id] as const])),
    product: new Map(products.flatMap(({ id, code }) => [[code, id] as const, [id, id] as const])),
  }
  const meant = (about: string, value: string | null | undefined): string | null | undefined =>
    value === null || value === undefined || !keyed[about] ? value : keyed[about].get(value)
  for (const { kind: of } of kind.fields)
    if (typeof of === 'object')
      labels.set(
        of.words,
        Object.entries(of.of).map(([value, names]) => ({ value, label: value, names })),
      )

  return {
    find: (field, text, beside = {}) => {
      const about = aboutOf(field)!
      const key = wordKey(text)
      const found = about === 'person' ? findPerson(people, text, beside) : null
      const said = meant(about, known.get(`${about} ${key}`))
      if (said !== undefined && !found?.beside) return { value: said }
      if (found) return found
      const value = lists.get(about)?.get(key)
      return value === undefined ? { unknown: true } : { value }
    },
    candidates: (about, text) =>
      (labels.get(about) ?? [])
        .map((one) => ({ one, like: Math.max(...one.names.map((name) => likeness(text, name)), 0) }))
        .filter(({ like }) => like > 0 || !['person', 'unit', 'product'].includes(about))
        .toSorted((a, b) => b.like - a.like)
        .slice(0, about === 'person' ? MOST_CANDIDATES : 40)
        .map(({ one: { value, label } }) => ({ value, label })),
  }
}
