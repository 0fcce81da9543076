import { z } from 'zod'
import { no, yes } from '../../lib/verdict.ts'
import { Id, Instant, InstantIn } from '../../lib/wire.ts'
import { command, demand, query } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { withdrawConsent } from './consent.ts'
import { Card, cardOf } from './customers.ts'
import { correctDoNotCall, stopCalling } from './doNotCall.ts'
import { EntryOut, entriesFor, entriesOf, listAges } from './doNotCallBook.ts'
import { importDoNotCall, MOST_LINES } from './doNotCallImport.ts'
import { erase, looksAt } from './erase.ts'
import { numberOf } from './numbers.ts'
import { CORRECTIONS, ERASURES, LISTS, STOP_REASONS } from './rules.ts'

/*
 * The persons behind numbers: their one row of data, their numbers by hash, consent, do-not-call, erasure, and who looked.
 * Whole numbers leave by `revealNumber` alone, which a line calls after the gate's yes; every operation here masks them.
 * Not here: whether a number may be called now (compliance), leads, and the cards that agents and leaders see, which
 * leads and calls open to those who hold the customer's lead. These operations are for the centre's own officers.
 */

const OFFICERS = ['dataOfficer', 'qualityInspector', 'deptManager'] as const
const NumberText = z.string().trim().min(1).max(40)
const Note = z.string().trim().max(500).default('')

/** A number that a person typed, or the refusal that says what is wrong with it. */
function typed(ctx: Ctx, text: string) {
  const number = numberOf(ctx, text)
  demand(number.ok ? yes : no('customers.noNumber', 'house', { code: number.code }))
  return number as Extract<typeof number, { ok: true }>
}

export const customers = {
  card: query({
    may: OFFICERS,
    personal: true,
    input: z.object({ customerId: Id }),
    output: Card,
    summary: 'A customer with masked numbers, consents and acts',
    run: (ctx, { customerId }) => cardOf(ctx, customerId),
  }),

  accessOf: query({
    may: ['deptManager', 'admin'],
    input: z.object({ customerId: Id, before: InstantIn.nullable().default(null) }),
    output: z.array(z.object({ at: Instant, personId: Id, name: z.string().nullable(), operation: z.string() })),
    summary: 'Who looked at a customer’s data',
    run: (ctx, { customerId, before }) => looksAt(ctx, customerId, before),
  }),

  doNotCall: query({
    may: OFFICERS,
    input: z.object({
      list: z.enum(LISTS).nullable().default(null),
      after: z.object({ recordedAt: InstantIn, id: Id }).nullable().default(null),
    }),
    output: z.object({
      entries: z.array(EntryOut),
      more: z.boolean(),
      lists: z.array(z.object({ list: z.enum(LISTS), entries: z.int(), asOf: Instant.nullable() })),
    }),
    summary: 'The do-not-call book, the latest first',
    run: async (ctx, input) => ({ ...(await entriesOf(ctx, input)), lists: await listAges(ctx) }),
  }),

  lookUpNumber: command({
    may: OFFICERS,
    input: z.object({ number: NumberText }),
    output: z.object({
      masked: z.string().nullable(),
      code: z.string().nullable(),
      known: z.boolean(),
      entries: z.array(EntryOut),
    }),
    // A command, so that the whole number stands in no address and no log of addresses.
    summary: 'What the do-not-call book says of a whole number',
    run: (ctx, { number }) => entriesFor(ctx, number),
  }),

  stopCalling: command({
    may: OFFICERS,
    input: z.object({
      number: NumberText,
      reason: z.enum(STOP_REASONS).exclude(['erasure', 'listed']),
      note: Note,
    }),
    output: z.object({ masked: z.string(), added: z.boolean() }),
    summary: 'Puts a number on the centre’s do-not-call list, at once and without an end',
    run: async (ctx, { number, reason, note }) => {
      const { e164, shown } = typed(ctx, number)
      const source = { kind: 'person', id: ctx.actor.personId } as const
      const { added } = await stopCalling(ctx, { e164, masked: shown, list: 'own', reason, note, source })
      return { masked: shown, added }
    },
  }),

  correctDoNotCall: command({
    may: ['deptManager'],
    input: z.object({ entryId: Id, reason: z.enum(CORRECTIONS), note: z.string().trim().min(1).max(500) }),
    output: z.object({ entryId: Id }),
    summary: 'Says that an own entry was a slip of the hand; both rows stay to be seen',
    run: (ctx, input) => correctDoNotCall(ctx, input),
  }),

  importDoNotCall: command({
    may: ['dataOfficer', 'deptManager'],
    input: z.object({
      list: z.enum(LISTS),
      asOf: InstantIn,
      text: z
        .string()
        .min(1)
        .max(4_000_000)
        .refine((text) => text.split('\n', MOST_LINES + 2).length <= MOST_LINES + 1, {
          error: `more than ${MOST_LINES} lines`,
        }),
    }),
    output: z.object({
      lines: z.int(),
      good: z.int(),
      dup: z.int(),
      inv: z.int(),
      notTaken: z.array(z.object({ line: z.int(), result: z.enum(['DUP', 'INV']), code: z.string() })),
    }),
    summary: 'Takes in a do-not-call list, a number a line, with the result of every line',
    run: async (ctx, input) => {
      const future = Temporal.Instant.compare(input.asOf, ctx.now) > 0
      demand(future ? no('customers.listOfFuture', 'S3.6') : yes)
      return await importDoNotCall(ctx, input)
    },
  }),

  withdrawConsent: command({
    may: OFFICERS,
    input: z.object({ customerId: Id, evidence: z.string().trim().min(1).max(500) }),
    output: z.object({ ended: z.int() }),
    summary: 'The customer takes consent back: all calling stops until he consents anew',
    run: (ctx, input) => withdrawConsent(ctx, input),
  }),

  erase: command({
    may: ['deptManager', 'admin'],
    input: z.object({ customerId: Id, why: z.enum(ERASURES) }),
    output: z.object({ phones: z.int() }),
    summary: 'Overwrites a customer’s data; facts without a name and the do-not-call entry stay',
    run: (ctx, input) => erase(ctx, input),
  }),
}
