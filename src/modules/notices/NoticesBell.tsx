import { BellOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Badge, Button, Popover } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { type Notice, NoticeLine } from './NoticeLine.tsx'
import { urgency } from './rules.ts'

type Page = { readonly at: string; readonly id: string }

/** The notices of a person, page by page into the past; the first page is shared with the card on Now. */
export const useNotices = () =>
  useInfiniteQuery(
    api.notices.mine.infiniteOptions({
      input: (before: Page | undefined) => (before ? { before } : {}),
      initialPageParam: undefined as Page | undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
    }),
  )

/** What is new, the late and wrong first. */
export const newest = (pages: readonly { readonly notices: readonly Notice[] }[]): readonly Notice[] =>
  pages
    .flatMap(({ notices }) => notices)
    .filter(({ unread }) => unread)
    .sort((a, b) => urgency(a.kind) - urgency(b.kind))

/** The bell in the top bar: how many are new, and all of them on a tap. */
export function NoticesBell() {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const read = useNotices()
  const count = newest(read.data?.pages ?? []).length
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      title={t('notices.title')}
      content={<All read={read} onFollow={() => setOpen(false)} />}
    >
      <Button
        type="text"
        aria-label={t('notices.bell', { count })}
        aria-expanded={open}
        icon={
          <Badge count={count} size="small" overflowCount={99}>
            <BellOutlined aria-hidden />
          </Badge>
        }
      />
    </Popover>
  )
}

function All({ read, onFollow }: { read: ReturnType<typeof useNotices>; onFollow: () => void }) {
  const t = useWords()
  const mark = useCommand(api.notices.markRead)
  return (
    <div className="n-bell">
      <Loaded read={read}>
        {({ pages }) => {
          const all = pages.flatMap(({ notices }) => notices)
          const fresh = newest(pages)
          const rest = all.filter(({ unread }) => !unread)
          if (all.length === 0) return <Empty title={t('notices.none')}>{t('notices.noneYet')}</Empty>
          return (
            <>
              {fresh.length > 0 && (
                <Button
                  size="small"
                  loading={mark.busy}
                  onClick={() => void mark.run({ ids: fresh.map(({ id }) => id) })}
                >
                  {t('notices.readAll')}
                </Button>
              )}
              <ul className="n-list">
                {[...fresh, ...rest].map((notice) => (
                  <NoticeLine key={notice.id} notice={notice} onFollow={onFollow} />
                ))}
              </ul>
              {read.hasNextPage && (
                <Button block type="text" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
                  {t('notices.earlier')}
                </Button>
              )}
            </>
          )
        }}
      </Loaded>
    </div>
  )
}
