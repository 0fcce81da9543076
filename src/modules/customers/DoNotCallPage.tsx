import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { centreZone } from '../../client/clock.ts'
import { useWords } from '../../client/words.ts'
import { longDay, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { Entries } from './EntryTable.tsx'
import { ImportList } from './ImportList.tsx'
import { FindNumber, StopNumber } from './NumberForms.tsx'
import type { DoNotCallList } from './rules.ts'

type Book = Awaited<ReturnType<typeof client.customers.doNotCall>>
type Shown = 'all' | DoNotCallList

/** The do-not-call book: stop a number, look one up, take a list in, and every entry with who made it and why. */
export function DoNotCallPage() {
  const t = useWords()
  const [shown, setShown] = useState<Shown>('all')
  const read = useInfiniteQuery(
    api.customers.doNotCall.infiniteOptions({
      input: (after: { recordedAt: string; id: string } | null) => ({ list: shown === 'all' ? null : shown, after }),
      initialPageParam: null,
      getNextPageParam: ({ more, entries }) => {
        const last = entries.at(-1)
        return more && last ? { recordedAt: last.recordedAt, id: last.id } : undefined
      },
    }),
  )
  return (
    <Page title={t('customers.doNotCall')} lead={t('customers.doNotCall.lead')} clause="S3.6">
      <div className="k-row">
        <FindNumber />
        <StopNumber />
        <ImportList />
      </div>
      <Panel>
        <Loaded read={read}>
          {({ pages }) => (
            <>
              <Segmented<Shown>
                value={shown}
                onChange={setShown}
                aria-label={t('customers.list')}
                options={[
                  { value: 'all', label: t('customers.list.all') },
                  ...(pages[0]?.lists ?? []).map(({ list, entries, asOf }) => ({
                    value: list,
                    title: asOf ? t('customers.list.asOf', { at: dayOf(asOf) }) : '',
                    label: `${t(`customers.list.${list}`)} ${number(entries)}`,
                  })),
                ]}
              />
              <ListDates lists={pages[0]?.lists ?? []} />
              <Entries entries={pages.flatMap((page) => page.entries)} />
              {read.hasNextPage && (
                <Button onClick={() => read.fetchNextPage()} loading={read.isFetchingNextPage}>
                  {t('customers.more')}
                </Button>
              )}
            </>
          )}
        </Loaded>
      </Panel>
    </Page>
  )
}

/** A list is of a day; its instant is the day's first in the centre. */
const dayOf = (asOf: string) => longDay(Temporal.Instant.from(asOf).toZonedDateTimeISO(centreZone()).toPlainDate())

function ListDates({ lists }: { lists: Book['lists'] }) {
  const t = useWords()
  const imported = lists.filter(({ list, asOf }) => list !== 'own' || asOf)
  return (
    <p className="k-dim k-small">
      {imported
        .map(({ list, asOf }) => {
          const of = asOf ? t('customers.list.asOf', { at: dayOf(asOf) }) : t('customers.list.never')
          return `${t(`customers.list.${list}`)} ${of}`
        })
        .join(' · ')}
    </p>
  )
}
