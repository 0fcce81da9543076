import type { FictionalRanges } from '../../lib/phoneNumber.ts'
import { simplified } from '../../lib/simplified.ts'
import type { Ctx } from '../../platform/context.ts'
import { addBooks } from '../rulebook/books.ts'

const words = (hant: string, en: string) => ({ hant, hans: simplified(hant), en })

/**
 * Writes the made-up ranges of a demo centre into its rulebook, as a document of its own: per country the beginnings
 * (without trunk 0) of numbers that no carrier gives out, good here and never dialled by a real line. Throws for any
 * other centre. Takes effect with the next operation. [S3.6]
 */
export async function listFictionalNumbers(
  ctx: Ctx,
  ranges: FictionalRanges,
  effectiveOn: Temporal.PlainDate = ctx.today,
): Promise<void> {
  if (!ctx.centre.demo) throw new Error('only a demo centre has made-up numbers')
  const title = words('示範用的虛構號碼', 'Made-up numbers of the demo')
  const clause = {
    id: 'demo.numbers',
    kinds: 'K',
    status: 'built' as const,
    title,
    text: words(
      '示範中心的客戶都用沒有配發過的號段，這些號碼只在這裡有效。',
      'The customers of a demo centre have numbers of ranges that nobody was given; they are good here alone.',
    ),
    does: words('真實線路不會撥出這些號碼。', 'No real line ever dials them.'),
    params: { 'numbers.fictional': ranges },
  }
  const chapters = [{ id: 'demo', title, clauses: [clause] }]
  await addBooks(ctx, [{ code: 'demo', effectiveOn: effectiveOn.toString(), title, chapters }])
}
