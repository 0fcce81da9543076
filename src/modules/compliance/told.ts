import { z } from 'zod'
import type { Reason as Told } from '../../lib/verdict.ts'
import { Instant, Words } from '../../lib/wire.ts'
import type { Pack } from './packs.ts'
import type { GateVerdict, Reason } from './rules.ts'
import { saysOf } from './says.ts'

/** A reason of the gate as refusals travel: the same code, words and source, its instant as ISO text. */
export const toldReason = (reason: Reason): Told => ({
  code: reason.code,
  clause: reason.clause,
  because: reason.because,
  from: reason.from?.toString() ?? null,
  source: reason.source,
  mark: reason.mark,
  pack: reason.pack,
  overridable: reason.overridable,
})

/** Output: one reason, for pages that show why a number cannot be called. */
export const ReasonOut = z.object({
  code: z.string(),
  clause: z.string(),
  because: z.object({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
  from: z.string().nullish(),
  source: z.string().optional(),
  mark: z.string().optional(),
  pack: z.string().nullish(),
  overridable: z.boolean().optional(),
})

/** Output: the gate's answer, worded by the page: every reason, what is to be known, and from when nothing stands against it. */
export const VerdictOut = z.object({
  allow: z.boolean(),
  reasons: z.array(ReasonOut),
  notes: z.array(ReasonOut),
  callableFrom: Instant.nullable(),
})

export const toldVerdict = ({ allow, reasons, notes, callableFrom }: GateVerdict): z.input<typeof VerdictOut> => ({
  allow,
  reasons: reasons.map(toldReason),
  notes: notes.map((note) => ({ ...note, pack: note.pack })),
  callableFrom,
})

/** Output: a pack with all that it says. */
export const PackOut = z.object({
  id: z.string(),
  name: Words,
  kind: z.enum(['law', 'carrier', 'design']),
  coldOnly: z.boolean(),
  hours: z.array(z.tuple([z.string(), z.string()])).nullable(),
  says: z.array(
    z.object({
      topic: z.string(),
      key: z.string(),
      values: z.record(z.string(), z.union([z.string(), z.number()])),
      source: z.object({ id: z.string(), source: z.string(), mark: z.string() }),
    }),
  ),
})

/** The same as a value. */
export const packTold = (pack: Pack): z.input<typeof PackOut> => ({
  id: pack.id,
  name: pack.name,
  kind: pack.kind,
  coldOnly: pack.appliesTo === 'cold',
  hours: (pack.hours as [string, string][] | undefined) ?? null,
  says: [...saysOf(pack)],
})
