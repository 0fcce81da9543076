import { z } from 'zod'
import { Id } from '../../lib/wire.ts'
import { command, query } from '../../platform/api.ts'
import { SALE_ROLES } from '../sales/scope.ts'
import { findings, lookInto } from './findings.ts'
import { addNumber, numbersOf, removeNumber } from './numbers.ts'
import { addLetter, decideOwn, letterFile, ownPolicies } from './own.ts'
import { approve, ask, creditOfSale, refuse, requestsOf, withdraw } from './requests.ts'
import { APPROVERS, ASKERS, DECIDERS, INSPECTORS, READERS, RELATIONS } from './rules.ts'
import * as shapes from './shapes.ts'

/*
 * credit: whose result a case is. It belongs to the agent of the closing recording; a correction is asked for with a
 * reason and done by the approvals of two people. Own and colleague policies, their letters and how long they last. What
 * should be looked into. The entries themselves and their links in the chain are written by sales; the chain's bytes,
 * seals and reading are platform's. Not what is paid for a result, and not the signed report, which takes the day's head
 * from the view chain_head_of_day. [S4.4.11b] [S4.4.11c]
 */

const Done = z.object({ done: z.literal(true) })
const done = { done: true } as const
const Why = z.string().trim().min(1).max(1000)
const Version = z.int().min(1)
const Nothing = z.object({})

export const credit = {
  ofSale: query({
    may: SALE_ROLES,
    input: z.object({ saleId: Id }),
    output: shapes.CaseCredit,
    summary: 'Whose result a case was and is, link by link, with requests and what is kept of an own policy',
    run: (ctx, { saleId }) => creditOfSale(ctx, saleId),
  }),
  requests: query({
    may: READERS,
    input: Nothing,
    output: z.object({ requests: z.array(shapes.Request) }),
    summary: 'Corrections asked for in the caller’s reach, open ones first',
    run: async (ctx) => ({ requests: await requestsOf(ctx) }),
  }),
  ask: command({
    may: ASKERS,
    input: z.object({ saleId: Id, toAgentId: Id, reason: z.string().trim().min(5).max(1000), version: Version }),
    output: z.object({ requestId: Id }),
    summary: 'Asks that a case’s result goes to another agent, with the reason',
    run: ask,
  }),
  approve: command({
    may: APPROVERS,
    input: z.object({ requestId: Id, version: Version }),
    output: z.object({ moved: z.boolean() }),
    summary: 'Approves a correction; with the last approval the result moves',
    run: approve,
  }),
  refuse: command({
    may: APPROVERS,
    input: z.object({ requestId: Id, why: Why, version: Version }),
    output: Done,
    summary: 'Turns a correction down, with the reason',
    run: async (ctx, input) => {
      await refuse(ctx, input)
      return done
    },
  }),
  withdraw: command({
    may: ASKERS,
    input: z.object({ requestId: Id, version: Version }),
    output: Done,
    summary: 'Takes one’s own request back',
    run: async (ctx, input) => {
      await withdraw(ctx, input)
      return done
    },
  }),
  own: query({
    may: READERS,
    personal: true,
    input: Nothing,
    output: z.object({ policies: z.array(shapes.Own) }),
    summary: 'Own and colleague policies in the caller’s reach: those to be decided first',
    run: async (ctx) => ({ policies: await ownPolicies(ctx) }),
  }),
  decideOwn: command({
    may: DECIDERS,
    input: z.object({ saleId: Id, confirmed: z.boolean(), why: Why, version: Version }),
    output: Done,
    summary: 'Says of a suspected policy whether it is an own one, with the reason',
    run: async (ctx, input) => {
      await decideOwn(ctx, input)
      return done
    },
  }),
  addLetter: command({
    may: SALE_ROLES,
    input: z.object({ saleId: Id, letterId: Id, version: Version }),
    output: Done,
    summary: 'Puts the letter of guarantee to an own policy that was found later',
    run: async (ctx, input) => {
      await addLetter(ctx, input)
      return done
    },
  }),
  letter: query({
    may: SALE_ROLES,
    personal: true,
    input: z.object({ saleId: Id }),
    output: z.object({ name: z.string(), type: z.string(), base64: z.string() }),
    summary: 'The letter of guarantee of an own policy, as base64',
    run: (ctx, { saleId }) => letterFile(ctx, saleId),
  }),
  findings: query({
    may: INSPECTORS,
    input: Nothing,
    output: z.object({ findings: z.array(shapes.Finding) }),
    summary: 'What the detectors found, what nobody looked into first',
    run: async (ctx) => ({ findings: await findings(ctx) }),
  }),
  lookInto: command({
    may: INSPECTORS,
    input: z.object({ findingId: Id, note: Why }),
    output: Done,
    summary: 'Writes what somebody saw who looked into a finding',
    run: async (ctx, input) => {
      await lookInto(ctx, input)
      return done
    },
  }),
  numbers: query({
    may: 'everyone',
    personal: true,
    input: z.object({ personId: Id }),
    output: shapes.Numbers,
    summary: 'Numbers of a person of the house and his family, masked; for himself and those who keep the structure',
    run: async (ctx, { personId }) => ({ numbers: await numbersOf(ctx, personId) }),
  }),
  addNumber: command({
    may: 'everyone',
    input: z.object({ personId: Id, number: z.string().min(1).max(40), relation: z.enum(RELATIONS) }),
    output: z.object({ masked: z.string() }),
    summary: 'Adds a number of a person of the house or of his family, by which own policies are found',
    run: addNumber,
  }),
  removeNumber: command({
    may: 'everyone',
    input: z.object({ numberId: Id }),
    output: Done,
    summary: 'Takes such a number out of use',
    run: async (ctx, { numberId }) => {
      await removeNumber(ctx, numberId)
      return done
    },
  }),
}
