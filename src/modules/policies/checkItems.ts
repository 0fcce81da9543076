import type { CheckItem } from '../../platform/checkItem.ts'
import { insurerSince } from '../sales/insurer.ts'

/** Whether the insurer's file says what is issued, or hands do. */
export const checkItems: readonly CheckItem[] = [
  {
    ...{ id: 'policies.file', area: 'goods', kind: 'life', clause: { life: 'S4.2.3b', dealership: null } },
    ...{ link: '/policies', needed: false, confirmable: true },
    async look(ctx) {
      const since = await insurerSince(ctx)
      return { done: since !== null, figures: since ? { day: since.toString() } : {} }
    },
  },
]
