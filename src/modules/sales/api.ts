import { z } from 'zod'
import { DayIn, Id, MonthIn } from '../../lib/wire.ts'
import type { Role } from '../../platform/actor.ts'
import { command, query } from '../../platform/api.ts'
import { PAY_WAYS } from '../catalog/rules.ts'
import { accept, offered } from './accept.ts'
import { monthFigures, ownMonth } from './figures.ts'
import { move, takeBack } from './move.ts'
import { CORRECTORS, type JudgeOwn, MOVERS, RELATIONS } from './rules.ts'
import { salesOf, saleWithEntries } from './sales.ts'
import { SALE_ROLES } from './scope.ts'
import * as shapes from './shapes.ts'

/*
 * Cases from the application taken at the desk to the end of the policy, and their figures: accepted and issued are two
 * dates and two amounts. A sale is announced to the whole centre the moment it is taken [S4.3.3b] [S4.5.2]. Not what is
 * earned by it and not what was planned; the insurer's daily file comes later and takes the place of entries by hand.
 */

/** Those who sit at a telephone: agents, and leaders who dial themselves. */
const SELLERS = ['tsr', 'tl'] as const satisfies readonly Role[]

/** The operations, given whose policies count as own ones. */
export const salesWith = (judgeOwn: JudgeOwn) => ({
  offer: query({
    may: SELLERS,
    input: z.object({}),
    output: shapes.Offer,
    summary: 'Products that the caller may sell today, with ways to pay and disclosures',
    run: async (ctx) => {
      const { currency, products } = await offered(ctx)
      return { currency, products: products.map((product) => ({ ...product, disclosures: [...product.disclosures] })) }
    },
  }),
  accept: command({
    may: SELLERS,
    input: z.object({
      tabId: Id,
      callId: Id,
      applicationNo: shapes.ApplicationNo,
      productId: Id,
      payWay: z.enum(PAY_WAYS),
      rawPremium: shapes.AmountIn,
      disclosures: z.array(z.string().max(40)).max(100),
      note: z.string().trim().max(2000).default(''),
      own: z
        .object({ relation: z.enum(RELATIONS), letterId: Id.nullable().default(null) })
        .nullable()
        .default(null),
    }),
    output: z.object({ saleId: Id }),
    summary:
      'Takes an application: the sale and the wrap-up of the call that closed it, announced to the floor at once',
    run: (ctx, asked) => accept(ctx, asked, judgeOwn),
  }),
  ownMonth: query({
    may: SELLERS,
    input: z.object({ month: MonthIn.optional() }),
    output: shapes.OwnMonth,
    summary: 'The caller’s own cases and premiums of a month (default the present one)',
    run: (ctx, { month }) => ownMonth(ctx, month ?? ctx.today.toPlainYearMonth()),
  }),
  list: query({
    may: SALE_ROLES,
    input: z.object({
      from: DayIn.optional(),
      to: DayIn.optional(),
      by: z.enum(['accepted', 'issued']).optional(),
      state: z.array(shapes.State).min(1).optional(),
      agentId: Id.optional(),
      groupId: Id.optional(),
      productId: Id.optional(),
    }),
    output: z.object({ sales: z.array(shapes.Sale), more: z.boolean() }),
    summary: 'Cases in the caller’s scope, the latest first, at most 500',
    run: salesOf,
  }),
  sale: query({
    may: SALE_ROLES,
    input: z.object({ id: Id }),
    output: shapes.SaleDetail,
    summary: 'One case with every entry',
    run: (ctx, { id }) => saleWithEntries(ctx, id),
  }),
  month: query({
    may: ['tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer'],
    input: z.object({ month: MonthIn.optional() }),
    output: shapes.MonthFigures,
    summary: 'A month by group and agent in the caller’s scope (default the present one)',
    run: (ctx, { month }) => monthFigures(ctx, month ?? ctx.today.toPlainYearMonth()),
  }),
  move: command({
    may: MOVERS,
    input: z.object({
      saleId: Id,
      state: shapes.State,
      occurredOn: DayIn,
      note: z.string().trim().max(1000).default(''),
      version: z.int(),
    }),
    output: z.object({ version: z.number() }),
    summary: 'Moves a case on, from the day on which it took effect',
    run: move,
  }),
  takeBack: command({
    may: CORRECTORS,
    input: z.object({ saleId: Id, why: z.string().trim().min(1).max(1000), version: z.int() }),
    output: z.object({ version: z.number() }),
    summary: 'Takes the latest entry of a case back, with the reason; both stay on record',
    run: takeBack,
  }),
})
