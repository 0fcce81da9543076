import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Table } from '../../ui/Table.tsx'
import { Columns } from '../sheets/Columns.tsx'
import { Questions } from '../sheets/Questions.tsx'
import type { Columns as Said } from '../sheets/rules.ts'
import { ResultChoice } from './FileRows.tsx'
import { Became, FIELDS, type File, resultsOf, Trouble, useWhy } from './parts.tsx'
import type { Result } from './rules.ts'

/** Before a file is taken in: what its columns are, words that have to be asked, and what would become of its rows. */
export function FileSteps({ file, onGone }: { file: File; onGone: () => void }) {
  const t = useWords()
  const queries = useQueryClient()
  const start = useCommand(api.policies.start)
  const discard = useCommand(api.policies.discard)
  const [columns, setColumns] = useState<Said>({})
  const options = Object.keys(columns).length > 0 ? { columns: { ...columns } } : {}
  const looked = useQuery(api.policies.look.queryOptions({ input: { id: file.id } }))
  const ran = useQuery(api.policies.dryRun.queryOptions({ input: { id: file.id, options } }))
  const again = () => void queries.invalidateQueries({ queryKey: api.policies.dryRun.key() })
  const label = (field: string) => t(`policies.field.${field}`)
  const meaning = (about: string, value: string) =>
    about === 'policies.state' ? t(`sales.state.${value}`) : t(`catalog.way.${value}`)
  const look = looked.data?.look
  const said = { ...look?.sheets[0]?.columns, ...columns }
  const lacks = look !== undefined && look !== null && !Object.values(said).includes('applicationNo')
  const input = { id: file.id, options: { columns: said } }
  return (
    <div className="k-stack">
      <Loaded read={looked}>
        {({ problem, look }) =>
          look ? (
            <Panel title={t('policies.columns')}>
              <Columns look={look} fields={FIELDS} label={label} columns={columns} onChange={setColumns} />
            </Panel>
          ) : (
            problem && <Trouble problem={problem} />
          )
        }
      </Loaded>
      <Loaded read={ran}>
        {({ dryRun }) =>
          dryRun && (
            <>
              <Questions questions={dryRun.questions} label={meaning} onAnswered={again} />
              <DryRun of={dryRun} />
            </>
          )
        }
      </Loaded>
      <RefusalPanel refusal={start.refusal ?? discard.refusal} onClose={() => [start.clear(), discard.clear()]} />
      <div className="k-row">
        <Action
          type="primary"
          busy={start.busy}
          disabledReason={!look ? t('policies.counting') : lacks && t('policies.numberFirst')}
          onClick={() => void start.run(input)}
        >
          {t('policies.start')}
        </Action>
        <Action
          busy={discard.busy}
          onClick={async () => {
            if (await discard.run({ id: file.id })) onGone()
          }}
        >
          {t('policies.discard')}
        </Action>
      </div>
    </div>
  )
}

type Ran = NonNullable<Awaited<ReturnType<typeof client.policies.dryRun>>['dryRun']>

function DryRun({ of }: { of: Ran }) {
  const t = useWords()
  const why = useWhy()
  const [chosen, setChosen] = useState<Result | null>(null)
  const there = resultsOf(of.counts)
  const result = chosen && there.includes(chosen) ? chosen : (there[0] ?? 'changed')
  return (
    <Panel
      title={t('policies.dryRun')}
      side={
        <span className="k-dim">
          {of.whole ? t('policies.looked', { count: of.looked }) : t('policies.lookedPart', { count: of.looked })}
        </span>
      }
    >
      <ResultChoice counts={of.counts} value={result} onChange={setChosen} />
      <Table
        label={t('policies.dryRun')}
        rows={of.rows.filter((row) => row.result === result)}
        rowKey={({ place }) => String(place)}
        pageSize={10}
        empty={<Empty title={t('policies.noRows')} />}
        columns={[
          { key: 'row', title: t('policies.row'), value: ({ rowNo }) => number(rowNo), width: 70 },
          {
            ...{ key: 'number', title: t('policies.field.applicationNo') },
            value: ({ applicationNo }) => applicationNo,
            show: ({ applicationNo }) => <span className="k-digits">{applicationNo ?? '–'}</span>,
          },
          {
            ...{ key: 'became', title: t('policies.changes') },
            value: ({ became }) => became && Object.keys(became).join(' '),
            show: ({ became }) => <Became of={became} />,
          },
          { key: 'why', title: t('policies.reason'), value: (row) => why(row) },
        ]}
      />
    </Panel>
  )
}
