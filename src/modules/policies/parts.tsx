import type { client } from '../../client/api.ts'
import { api } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { isWorded, useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { day, number } from '../../ui/format.ts'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Meter } from '../../ui/Meter.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { canStart, canStop, type FileState, RESULTS, type Result } from './rules.ts'
import './policies.css'

export type File = Awaited<ReturnType<typeof client.policies.import>>
type Changes = Awaited<ReturnType<typeof client.policies.rows>>['rows'][number]['became']

const TONES: Readonly<Record<FileState, Tone>> = {
  ...{ draft: 'plain', importing: 'accent', done: 'good', stopped: 'warn', failed: 'bad' },
}

export function FileMark({ state }: { state: FileState }) {
  const t = useWords()
  return <Mark tone={TONES[state]}>{t(`policies.state.${state}`)}</Mark>
}

/** How far an import is, of rows that were counted beforehand. */
export function Progress({ file: { state, rowsDone, rowsTotal } }: { file: File }) {
  const t = useWords()
  if (rowsTotal === null) return <Mark tone="accent">{t('policies.counting')}</Mark>
  const text = t('policies.progress', { done: number(rowsDone), total: number(rowsTotal) })
  return <Meter label={t(`policies.state.${state}`)} value={rowsDone} of={rowsTotal} text={text} />
}

/** Goes on or stops; a button that is off says why. */
export function Control({ file: { id, state } }: { file: File }) {
  const t = useWords()
  const start = useCommand(api.policies.start)
  const stop = useCommand(api.policies.stop)
  if (state === 'done' || state === 'draft') return null
  return (
    <>
      <div className="k-row">
        {state === 'importing' ? (
          <Action disabledReason={canStop(state)} busy={stop.busy} onClick={() => void stop.run({ id })}>
            {t('policies.stop')}
          </Action>
        ) : (
          <Action
            type="primary"
            disabledReason={canStart(state)}
            busy={start.busy}
            onClick={() => void start.run({ id })}
          >
            {t('policies.continue')}
          </Action>
        )}
      </div>
      <RefusalPanel refusal={start.refusal ?? stop.refusal} onClose={() => [start.clear(), stop.clear()]} />
    </>
  )
}

/** Why a file cannot be read, in words that say what to do. */
export function Trouble({ problem }: { problem: { code: string; values: Record<string, string | number> } }) {
  const t = useWords()
  const known = [`policies.problem.${problem.code}`, `lists.problem.${problem.code}`].find(isWorded)
  return (
    <p className="k-trouble" role="alert">
      {known ? t(known, problem.values) : t('policies.problem.other', { code: problem.code })}
    </p>
  )
}

/** What became of a case: the fields that changed, before and after. */
export function Became({ of }: { of: Changes }) {
  const t = useWords()
  if (!of) return <>–</>
  const said = (field: string, value: string | null) =>
    value === null ? '–' : field === 'state' ? t(`sales.state.${value}`) : day(value)
  return (
    <span className="p-changes">
      {(['state', 'issuedOn', 'deliveredOn', 'cancelledOn'] as const).map((field) => {
        const change = of[field]
        if (!change) return null
        const values = { from: said(field, change[0]), to: said(field, change[1]) }
        return (
          <span key={field}>
            <span className="k-dim">{t(`policies.change.${field}`)}</span> {t('policies.from', values)}
          </span>
        )
      })}
    </span>
  )
}

/** Why a row is what it is: the field and what is wrong with it. */
export function useWhy(): (row: { field: string | null; code: string | null }) => string {
  const t = useWords()
  return ({ field, code }) =>
    code === null
      ? ''
      : [field && t(`policies.field.${field}`), t([`policies.code.${code}`, `sheets.code.${code}`, code])]
          .filter(Boolean)
          .join(' · ')
}

/** The fields of the file in their order; only the number is needed. */
export const FIELDS: readonly { readonly key: string; readonly required?: boolean }[] = [
  { key: 'applicationNo', required: true },
  ...[
    ...['policyNo', 'state', 'acceptedOn', 'issuedOn', 'receiptOn', 'cancelledOn', 'lapsedOn', 'premium', 'payWay'],
    'agent',
  ].map((key) => ({ key })),
]

/** The results that occur in a file, what needs a look first. */
const LOOK_FIRST: readonly Result[] = ['fault', 'theirs', 'changed', 'older', 'same', 'skipped']
export const resultsOf = (counts: Readonly<Record<Result, number>>): Result[] =>
  LOOK_FIRST.filter((result) => RESULTS.includes(result) && counts[result] > 0)
