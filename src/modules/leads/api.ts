import { z } from 'zod'
import { Day, Id, Instant, InstantIn, Words } from '../../lib/wire.ts'
import { command, query } from '../../platform/api.ts'
import { VerdictOut } from '../compliance/told.ts'
import { Card } from '../customers/customers.ts'
import { distribute, issue, recall, receiveLot } from './distribute.ts'
import { due, dueSummary, PROGRESS_ROLES } from './due.ts'
import { LEAD_ROLES, lead, list } from './leads.ts'
import { CLOSED_AS, STATES } from './rules.ts'
import { batchStock, groupStock, lots, receivers, STOCK_ROLES } from './stock.ts'

/*
 * leads: who is to be called, in whose hands, and when next. Leads go down from the company to a group and from its leader
 * to an agent by lots with receipts, come back by recall, and move by the attempt plan. An agent can neither take nor see
 * a lead that was not handed down, and nothing here exports a list. Which lead is the next one and what is done at the
 * desk is calls' matter (`nextFor`, `recordAttempt`); where leads come from is lists'; whether a number may be dialled is
 * compliance's. Views for modules to the right: lead_held, lead_try.
 */

const Count = z.int()
/** Figures of one line, by name. */
const counts = <const K extends string>(...names: readonly K[]) =>
  Object.fromEntries(names.map((name) => [name, Count])) as Record<K, typeof Count>
const Maybe = z.string().nullable()
/** Words of one line that may be missing, by name. */
const texts = <const K extends string>(...names: readonly K[]) =>
  Object.fromEntries(names.map((name) => [name, Maybe])) as Record<K, typeof Maybe>
const Quantity = z.int().min(0).max(100_000)
const Lots = z.object({ lots: z.array(z.object({ id: Id, quantity: Count })) })
const Kind = z.enum(['warm', 'fresh', 'retry'])
const State = z.enum(STATES)
const ClosedAs = z.enum(CLOSED_AS)
const Cursor = { in: z.object({ at: InstantIn, id: Id }), out: z.object({ at: Instant, id: Id }) }

const Progress = z.object({
  personId: Id,
  name: z.string(),
  nextDueAt: Instant.nullable(),
  ...counts('stock', 'fresh', 'warm', 'dueNow', 'overdue', 'dueToday', 'doneToday', 'workedThrough', 'handled'),
})

/** What every view of a lead shows. */
const LeadShape = {
  id: Id,
  ...texts('batch', 'group', 'holder', 'dueBand'),
  grade: z.string(),
  state: State,
  groupId: Id.nullable(),
  heldSince: Instant.nullable(),
  kind: Kind,
  round: Count,
  lastTryAt: Instant.nullable(),
  dueAt: Instant.nullable(),
  closedAs: ClosedAs.nullable(),
  closedAt: Instant.nullable(),
}

export const leads = {
  stock: query({
    may: ['dataOfficer', 'deptManager', 'deputyGm'],
    input: z.object({}),
    output: z.object({
      asOf: Instant,
      batches: z.array(
        z.object({
          batchId: Id,
          name: z.string(),
          grade: z.string(),
          product: Words.nullable(),
          expiresOn: Day.nullable(),
          createdAt: Instant,
          importing: z.boolean(),
          ...counts('pool', 'group', 'agent', 'closed'),
        }),
      ),
    }),
    summary: 'Where the leads of each list lie: company, groups, agents, closed',
    run: async (ctx) => ({ asOf: ctx.now, batches: await batchStock(ctx) }),
  }),

  groups: query({
    may: STOCK_ROLES,
    input: z.object({}),
    output: z.object({
      asOf: Instant,
      groups: z.array(
        z.object({
          groupId: Id,
          name: z.string(),
          regionId: Id.nullable(),
          ...counts('agents', 'pool', 'toHandOn', 'held', 'dueNow', 'unreceived', 'max', 'maxPerAgent'),
        }),
      ),
    }),
    summary: 'Stock and caps of the groups that the caller leads or stands above',
    run: async (ctx) => ({ asOf: ctx.now, groups: await groupStock(ctx) }),
  }),

  receivers: query({
    may: STOCK_ROLES,
    input: z.object({ groupId: Id, batchId: Id.optional() }),
    output: z.object({
      batches: z.array(z.object({ batchId: Id, name: z.string(), grade: z.string(), toHandOn: Count })),
      maxPerAgent: Count,
      receivers: z.array(
        z.object({
          personId: Id,
          name: z.string(),
          inGroup: z.boolean(),
          isTsr: z.boolean(),
          away: z.boolean(),
          excuse: z.string().nullable(),
          authorised: z.boolean(),
          ...counts('stock', 'fresh', 'dueNow'),
        }),
      ),
    }),
    summary: 'The agents of a group with what they hold and what speaks against more',
    run: (ctx, { groupId, batchId }) => receivers(ctx, groupId, batchId ?? null),
  }),

  issue: command({
    may: ['dataOfficer', 'deptManager'],
    input: z.object({
      batchId: Id,
      shares: z
        .array(z.object({ groupId: Id, quantity: Quantity }))
        .min(1)
        .max(500),
    }),
    output: Lots,
    summary: 'Company to groups: so many leads of a list each, all or none [S4.4.10a]',
    run: async (ctx, input) => ({ lots: await issue(ctx, input) }),
  }),

  lots: query({
    may: ['tsr', ...STOCK_ROLES],
    input: z.object({ open: z.boolean().default(false) }),
    output: z.object({
      lots: z.array(
        z.object({
          id: Id,
          step: z.enum(['companyToGroup', 'groupToAgent', 'recall']),
          ...texts('batch', 'group', 'person', 'issuedBy', 'receivedBy'),
          groupId: Id.nullable(),
          quantity: Count,
          reason: z.string(),
          issuedAt: Instant,
          receivedAt: Instant.nullable(),
          toReceive: z.boolean(),
        }),
      ),
    }),
    summary: 'Lots handed down or taken back, those that wait for the caller’s receipt first',
    run: async (ctx, { open }) => ({ lots: await lots(ctx, { open }) }),
  }),

  receive: command({
    may: ['tl', 'tsr'],
    input: z.object({ lotId: Id }),
    output: z.object({}),
    summary: 'The receipt of a lot: a leader’s for the group, an agent’s for own leads [S4.4.10a]',
    run: async (ctx, { lotId }) => {
      await receiveLot(ctx, lotId)
      return {}
    },
  }),

  distribute: command({
    may: ['tl', 'um'],
    input: z.object({
      groupId: Id,
      batchId: Id.nullable().default(null),
      shares: z
        .array(z.object({ personId: Id, quantity: Quantity }))
        .min(1)
        .max(200),
    }),
    output: Lots,
    summary: 'Leader to agents: so many leads each, of one list or of what the group has, all or none [S4.4.10a]',
    run: async (ctx, input) => ({ lots: await distribute(ctx, input) }),
  }),

  recall: command({
    may: ['tl', 'um', 'deptManager', 'dataOfficer'],
    input: z.object({
      groupId: Id,
      personId: Id.nullable().default(null),
      to: z.enum(['group', 'company']),
      only: z.enum(['fresh', 'all']),
      reason: z.string().trim().min(1).max(300),
    }),
    output: z.object({ id: Id, quantity: Count }),
    summary: 'Takes leads back: an agent’s to the group, a group’s or an agent’s to the company [S4.4.10a]',
    run: (ctx, input) => recall(ctx, input),
  }),

  list: query({
    may: LEAD_ROLES,
    personal: true,
    input: z
      .object({
        batchId: Id.optional(),
        groupId: Id.optional(),
        personId: Id.optional(),
        state: z.enum(['open', ...STATES]).default('open'),
        closedAs: ClosedAs.optional(),
        search: z.string().max(60).optional(),
        after: Cursor.in.optional(),
      })
      .refine(({ batchId, groupId, personId }) => batchId ?? groupId ?? personId, {
        error: 'of a list, a group or a person',
      }),
    output: z.object({
      leads: z.array(
        z.object({ ...LeadShape, customer: z.string().nullable(), phone: z.string().nullable(), tries: Count }),
      ),
      next: Cursor.out.nullable(),
    }),
    summary: 'Leads of a list, a group or a person that the caller may see, numbers masked, 50 a page',
    run: (ctx, input) => list(ctx, input),
  }),

  lead: query({
    may: LEAD_ROLES,
    personal: true,
    input: z.object({ id: Id }),
    output: z.object({
      ...LeadShape,
      batchId: Id,
      holderId: Id.nullable(),
      notBefore: Instant.nullable(),
      renewalExpiresOn: Day.nullable(),
      version: Count,
      card: Card,
      plan: z.object({ attempts: Count, rounds: Count }),
      triesMade: Count,
      holders: z.array(
        z.object({
          id: Id,
          from: Instant,
          until: Instant.nullable(),
          holder: z.enum(['company', 'group', 'agent']),
          ...texts('group', 'person', 'step', 'by', 'reason'),
        }),
      ),
      tries: z.array(
        z.object({
          round: Count,
          number: Count,
          at: Instant,
          band: z.string(),
          agent: z.string().nullable(),
          outcome: z.string(),
          callId: Id,
        }),
      ),
      callable: z.array(VerdictOut.extend({ phoneId: Id, masked: z.string() })),
    }),
    summary: 'One lead: customer, holders, tries, plan, and why it may not be called now and from when [S4.4.10b]',
    run: (ctx, { id }) => lead(ctx, id),
  }),

  due: query({
    may: ['tsr', ...PROGRESS_ROLES],
    personal: true,
    input: z.object({ personId: Id.optional() }),
    output: z.object({
      progress: Progress,
      counts: z.object({ warm: Count, fresh: Count, retry: Count }),
      order: z.array(z.enum(['callback', 'warm', 'fresh', 'retry'])),
      leads: z.array(
        z.object({
          id: Id,
          kind: Kind,
          ...texts('customer', 'batch', 'dueBand'),
          grade: z.string(),
          ...counts('tries', 'round'),
          dueAt: Instant,
          lastTryAt: Instant.nullable(),
          verdict: VerdictOut.nullable(),
        }),
      ),
    }),
    summary: 'The due list of an agent in the order of the calling plan, with why not now and from when [S4.4.10b]',
    run: async (ctx, { personId }) => {
      const told = await due(ctx, personId ?? ctx.actor.personId)
      return { ...told, order: [...told.order] }
    },
  }),

  dueSummary: query({
    may: PROGRESS_ROLES,
    input: z.object({ groupId: Id }),
    output: z.object({ asOf: Instant, agents: z.array(Progress) }),
    summary: 'Per agent of a group: stock, tries done and due, warm leads, worked through so far [S4.4.11a]',
    run: async (ctx, { groupId }) => ({ asOf: ctx.now, agents: await dueSummary(ctx, groupId) }),
  }),
}
