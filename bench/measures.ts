import { boardOf } from './board.ts'
import { claim } from './claim.ts'
import { cycle } from './cycle.ts'
import { floor } from './floor.ts'
import { importing } from './import.ts'
import type { Measure } from './measured.ts'
import { notifying } from './notifying.ts'
import { report } from './report.ts'
import { takeOver } from './takeOver.ts'

/** Everything that is measured, by name, in the order of the table. Each makes and clears a centre of its own. */
export const MEASURES: Readonly<Record<string, Measure>> = {
  cycle,
  floor,
  claim,
  report,
  import: importing,
  moving: takeOver,
  board: boardOf,
  notify: notifying,
}
