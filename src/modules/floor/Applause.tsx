import { CloseOutlined, MutedOutlined, SoundOutlined, TrophyFilled } from '@ant-design/icons'
import { Button } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import { api } from '../../client/api.ts'
import { useNow } from '../../client/clock.ts'
import { useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import type { Notice } from '../notices/NoticeLine.tsx'
import { useNotices } from '../notices/NoticesBell.tsx'
import './floor.css'

/** Announcements on screen at a time; the rest wait behind a number. */
const SHOWN = 2
/** Minutes of the centre's clock after which a sale is no news any more. */
const NEWS_MINUTES = 10
/** Real seconds until an announcement leaves by itself; one that asks for a visit stays longer. */
const STAYS = 20
const STAYS_ASKING = 90

const SOUND = 'kaibo.applause.sound'

/** Two soft notes. Off until somebody switches it on at this device. */
function chime() {
  const audio = new AudioContext()
  for (const [at, pitch] of [
    [0, 660],
    [0.16, 880],
  ] as const) {
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0.0001, audio.currentTime + at)
    volume.gain.exponentialRampToValueAtTime(0.08, audio.currentTime + at + 0.03)
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + at + 0.5)
    tone.connect(volume).connect(audio.destination)
    tone.start(audio.currentTime + at)
    tone.stop(audio.currentTime + at + 0.55)
  }
  setTimeout(() => void audio.close(), 1500)
}

/**
 * Sales, announced on every screen the moment they are taken: in a corner, over nothing that one works with. Leaders are
 * asked to come to the seat, and say with one tap that they did. Lies in the shell. [S4.3.3b] [S4.5.2]
 */
export function Applause() {
  const t = useWords()
  const read = useNotices()
  const now = useNow(5)
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())
  const [sound, setSound] = useState(() => localStorage.getItem(SOUND) === 'on')
  const notices = read.data?.pages[0]?.notices ?? []
  const since = now.subtract({ minutes: NEWS_MINUTES })
  const news = notices.filter(
    ({ id, key, unread, at }) =>
      key === 'sales.accepted' &&
      unread &&
      !gone.has(id) &&
      Temporal.Instant.compare(Temporal.Instant.from(at), since) > 0,
  )
  useChime(news, sound && read.data !== undefined)
  const leave = useCallback((id: string) => setGone((before) => new Set([...before, id])), [])
  const toggle = () => {
    localStorage.setItem(SOUND, sound ? 'off' : 'on')
    if (!sound) chime()
    setSound(!sound)
  }
  const task = (notice: Notice) =>
    notices.find(
      ({ key, settled, values }) =>
        key.startsWith('sales.congratulate') && !settled && values.saleId === notice.values.saleId,
    )
  return (
    <section className="f-applause" aria-label={t('floor.applause')} aria-live="polite">
      {news.slice(0, SHOWN).map((notice) => (
        <Announcement key={notice.id} notice={notice} task={task(notice) ?? null} onGone={leave}>
          <Button
            type="text"
            size="small"
            icon={sound ? <SoundOutlined aria-hidden /> : <MutedOutlined aria-hidden />}
            aria-label={t(sound ? 'floor.soundOff' : 'floor.soundOn')}
            title={t(sound ? 'floor.soundOff' : 'floor.soundOn')}
            onClick={toggle}
          />
        </Announcement>
      ))}
      {news.length > SHOWN && <p className="f-applause-more">{t('floor.moreSales', { count: news.length - SHOWN })}</p>}
    </section>
  )
}

/** Sounds once for what is new since this page was opened. */
function useChime(news: readonly Notice[], on: boolean) {
  const known = useRef<Set<string> | null>(null)
  useEffect(() => {
    const before = known.current
    known.current = new Set(news.map(({ id }) => id))
    if (on && before && news.some(({ id }) => !before.has(id))) chime()
  }, [news, on])
}

function Announcement({
  notice,
  task,
  onGone,
  children,
}: {
  notice: Notice
  task: Notice | null
  onGone: (id: string) => void
  children: React.ReactNode
}) {
  const t = useWords()
  const { person } = useMe()
  const mark = useCommand(api.notices.markRead)
  const settle = useCommand(api.notices.settle)
  const { id, values } = notice
  const asks = task !== null
  useEffect(() => {
    const timer = setTimeout(() => onGone(id), (asks ? STAYS_ASKING : STAYS) * 1000)
    return () => clearTimeout(timer)
  }, [id, asks, onGone])
  const close = () => {
    onGone(id)
    void mark.run({ ids: [id] })
  }
  const own = values.personId === person.id
  return (
    <article className="f-toast">
      <TrophyFilled className="f-toast-sign" aria-hidden />
      <p>
        <strong>{own ? t('floor.yourSale') : String(values.person ?? '')}</strong>
        <span>{t('floor.saleSays', values)}</span>
      </p>
      <div className="f-toast-acts">
        {task && (
          <Action
            size="small"
            type="primary"
            busy={settle.busy}
            onClick={async () => {
              if (await settle.run({ id: task.id })) close()
            }}
          >
            {'seat' in task.values ? t('floor.congratulatedAt', { seat: task.values.seat }) : t('floor.congratulated')}
          </Action>
        )}
        <span className="k-grow" />
        {children}
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined aria-hidden />}
          aria-label={t('floor.dismiss', { person: values.person })}
          onClick={close}
        />
      </div>
    </article>
  )
}
