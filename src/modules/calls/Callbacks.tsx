import { useQuery } from '@tanstack/react-query'
import { Modal, Segmented, Select } from 'antd'
import { useRef, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { holds, useMe } from '../../client/me.ts'
import { useShortcut } from '../../client/shortcuts.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { TextField } from '../../ui/Field.tsx'
import { day, dayAndTime, time } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import type { Desk } from './DeskPage.tsx'
import { type QuickTime, quickTimes } from './rules.ts'

/** A time that is being agreed: ISO instant, null until one is chosen. */
export type Agreed = { readonly at: string | null; readonly whose: 'mine' | 'group'; readonly note: string }

/** The wall time of an instant in a zone, for showing the customer's clock beside one's own. */
export const wallIn = (at: Temporal.Instant, zone: string): string =>
  at.toZonedDateTimeISO(zone).toPlainTime().toString({ smallestUnit: 'minute' })

/** When to call again: offered times by digit, or a time of one's own; the customer's clock beside the own one. */
export function CallbackForm({
  desk,
  value,
  onChange,
}: {
  desk: Desk
  value: Agreed
  onChange: (next: Agreed) => void
}) {
  const t = useWords()
  const now = useNow(60)
  const zone = desk.customer?.zone ?? centreZone()
  const days = desk.workdays.map((one) => Temporal.PlainDate.from(one))
  const offers = quickTimes(now.toZonedDateTimeISO(centreZone()), days)
  const own = useRef<HTMLInputElement>(null)
  useShortcut('0', t('calls.quick.own'), () => own.current?.focus())
  const pick = (at: Temporal.Instant) => onChange({ ...value, at: at.toString() })
  const local = value.at ? Temporal.Instant.from(value.at).toZonedDateTimeISO(centreZone()) : null
  return (
    <section className="d-callback" aria-label={t('calls.callback')}>
      <div className="d-choices">
        {offers.map((offer) => (
          <Offer key={offer.key} offer={offer} zone={zone} chosen={value.at} pick={pick} />
        ))}
        <label className="d-own-time">
          <span>
            {t('calls.quick.own')} <kbd className="k-key">0</kbd>
          </span>
          <input
            ref={own}
            type="datetime-local"
            value={local ? local.toPlainDateTime().toString({ smallestUnit: 'minute' }) : ''}
            onChange={({ target }) => {
              if (!target.value) return
              pick(Temporal.PlainDateTime.from(target.value).toZonedDateTime(centreZone()).toInstant())
            }}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
        </label>
      </div>
      <div className="k-row">
        <Segmented<'mine' | 'group'>
          value={value.whose}
          onChange={(whose) => onChange({ ...value, whose })}
          options={[
            { value: 'mine', label: t('calls.whose.mine') },
            { value: 'group', label: t('calls.whose.group') },
          ]}
        />
        {value.at && (
          <strong className="k-digits">
            {t('calls.promised', { at: dayAndTime(value.at), theirs: wallIn(Temporal.Instant.from(value.at), zone) })}
          </strong>
        )}
      </div>
    </section>
  )
}

function Offer({
  offer,
  zone,
  chosen,
  pick,
}: {
  offer: QuickTime
  zone: string
  chosen: string | null
  pick: (at: Temporal.Instant) => void
}) {
  const t = useWords()
  const at = offer.at?.toInstant() ?? null
  const label = at
    ? t(`calls.quick.${offer.name}`, { at: time(at), day: day(offer.at!.toPlainDate()) })
    : t('calls.quick.gone')
  useShortcut(offer.key, label, () => at && pick(at), at !== null)
  if (!at) return null
  const theirs = wallIn(at, zone)
  const on = chosen !== null && Temporal.Instant.compare(at, Temporal.Instant.from(chosen)) === 0
  return (
    <Action
      className={on ? 'd-choice chosen' : 'd-choice'}
      aria-pressed={on}
      shortcut={offer.key}
      onClick={() => pick(at)}
    >
      {label}
      {theirs !== wallIn(at, centreZone()) && <span className="k-dim"> {t('calls.theirs', { at: theirs })}</span>}
    </Action>
  )
}

export type Callback = Awaited<ReturnType<typeof client.calls.callbacks>>['callbacks'][number]

/** Where a promise stands at a moment. */
export function whenOf({ from, to }: Callback, now: Temporal.Instant): 'overdue' | 'due' | 'later' {
  if (Temporal.Instant.compare(Temporal.Instant.from(to), now) <= 0) return 'overdue'
  return Temporal.Instant.compare(Temporal.Instant.from(from), now) <= 0 ? 'due' : 'later'
}

const TONES: Readonly<Record<ReturnType<typeof whenOf>, Tone>> = { overdue: 'bad', due: 'accent', later: 'plain' }

/** Own promises and those open to the group, overdue first. */
export function MyCallbacks() {
  const t = useWords()
  const read = useQuery(api.calls.callbacks.queryOptions({ input: {} }))
  const me = useMe()
  return (
    <Panel title={t('calls.myCallbacks')}>
      <Loaded read={read}>
        {({ callbacks }) => {
          const shown = callbacks.filter(
            ({ mine, whose, groupId }) => mine || (whose === 'group' && groupId === me.groupId),
          )
          return <CallbackList callbacks={shown} />
        }}
      </Loaded>
    </Panel>
  )
}

/** A list of promises with what can be done about each. */
export function CallbackList({ callbacks, named = false }: { callbacks: readonly Callback[]; named?: boolean }) {
  const t = useWords()
  const [moving, setMoving] = useState<Callback | null>(null)
  const [giving, setGiving] = useState<Callback | null>(null)
  const me = useMe()
  const now = useNow(15)
  const leads = holds(me, ['tl', 'um'])
  if (callbacks.length === 0) return <Empty title={t('calls.noCallbacks')}>{t('calls.noCallbacksWhy')}</Empty>
  return (
    <>
      <ul className="d-callbacks">
        {callbacks.map((one) => (
          <li key={one.id}>
            <Mark tone={TONES[whenOf(one, now)]}>{t(`calls.when.${whenOf(one, now)}`)}</Mark>
            <span className="k-grow">
              <strong className="k-digits">{dayAndTime(one.from)}</strong> {one.customer ?? one.masked}
              <span className="k-dim k-small d-line">
                {[
                  wallIn(Temporal.Instant.from(one.from), one.zone) === time(one.from)
                    ? null
                    : t('calls.theirs', { at: wallIn(Temporal.Instant.from(one.from), one.zone) }),
                  named || !one.mine ? one.agent : null,
                  named && one.agentState === 'offline' ? t('calls.ownerAway') : null,
                  one.whose === 'group' ? t('calls.whose.group') : null,
                  one.note || null,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
            {(one.mine || leads) && (
              <Action size="small" onClick={() => setMoving(one)}>
                {t('calls.move')}
              </Action>
            )}
            {leads && (
              <Action size="small" onClick={() => setGiving(one)}>
                {t('calls.give')}
              </Action>
            )}
          </li>
        ))}
      </ul>
      {moving && <MoveForm callback={moving} onClose={() => setMoving(null)} />}
      {giving && <GiveForm callback={giving} onClose={() => setGiving(null)} />}
    </>
  )
}

/** Another time, or none: each with its reason. The customer's word is not moved by it. */
function MoveForm({ callback, onClose }: { callback: Callback; onClose: () => void }) {
  const t = useWords()
  const move = useCommand(api.calls.moveCallback)
  const drop = useCommand(api.calls.dropCallback)
  const was = Temporal.Instant.from(callback.from).toZonedDateTimeISO(centreZone()).toPlainDateTime()
  const [at, setAt] = useState(was.toString({ smallestUnit: 'minute' }))
  const [why, setWhy] = useState('')
  const instant = at && Temporal.PlainDateTime.from(at).toZonedDateTime(centreZone()).toInstant()
  const done = async (answer: Promise<unknown>) => (await answer) && onClose()
  const missing = why.trim() === '' ? t('calls.whyFirst') : null
  return (
    <Modal
      open
      title={t('calls.moveTitle', { who: callback.customer ?? callback.masked })}
      onCancel={onClose}
      footer={null}
    >
      <div className="k-stack">
        <p className="k-dim">{t('calls.moveWhy')}</p>
        <label className="d-own-time">
          <span>{t('calls.newTime')}</span>
          <input type="datetime-local" value={at} onChange={({ target }) => setAt(target.value)} />
        </label>
        {instant && <p className="k-dim k-small">{t('calls.theirs', { at: wallIn(instant, callback.zone) })}</p>}
        <TextField label={t('calls.why')} value={why} onChange={setWhy} />
        <RefusalPanel refusal={move.refusal ?? drop.refusal} />
        <div className="k-row">
          <Action
            type="primary"
            busy={move.busy}
            disabledReason={instant ? missing : t('calls.newTime')}
            onClick={() => void done(move.run({ callbackId: callback.id, at: String(instant), why }))}
          >
            {t('calls.move')}
          </Action>
          <Action
            danger
            busy={drop.busy}
            disabledReason={missing}
            onClick={() => void done(drop.run({ callbackId: callback.id, why }))}
          >
            {t('calls.drop')}
          </Action>
        </div>
      </div>
    </Modal>
  )
}

/** To another of the group, with the lead: for an owner who is away. */
function GiveForm({ callback, onClose }: { callback: Callback; onClose: () => void }) {
  const t = useWords()
  const give = useCommand(api.calls.giveCallback)
  const read = useQuery(
    api.leads.receivers.queryOptions({ input: { groupId: callback.groupId! }, enabled: callback.groupId !== null }),
  )
  const [to, setTo] = useState<string | null>(null)
  const people = (read.data?.receivers ?? []).filter(({ personId }) => personId !== callback.agentId)
  return (
    <Modal
      open
      title={t('calls.giveTitle', { who: callback.customer ?? callback.masked })}
      onCancel={onClose}
      footer={null}
    >
      <div className="k-stack">
        <p className="k-dim">{t('calls.giveWhy')}</p>
        <Select
          aria-label={t('calls.give')}
          value={to}
          onChange={setTo}
          placeholder={t('calls.giveTo')}
          options={people.map(({ personId, name, away }) => ({
            value: personId,
            label: away ? `${name} · ${t('calls.ownerAway')}` : name,
          }))}
        />
        <RefusalPanel refusal={give.refusal} onClose={give.clear} />
        <div>
          <Action
            type="primary"
            busy={give.busy}
            disabledReason={to ? null : t('calls.giveTo')}
            onClick={async () => (await give.run({ callbackId: callback.id, toAgentId: to! })) && onClose()}
          >
            {t('calls.give')}
          </Action>
        </div>
      </div>
    </Modal>
  )
}
