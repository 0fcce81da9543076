import type { Moment } from '../../client/moment.ts'
import type { NowCard } from '../../ui/nowCard.ts'
import { FloorsCard, LeaderlessCard } from './GroupCards.tsx'
import { IdleCard } from './IdleCard.tsx'
import { OwnCard } from './OwnCard.tsx'
import { RollCard } from './RollCard.tsx'

/** Before the first block people come in; after the last one and on days off nobody is asked for anything. */
const morningOrWork = ({ block }: Moment) => block !== null && (block.kind !== 'off' || block.key === 'before')

/** The first dialling block of the day, in which the floor is started. */
const isFirstDial = ({ block, blocks }: Moment) =>
  block !== null && block === blocks.find(({ kind }) => kind === 'dial')

export const cards: readonly NowCard[] = [
  {
    id: 'attendance.own',
    roles: ['tsr', 'tl'],
    rank(moment, me) {
      if (!morningOrWork(moment)) return null
      const leads = me.roles.includes('tl')
      if (moment.block?.kind === 'check' || isFirstDial(moment)) return leads ? 12 : 2
      return leads ? 45 : 12
    },
    Card: OwnCard,
  },
  {
    id: 'attendance.roll',
    roles: ['tl'],
    rank(moment) {
      if (!morningOrWork(moment)) return null
      if (moment.block?.kind === 'check') return 1
      return isFirstDial(moment) ? 6 : 40
    },
    Card: RollCard,
  },
  {
    id: 'attendance.idle',
    roles: ['tl', 'um', 'deptManager'],
    rank: (moment, me) => (morningOrWork(moment) ? (me.roles.includes('tl') ? 4 : 30) : null),
    Card: IdleCard,
  },
  {
    id: 'attendance.leaderless',
    roles: ['um', 'deptManager'],
    rank: (moment, me) => (morningOrWork(moment) ? (me.roles.includes('um') ? 3 : 20) : null),
    Card: LeaderlessCard,
  },
  {
    id: 'attendance.floors',
    roles: ['um', 'deptManager', 'deputyGm'],
    rank: (moment) => (morningOrWork(moment) ? 15 : null),
    Card: FloorsCard,
  },
]
