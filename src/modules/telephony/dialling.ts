import { together } from '../../lib/together.ts'
import { no, type Verdict, yes } from '../../lib/verdict.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { isAllowed } from '../compliance/allow.ts'
import { lastState, lineEvent } from './lines.ts'
import { manualLine } from './manual.ts'
import type { Dial, Dialled, Line } from './port.ts'
import { type LineKind, mayRing } from './rules.ts'

/** Lines that this house can drive, by kind. A switch is added here. */
const LINES: Partial<Record<LineKind, Line>> = { manual: manualLine }

/** The line of a kind; refuses where no switch is connected. */
export function lineOfKind(kind: LineKind): Line {
  const line = LINES[kind]
  demand(line ? yes : no('telephony.noSwitch', 'house'))
  return line!
}

/** A number goes out for a dial that the gate allowed and that is still open, and for nothing else. [S3.6] */
const mayDial = (allowed: boolean, state: string | null): Verdict =>
  allowed && state !== 'ended' && state !== 'failed' ? yes : no('telephony.dialNotAllowed', 'S3.6')

/**
 * Dials on the seat's line after the gate's yes (compliance `allowDial` in the same or an earlier transaction) and writes
 * the line's first events. On a manual line the answer holds the whole number, for this dial alone; asked again while the
 * dial is open (a reloaded page), it shows the same number and writes no second dial. [S3.6]
 */
export async function dialOn(ctx: Ctx, dial: Dial): Promise<Dialled> {
  const subject = { kind: 'call', id: dial.callId }
  const line = lineOfKind(dial.line.kind)
  const [state, allowed, phone] = await together([
    lastState(ctx, dial.callId),
    isAllowed(ctx, dial),
    ctx.db.selectFrom('phone_card').select('fictional').where('id', '=', dial.phoneId).executeTakeFirst(),
  ])
  demand(mayDial(allowed, state), subject)
  if (!phone) throw notFound()
  demand(mayRing(line, { fictional: phone.fictional ?? false }), subject)
  const dialled = await line.dial(ctx, dial)
  await lineEvent(ctx, dial.callId, ['allowed', 'dialling'], { measuredBy: dialled.measuredBy })
  return dialled
}
