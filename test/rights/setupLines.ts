import type { House, Line } from './house.ts'

/* The list of a centre that is being set up, and first passwords for many. */

export function setupLines({ w, hired }: House): Line[] {
  const marked = (item: string, mark: string) => async () => {
    const [row] = await w.sql<{ mark: string }>`select mark from setup_mark
      where centre_id = ${w.centre} and item = ${item} order by id desc limit 1`
    return row?.mark === mark ? [row] : []
  }
  const say = (mark: string, item: string) =>
    w.sql`insert into setup_mark (centre_id, item, mark, recorded_by, recorded_at)
      values (${w.centre}, ${item}, ${mark}, ${w.people.guo}, now())`
  return [
    { op: 'setup.checkList', make: () => ({ input: {}, row: 'setup.seats' }) },
    {
      op: 'setup.confirm',
      make: async () => {
        await say('open', 'setup.timetable')
        return { input: { item: 'setup.timetable' }, effect: marked('setup.timetable', 'looked') }
      },
    },
    {
      op: 'setup.putOff',
      make: () => ({
        input: { item: 'setup.scripts', reason: 'On Monday' },
        effect: marked('setup.scripts', 'later'),
      }),
    },
    {
      op: 'setup.takeUp',
      make: async () => {
        await say('looked', 'setup.holidays')
        return { input: { item: 'setup.holidays' }, effect: marked('setup.holidays', 'open') }
      },
    },
    { op: 'setup.accounts', make: () => ({ input: {}, row: w.people.ann }) },
    {
      op: 'setup.openAccounts',
      make: async () => {
        const personId = await hired('tsr')
        return {
          input: { personIds: [personId] },
          row: personId,
          effect: () => w.sql`select 1 from account_user where id = ${personId}`,
        }
      },
    },
  ]
}
