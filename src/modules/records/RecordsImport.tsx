import { InboxOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Progress as Bar, Button, Input, InputNumber, Steps, Upload } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { handIn } from '../../client/handIn.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Field } from '../../ui/Field.tsx'
import { dayAndTime } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { Reasons } from '../../ui/Reasons.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Columns } from '../sheets/Columns.tsx'
import { DryRun } from './DryRun.tsx'
import { type Filled, inputOf, NOTHING, type StepProps } from './filled.ts'
import { CHOOSABLE } from './kind.ts'
import { FileBody, Trouble } from './RecordFiles.tsx'
import './records.css'

const STEPS = ['file', 'columns', 'dryRun', 'taken'] as const

/** A file of the switch comes in, in four steps. [S3.6] */
export function RecordsImport() {
  const t = useWords()
  const draft = useDraft<Filled>('records.import', NOTHING)
  const filled = draft.value
  const set = (changes: Partial<Filled>) => draft.set((before) => ({ ...before, ...changes }))
  const Part = [FileStep, ColumnStep, DryStep, TakenStep][filled.step] ?? FileStep
  return (
    <Page
      title={t('records.import.title')}
      lead={t('records.import.lead')}
      clause="S3.6"
      actions={
        filled.fileId && (
          <Button onClick={draft.clear}>{t(filled.recordFileId ? 'records.another' : 'records.discard')}</Button>
        )
      }
    >
      <Steps
        size="small"
        current={filled.step}
        items={STEPS.map((step) => ({ title: t(`records.step.${step}`) }))}
        responsive={false}
        className="rc-steps"
      />
      <Part filled={filled} set={set} />
    </Page>
  )
}

const TOLD: Readonly<Record<string, string>> = {
  ...{ LINE_LOST: 'records.uploadLost', FILE_TOO_LONG: 'records.uploadTooLong' },
  ...{ NO_SPACE: 'error.NO_SPACE', UNAVAILABLE: 'error.UNAVAILABLE' },
}

function FileStep({ filled, set }: StepProps) {
  const t = useWords()
  const [share, setShare] = useState<number | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const send = async (file: File) => {
    setFailed(null)
    setShare(0)
    const result = await handIn('records', file, setShare, new AbortController().signal)
    setShare(null)
    if ('code' in result) setFailed(result.code)
    else set({ ...NOTHING, fileId: result.file.id, fileName: result.file.name, prefix: filled.prefix, step: 1 })
  }
  return (
    <Panel>
      <Upload.Dragger
        accept=".csv,.txt,.tsv,.xlsx,.xlsm"
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
        <p className="ant-upload-text">{t('records.drop')}</p>
        <p className="ant-upload-hint">{t('records.dropHint')}</p>
      </Upload.Dragger>
      {share !== null && <Bar percent={Math.round(share * 100)} aria-label={t('records.uploading')} />}
      {failed && (
        <p className="k-trouble" role="alert">
          {t(TOLD[failed] ?? 'records.uploadRefused', { code: failed })}
        </p>
      )}
    </Panel>
  )
}

function ColumnStep({ filled, set }: StepProps) {
  const t = useWords()
  const read = useQuery(api.records.inspect.queryOptions({ input: inputOf(filled) }))
  return (
    <Loaded read={read} rows={8}>
      {({ problem, look, lacks, headless, takenBefore }) => (
        <Panel title={filled.fileName}>
          {problem && <Trouble problem={problem} />}
          {takenBefore && <p className="k-form-trouble">{t('records.takenBefore', { at: dayAndTime(takenBefore) })}</p>}
          {headless && <p className="k-dim k-small">{t('records.headless')}</p>}
          {look && (
            <Columns
              look={look}
              fields={CHOOSABLE}
              label={(field) => t(`records.field.${field}`)}
              columns={filled.columns}
              onChange={(columns) => set({ columns, headless })}
            />
          )}
          {look && lacks.length > 0 && (
            <div role="alert" className="k-form-trouble">
              <Reasons of={lacks} />
            </div>
          )}
          <div className="k-row k-fields">
            <Field label={t('records.prefix')} hint={t('records.prefixHint')}>
              {(id) => (
                <Input
                  id={id}
                  value={filled.prefix}
                  maxLength={6}
                  className="rc-short"
                  onChange={({ target }) => set({ prefix: target.value.replaceAll(/\D/g, '') })}
                />
              )}
            </Field>
            <Field label={t('records.ahead')} hint={t('records.aheadHint')}>
              {(id) => (
                <InputNumber
                  id={id}
                  value={filled.aheadSeconds}
                  precision={0}
                  min={-50_400}
                  max={50_400}
                  className="rc-short"
                  onChange={(aheadSeconds) => set({ aheadSeconds: aheadSeconds ?? 0 })}
                />
              )}
            </Field>
          </div>
          <div className="k-row">
            <Button onClick={() => set({ step: 0 })}>{t('records.back')}</Button>
            <Action
              type="primary"
              disabledReason={problem ? t('records.otherFile') : lacks.length > 0 && lacks}
              onClick={() => set({ step: 2, headless })}
            >
              {t('records.next')}
            </Action>
          </div>
        </Panel>
      )}
    </Loaded>
  )
}

function DryStep({ filled, set }: StepProps) {
  const t = useWords()
  const take = useCommand(api.records.take)
  const { prefix, aheadSeconds } = filled
  return (
    <>
      <DryRun filled={filled} set={set} />
      <RefusalPanel refusal={take.refusal} onClose={take.clear} />
      <div className="k-row">
        <Button onClick={() => set({ step: 1 })}>{t('records.back')}</Button>
        <Action
          type="primary"
          busy={take.busy}
          onClick={async () => {
            const answer = await take.run({ ...inputOf(filled), prefix, aheadSeconds })
            if (answer) set({ recordFileId: answer.output.id, step: 3 })
          }}
        >
          {t('records.take')}
        </Action>
      </div>
    </>
  )
}

function TakenStep({ filled }: StepProps) {
  const t = useWords()
  const go = useNavigate()
  const read = useQuery(api.records.delivery.queryOptions({ input: { id: filled.recordFileId ?? '' } }))
  return (
    <Loaded read={read}>
      {(file) => (
        <Panel title={file.fileName}>
          <FileBody file={file} />
          <div className="k-row">
            <Button type="primary" onClick={() => void go({ to: '/records' })}>
              {t('records.toGaps')}
            </Button>
          </div>
        </Panel>
      )}
    </Loaded>
  )
}
