import { ReloadOutlined, WarningOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { useWords } from '../client/words.ts'
import { useErrorText } from './errorText.ts'

/** What TanStack Query tells of a read; only what is needed here. */
type Read<T> = {
  readonly data: T | undefined
  readonly error: unknown
  readonly isFetching: boolean
  refetch(): unknown
}

/** A read on a page: a quiet frame while it loads, the reason and another try when it failed, else the content. */
export function Loaded<T>({
  read,
  children,
  rows = 4,
}: {
  read: Read<T>
  children: (data: T) => ReactNode
  rows?: number
}) {
  // Old data beats an error: the banner tells of the line, and the page says as of when.
  if (read.data !== undefined) return <>{children(read.data)}</>
  if (read.error) return <Trouble error={read.error} busy={read.isFetching} again={() => read.refetch()} />
  return <Skeleton active title={false} paragraph={{ rows }} className="k-skeleton" />
}

/** What went wrong, in words, with another try. */
export function Trouble({ error, busy = false, again }: { error: unknown; busy?: boolean; again: () => void }) {
  const t = useWords()
  const text = useErrorText()
  return (
    <section className="k-trouble" role="alert">
      <WarningOutlined aria-hidden />
      <span className="k-grow">{text(error)}</span>
      <Button icon={<ReloadOutlined />} onClick={again} loading={busy}>
        {t('ui.again')}
      </Button>
    </section>
  )
}
