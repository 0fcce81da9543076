import { sql } from 'kysely'
import { wordKey } from '../../lib/cells.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Meaning } from './rules.ts'

/** Remembers what words of files mean; a later answer takes the place of an earlier one. */
export async function remember(ctx: Ctx, meanings: readonly Meaning[]): Promise<void> {
  const given = new Map(
    meanings.map((one) => [`${one.about} ${wordKey(one.text)}`, { ...one, word: wordKey(one.text) }]),
  )
  if (given.size === 0) return
  await sql`
    insert into known_word (centre_id, about, word, text, value, said_by, said_at)
    select ${ctx.centre.id}, g.about, g.word, g.text, g.value, ${ctx.actor.personId}, ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify([...given.values()])}::jsonb) as g(about text, word text, text text, value text)
    on conflict (centre_id, about, word) do update set text = excluded.text, value = excluded.value,
      said_by = excluded.said_by, said_at = excluded.said_at`.execute(ctx.db)
  await ctx.emit('sheets.explained', { kind: 'centre', id: ctx.centre.id }, { words: given.size })
  ctx.touch('sheets')
}

/** Forgets what a word meant: it is asked again. */
export async function forget(ctx: Ctx, { about, text }: { about: string; text: string }): Promise<void> {
  await sql`delete from known_word where centre_id = ${ctx.centre.id} and about = ${about} and word = ${wordKey(text)}`.execute(
    ctx.db,
  )
  ctx.touch('sheets')
}

export type KnownWord = Meaning & {
  readonly by: string | null
  readonly at: Temporal.Instant
  readonly label: string | null
}

const MOST = 1000

/** Every word that was explained, by what it is about, with the name of the person, unit or product that it means. */
export async function knownWords(ctx: Ctx): Promise<KnownWord[]> {
  const { rows } = await sql<KnownWord>`
    select k.about, k.text, k.value, n.name as by, k.said_at as at,
      case k.about when 'person' then p.name || ' · ' || p.staff_no when 'unit' then u.name
        when 'product' then g.name ->> 'hant' else k.value end as label
    from known_word k left join person_name n on n.id = k.said_by
      left join person_name p on k.about = 'person' and (p.id::text = k.value or p.staff_no = k.value) and p.centre_id = k.centre_id
      left join org_unit u on k.about = 'unit' and (u.id::text = k.value or u.name = k.value) and u.centre_id = k.centre_id
      left join product_listed g on k.about = 'product' and (g.id::text = k.value or g.code = k.value) and g.centre_id = k.centre_id
    where k.centre_id = ${ctx.centre.id} order by k.about, k.text limit ${MOST}`.execute(ctx.db)
  return rows
}
