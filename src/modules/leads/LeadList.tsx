import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Input, Segmented } from 'antd'
import { type ReactNode, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { dayAndTime } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import type { Kind, State } from './rules.ts'

type LeadLine = Awaited<ReturnType<typeof client.leads.list>>['leads'][number]

const KIND_TONES: Readonly<Record<Kind, Tone>> = { callback: 'accent', warm: 'warn', fresh: 'good', retry: 'calm' }

/** Why a lead is called, in the words of the calling plan. */
export function KindMark({ kind }: { kind: Kind }) {
  const t = useWords()
  return <Mark tone={KIND_TONES[kind]}>{t(`leads.kind.${kind}`)}</Mark>
}

type Of = { readonly batchId?: string; readonly groupId?: string; readonly personId?: string }
type Shown = 'open' | State

/** Leads of a list, a group or a person, by state, found by name; a row opens the lead. */
export function LeadList({
  of,
  states,
  onOpen,
  side,
}: {
  of: Of
  states: readonly Shown[]
  onOpen: (id: string) => void
  side?: ReactNode
}) {
  const t = useWords()
  const [state, setState] = useState<Shown>(states[0] ?? 'open')
  const [typed, setTyped] = useState('')
  const [search, setSearch] = useState('')
  const read = useInfiniteQuery(
    api.leads.list.infiniteOptions({
      input: (after: { at: string; id: string } | null) => ({
        ...of,
        state,
        ...(search && { search }),
        ...(after && { after }),
      }),
      initialPageParam: null,
      getNextPageParam: ({ next }) => next,
    }),
  )
  return (
    <div className="k-stack">
      <div className="k-row">
        {states.length > 1 && (
          <Segmented<Shown>
            aria-label={t('leads.state')}
            value={state}
            onChange={setState}
            options={states.map((value) => ({ value, label: t(`leads.state.${value}`) }))}
          />
        )}
        <Input.Search
          allowClear
          className="d-search"
          aria-label={t('leads.findName')}
          placeholder={t('leads.findName')}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onSearch={setSearch}
        />
        {side}
      </div>
      <Loaded read={read}>
        {({ pages }) => (
          <Lines lines={pages.flatMap((page) => page.leads)} closed={state === 'closed'} onOpen={onOpen} />
        )}
      </Loaded>
      {read.hasNextPage && (
        <Button onClick={() => void read.fetchNextPage()} loading={read.isFetchingNextPage}>
          {t('leads.more')}
        </Button>
      )}
    </div>
  )
}

function Lines({
  lines,
  closed,
  onOpen,
}: {
  lines: readonly LeadLine[]
  closed: boolean
  onOpen: (id: string) => void
}) {
  const t = useWords()
  const columns: readonly Column<LeadLine>[] = [
    {
      key: 'customer',
      title: t('leads.customer'),
      value: ({ customer }) => customer,
      show: ({ customer, phone }) => (
        <>
          {customer ?? t('leads.nameless')} <span className="k-dim k-digits">{phone}</span>
        </>
      ),
    },
    closed
      ? {
          key: 'closedAs',
          title: t('leads.closedAs'),
          value: ({ closedAs }) => closedAs,
          name: (as) => (as ? t(`leads.closed.${as}`) : ''),
          filter: true,
        }
      : {
          key: 'kind',
          title: t('leads.kind'),
          value: ({ kind }) => kind,
          name: (kind) => t(`leads.kind.${kind}`),
          filter: true,
          show: ({ kind }) => <KindMark kind={kind} />,
        },
    { key: 'tries', title: t('leads.tries'), value: ({ tries }) => tries },
    {
      key: 'when',
      title: t(closed ? 'leads.closedAt' : 'leads.dueAt'),
      value: ({ closedAt, dueAt }) => closedAt ?? dueAt,
      show: ({ closedAt, dueAt }) => ((closedAt ?? dueAt) ? dayAndTime((closedAt ?? dueAt)!) : '–'),
    },
    { key: 'holder', title: t('leads.holder'), value: ({ holder, group }) => holder ?? group, filter: true },
    { key: 'batch', title: t('leads.list'), value: ({ batch }) => batch, filter: true, minor: true },
    { key: 'grade', title: t('leads.grade'), value: ({ grade }) => grade, filter: true, minor: true },
    {
      key: 'lastTryAt',
      title: t('leads.lastTry'),
      value: ({ lastTryAt }) => lastTryAt,
      show: ({ lastTryAt }) => (lastTryAt ? dayAndTime(lastTryAt) : '–'),
      minor: true,
    },
  ]
  return (
    <Table<LeadLine>
      label={t('leads.title')}
      rows={lines}
      columns={columns}
      rowKey={({ id }) => id}
      onRow={({ id }) => onOpen(id)}
      pageSize={0}
      empty={<Empty title={t('leads.noneHere')} />}
    />
  )
}
