import { CheckOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { dayAndTime } from '../../ui/format.ts'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { useSaid } from '../../ui/Words.tsx'
import type { NoticeKind } from './rules.ts'
import './notices.css'

export type Notice = Awaited<ReturnType<typeof client.notices.mine>>['notices'][number]

const TONES: Readonly<Record<NoticeKind, Tone>> = { alert: 'warn', task: 'accent', praise: 'good', news: 'plain' }

/** The words of a notice; values that carry three languages (a product's name) are said in the reader's. */
function useNoticeText(): (notice: Pick<Notice, 'key' | 'values'>) => string {
  const t = useWords()
  const said = useSaid()
  return ({ key, values }) => {
    const own = Object.entries(values).map(([name, value]) => [name, typeof value === 'object' ? said(value) : value])
    return t(`notice.${key}`, Object.fromEntries(own))
  }
}

/** One notice in the reader's words, with its clause and the way to what it is about. */
export function NoticeLine({ notice, onFollow }: { notice: Notice; onFollow?: () => void }) {
  const t = useWords()
  const read = useCommand(api.notices.markRead)
  const settle = useCommand(api.notices.settle)
  const { id, kind, unread, settled, personal, link } = notice
  const text = useNoticeText()(notice)
  const done = () =>
    void (personal && (kind === 'alert' || kind === 'task') ? settle.run({ id }) : read.run({ ids: [id] }))
  return (
    <li className={unread ? 'n-line' : 'n-line read'}>
      <Mark tone={unread ? TONES[kind] : 'plain'}>{t(`notices.kind.${kind}`)}</Mark>
      <span>
        {link ? (
          <Link
            to={link as '/'}
            onClick={() => {
              if (unread) void read.run({ ids: [id] })
              onFollow?.()
            }}
          >
            {text}
          </Link>
        ) : (
          text
        )}
        <span className="n-foot">
          <span className="k-digits">{dayAndTime(notice.at)}</span>
          {notice.clause && <ClauseLink id={notice.clause} />}
          {settled && <span>{t([`notice.settled.${settled.how}`, 'notice.settled.done'])}</span>}
        </span>
      </span>
      {unread && (
        <Button
          type="text"
          size="small"
          icon={<CheckOutlined aria-hidden />}
          loading={read.busy || settle.busy}
          aria-label={t('notices.done', { what: text })}
          title={t('notices.doneShort')}
          onClick={done}
        />
      )}
    </li>
  )
}
