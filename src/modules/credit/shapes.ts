import { z } from 'zod'
import { Day, Id, Instant, Words } from '../../lib/wire.ts'
import { STATES } from '../sales/rules.ts'
import { FINDINGS, RELATIONS } from './rules.ts'

/* What the operations of credit answer with. Amounts are decimal text in the case's currency. */

const Name = z.string()

export const Request = z.object({
  id: Id,
  state: z.enum(['open', 'done', 'refused', 'withdrawn']),
  saleId: Id,
  applicationNo: z.string(),
  product: Words,
  standard: z.string(),
  acceptedOn: Day,
  fromAgentId: Id,
  fromAgent: Name,
  fromGroup: Name.nullable(),
  toAgentId: Id,
  toAgent: Name,
  toGroup: Name.nullable(),
  voice: Name.nullable(),
  reason: z.string(),
  askedBy: Id,
  askedByName: Name,
  askedAt: Instant,
  approvedBy: z.array(Id).readonly(),
  approvals: z.array(z.object({ personId: Id, name: Name, at: Instant })).readonly(),
  needed: z.number(),
  closedByName: Name.nullable(),
  closedAt: Instant.nullable(),
  closedWhy: z.string().nullable(),
  version: z.number(),
})

export const Own = z.object({
  saleId: Id,
  applicationNo: z.string(),
  product: Words,
  standard: z.string(),
  saleState: z.enum(STATES),
  acceptedOn: Day,
  weight: z.string(),
  sellerId: Id,
  agentId: Id,
  agent: Name,
  group: Name.nullable(),
  groupId: Id.nullable(),
  kind: z.enum(['self', 'colleague']),
  foundBy: z.array(z.enum(['declared', 'number', 'name'])).readonly(),
  personId: Id.nullable(),
  person: Name.nullable(),
  relation: z.string().nullable(),
  state: z.enum(['declared', 'suspected', 'confirmed', 'dismissed']),
  foundAt: Instant,
  decidedBy: Name.nullable(),
  decidedAt: Instant.nullable(),
  decidedWhy: z.string().nullable(),
  letter: z.string().nullable(),
  letterAt: Instant.nullable(),
  watch: z.enum(['none', 'open', 'kept', 'broken']),
  watchUntil: Day.nullable(),
  version: z.number(),
})

export const Finding = z.object({
  id: Id,
  kind: z.enum(FINDINGS),
  saleId: Id,
  applicationNo: z.string(),
  agent: Name,
  group: Name.nullable(),
  standard: z.string(),
  foundOn: Day,
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  lookedBy: Name.nullable(),
  lookedAt: Instant.nullable(),
  note: z.string().nullable(),
})

export const CaseCredit = z.object({
  steps: z.array(
    z.object({
      seq: z.number(),
      kind: z.string(),
      on: Day,
      at: Instant,
      agent: Name,
      group: Name.nullable(),
      weight: z.string(),
      state: z.string(),
      hash: z.string(),
    }),
  ),
  requests: z.array(Request),
  own: Own.nullable(),
  version: z.number(),
  agentId: Id,
  /** To whom the result may go; empty for those who ask for nothing. */
  sellers: z.array(z.object({ id: Id, name: Name, group: Name.nullable() })),
})

export const Numbers = z.object({
  numbers: z.array(
    z.object({
      id: Id,
      masked: z.string(),
      relation: z.enum(RELATIONS),
      addedBy: Name.nullable(),
      addedAt: Instant,
    }),
  ),
})
