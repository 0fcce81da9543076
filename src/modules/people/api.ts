import { z } from 'zod'
import { Day, DayIn, Id } from '../../lib/wire.ts'
import { accountOf, createAccount } from '../../platform/accounts.ts'
import { ROLES } from '../../platform/actor.ts'
import { command, demand, notFound, query } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { addPerson, grantRole, joinUnit, setRank } from './people.ts'
import { editPerson, leave, person, persons } from './persons.ts'
import { appointActing, endRole } from './roles.ts'
import { APPOINTING_ROLES, mayMove, mayTouchAdmin, noAccountYet, RANKS, STRUCTURE_ROLES } from './rules.ts'
import { addUnit } from './structure.ts'
import { tree } from './tree.ts'
import { closeUnit, renameUnit } from './units.ts'

/*
 * people: the tree centre › region › group, the persons in it with employment, rank and roles, and who acts for an
 * absent leader. Everything is dated, so that a past figure groups by where a person then was. Views for modules to
 * the right: member, person_name, org_unit, granted_role. It is not sign-in (platform), presence or leave (attendance),
 * and gives nobody a right by name: rights hang on roles.
 */

const Role = z.enum(ROLES)
const Rank = z.enum(RANKS)
const UnitKind = z.enum(['centre', 'region', 'group'])
const Done = z.object({ done: z.literal(true) })
const done = { done: true } as const
const Name = z.string().trim().min(1).max(60)
const Version = z.int().min(1)

async function existing(ctx: Ctx, { personId, unitId }: { personId?: string; unitId?: string }): Promise<void> {
  const person = personId && ctx.db.selectFrom('person').select('id').where('id', '=', personId)
  if (person && !(await person.where('centre_id', '=', ctx.centre.id).executeTakeFirst())) throw notFound()
  const unit = unitId && ctx.db.selectFrom('unit').select('id').where('id', '=', unitId).where('closed_on', 'is', null)
  if (unit && !(await unit.where('centre_id', '=', ctx.centre.id).executeTakeFirst())) throw notFound()
}

export const people = {
  tree: query({
    may: 'everyone',
    input: z.object({ day: DayIn.optional() }),
    output: z.object({
      day: Day,
      units: z.array(
        z.object({
          id: Id,
          kind: UnitKind,
          parentId: Id.nullable(),
          name: z.string(),
          version: z.int(),
          openedOn: Day,
          leaders: z.array(z.object({ personId: Id, name: z.string(), role: Role, acting: z.boolean() })),
          heads: z.int(),
        }),
      ),
    }),
    summary: 'Regions and groups with their leaders and head counts, as of a day',
    run: async (ctx, { day = ctx.today }) => ({ day, units: await tree(ctx, day) }),
  }),

  persons: query({
    may: 'everyone',
    input: z.object({
      day: DayIn.optional(),
      search: z.string().max(100).optional(),
      unitId: Id.optional(),
      role: Role.optional(),
    }),
    output: z.object({
      total: z.int(),
      persons: z.array(
        z.object({
          id: Id,
          staffNo: z.string(),
          name: z.string(),
          unitId: Id.nullable(),
          unitName: z.string().nullable(),
          roles: z.array(z.object({ role: Role, acting: z.boolean() })),
          rank: Rank.nullable(),
          confirmed: z.boolean().nullable(),
          employedFrom: Day,
          employedUntil: Day.nullable(),
        }),
      ),
    }),
    summary: 'People that the caller may know of, found by characters, pinyin, initials or staff number',
    run: (ctx, input) => persons(ctx, input),
  }),

  person: query({
    may: 'everyone',
    input: z.object({ personId: Id }),
    output: z.object({
      id: Id,
      staffNo: z.string(),
      name: z.string(),
      employedFrom: Day,
      employedUntil: Day.nullable(),
      version: z.int(),
      /** For those who keep accounts; null = no account yet. */
      username: z.string().nullable(),
      close: z
        .object({ birthday: Day.nullable(), registrationNo: z.string().nullable(), trainedOn: Day.nullable() })
        .nullable(),
      seats: z.array(z.object({ unitId: Id, unitName: z.string(), fromOn: Day, untilOn: Day.nullable() })),
      grants: z.array(
        z.object({
          id: Id,
          role: Role,
          unitId: Id,
          unitName: z.string(),
          fromOn: Day,
          untilOn: Day.nullable(),
          acting: z.boolean(),
          reason: z.string(),
          grantedBy: z.string().nullable(),
        }),
      ),
      ranks: z.array(
        z.object({
          rank: Rank,
          confirmed: z.boolean(),
          fromOn: Day,
          reason: z.string(),
          recordedBy: z.string().nullable(),
        }),
      ),
    }),
    summary: 'One person; birthday, registration and history for himself and the line above',
    run: (ctx, { personId }) => person(ctx, personId),
  }),

  addUnit: command({
    may: STRUCTURE_ROLES,
    input: z.object({ kind: z.enum(['region', 'group']), parentId: Id, name: Name }),
    output: z.object({ unitId: Id }),
    run: async (ctx, input) => {
      await existing(ctx, { unitId: input.parentId })
      return { unitId: await addUnit(ctx, input) }
    },
  }),

  renameUnit: command({
    may: STRUCTURE_ROLES,
    input: z.object({ unitId: Id, name: Name, version: Version }),
    output: Done,
    run: async (ctx, input) => {
      await renameUnit(ctx, input)
      return done
    },
  }),

  closeUnit: command({
    may: STRUCTURE_ROLES,
    input: z.object({ unitId: Id, version: Version }),
    output: Done,
    summary: 'Closes an empty region or group; its past stays',
    run: async (ctx, input) => {
      await closeUnit(ctx, input)
      return done
    },
  }),

  addPerson: command({
    may: STRUCTURE_ROLES,
    input: z.object({
      staffNo: z.string().trim().min(1).max(30),
      name: Name,
      unitId: Id,
      role: Role.optional(),
      rank: Rank.optional(),
      confirmed: z.boolean().default(false),
      employedFrom: DayIn.optional(),
      birthday: DayIn.nullable().default(null),
      registrationNo: z.string().trim().min(1).max(60).nullable().default(null),
      trainedOn: DayIn.nullable().default(null),
    }),
    output: z.object({ personId: Id }),
    summary: 'Enters a person with a seat, a rank and a role over that seat’s unit',
    run: async (ctx, { role, rank, confirmed, ...input }) => {
      await existing(ctx, { unitId: input.unitId })
      demand(mayTouchAdmin(ctx.actor, role === 'admin'))
      const personId = await addPerson(ctx, { ...input, ...(rank ? { rank: { rank, confirmed } } : {}) })
      if (role) await grantRole(ctx, { personId, role, unitId: input.unitId, fromOn: input.employedFrom })
      return { personId }
    },
  }),

  openAccount: command({
    may: STRUCTURE_ROLES,
    summary: 'Gives a person an account; the first password is shown once and has to be changed',
    answerOnce: true,
    input: z.object({ personId: Id, username: z.string().min(1).max(60) }),
    output: z.object({ username: z.string(), firstPassword: z.string() }),
    run: async (ctx, { personId, username }) => {
      await existing(ctx, { personId })
      const subject = { kind: 'person', id: personId }
      // Whoever learns an administrator's first password is one.
      const roles = (await ctx.person(personId))?.actor.roles ?? []
      demand(mayTouchAdmin(ctx.actor, roles.includes('admin')), subject)
      demand(noAccountYet((await accountOf(ctx.db, personId)) !== null), subject)
      ctx.touch('people')
      return await createAccount(ctx, { personId, username })
    },
  }),

  editPerson: command({
    may: STRUCTURE_ROLES,
    input: z.object({
      personId: Id,
      version: Version,
      name: Name,
      birthday: DayIn.nullable(),
      registrationNo: z.string().trim().min(1).max(60).nullable(),
      trainedOn: DayIn.nullable(),
    }),
    output: Done,
    run: async (ctx, input) => {
      await editPerson(ctx, input)
      return done
    },
  }),

  leave: command({
    may: STRUCTURE_ROLES,
    input: z.object({ personId: Id, version: Version, on: DayIn }),
    output: Done,
    summary: 'Ends an employment: the first day on which the person is no longer there',
    run: async (ctx, input) => {
      await leave(ctx, input)
      return done
    },
  }),

  moveTo: command({
    may: STRUCTURE_ROLES,
    input: z.object({ personId: Id, unitId: Id, fromOn: DayIn }),
    output: Done,
    summary: 'Seats a person in another unit from a day on; the past stays where it was',
    run: async (ctx, { personId, unitId, fromOn }) => {
      await existing(ctx, { personId, unitId })
      demand(mayMove(fromOn.toString(), ctx.today.toString()), { kind: 'person', id: personId })
      await joinUnit(ctx, personId, unitId, fromOn)
      return done
    },
  }),

  grantRole: command({
    may: STRUCTURE_ROLES,
    input: z.object({
      personId: Id,
      role: Role,
      unitId: Id,
      fromOn: DayIn.optional(),
      reason: z.string().max(300).default(''),
    }),
    output: z.object({ grantId: Id }),
    run: async (ctx, input) => {
      await existing(ctx, input)
      demand(mayTouchAdmin(ctx.actor, input.role === 'admin'), { kind: 'person', id: input.personId })
      return { grantId: await grantRole(ctx, input) }
    },
  }),

  endRole: command({
    may: STRUCTURE_ROLES,
    input: z.object({ grantId: Id, untilOn: DayIn.optional() }),
    output: Done,
    summary: 'Ends a role from a day on, today at the earliest',
    run: async (ctx, { grantId, untilOn = ctx.today }) => {
      await endRole(ctx, grantId, untilOn)
      return done
    },
  }),

  setRank: command({
    may: STRUCTURE_ROLES,
    input: z.object({
      personId: Id,
      rank: Rank,
      confirmed: z.boolean(),
      fromOn: DayIn.optional(),
      reason: z.string().trim().min(1).max(300),
    }),
    output: Done,
    run: async (ctx, input) => {
      await existing(ctx, { personId: input.personId })
      await setRank(ctx, input)
      return done
    },
  }),

  appointActing: command({
    may: APPOINTING_ROLES,
    input: z.object({ personId: Id, groupId: Id, reason: z.string().trim().max(300).default('') }),
    output: z.object({ untilOn: Day }),
    summary: 'Puts a person in an absent leader’s place until the end of the day [S4.4.2]',
    run: (ctx, input) => appointActing(ctx, input),
  }),
}
