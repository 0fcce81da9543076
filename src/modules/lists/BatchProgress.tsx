import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { number } from '../../ui/format.ts'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Meter } from '../../ui/Meter.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type BatchState, canStart, canStop, RESULTS } from './rules.ts'

export type Batch = Awaited<ReturnType<typeof client.lists.batch>>

const TONES: Readonly<Record<BatchState, Tone>> = {
  draft: 'plain',
  importing: 'accent',
  done: 'good',
  stopped: 'warn',
  failed: 'bad',
}

export function StateMark({ state }: { state: BatchState }) {
  const t = useWords()
  return <Mark tone={TONES[state]}>{t(`lists.state.${state}`)}</Mark>
}

/** How far an import is, of rows that were counted beforehand. */
export function Progress({ batch }: { batch: Pick<Batch, 'state' | 'rowsDone' | 'rowsTotal'> }) {
  const t = useWords()
  const { rowsDone, rowsTotal } = batch
  if (rowsTotal === null)
    return (
      <div>
        <Mark tone="accent">{t('lists.counting')}</Mark>
      </div>
    )
  const text = t('lists.progress', { done: number(rowsDone), total: number(rowsTotal) })
  return <Meter label={t(`lists.state.${batch.state}`)} value={rowsDone} of={rowsTotal} text={text} />
}

/** Begins, goes on or stops; a button that is off says why. */
export function Control({ batch }: { batch: Batch }) {
  const t = useWords()
  const start = useCommand(api.lists.start)
  const stop = useCommand(api.lists.stop)
  const input = { batchId: batch.id }
  return (
    <>
      <div className="k-row">
        {batch.state === 'importing' ? (
          <Action disabledReason={canStop(batch.state)} busy={stop.busy} onClick={() => void stop.run(input)}>
            {t('lists.stop')}
          </Action>
        ) : (
          batch.state !== 'done' && (
            <Action
              type="primary"
              disabledReason={canStart(batch.state)}
              busy={start.busy}
              onClick={() => void start.run(input)}
            >
              {t(batch.state === 'draft' ? 'lists.start' : 'lists.continue')}
            </Action>
          )
        )}
      </div>
      <RefusalPanel refusal={start.refusal ?? stop.refusal} onClose={() => [start.clear(), stop.clear()]} />
    </>
  )
}

/** Why an import failed, in words that say what to do. */
export function Trouble({ problem }: { problem: { code: string; values: Record<string, string | number> } }) {
  const t = useWords()
  return (
    <p className="k-trouble" role="alert">
      {t([`file.problem.${problem.code}`, 'lists.problem.internal'], problem.values)}
    </p>
  )
}

/** The rows of a list by result, with the words of each. */
export const countsOf = (batch: Batch): readonly { result: (typeof RESULTS)[number]; count: number }[] => {
  const counts = { GOOD: batch.good, BAD: batch.bad, DUP: batch.dup, INV: batch.inv, DNC: batch.dnc }
  return RESULTS.map((result) => ({ result, count: counts[result] }))
}
