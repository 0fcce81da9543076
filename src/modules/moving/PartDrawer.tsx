import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button, Drawer, Input, Segmented } from 'antd'
import { useState } from 'react'
import { api, client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useLanguage, useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Field } from '../../ui/Field.tsx'
import { number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Page.tsx'
import { Table } from '../../ui/Table.tsx'
import { Columns } from '../sheets/Columns.tsx'
import type { Columns as Said } from '../sheets/rules.ts'
import { useKindWords } from './kindWords.tsx'
import type { Part } from './Parts.tsx'
import type { Result } from './rules.ts'

/** One sheet: what its columns are read as, and the rows that need a look. */
export function PartDrawer({ part, may, onClose }: { part: Part; may: boolean; onClose(): void }) {
  const t = useWords()
  return (
    <Drawer
      open
      onClose={onClose}
      size={920}
      title={`${part.sheet ?? part.fileName} · ${t(`brought.kind.${part.kind}`)}`}
      destroyOnHidden
    >
      <div className="k-stack">
        {part.kind !== 'none' && <Read key={part.kind} part={part} may={may} />}
        <Rows part={part} />
      </div>
    </Drawer>
  )
}

function Read({ part, may }: { part: Part; may: boolean }) {
  const t = useWords()
  const words = useKindWords()
  const read = useQuery(api.moving.look.queryOptions({ input: { partId: part.id } }))
  const set = useCommand(api.moving.setPart)
  const [said, setSaid] = useState<Said>({})
  const [batch, setBatch] = useState(part.options.batch ?? '')
  const save = (columns: Said) =>
    void set.run({
      partId: part.id,
      kind: part.kind,
      columns,
      options: batch.trim() ? { batch: batch.trim() } : {},
    })
  return (
    <Loaded read={read}>
      {({ look, problem, fields }) =>
        look ? (
          <>
            <Columns
              look={look}
              fields={fields}
              label={words.field}
              columns={{ ...part.columns, ...said }}
              onChange={setSaid}
            />
            {part.kind === 'leads' && (
              <Field label={t('moving.batchOf')} hint={t('moving.batchHint')}>
                {(id) => (
                  <Input id={id} value={batch} maxLength={120} onChange={({ target }) => setBatch(target.value)} />
                )}
              </Field>
            )}
            {may && (
              <div className="k-row">
                <Action type="primary" busy={set.busy} onClick={() => save({ ...part.columns, ...said })}>
                  {t('moving.save')}
                </Action>
              </div>
            )}
          </>
        ) : (
          problem && (
            <p role="alert" className="k-trouble">
              {t(`file.problem.${problem.code}`, problem.values)}
            </p>
          )
        )
      }
    </Loaded>
  )
}

function Rows({ part }: { part: Part }) {
  const t = useWords()
  const words = useKindWords()
  const counts: readonly (readonly [Result, number])[] = [
    ['BAD', part.bad],
    ['SKIPPED', part.skipped],
    ['SAME', part.same],
  ]
  const [chosen, setChosen] = useState<Result | null>(null)
  const result = chosen ?? counts.find(([, count]) => count > 0)?.[0] ?? 'NOTE'
  const read = useInfiniteQuery({
    queryKey: [...api.moving.rows.key(), part.id, part.good, part.bad, result],
    queryFn: ({ pageParam }) => client.moving.rows({ partId: part.id, result, after: pageParam }),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  })
  const rows = read.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Panel
      title={t('moving.reason')}
      side={
        <Segmented
          aria-label={t('moving.reason')}
          value={result}
          onChange={setChosen}
          options={[
            ...counts.map(([value, count]) => ({ value, label: `${t(`moving.result.${value}`)} ${number(count)}` })),
            { value: 'NOTE' as const, label: t('moving.result.NOTE') },
          ]}
        />
      }
    >
      <Table
        label={t('moving.reason')}
        rows={read.data && rows}
        loading={read.isLoading}
        rowKey={({ rowNo }) => String(rowNo)}
        pageSize={0}
        empty={t('moving.noBadRows')}
        columns={[
          { key: 'row', title: t('moving.row'), value: ({ rowNo }) => rowNo, width: 64 },
          {
            key: 'reason',
            title: t('moving.reason'),
            value: ({ code, field, text }) =>
              [field && words.field(field), words.code(code), text && `“${text}”`].filter(Boolean).join(' · '),
            show: ({ code, field, text }) => (
              <span className="mv-reason">
                {[field && words.field(field), words.code(code), text && `“${text}”`].filter(Boolean).join(' · ')}
              </span>
            ),
          },
          { key: 'cells', title: t('moving.cells'), value: ({ cells }) => cells.filter(Boolean).join(' | ') },
        ]}
      />
      {part.bad > 0 && <ErrorFile part={part} />}
      {read.hasNextPage && <Button onClick={() => void read.fetchNextPage()}>{t('moving.more')}</Button>}
    </Panel>
  )
}

/** The rows that were not taken, as csv, to be mended and handed in once more. */
function ErrorFile({ part }: { part: Part }) {
  const t = useWords()
  const language = useLanguage()
  const [busy, setBusy] = useState(false)
  const fetchIt = async () => {
    setBusy(true)
    try {
      const pieces: string[] = []
      for (let after: number | null = 0; after !== null; ) {
        const piece: { text: string; next: number | null } = await client.moving.errorFile({
          ...{ partId: part.id, after, language },
        })
        pieces.push(piece.text)
        after = piece.next
      }
      const url = URL.createObjectURL(new Blob(pieces, { type: 'text/csv' }))
      const link = document.createElement('a')
      link.href = url
      link.download = `${part.sheet ?? part.fileName}.csv`
      link.click()
      URL.revokeObjectURL(url)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="k-row">
      <Action busy={busy} onClick={() => void fetchIt()}>
        {t('moving.errorFile')}
      </Action>
    </div>
  )
}
