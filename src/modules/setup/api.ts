import { z } from 'zod'
import { Day, Id, Instant } from '../../lib/wire.ts'
import { command, query } from '../../platform/api.ts'
import { CHECK_AREAS, type CheckItem } from '../../platform/checkItem.ts'
import { checkList, markItem } from './checkList.ts'
import { MOST_SLIPS } from './rules.ts'
import { openAccounts, slipPeople } from './slips.ts'

/*
 * What a new centre still lacks before its first dial, told from what is really there, and the first passwords of its
 * people as slips of paper. It stores nothing but what people say of an item: each thing is done on the page it belongs
 * to. Not here: the making of the centre (app), files of an old one (moving), accounts one by one (people).
 */

const Done = z.object({})
const Item = z.string().min(1).max(60)
const Why = z.string().trim().min(1).max(300)

/** The operations; `items` are those of all modules, which the router hands in. */
export const setupWith = (items: readonly CheckItem[]) => ({
  checkList: query({
    may: ['deptManager', 'deputyGm', 'dataOfficer', 'admin'],
    input: z.object({}),
    output: z.object({
      asOf: Instant,
      /** The first day on which the floor could dial. */
      day: Day,
      agents: z.int(),
      /** Of them those to whom nothing is missing. */
      able: z.int(),
      can: z.enum(['all', 'some', 'none']),
      /** Needed items that are not done. */
      missing: z.array(z.string()),
      items: z.array(
        z.object({
          id: z.string(),
          area: z.enum(CHECK_AREAS),
          state: z.enum(['done', 'missing', 'later']),
          needed: z.boolean(),
          confirmable: z.boolean(),
          variant: z.string().nullable(),
          figures: z.record(z.string(), z.union([z.string(), z.number()])),
          clause: z.string().nullable(),
          clauses: z.array(z.string()).readonly(),
          link: z.string(),
          mark: z
            .object({ said: z.enum(['looked', 'later']), by: z.string().nullable(), at: Instant, reason: z.string() })
            .nullable(),
        }),
      ),
    }),
    summary: 'Whether the floor can dial and what is still missing, counted now',
    run: (ctx) => checkList(ctx, items),
  }),

  confirm: command({
    may: ['deptManager', 'admin'],
    input: z.object({ item: Item, reason: z.string().trim().max(300).default('') }),
    output: Done,
    summary: 'Says that an item was looked at and suits',
    async run(ctx, { item, reason }) {
      await markItem(ctx, items, { item, reason, said: 'looked' })
      return {}
    },
  }),

  putOff: command({
    may: ['deptManager'],
    input: z.object({ item: Item, reason: Why }),
    output: Done,
    summary: 'Puts an item off that the first dial does not need, with the reason',
    async run(ctx, { item, reason }) {
      await markItem(ctx, items, { item, reason, said: 'later' })
      return {}
    },
  }),

  takeUp: command({
    may: ['deptManager', 'admin'],
    input: z.object({ item: Item }),
    output: Done,
    summary: 'Takes back what was said of an item',
    async run(ctx, { item }) {
      await markItem(ctx, items, { item, reason: '', said: 'open' })
      return {}
    },
  }),

  accounts: query({
    may: ['deptManager', 'admin'],
    input: z.object({}),
    output: z.object({
      /** The address that browsers use, where the operator gave one. */
      address: z.string().nullable(),
      people: z.array(
        z.object({
          ...{ personId: Id, name: z.string(), staffNo: z.string(), groupId: Id.nullable() },
          ...{ group: z.string().nullable(), region: z.string().nullable(), username: z.string().nullable() },
          ...{ first: z.boolean(), admin: z.boolean() },
        }),
      ),
    }),
    summary: 'Everybody by group, with or without an account',
    run: async (ctx) => ({ address: ctx.served?.address ?? null, people: await slipPeople(ctx) }),
  }),

  openAccounts: command({
    may: ['deptManager', 'admin'],
    input: z.object({ personIds: z.array(Id).min(1).max(MOST_SLIPS) }),
    output: z.object({
      slips: z.array(z.object({ personId: Id, username: z.string(), firstPassword: z.string() })),
      left: z.array(z.object({ personId: Id, why: z.enum(['has', 'form', 'taken', 'admin']) })),
    }),
    summary: 'Gives people accounts under their staff numbers; the first passwords are answered once and kept nowhere',
    // A replay answers REQUEST_DONE: docs/decisions/2026-11-27-slips.md.
    answerOnce: true,
    run: (ctx, { personIds }) => openAccounts(ctx, personIds),
  }),
})
