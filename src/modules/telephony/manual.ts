import { revealNumber } from '../customers/customers.ts'
import type { Line } from './port.ts'

/**
 * The line of an agent who dials by hand on the seat's own telephone and says what happened: the number is shown for
 * this one dial, and every look is logged.
 */
export const manualLine: Line = {
  kind: 'manual',
  can: { hangsUp: false, tells: false, records: false },
  dial: async (ctx, { phoneId }) => ({ number: await revealNumber(ctx, phoneId), measuredBy: 'declared' }),
  // The agent puts the receiver down and declares it.
  hangUp: async () => {},
}
