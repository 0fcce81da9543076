import { DownloadOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button, Drawer, Segmented } from 'antd'
import { useState } from 'react'
import { api, client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { codeOf } from '../../client/queries.ts'
import { useLanguage, useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { useErrorText } from '../../ui/errorText.ts'
import { dayAndTime, longDay, money, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { type Batch, Control, countsOf, Progress, StateMark, Trouble } from './BatchProgress.tsx'
import type { Result } from './rules.ts'
import './lists.css'

/** One list: what it is, its import, and every row with its result. */
export function BatchDrawer({ batchId, onClose }: { batchId: string; onClose: () => void }) {
  const read = useQuery(api.lists.batch.queryOptions({ input: { batchId } }))
  return (
    <Drawer open onClose={onClose} size={860} title={read.data?.name ?? ''} destroyOnHidden>
      <Loaded read={read}>{(batch) => <About batch={batch} />}</Loaded>
    </Drawer>
  )
}

function About({ batch }: { batch: Batch }) {
  const me = useMe()
  return (
    <div className="k-stack">
      <div className="k-row">
        <StateMark state={batch.state} />
        {batch.state === 'importing' && (
          <div className="k-grow">
            <Progress batch={batch} />
          </div>
        )}
      </div>
      {batch.error && <Trouble problem={batch.error} />}
      {holds(me, ['dataOfficer']) && <Control batch={batch} />}
      <Facts batch={batch} />
      <Rows batch={batch} />
    </div>
  )
}

function Facts({ batch }: { batch: Batch }) {
  const t = useWords()
  const said = useSaid()
  const rows: readonly (readonly [string, string | null])[] = [
    ['source', batch.source],
    ['consentEvidence', batch.consentEvidence],
    ['consentGivenOn', longDay(batch.consentGivenOn)],
    ['consentExpiresOn', batch.consentExpiresOn && longDay(batch.consentExpiresOn)],
    ['purpose', t(`lists.purpose.${batch.purpose}`)],
    ['product', batch.product && said(batch.product)],
    ['grade', batch.grade],
    ['listPrice', batch.listPrice && money(batch.listPrice)],
    ['expiresOn', batch.expiresOn && longDay(batch.expiresOn)],
    ['file', batch.fileName],
    ['createdBy', batch.createdBy && `${batch.createdBy} · ${dayAndTime(batch.createdAt)}`],
  ]
  return (
    <dl className="k-facts">
      {rows.flatMap(([key, value]) =>
        value ? [<dt key={`${key} name`}>{t(`lists.${key}`)}</dt>, <dd key={key}>{value}</dd>] : [],
      )}
    </dl>
  )
}

function Rows({ batch }: { batch: Batch }) {
  const t = useWords()
  const counts = countsOf(batch)
  const [chosen, setChosen] = useState<Result | null>(null)
  // What needs a look comes first.
  const result = chosen ?? counts.find(({ result, count }) => result !== 'GOOD' && count > 0)?.result ?? 'GOOD'
  const read = useInfiniteQuery(
    api.lists.rows.infiniteOptions({
      input: (after: number) => ({ batchId: batch.id, result, after }),
      initialPageParam: 0,
      getNextPageParam: ({ next }) => next,
    }),
  )
  const rows = read.data?.pages.flatMap((page) => page.rows)
  return (
    <>
      <Segmented<Result>
        className="l-scroll"
        aria-label={t('lists.result')}
        value={result}
        onChange={setChosen}
        options={counts.map(({ result, count }) => ({
          value: result,
          label: `${t(`lists.result.${result}`)} ${number(count)}`,
        }))}
      />
      <Table
        label={t(`lists.result.${result}`)}
        rows={rows}
        loading={read.isPending}
        rowKey={({ rowNo }) => String(rowNo)}
        pageSize={0}
        columns={[
          { key: 'rowNo', title: t('lists.row'), value: ({ rowNo }) => rowNo, width: 90 },
          { key: 'code', title: t('lists.reason'), value: ({ code }) => code && t(`lists.code.${code}`), filter: true },
          { key: 'cells', title: t('lists.cells'), value: ({ cells }) => cells?.filter(Boolean).join(' · ') },
        ]}
        side={<ErrorFile batch={batch} />}
      />
      {read.hasNextPage && (
        <Button onClick={() => void read.fetchNextPage()} loading={read.isFetchingNextPage}>
          {t('lists.more')}
        </Button>
      )}
    </>
  )
}

/** Fetches the rows that were not taken piece by piece and hands them over as one file. */
function ErrorFile({ batch }: { batch: Batch }) {
  const t = useWords()
  const text = useErrorText()
  const me = useMe()
  const language = useLanguage()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  if (!holds(me, ['dataOfficer'])) return null
  const fetchAll = async () => {
    setBusy(true)
    setFailed(null)
    const pieces: string[] = []
    try {
      for (let after: number | null = 0; after !== null; ) {
        const piece: { text: string; next: number | null } = await client.lists.errorFile({
          ...{ batchId: batch.id, after, language },
        })
        pieces.push(piece.text)
        after = piece.next
      }
      const url = URL.createObjectURL(new Blob(pieces, { type: 'text/csv' }))
      const link = Object.assign(document.createElement('a'), { href: url, download: `${batch.name}.csv` })
      link.click()
      URL.revokeObjectURL(url)
    } catch (error) {
      setFailed(codeOf(error) ?? 'LINE_LOST')
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="k-row">
      <Action
        icon={<DownloadOutlined />}
        busy={busy}
        onClick={() => void fetchAll()}
        disabledReason={batch.rowsDone === batch.good && t('lists.errorFileNone')}
        hint={t('lists.keptWhere')}
      >
        {t('lists.errorFile')}
      </Action>
      {failed && <span role="alert">{text(failed)}</span>}
    </div>
  )
}
