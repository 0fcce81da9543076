/* Everything that happens in a played day, in the order of the centre's clock. */

type Doing = {
  /** Resolves when the command has read the clock: it may go on from then. */
  readonly opened: Promise<unknown>
  readonly done: Promise<unknown>
}

/** Something due at a second of the day. Begins the command and answers at once. */
export type Deed = () => Doing

/** Deeds of one desk follow one another; those of different desks run at the same time. */
type Due = { readonly deed: Deed; readonly desk: object }

/**
 * Runs deeds at their seconds. The clock is moved when everything before has read it, not when it is done, so that as much
 * runs side by side as on a floor; a deed waits for the one before it at its desk.
 */
export class DayClock {
  private readonly due = new Map<number, Due[]>()
  private readonly seconds: number[] = []
  private readonly busy = new Map<object, Promise<unknown>>()
  private readonly move: (second: number) => Promise<void>
  private readonly stopped: () => boolean
  /** The second that the clock shows. */
  now = 0

  constructor(move: (second: number) => Promise<void>, stopped: () => boolean) {
    this.move = move
    this.stopped = stopped
  }

  /** Enters a deed of a desk for a second, not before the present one. */
  at(second: number, desk: object, deed: Deed): void {
    const there = this.due.get(second)
    if (there) there.push({ deed, desk })
    else {
      this.due.set(second, [{ deed, desk }])
      let place = this.seconds.length
      while (place > 0 && this.seconds[place - 1]! < second) place -= 1
      // The earliest stands last.
      this.seconds.splice(place, 0, second)
    }
  }

  /** Runs until nothing is due any more; throws what a deed threw. */
  async run(): Promise<void> {
    let failed: { error: unknown } | null = null
    while (this.seconds.length > 0 && !failed && !this.stopped()) {
      const second = this.seconds.pop()!
      const deeds = this.due.get(second)!
      this.due.delete(second)
      this.now = second
      let moved = false
      // Two deeds of one desk in one second follow one another.
      for (let left = deeds; left.length > 0 && !failed; ) {
        const first = left.filter(({ desk }, at) => left.findIndex((other) => other.desk === desk) === at)
        left = left.filter((deed) => !first.includes(deed))
        await Promise.all(first.map(({ desk }) => this.busy.get(desk)))
        if (failed) break
        if (!moved) await this.move(second)
        moved = true
        const opened = first.map(({ deed, desk }) => {
          const doing = deed()
          const done = doing.done.catch((error) => {
            failed ??= { error }
          })
          this.busy.set(desk, done)
          return doing.opened
        })
        await Promise.all(opened)
      }
    }
    await Promise.all(this.busy.values())
    if (failed) throw (failed as { error: unknown }).error
  }
}
