import type { CheckItem } from '../../platform/checkItem.ts'
import { asks, peopleFacts, treeFacts } from './facts.ts'

const both = (clause: string | null) => ({ life: clause, dealership: clause })
const shows = { needed: false, confirmable: false } as const
const needed = { needed: true, confirmable: false } as const

/** Who is there, who leads whom, and who can sign in. */
export const PEOPLE_ITEMS: readonly CheckItem[] = [
  {
    ...{ id: 'setup.groups', area: 'people', clause: { life: 'S4.1.1', dealership: null }, link: '/people', ...needed },
    async look(ctx) {
      const { regions, groups } = await treeFacts(ctx)
      return { done: groups > 0, figures: { regions, groups } }
    },
  },
  {
    ...{ id: 'setup.agents', area: 'people', clause: both(null), link: '/people', ...needed },
    async look(ctx) {
      const { people, agents } = await peopleFacts(ctx)
      return { done: agents > 0, figures: { people, agents } }
    },
  },
  {
    ...{ id: 'setup.leaders', area: 'people', clause: both('S4.4.2'), link: '/people', ...shows },
    async look(ctx) {
      const { regions, regionsWithout, groups, groupsWithout } = await treeFacts(ctx)
      const without = { groupsWithout, regionsWithout }
      return { done: groups > 0 && groupsWithout + regionsWithout === 0, figures: { regions, groups, ...without } }
    },
  },
  {
    // Nobody decides on what is his own: two approvals are two people.
    ...{
      id: 'setup.manager',
      area: 'people',
      clause: { life: 'S4.4.11b', dealership: null },
      link: '/people',
      ...shows,
    },
    async look(ctx) {
      const { managers } = await treeFacts(ctx)
      return { done: managers > 1, figures: { managers } }
    },
  },
  {
    ...{ id: 'setup.licences', area: 'people', clause: both('S3.6'), link: '/people', ...needed },
    async look(ctx) {
      if (!asks(ctx).licence) return null
      const { agents, registered, trained } = await peopleFacts(ctx)
      return {
        done: agents > 0 && registered === agents && trained === agents,
        figures: { agents, registered, trained },
      }
    },
  },
  {
    ...{ id: 'setup.accounts', area: 'people', clause: both(null), link: '/setup/slips', ...needed },
    async look(ctx) {
      const { people, accounts } = await peopleFacts(ctx)
      return { done: accounts === people, figures: { people, accounts } }
    },
  },
  {
    ...{ id: 'setup.firstPasswords', area: 'people', clause: both(null), link: '/setup/slips', ...shows },
    async look(ctx) {
      const { accounts, first } = await peopleFacts(ctx)
      // The head alone: nobody was given one yet.
      if (accounts <= 1) return null
      return { done: first === 0, figures: { accounts, own: accounts - first } }
    },
  },
]
