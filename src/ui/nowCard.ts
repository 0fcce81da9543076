import type { ComponentType } from 'react'
import { holds, type Me, type Role } from '../client/me.ts'
import type { Moment } from '../client/moment.ts'

/** A card that a module offers for Now: what one role must do at this moment of the day, and the tap that does it. */
export type NowCard = {
  /** Unique among all cards: `<module>.<what>`. */
  readonly id: string
  readonly roles: 'everyone' | readonly Role[]
  /**
   * Where the card stands: 0–9 what is late or must be done in this minute, 10–49 the running block's own work, 50–89
   * what helps beside it, 90 and more what comes later. null = not now. Pure; asked each second of the centre's clock.
   */
  rank(moment: Moment, me: Me): number | null
  readonly Card: ComponentType
}

/** The cards of a person at a moment: first what is late or must be done in this minute. Ties keep the modules' order. */
export const cardsAt = (cards: readonly NowCard[], moment: Moment, me: Me): readonly NowCard[] =>
  cards
    .filter(({ roles }) => holds(me, roles))
    .flatMap((card) => {
      const rank = card.rank(moment, me)
      return rank === null ? [] : [{ card, rank }]
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ card }) => card)
