import type { Ctx } from '../../platform/context.ts'
import type { LineKind, MeasuredBy, SeatLine } from './rules.ts'

/*
 * What calls ask of a line, and what every line tells them. Calls knows no switch: it asks for a dial after the gate's
 * yes, and what happens on the line comes as events in one order of states, whoever measured them.
 *
 * A switch that is driven by events (Asterisk by ARI, a cloud PBX by web hooks) fulfils it so: `dial` answers when the
 * switch has accepted and shows no number; everything after that is `lineEvent` (lines.ts), in a transaction of its own, from the node
 * that holds the switch's link. It keeps ids of ours (call id, made before the command), so that a repeated command
 * changes nothing; after a lost link it reads the switch's own list and tells the end of calls that vanished.
 */

/** The dial of one call: to whom, from which seat. */
export type Dial = {
  readonly callId: string
  readonly phoneId: string
  readonly agentId: string
  readonly line: SeatLine
}

/** What a line answers to a dial. `number` is the whole number where the agent dials by hand, null where a switch does. */
export type Dialled = { readonly number: string | null; readonly measuredBy: MeasuredBy }

/** Abilities that a page asks for before it offers them. */
export type Abilities = {
  /** The line hangs up by itself or on our word; else the agent does it by hand and declares it. */
  readonly hangsUp: boolean
  /** The line tells ringing, answer and end; else the agent declares them. */
  readonly tells: boolean
  /** The recording reaches us from the line; else it is owed and handed in. */
  readonly records: boolean
}

export interface Line {
  readonly kind: LineKind
  readonly can: Abilities
  /** In the command's transaction, after the gate's yes for this call (dialling.ts asks for it). Repeating changes nothing. */
  dial(ctx: Ctx, dial: Dial): Promise<Dialled>
  /** Asks for the end of the call. A call that is over already is a success. */
  hangUp(ctx: Ctx, callId: string): Promise<void>
}
