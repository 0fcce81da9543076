import { DownloadOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { api, client } from '../../client/api.ts'
import { codeOf } from '../../client/queries.ts'
import { useLanguage, useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { useErrorText } from '../../ui/errorText.ts'
import { number } from '../../ui/format.ts'
import { Table } from '../../ui/Table.tsx'
import { SaleDrawer } from '../sales/SaleDrawer.tsx'
import { Became, FIELDS, type File, resultsOf, useWhy } from './parts.tsx'
import type { Result } from './rules.ts'

/** Every row of a file with its result; a row of a case of ours opens the case. */
export function FileRows({ file }: { file: File }) {
  const t = useWords()
  const why = useWhy()
  const there = resultsOf(file)
  const [chosen, setChosen] = useState<Result | null>(null)
  const [sale, setSale] = useState<string | null>(null)
  const result = chosen ?? there[0] ?? 'changed'
  const read = useInfiniteQuery(
    api.policies.rows.infiniteOptions({
      input: (after: number) => ({ id: file.id, result, after }),
      initialPageParam: 0,
      getNextPageParam: ({ next }) => next,
    }),
  )
  const rows = read.data?.pages.flatMap((page) => page.rows)
  return (
    <>
      <ResultChoice counts={file} value={result} onChange={setChosen} />
      <Table
        label={t(`policies.result.${result}`)}
        rows={rows}
        loading={read.isPending}
        rowKey={({ place }) => String(place)}
        pageSize={0}
        onRow={({ saleId }) => setSale(saleId)}
        empty={<Empty title={t('policies.noRows')} />}
        columns={[
          { key: 'row', title: t('policies.row'), value: ({ rowNo }) => rowNo, width: 70 },
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
          { key: 'why', title: t('policies.reason'), value: (row) => why(row), filter: true },
          {
            ...{ key: 'cells', title: t('policies.cells'), minor: true },
            value: ({ cells }) => cells && FIELDS.flatMap(({ key }) => cells[key] || []).join(' · '),
          },
        ]}
        side={<ErrorFile file={file} />}
      />
      {read.hasNextPage && (
        <Button onClick={() => void read.fetchNextPage()} loading={read.isFetchingNextPage}>
          {t('policies.moreRows')}
        </Button>
      )}
      {sale && <SaleDrawer id={sale} onClose={() => setSale(null)} />}
    </>
  )
}

type ChoiceProps = {
  readonly counts: Readonly<Record<Result, number>>
  readonly value: Result
  readonly onChange: (result: Result) => void
}

/** The results that occur, with their counts. */
export function ResultChoice({ counts, value, onChange }: ChoiceProps) {
  const t = useWords()
  const there = resultsOf(counts)
  if (there.length === 0) return null
  return (
    <Segmented<Result>
      className="p-scroll"
      aria-label={t('policies.result')}
      value={value}
      onChange={onChange}
      options={there.map((result) => ({
        value: result,
        label: `${t(`policies.result.${result}`)} ${number(counts[result])}`,
      }))}
    />
  )
}

/** Fetches the rows that were not taken piece by piece and hands them over as one file. */
function ErrorFile({ file }: { file: File }) {
  const t = useWords()
  const text = useErrorText()
  const language = useLanguage()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  const fetchAll = async () => {
    setBusy(true)
    setFailed(null)
    const pieces: string[] = []
    try {
      for (let after: number | null = 0; after !== null; ) {
        const piece: { text: string; next: number | null } = await client.policies.errorFile({
          ...{ id: file.id, after, language },
        })
        pieces.push(piece.text)
        after = piece.next
      }
      const url = URL.createObjectURL(new Blob(pieces, { type: 'text/csv' }))
      const link = Object.assign(document.createElement('a'), { href: url, download: `${file.fileName}.csv` })
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
        disabledReason={file.fault + file.theirs === 0 && t('policies.errorFileNone')}
      >
        {t('policies.errorFile')}
      </Action>
      {failed && <span role="alert">{text(failed)}</span>}
    </div>
  )
}
