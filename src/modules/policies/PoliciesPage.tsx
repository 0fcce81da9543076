import { InboxOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Progress as Bar, Upload } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { handIn } from '../../client/handIn.ts'
import { useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { DayField } from '../../ui/Field.tsx'
import { day, longDay, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Table } from '../../ui/Table.tsx'
import { useToday } from '../sales/parts.tsx'
import { Differences } from './Differences.tsx'
import { FileDrawer } from './FileDrawer.tsx'
import { FileMark, Progress } from './parts.tsx'
import { dayInName, maySwitchOff, mayTellOf } from './rules.ts'

type Opened = { readonly id: string; readonly known: boolean }

/** The insurer's files: hand one in, see what became of each, and clear up what differs. [S4.2.3b] */
export function PoliciesPage() {
  const t = useWords()
  const [open, setOpen] = useState<Opened | null>(null)
  return (
    <Page title={t('policies.title')} lead={t('policies.lead')} clause="S4.2.3b">
      <HandIn onEntered={setOpen} />
      <Files onOpen={(id) => setOpen({ id, known: false })} />
      <Differences />
      {open && <FileDrawer key={open.id} {...open} onClose={() => setOpen(null)} />}
    </Page>
  )
}

const TOLD: Readonly<Record<string, string>> = {
  ...{ LINE_LOST: 'policies.uploadLost', FILE_TOO_LONG: 'policies.uploadTooLong' },
  ...{ NO_SPACE: 'error.NO_SPACE', UNAVAILABLE: 'error.UNAVAILABLE' },
}

function HandIn({ onEntered }: { onEntered: (opened: Opened) => void }) {
  const t = useWords()
  const { today } = useToday()
  const enter = useCommand(api.policies.enter)
  const [share, setShare] = useState<number | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const [file, setFile] = useState<{ id: string; name: string } | null>(null)
  const [asOf, setAsOf] = useState('')
  const send = async (chosen: File) => {
    setFailed(null)
    setShare(0)
    const result = await handIn('policies', chosen, setShare, new AbortController().signal)
    setShare(null)
    if ('code' in result) return setFailed(result.code)
    setFile(result.file)
    const told = dayInName(result.file.name)
    setAsOf(told && told <= today ? told : Temporal.PlainDate.from(today).subtract({ days: 1 }).toString())
  }
  const verdict = asOf ? mayTellOf(Temporal.PlainDate.from(asOf), Temporal.PlainDate.from(today)) : null
  return (
    <Panel title={t('policies.handIn')} side={<Source />}>
      <Upload.Dragger
        accept=".csv,.txt,.tsv,.xlsx,.xlsm,.xls"
        className="p-drop"
        showUploadList={false}
        disabled={share !== null}
        beforeUpload={(chosen) => {
          void send(chosen)
          return false
        }}
      >
        <p className="p-drop-words">
          <InboxOutlined aria-hidden /> {t('policies.drop')}
        </p>
        <p className="ant-upload-hint">{t('policies.dropHint')}</p>
      </Upload.Dragger>
      {share !== null && <Bar percent={Math.round(share * 100)} aria-label={t('policies.uploading')} />}
      {failed && (
        <p className="k-trouble" role="alert">
          {t(TOLD[failed] ?? 'policies.uploadRefused', { code: failed })}
        </p>
      )}
      {file && (
        <div className="k-row p-entered">
          <strong className="k-grow">{file.name}</strong>
          <DayField label={t('policies.asOf')} value={asOf} onChange={setAsOf} />
          <Action
            type="primary"
            busy={enter.busy}
            disabledReason={verdict ?? t('policies.asOfFirst')}
            hint={t('policies.asOfHint')}
            onClick={async () => {
              const entered = await enter.run({ fileId: file.id, asOf })
              if (!entered) return
              setFile(null)
              onEntered(entered.output)
            }}
          >
            {t('policies.goOn')}
          </Action>
        </div>
      )}
      <RefusalPanel refusal={enter.refusal} onClose={enter.clear} />
    </Panel>
  )
}

/** Whether the file or hands say what is issued. */
function Source() {
  const t = useWords()
  const me = useMe()
  const read = useQuery(api.policies.source.queryOptions({ input: {} }))
  const set = useCommand(api.policies.setSource)
  if (!read.data) return null
  const since = read.data.insurerSince
  return (
    <div className="k-row k-small">
      <span className="k-dim">
        {since ? t('policies.sourceOn', { since: longDay(since) }) : t('policies.sourceOff')}
      </span>
      <Action
        size="small"
        busy={set.busy}
        disabledReason={since ? maySwitchOff(me.roles) : null}
        onClick={() => void set.run({ insurerFile: since === null })}
      >
        {t(since ? 'policies.switchOff' : 'policies.switchOn')}
      </Action>
    </div>
  )
}

function Files({ onOpen }: { onOpen: (id: string) => void }) {
  const t = useWords()
  const read = useQuery(api.policies.imports.queryOptions({ input: {} }))
  return (
    <Panel title={t('policies.files')}>
      <Loaded read={read}>
        {({ imports }) => (
          <Table
            label={t('policies.files')}
            rows={imports}
            rowKey={({ id }) => id}
            pageSize={10}
            onRow={({ id }) => onOpen(id)}
            empty={<Empty title={t('policies.noFiles')}>{t('policies.noFilesWhy')}</Empty>}
            columns={[
              {
                ...{ key: 'asOf', title: t('policies.asOf') },
                value: ({ asOf }) => asOf,
                show: ({ asOf }) => <span className="k-digits">{day(asOf)}</span>,
              },
              { key: 'name', title: t('policies.fileName'), value: ({ fileName }) => fileName, minor: true },
              {
                ...{ key: 'state', title: t('policies.fileState') },
                value: ({ state }) => state,
                show: (file) =>
                  file.state === 'importing' ? <Progress file={file} /> : <FileMark state={file.state} />,
              },
              ...(['changed', 'same', 'older', 'theirs', 'fault'] as const).map((result) => ({
                ...{ key: result, title: t(`policies.result.${result}`) },
                ...{ align: 'right' as const, minor: result === 'same' || result === 'older' },
                value: (file: (typeof imports)[number]) => file[result],
                show: (file: (typeof imports)[number]) => <span className="k-digits">{number(file[result])}</span>,
              })),
              { key: 'by', title: t('policies.by'), value: ({ createdBy }) => createdBy, minor: true },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
