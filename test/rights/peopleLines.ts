import type { House, Line } from './house.ts'

/* The tree and its people, and the rulebook. */

export function peopleLines({ w, hired, group, next, idOf }: House): Line[] {
  const open = () => `Unit ${next()}`
  const known = { by: ['ann', 'lin', 'wen', 'guo', 'hao', 'liu', 'qin', 'tan', 'admin'] } as const
  const unknown = ['deng', 'tao', 'fang', 'su', 'xu', 'pei'] as const
  return [
    { op: 'people.tree', make: () => ({ input: {}, row: w.units.Dawn }) },
    { op: 'people.persons', make: (as) => ({ input: {}, row: idOf(as) }) },
    { op: 'people.persons', ...known, outside: unknown, make: () => ({ input: {}, row: w.people.bo }) },
    { op: 'people.person', make: (as) => ({ input: { personId: idOf(as) }, row: idOf(as) }) },
    {
      ...{ op: 'people.person', ...known, outside: unknown },
      make: () => ({ input: { personId: w.people.bo }, row: w.people.bo }),
    },
    {
      op: 'people.addUnit',
      make: () => {
        const name = open()
        return {
          input: { kind: 'group', parentId: w.units.East, name },
          effect: () => w.sql`select 1 from unit where name = ${name}`,
        }
      },
    },
    {
      op: 'people.renameUnit',
      make: async () => {
        const [unitId, name] = [await group(), open()]
        return { input: { unitId, name, version: 1 }, effect: () => w.sql`select 1 from unit where name = ${name}` }
      },
    },
    {
      op: 'people.closeUnit',
      make: async () => {
        const unitId = await group()
        return {
          input: { unitId, version: 1 },
          effect: () => w.sql`select 1 from unit where id = ${unitId} and closed_on is not null`,
        }
      },
    },
    {
      op: 'people.addPerson',
      make: () => {
        const staffNo = `P-${next()}`
        return {
          input: { staffNo, name: '新人', unitId: w.units.root, role: 'trainer' },
          effect: () => w.sql`select 1 from person where staff_no = ${staffNo}`,
        }
      },
    },
    {
      op: 'people.openAccount',
      make: async () => {
        const [personId, username] = [await hired('trainer'), `opened${next()}`]
        return {
          ...{ input: { personId, username }, row: username },
          effect: () => w.sql`select 1 from account_user where id = ${personId}`,
        }
      },
    },
    {
      op: 'people.editPerson',
      make: async () => {
        const personId = await hired('trainer')
        const name = `改名${next()}`
        return {
          input: { personId, version: 1, name, birthday: null, registrationNo: null, trainedOn: null },
          effect: () => w.sql`select 1 from person where id = ${personId} and name = ${name}`,
        }
      },
    },
    {
      op: 'people.leave',
      make: async () => {
        const personId = await hired('trainer')
        return {
          input: { personId, version: 1, on: '2026-06-17' },
          effect: () => w.sql`select 1 from person where id = ${personId} and employed_until is not null`,
        }
      },
    },
    {
      op: 'people.moveTo',
      make: async () => {
        const personId = await hired('tsr', w.units.Tide)
        return {
          input: { personId, unitId: w.units.Summit, fromOn: '2026-06-18' },
          effect: () => w.sql`select 1 from membership where person_id = ${personId} and unit_id = ${w.units.Summit}`,
        }
      },
    },
    {
      op: 'people.grantRole',
      make: async () => {
        const personId = await hired('trainer')
        return {
          input: { personId, role: 'planningMember', unitId: w.units.root },
          effect: () => w.sql`select 1 from role_grant where person_id = ${personId} and role = 'planningMember'`,
        }
      },
    },
    {
      op: 'people.endRole',
      make: async () => {
        const personId = await hired('trainer')
        const [grant] = await w.sql<{ id: string }>`select id from role_grant where person_id = ${personId}`
        return {
          input: { grantId: grant!.id },
          effect: () => w.sql`select 1 from role_grant where id = ${grant!.id} and until_on is not null`,
        }
      },
    },
    {
      op: 'people.setRank',
      make: async () => {
        const personId = await hired('tsr', w.units.Summit)
        return {
          input: { personId, rank: 'tsr', confirmed: true, reason: 'first months passed' },
          effect: () => w.sql`select 1 from person_rank where person_id = ${personId}`,
        }
      },
    },
    {
      ...{ op: 'people.appointActing', outside: ['xu'] },
      make: async () => {
        const groupId = await group()
        const personId = await hired('tsr', groupId)
        return {
          input: { personId, groupId, reason: 'the leader is ill' },
          effect: () => w.sql`select 1 from role_grant where unit_id = ${groupId} and acting`,
        }
      },
    },
  ]
}

export function rulebookLines({ w, idOf }: House): Line[] {
  const latest = async () => {
    const documentCode = await w.run(async (ctx) => ctx.rules.at(ctx.today).origin('idle.minutes').documentCode)
    const { versions } = await w.as('guo').rulebook.versions({ documentCode })
    return { documentCode, ...versions[0]! }
  }
  /** Keeps a decision made for somebody and answers what it was about. */
  const decided = async (personId: string) => {
    const [row] = await w.sql<{ id: string }>`
      insert into decision (verdict_id, occurred_on, at, centre_id, operation, allowed, clause, codes, actor_id, subject_kind,
        subject_id)
      select uuidv7(), '2026-06-17', centre_now(c), c.id, 'test', true, 'S4.4.10a', '{}', ${personId}, 'lead', uuidv7()
      from centre c where c.id = ${w.centre} returning subject_id as id`
    return row!.id
  }
  return [
    { op: 'rulebook.documents', make: async () => ({ input: {}, row: (await latest()).versionId }) },
    { op: 'rulebook.clause', make: () => ({ input: { id: 'S4.4.10a' }, row: 'S4.4.10a' }) },
    {
      op: 'rulebook.decisions',
      make: async (as) => ({ input: { clause: 'S4.4.10a' }, row: await decided(idOf(as)) }),
    },
    {
      ...{ op: 'rulebook.decisions', by: ['bo', 'lin', 'wen', 'guo', 'hao', 'liu', 'qin', 'admin'] },
      outside: ['ann', 'deng', 'tao', 'su', 'xu', 'tan', 'pei'],
      make: async () => ({ input: { clause: 'S4.4.10a' }, row: await decided(w.people.bo) }),
    },
    {
      op: 'rulebook.versions',
      make: async () => {
        const { documentCode, versionId } = await latest()
        return { input: { documentCode }, row: versionId }
      },
    },
    {
      op: 'rulebook.difference',
      make: async () => {
        const { documentCode, versionId, number } = await latest()
        return { input: { documentCode, from: number, to: number }, row: versionId }
      },
    },
    { op: 'rulebook.timetable', make: async () => ({ input: {}, row: '"morning"' }) },
    {
      op: 'rulebook.publishVersion',
      make: async () => {
        const { documentCode, versionId, number } = await latest()
        return {
          input: {
            ...{ documentCode, baseVersionId: versionId, effectiveOn: '2026-07-01', why: 'a quiet floor' },
            figures: { 'idle.minutes': 9 },
          },
          effect: () => w.sql`select 1 from rule_version v join rule_document d on d.id = v.document_id
            where d.centre_id = ${w.centre} and d.code = ${documentCode} and v.number > ${number}`,
        }
      },
    },
  ]
}
