import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import { FAMILY_NAMES, GIVEN_NAMES, PROVINCES } from '../demo/cast.ts'
import { chance } from '../demo/chance.ts'
import { HEADERS, MAPPING } from '../demo/list.ts'
import type { Ctx } from '../src/platform/context.ts'

export { HEADERS, MAPPING }

/** Of a hundred rows: repeat a number further up, are on the do-not-call list, have a number cut off. */
const REPEATED = 0.03
const STOPPED = 0.02
const CUT_OFF = 0.005

/** The n-th number of a file; files with a start of their own share none. */
const numberAt = (n: number) => `13${String((n * 7919) % 1_000_000_000).padStart(9, '0')}`

const JOBS = ['工人', '管理', '技術', '服務業', '退休', '行政', '自僱', '創業', '學生']

type Wanted = { readonly rows: number; readonly from: number }

/** Which rows are what, the same for every reader of one file. */
function* fates({ rows, from }: Wanted) {
  const dice = chance(from + 1)
  for (let n = 0; n < rows; n++) {
    const repeated = n > 0 && dice.is(REPEATED)
    const number = numberAt(from + (repeated ? Math.floor(dice.between(0, n - 1)) : n))
    yield { number, stopped: !repeated && dice.is(STOPPED), cut: dice.is(CUT_OFF) }
  }
}

/** Writes a list as a partner delivers it: names, numbers and ten more columns; UTF-8 csv. */
export async function writeList(path: string, wanted: Wanted): Promise<void> {
  const dice = chance(wanted.from + 2)
  function* text() {
    let out = `${HEADERS.join(',')}\n`
    for (const { number, cut } of fates(wanted)) {
      const name = dice.pick(FAMILY_NAMES) + dice.pick(GIVEN_NAMES)
      const cells = [name, dice.is(0.5) ? '男' : '女', cut ? number.slice(0, 9) : number, dice.pick(PROVINCES)]
      const facts = [dice.pick(JOBS), '已婚', '中學', Math.floor(dice.between(0, 9000)), '有', '無', '不詳']
      out += `${[...cells, Math.floor(dice.between(20, 70)), ...facts].join(',')}\n`
      if (out.length > 65_536) {
        yield out
        out = ''
      }
    }
    yield out
  }
  await pipeline(text, createWriteStream(path))
}

/** Puts the numbers of the file that must not be called on the centre's own list. */
export async function stopNumbers(ctx: Ctx, wanted: Wanted): Promise<void> {
  const stopped = [...fates(wanted)].filter((fate) => fate.stopped).map(({ number }) => ctx.hashOf(`+86${number}`))
  await sql`insert into do_not_call (centre_id, list, hash, masked, since, reason, source_kind, recorded_at)
    select ${ctx.centre.id}, 'own', hash, '13*', ${ctx.now}, 'customerRefused', 'list', ${ctx.now}
    from unnest(${sql.val(stopped)}::bytea[]) as h(hash)`.execute(ctx.db)
}
