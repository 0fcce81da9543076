import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button, Drawer } from 'antd'
import { type ReactNode, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { dayAndTime, number, seconds } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Meter } from '../../ui/Meter.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { canStart, canStop, type FileState } from './rules.ts'

export type RecordFile = Awaited<ReturnType<typeof client.records.delivery>>

const TONES: Readonly<Record<FileState, Tone>> = {
  ...{ draft: 'plain', importing: 'accent', done: 'good', stopped: 'warn', failed: 'bad' },
}
const COUNTS = [
  'matched',
  'corrected',
  'notAllowed',
  'neverLeft',
  'inbound',
  'open',
  'repeated',
  'unknownSeat',
  'unreadable',
  'leftOut',
] as const

/** Files of the switch that came in, the newest first. */
export function RecordFiles({ bring }: { bring: ReactNode }) {
  const t = useWords()
  const [open, setOpen] = useState<string | null>(null)
  const read = useQuery(api.records.deliveries.queryOptions({ input: {} }))
  const columns: readonly Column<RecordFile>[] = [
    {
      key: 'fileName',
      title: t('records.file'),
      value: ({ fileName }) => fileName,
      show: ({ fileName }) => <strong>{fileName}</strong>,
    },
    {
      key: 'state',
      title: t('records.state'),
      value: ({ state }) => state,
      name: (state) => t(`records.fileState.${state}`),
      filter: true,
      show: (file) => (file.state === 'importing' ? <FileProgress file={file} /> : <FileMark state={file.state} />),
      width: 190,
    },
    {
      key: 'span',
      title: t('records.span'),
      value: ({ from }) => from,
      show: ({ from, to }) => (from && to ? `${dayAndTime(from)} – ${dayAndTime(to)}` : '–'),
      minor: true,
    },
    ...(['matched', 'corrected', 'notAllowed', 'neverLeft'] as const).map(
      (key): Column<RecordFile> => ({
        key,
        title: t(`records.count.${key}`),
        value: (file) => file[key],
        align: 'right',
      }),
    ),
    {
      key: 'notRead',
      title: t('records.notRead'),
      value: ({ unknownSeat, unreadable }) => unknownSeat + unreadable,
      align: 'right',
      minor: true,
    },
    {
      key: 'createdAt',
      title: t('records.handedIn'),
      value: ({ createdAt }) => createdAt,
      show: ({ createdAt }) => dayAndTime(createdAt),
      sorted: 'descend',
      minor: true,
    },
  ]
  return (
    <Panel title={t('records.view.files')}>
      <Table<RecordFile>
        label={t('records.view.files')}
        rows={read.data?.deliveries}
        loading={read.isPending}
        columns={columns}
        rowKey={({ id }) => id}
        onRow={({ id }) => setOpen(id)}
        empty={
          <Empty title={t('records.noFiles')} action={bring}>
            {t('records.noFilesFirst')}
          </Empty>
        }
      />
      {open && <FileDrawer id={open} onClose={() => setOpen(null)} />}
    </Panel>
  )
}

function FileMark({ state }: { state: FileState }) {
  const t = useWords()
  return <Mark tone={TONES[state]}>{t(`records.fileState.${state}`)}</Mark>
}

/** How far a file is: its rows first, then seat by seat against the dials. */
function FileProgress({ file }: { file: RecordFile }) {
  const t = useWords()
  const { rowsDone, rowsTotal, unitsDone, unitsTotal } = file
  if (rowsTotal === null) return <Mark tone="accent">{t('records.counting')}</Mark>
  if (unitsTotal === null || rowsDone < rowsTotal)
    return (
      <Meter
        label={t('records.reading')}
        value={rowsDone}
        of={rowsTotal}
        text={`${number(rowsDone)} / ${number(rowsTotal)}`}
      />
    )
  return (
    <Meter
      label={t('records.matching')}
      value={unitsDone}
      of={unitsTotal}
      text={`${number(unitsDone)} / ${number(unitsTotal)}`}
    />
  )
}

/** Goes on or stops; a button that is off says why. */
function FileControl({ file }: { file: RecordFile }) {
  const t = useWords()
  const start = useCommand(api.records.start)
  const stop = useCommand(api.records.stop)
  if (file.state === 'done') return null
  return (
    <>
      <div className="k-row">
        {file.state === 'importing' ? (
          <Action disabledReason={canStop(file.state)} busy={stop.busy} onClick={() => void stop.run({ id: file.id })}>
            {t('records.stop')}
          </Action>
        ) : (
          <Action
            type="primary"
            disabledReason={canStart(file.state)}
            busy={start.busy}
            onClick={() => void start.run({ id: file.id })}
          >
            {t('records.goOn')}
          </Action>
        )}
      </div>
      <RefusalPanel refusal={start.refusal ?? stop.refusal} onClose={() => [start.clear(), stop.clear()]} />
    </>
  )
}

/** What is wrong with a file, in words that say what to do. */
export function Trouble({ problem }: { problem: { code: string; values: Record<string, string | number> } }) {
  const t = useWords()
  return (
    <p className="k-trouble" role="alert">
      {t([`lists.problem.${problem.code}`, 'lists.problem.internal'], problem.values)}
    </p>
  )
}

/** One file: how far it is, what became of its rows, and those that became no record. */
export function FileBody({ file }: { file: RecordFile }) {
  const t = useWords()
  return (
    <div className="k-stack">
      <div className="k-row">
        <FileMark state={file.state} />
        <span className="k-dim k-small">
          {[file.createdBy, dayAndTime(file.createdAt)].filter(Boolean).join(' · ')}
          {file.aheadSeconds !== 0 && ` · ${t('records.aheadOf', { by: signed(file.aheadSeconds) })}`}
        </span>
      </div>
      {file.state !== 'done' && file.state !== 'draft' && <FileProgress file={file} />}
      {file.error && <Trouble problem={file.error} />}
      <FileControl file={file} />
      <Figures>
        {COUNTS.filter((key) => file[key] > 0 || ['matched', 'notAllowed', 'neverLeft'].includes(key)).map((key) => (
          <Figure
            key={key}
            label={t(`records.count.${key}`)}
            value={number(file[key])}
            formula={t(`records.countFormula.${key}`)}
            asOf={file.endedAt}
          />
        ))}
      </Figures>
      {file.unknownSeat + file.unreadable + file.leftOut > 0 && <NoRecords file={file} />}
    </div>
  )
}

/** Seconds with their sign. */
export const signed = (by: number): string => `${by < 0 ? '−' : '+'}${seconds(Math.abs(by))}`

function FileDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const read = useQuery(api.records.delivery.queryOptions({ input: { id } }))
  return (
    <Drawer open onClose={onClose} size={780} title={read.data?.fileName ?? ''} destroyOnHidden>
      <Loaded read={read}>{(file) => <FileBody file={file} />}</Loaded>
    </Drawer>
  )
}

function NoRecords({ file }: { file: RecordFile }) {
  const t = useWords()
  const read = useInfiniteQuery(
    api.records.rows.infiniteOptions({
      input: (after: number) => ({ id: file.id, after }),
      initialPageParam: 0,
      getNextPageParam: ({ next }) => next,
    }),
  )
  return (
    <>
      <h3>{t('records.noRecords')}</h3>
      <Table
        label={t('records.noRecords')}
        rows={read.data?.pages.flatMap(({ rows }) => rows)}
        loading={read.isPending}
        rowKey={({ rowNo }) => String(rowNo)}
        pageSize={0}
        columns={[
          { key: 'rowNo', title: t('records.row'), value: ({ rowNo }) => rowNo, width: 80 },
          {
            key: 'result',
            title: t('records.result'),
            value: ({ result }) => t(`records.count.${result}`),
            filter: true,
          },
          {
            key: 'code',
            title: t('records.reason'),
            value: ({ code, line }) => [t(`records.code.${code}`), line].filter(Boolean).join(' · '),
          },
          {
            key: 'cells',
            title: t('records.cells'),
            value: ({ cells }) => cells.filter(Boolean).join(' · '),
            minor: true,
          },
        ]}
      />
      {read.hasNextPage && (
        <Button onClick={() => void read.fetchNextPage()} loading={read.isFetchingNextPage}>
          {t('records.more')}
        </Button>
      )}
    </>
  )
}
