import { InboxOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Progress as Bar, Button, Steps, Upload } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { handIn } from '../../client/handIn.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { BatchDrawer } from './BatchDrawer.tsx'
import { Control, countsOf, Progress, StateMark, Trouble } from './BatchProgress.tsx'
import { type Filled, NOTHING, type StepProps } from './filled.ts'
import { ImportBasis } from './ImportBasis.tsx'
import { ImportColumns } from './ImportColumns.tsx'
import { ImportPreview } from './ImportPreview.tsx'
import './lists.css'

const STEPS = ['file', 'columns', 'preview', 'basis', 'import'] as const
const PARTS = [ImportFile, ImportColumns, ImportPreview, ImportBasis, ImportDone]

/** A list comes in, in five steps. [S4.4.10a] */
export function ImportPage() {
  const t = useWords()
  const draft = useDraft<Filled>('lists.import', NOTHING)
  const filled = draft.value
  const set = (changes: Partial<Filled>) => draft.set((before) => ({ ...before, ...changes }))
  const go = (step: number) => set({ step })
  const Part = PARTS[filled.step] ?? ImportFile
  const discard = filled.fileId && (
    <Button onClick={draft.clear}>{t(filled.batchId ? 'lists.again' : 'lists.discard')}</Button>
  )
  return (
    <Page title={t('lists.import.title')} lead={t('lists.import.lead')} clause="S4.4.10a" actions={discard}>
      <Steps
        size="small"
        current={filled.step}
        items={STEPS.map((step) => ({ title: t(`lists.step.${step}`) }))}
        responsive={false}
        className="l-steps"
      />
      <Part filled={filled} set={set} go={go} />
    </Page>
  )
}

const TOLD: Readonly<Record<string, string>> = {
  LINE_LOST: 'lists.uploadLost',
  FILE_TOO_LONG: 'lists.uploadTooLong',
  NO_SPACE: 'error.NO_SPACE',
  UNAVAILABLE: 'error.UNAVAILABLE',
}

/** The first step: the file goes to the house, which keeps it under an id. */
function ImportFile({ filled, set, go }: StepProps) {
  const t = useWords()
  const [share, setShare] = useState<number | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const send = async (file: File) => {
    setFailed(null)
    setShare(0)
    const result = await handIn('list', file, setShare, new AbortController().signal)
    setShare(null)
    if ('code' in result) setFailed(result.code)
    else
      set({
        ...{ fileId: result.file.id, fileName: result.file.name, headers: [], mapping: [], step: 1 },
        name: filled.name || result.file.name.replace(/\.[a-z]{3,4}$/i, ''),
      })
  }
  return (
    <Panel>
      <Upload.Dragger
        accept=".csv,.txt,.tsv,.xlsx,.xlsm,.xls"
        showUploadList={false}
        disabled={share !== null}
        beforeUpload={(file) => {
          void send(file)
          return false
        }}
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined aria-hidden />
        </p>
        <p className="ant-upload-text">{t('lists.drop')}</p>
        <p className="ant-upload-hint">{t('lists.dropHint')}</p>
      </Upload.Dragger>
      {share !== null && <Bar percent={Math.round(share * 100)} aria-label={t('lists.uploading')} />}
      {failed && (
        <p className="k-trouble" role="alert">
          {t(TOLD[failed] ?? 'lists.uploadRefused', { code: failed })}
        </p>
      )}
      {filled.fileId && (
        <div className="k-row">
          <span>{filled.fileName}</span>
          <Action type="primary" onClick={() => go(1)}>
            {t('lists.next')}
          </Action>
        </div>
      )}
    </Panel>
  )
}

/** The last step: the import runs, and every row gets its result. It goes on when this page is left. */
function ImportDone({ filled }: StepProps) {
  const t = useWords()
  const go = useNavigate()
  const [open, setOpen] = useState(false)
  const read = useQuery(api.lists.batch.queryOptions({ input: { batchId: filled.batchId ?? '' } }))
  return (
    <Loaded read={read}>
      {(batch) => (
        <Panel title={batch.name} side={<StateMark state={batch.state} />}>
          {batch.state !== 'done' && batch.state !== 'draft' && <Progress batch={batch} />}
          {batch.error && <Trouble problem={batch.error} />}
          <Control batch={batch} />
          <Figures>
            {countsOf(batch).map(({ result, count }) => (
              <Figure
                key={result}
                label={t(`lists.result.${result}`)}
                value={number(count)}
                formula={t('lists.goodShare', { good: number(batch.good), rows: number(batch.rowsDone) })}
                asOf={batch.endedAt}
              />
            ))}
          </Figures>
          <div className="k-row">
            <Button onClick={() => setOpen(true)}>{t('lists.open')}</Button>
            {batch.state === 'done' && batch.good > 0 && (
              <Button type="primary" onClick={() => void go({ to: '/leads' })}>
                {t('lists.toIssue')}
              </Button>
            )}
          </div>
          {open && <BatchDrawer batchId={batch.id} onClose={() => setOpen(false)} />}
        </Panel>
      )}
    </Loaded>
  )
}
