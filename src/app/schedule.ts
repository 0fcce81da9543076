import type { Entry } from '../platform/clockwork.ts'
import { clearTail, ensureMonths, sweep } from '../platform/housekeeping.ts'

/**
 * Everything that happens by itself, on each centre's own clock: when, what, why. Each entry is idempotent, runs in one
 * transaction, is made up once when it was missed, and can be run for any past day.
 */
export const SCHEDULE: readonly Entry[] = [
  {
    name: 'months',
    clause: null,
    at: '02:10',
    why: 'calls, decisions, events and looks are kept by month; the next three are opened ahead',
    run: (ctx) => ensureMonths(ctx.db),
  },
  {
    name: 'sweep',
    clause: null,
    everySeconds: 3600,
    why: 'results of commands, attempts to sign in and ended sessions have served after a day',
    run: sweep,
  },
  {
    name: 'tail',
    clause: null,
    everySeconds: 60,
    why: 'the tail of live updates is read every second and needs no past',
    run: clearTail,
  },
]
