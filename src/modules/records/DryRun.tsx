import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { api, type client } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { dayAndTime, number, seconds } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { Questions } from '../sheets/Questions.tsx'
import { inputOf, type StepProps } from './filled.ts'
import { SEAT } from './kind.ts'
import { signed, Trouble } from './RecordFiles.tsx'

type Dry = NonNullable<Awaited<ReturnType<typeof client.records.dryRun>>['dry']>
type Row = Dry['rows'][number]

const TONES: Readonly<Record<Row['result'], Tone>> = {
  ...{ matched: 'good', open: 'accent', inbound: 'calm', repeated: 'calm', leftOut: 'plain' },
  ...{ notAllowed: 'bad', unknownSeat: 'warn', unreadable: 'warn' },
}
const RESULTS = Object.keys(TONES) as Row['result'][]

/** What would become of the rows before anything is written: results, what has to be explained, and a clock that is off. */
export function DryRun({ filled, set }: StepProps) {
  const t = useWords()
  const { prefix, aheadSeconds } = filled
  const read = useQuery(
    // A word that was explained, or a call that was recorded meanwhile, changes it: it is asked when it is looked at.
    api.records.dryRun.queryOptions({ input: { ...inputOf(filled), prefix, aheadSeconds }, staleTime: 0 }),
  )
  return (
    <Loaded read={read} rows={10}>
      {({ problem, dry }) => (
        <>
          {problem && <Trouble problem={problem} />}
          {dry && <Clock dry={dry} filled={filled} set={set} />}
          {dry && (
            <Questions
              questions={dry.questions}
              label={(about, value) =>
                about === SEAT
                  ? (dry.questions.flatMap(({ candidates }) => candidates).find((one) => one.value === value)?.label ??
                    value)
                  : t(`records.word.${value}`)
              }
              onAnswered={() => void read.refetch()}
            />
          )}
          {dry && <Judged dry={dry} />}
        </>
      )}
    </Loaded>
  )
}

/** The switch's clock seems to be off: a person says whether it is. */
function Clock({ dry, filled, set }: StepProps & { dry: Dry }) {
  const t = useWords()
  if (dry.aheadSeconds === filled.aheadSeconds) return null
  return (
    <Panel title={t('records.clockOff')}>
      <p>{t('records.clockOffWhy', { by: signed(dry.aheadSeconds) })}</p>
      <div>
        <Button type="primary" onClick={() => set({ aheadSeconds: dry.aheadSeconds })}>
          {t('records.setClock', { by: signed(dry.aheadSeconds) })}
        </Button>
      </div>
    </Panel>
  )
}

function Judged({ dry }: { dry: Dry }) {
  const t = useWords()
  const columns: readonly Column<Row>[] = [
    { key: 'rowNo', title: t('records.row'), value: ({ rowNo }) => rowNo, width: 70 },
    {
      key: 'result',
      title: t('records.result'),
      value: ({ result }) => result,
      name: (result) => t(`records.count.${result}`),
      filter: true,
      show: ({ result }) => <Mark tone={TONES[result]}>{t(`records.count.${result}`)}</Mark>,
    },
    { key: 'seat', title: t('records.seat'), value: ({ seat }) => seat },
    {
      key: 'at',
      title: t('records.at'),
      value: ({ at }) => at,
      show: ({ at }) => <span className="k-digits">{at ? dayAndTime(at) : '–'}</span>,
      minor: true,
    },
    {
      key: 'masked',
      title: t('records.number'),
      value: ({ masked }) => masked,
      show: ({ masked }) => <span className="k-digits">{masked ?? '–'}</span>,
      minor: true,
    },
    {
      key: 'talk',
      title: t('records.talk'),
      value: ({ talkSeconds }) => talkSeconds,
      show: ({ talkSeconds }) => <span className="k-digits">{talkSeconds === null ? '–' : seconds(talkSeconds)}</span>,
      align: 'right',
    },
    {
      key: 'talkBy',
      title: t('records.talkBy'),
      value: ({ talkBy }) => talkBy,
      show: ({ talkBy }) => <span className="k-digits">{talkBy === null ? '–' : signed(talkBy)}</span>,
      align: 'right',
    },
    {
      key: 'ringBy',
      title: t('records.ringBy'),
      value: ({ ringBy }) => ringBy,
      show: ({ ringBy }) => <span className="k-digits">{ringBy === null ? '–' : signed(ringBy)}</span>,
      align: 'right',
      minor: true,
    },
    {
      key: 'code',
      title: t('records.reason'),
      value: ({ code }) => code && t(`records.code.${code}`),
      filter: true,
      minor: true,
    },
  ]
  return (
    <Panel title={t('records.dryTitle')}>
      <p role="status">
        <strong>{t(dry.whole ? 'records.dryWhole' : 'records.dryPart', { rows: number(dry.looked) })}</strong>
      </p>
      <div className="k-row">
        {RESULTS.filter((result) => dry.counts[result]).map((result) => (
          <Mark key={result} tone={TONES[result]}>
            {t(`records.count.${result}`)} {number(dry.counts[result] ?? 0)}
          </Mark>
        ))}
      </div>
      <Table
        label={t('records.dryTitle')}
        rows={dry.rows}
        rowKey={({ rowNo }) => String(rowNo)}
        pageSize={50}
        columns={columns}
      />
    </Panel>
  )
}
