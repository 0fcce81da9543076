import { z } from 'zod'
import { Id, Instant, InstantIn } from '../../lib/wire.ts'
import { query } from '../../platform/api.ts'
import { packsInForce } from './facts.ts'
import { openHours } from './packs.ts'
import { decisionsOn, READING_ROLES, refusedToday } from './reports.ts'
import { PackOut, packTold, ReasonOut } from './told.ts'

/*
 * The gate before every dial: packs of law, line and house rules in force (packs.json), the ledger of dials per number
 * over all agents and batches, and the decisions that were made. `judge` tells why a number cannot be called now,
 * `allowDial` is the only way to a dial.
 * Not here: whom to call next (leads), the line (telephony), the call (calls). Nothing here overrides a refusal: for
 * do-not-call and hours no override exists at all.
 */

export const compliance = {
  packs: query({
    may: 'everyone',
    input: z.object({}),
    output: z.object({
      packs: z.array(PackOut),
      /** Open by all packs together, wall clock at the callee's place; empty where no pack sets hours. */
      hours: z.array(z.tuple([z.string(), z.string()])),
      origin: z.object({ clause: z.string(), documentCode: z.string() }),
    }),
    summary: 'The packs in force: every figure with its source',
    run: async (ctx) => {
      const packs = packsInForce(ctx, ctx.actor.groupId)
      const { clause, documentCode } = ctx.rules.at(ctx.today).origin('packs')
      return {
        packs: packs.map(packTold),
        hours: openHours(packs.map((pack) => pack.id)) as [string, string][],
        origin: { clause, documentCode },
      }
    },
  }),

  decisions: query({
    may: READING_ROLES,
    input: z.object({ subjectId: Id, before: InstantIn.nullable().default(null) }),
    output: z.array(
      z.object({
        id: Id,
        at: Instant,
        operation: z.string(),
        allowed: z.boolean(),
        clause: z.string(),
        codes: z.array(z.string()),
        actorId: Id.nullable(),
        actor: z.string().nullable(),
        reasons: z.array(ReasonOut),
      }),
    ),
    summary: 'What was decided about a lead or a customer, by whom, with every reason',
    run: async (ctx, { subjectId, before }) =>
      (await decisionsOn(ctx, subjectId, before)).map((row) => ({
        ...row,
        reasons: row.reasons as z.input<typeof ReasonOut>[],
      })),
  }),

  refusedToday: query({
    may: READING_ROLES,
    input: z.object({}),
    output: z.object({
      asOf: Instant,
      allowed: z.int(),
      refused: z.int(),
      byCode: z.array(z.object({ code: z.string(), clause: z.string(), refused: z.int(), people: z.int() })),
    }),
    summary: 'Dials allowed and refused today, by reason',
    run: async (ctx) => ({ asOf: ctx.now, ...(await refusedToday(ctx)) }),
  }),
}
