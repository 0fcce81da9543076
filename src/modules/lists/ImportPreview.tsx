import { useQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { api } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Field } from '../../ui/Field.tsx'
import { number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { Table } from '../../ui/Table.tsx'
import { Trouble } from './BatchProgress.tsx'
import { openingOf, type StepProps } from './filled.ts'
import { GRADES, type Grade, RESULTS, type Result } from './rules.ts'

const RESULT_TONES: Readonly<Record<Result, Tone>> = {
  GOOD: 'good',
  BAD: 'warn',
  DUP: 'calm',
  INV: 'warn',
  DNC: 'bad',
}

/** The third step: what would become of the rows, before anything is written. */
export function ImportPreview({ filled, set, go }: StepProps) {
  const t = useWords()
  const read = useQuery(
    api.lists.preview.queryOptions({
      input: {
        ...{ fileId: filled.fileId ?? '', ...openingOf(filled), mapping: [...filled.mapping] },
        ...{ country: filled.country, grade: filled.grade, hidden: filled.hidden },
      },
      // Between two previews somebody may have been called or stopped: this one is asked when it is looked at.
      staleTime: 0,
      enabled: /^[A-Z]{2}$/.test(filled.country),
    }),
  )
  return (
    <Panel>
      <div className="k-row k-fields">
        <Field label={t('lists.grade')} hint={t('lists.gradeHint')}>
          {(id) => (
            <Select<Grade>
              id={id}
              value={filled.grade}
              onChange={(grade) => set({ grade })}
              options={GRADES.map((value) => ({ value, label: value }))}
              className="l-grade"
            />
          )}
        </Field>
        <Field label={t('lists.country')}>
          {(id) => (
            <Input
              id={id}
              value={filled.country}
              maxLength={2}
              className="l-country"
              onChange={({ target }) => set({ country: target.value.toUpperCase() })}
            />
          )}
        </Field>
      </div>
      <Loaded read={read} rows={10}>
        {({ problem, preview }) => (
          <>
            {problem && <Trouble problem={problem} />}
            {preview && <Judged preview={preview} headers={filled.headers} />}
          </>
        )}
      </Loaded>
      <div className="k-row">
        <Button onClick={() => go(1)}>{t('lists.back')}</Button>
        <Action type="primary" disabledReason={!read.data?.preview && '…'} onClick={() => go(3)}>
          {t('lists.next')}
        </Action>
      </div>
    </Panel>
  )
}

type Preview = {
  readonly looked: number
  readonly whole: boolean
  readonly counts: Readonly<Partial<Record<Result, number>>>
  readonly rows: readonly {
    readonly rowNo: number
    readonly result: Result
    readonly code: string | null
    readonly cells: readonly string[]
    readonly taken: { readonly name: string | null; readonly phones: readonly string[] } | null
  }[]
}

function Judged({ preview, headers }: { preview: Preview; headers: readonly string[] }) {
  const t = useWords()
  const skipped = preview.looked - (preview.counts.GOOD ?? 0)
  return (
    <>
      <p role="status">
        <strong>
          {t(preview.whole ? 'lists.previewWhole' : 'lists.previewPart', {
            ...{ rows: number(preview.looked), skipped: number(skipped) },
          })}
        </strong>
      </p>
      <div className="k-row">
        {RESULTS.map((result) => (
          <Mark key={result} tone={preview.counts[result] ? RESULT_TONES[result] : 'plain'}>
            {t(`lists.result.${result}`)} {number(preview.counts[result] ?? 0)}
          </Mark>
        ))}
      </div>
      <Table
        label={t('lists.previewRows', { rows: preview.rows.length })}
        rows={preview.rows}
        rowKey={({ rowNo }) => String(rowNo)}
        pageSize={0}
        columns={[
          { key: 'rowNo', title: t('lists.row'), value: ({ rowNo }) => rowNo, width: 70 },
          {
            key: 'result',
            title: t('lists.result'),
            value: ({ result }) => result,
            name: (result) => t(`lists.result.${result}`),
            filter: true,
            show: ({ result }) => <Mark tone={RESULT_TONES[result]}>{t(`lists.result.${result}`)}</Mark>,
          },
          { key: 'code', title: t('lists.reason'), value: ({ code }) => code && t(`lists.code.${code}`) },
          {
            key: 'taken',
            title: t('lists.becomes'),
            value: ({ taken }) => taken && [taken.name ?? '–', ...taken.phones].join(' · '),
          },
          ...headers.slice(0, 8).map((header, at) => ({
            ...{ key: `cell ${at}`, title: header || t('lists.columnNo', { n: at + 1 }), minor: true },
            value: ({ cells }: Preview['rows'][number]) => cells[at],
          })),
        ]}
      />
    </>
  )
}
