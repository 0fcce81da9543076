import { PhoneOutlined } from '@ant-design/icons'
import { Dropdown } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import { api } from '../../client/api.ts'
import { refresh } from '../../client/queries.ts'
import { useShortcut } from '../../client/shortcuts.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import type { Reason } from '../../lib/verdict.ts'
import { Action } from '../../ui/Action.tsx'
import { dayAndTime } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import { Reasons } from '../../ui/Reasons.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Running } from '../../ui/Running.tsx'
import type { Desk, DeskSlots, Taken } from './DeskPage.tsx'
import { canSkip, SKIP_REASONS } from './rules.ts'
import { LineEnds, Note, RecordActs, type Wrap, WrapUp } from './WrapUp.tsx'

/** Reasons as they came over the wire. */
export const told = (reasons: Desk['time']['reasons']) => reasons as readonly Reason[]

type ColumnProps = {
  readonly desk: Desk
  readonly tabId: string
  readonly wrap: Wrap
  /** Keeps what a claim brought, where it brought nothing. */
  setTaken(taken: Taken | null): void
  readonly slots: DeskSlots
  /** The customer has taken the call. */
  onAnswered(): void
  /** What was said to that. */
  readonly refusal: readonly Reason[] | null
}

/** The middle of the desk: next, preview, the running call, the wrap-up. */
export function CallColumn({ desk, tabId, wrap, setTaken, slots, onAnswered, refusal }: ColumnProps) {
  const t = useWords()
  const call = useCommand(api.calls.dial)
  const [shown, setShown] = useState<{ callId: string; number: string | null } | null>(null)
  const { run, clear } = call
  // biome-ignore lint/correctness/useExhaustiveDependencies: a refusal belongs to the call it was said of
  useEffect(() => clear(), [desk.callId, clear])
  const dial = useCallback(
    async (phoneId: string) => {
      const answer = await run({ tabId, phoneId })
      if (answer) setShown({ callId: answer.output.callId, number: answer.output.number })
      await refresh('calls')
    },
    [run, tabId],
  )
  // A reloaded page, or an answer that was lost on its way, asks for the number of the open dial once more, and only once.
  const asked = useRef<string | null>(null)
  const lost = desk.step === 'dialling' && shown?.callId !== desk.callId && !call.busy
  useEffect(() => {
    if (!lost || !desk.phoneId || asked.current === desk.callId) return
    asked.current = desk.callId
    void dial(desk.phoneId)
  }, [lost, desk.callId, desk.phoneId, dial])
  const number = shown?.callId === desk.callId ? shown?.number : null
  return (
    <section className="k-panel d-call" aria-label={t('calls.call')}>
      <CallBar desk={desk} number={number ?? null} />
      <RefusalPanel refusal={call.refusal} onClose={call.clear} />
      {desk.step === 'preview' && (
        <Preview
          key={desk.callId}
          desk={desk}
          tabId={tabId}
          dial={dial}
          busy={call.busy}
          refused={call.refusal !== null}
          setTaken={setTaken}
        />
      )}
      {desk.step === 'dialling' && <Dialling onAnswered={onAnswered} refusal={refusal} wrap={wrap} />}
      {(desk.step === 'talking' || desk.step === 'wrapUp') && (
        <>
          {desk.step === 'talking' && <HangUp tabId={tabId} wrap={wrap} />}
          <WrapUp desk={desk} tabId={tabId} wrap={wrap} slots={slots} />
        </>
      )}
    </section>
  )
}

/** A whole number in groups that can be read while dialling; of China without its country code. */
const grouped = (e164: string): string =>
  e164.startsWith('+86')
    ? e164.slice(3).replace(/^(1\d\d)(\d{4})(\d{4})$/, '$1 $2 $3')
    : e164.replace(/(\d{1,4})(?=(\d{4})+$)/g, '$1 ')

/** What is done now, with its running clock, and the number while it is on the line. */
function CallBar({ desk, number }: { desk: Desk; number: string | null }) {
  const t = useWords()
  const since =
    desk.step === 'preview'
      ? desk.claimedAt
      : desk.step === 'dialling'
        ? desk.dialledAt
        : desk.step === 'talking'
          ? (desk.answeredAt ?? desk.dialledAt)
          : desk.endedAt
  const masked = desk.numbers.find(({ id }) => id === desk.phoneId)?.masked
  const onLine = desk.step === 'dialling' || desk.step === 'talking'
  return (
    <header className={`d-bar d-step-${desk.step}`}>
      <div className="d-bar-row">
        <span className="d-step" role="status">
          {t(`calls.step.${desk.step}`)}
        </span>
        <span className="d-clock">{since && <Running since={since} />}</span>
      </div>
      <div className="d-bar-row">
        <span className={onLine ? 'd-number k-digits' : 'k-digits'}>{onLine && number ? grouped(number) : masked}</span>
        {onLine && desk.line.callerId && (
          <span className="k-dim k-small">
            {t('calls.lineOut', { seat: desk.line.seat, callerId: desk.line.callerId })}
          </span>
        )}
      </div>
      {desk.why && (
        <p className="k-dim">
          {t(`calls.why.${desk.why}`, {
            at: desk.callback ? dayAndTime(desk.callback.from) : '',
            number: (desk.lead?.tries ?? 0) + 1,
            of: desk.lead?.planned ?? 0,
          })}
          {desk.callback?.note && ` · ${desk.callback.note}`}
        </p>
      )}
    </header>
  )
}

/** Whom to call and at which number, before anything is dialled: what stands against each, and the ways on. */
function Preview({
  desk,
  tabId,
  dial,
  busy,
  refused,
  setTaken,
}: {
  desk: Desk
  tabId: string
  dial: (phoneId: string) => Promise<void>
  busy: boolean
  refused: boolean
  setTaken: (taken: Taken | null) => void
}) {
  const t = useWords()
  const skip = useCommand(api.calls.skip)
  const next = useCommand(api.calls.next)
  const [chosen, setChosen] = useState(desk.phoneId)
  const at = Math.max(
    0,
    desk.numbers.findIndex(({ id }) => id === chosen),
  )
  const phone = desk.numbers[at]
  const move = (step: number) =>
    setChosen(desk.numbers[(at + step + desk.numbers.length) % desk.numbers.length]?.id ?? null)
  const several = desk.numbers.length > 1
  useShortcut('ArrowDown', t('calls.otherNumber'), () => move(1), several)
  useShortcut('ArrowUp', t('calls.otherNumber'), () => move(-1), several)
  const gate = phone?.verdict && !phone.verdict.allow ? told(phone.verdict.reasons) : null
  const why = desk.time.ok ? gate : told(desk.time.reasons)
  const go = () => phone && why === null && void dial(phone.id)
  useShortcut('Enter', t('calls.dial'), () => void go())
  useShortcut('d', t('calls.dial'), () => void go())
  const nobody = !desk.time.ok || desk.numbers.every(({ verdict }) => verdict && !verdict.allow)
  const after = async () => {
    const answer = await next.run({ tabId })
    if (answer) setTaken(answer.output.taken ? null : answer.output)
    await refresh('calls')
  }
  useShortcut('n', t('calls.leave'), () => void after(), nobody)
  const pass = async (reason: (typeof SKIP_REASONS)[number]) => {
    const answer = await skip.run({ tabId, reason })
    if (!answer) return
    setTaken(answer.output.taken ? null : answer.output)
    await refresh('calls')
  }
  const skippable = canSkip(desk.why ?? '', desk.skips.made, desk.skips.max)
  return (
    <div className="k-stack">
      <ul className="d-numbers">
        {desk.numbers.map((one) => (
          <li key={one.id}>
            <label className={one.id === phone?.id ? 'd-number-choice chosen' : 'd-number-choice'}>
              <input type="radio" name="number" checked={one.id === phone?.id} onChange={() => setChosen(one.id)} />
              <span className="k-digits">{one.masked}</span>
              <span className="k-dim k-small">
                {[
                  one.kind && t(`calls.kind.${one.kind}`),
                  one.homeRegion && t([`region.CN.${one.homeRegion}`, 'calls.abroad']),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              {one.verdict && (
                <Mark tone={one.verdict.allow ? 'good' : 'bad'}>
                  {t(one.verdict.allow ? 'calls.callable' : 'calls.notCallable')}
                </Mark>
              )}
            </label>
          </li>
        ))}
      </ul>
      {why !== null && !refused && <RefusalPanel refusal={why} />}
      {phone?.verdict?.allow && phone.verdict.notes.length > 0 && <Reasons of={told(phone.verdict.notes)} />}
      <RefusalPanel
        refusal={skip.refusal ?? next.refusal}
        onClose={() => {
          skip.clear()
          next.clear()
        }}
      />
      <div className="k-row">
        <Action
          type="primary"
          size="large"
          shortcut="Enter"
          icon={<PhoneOutlined aria-hidden />}
          busy={busy}
          disabledReason={why}
          onClick={() => void go()}
        >
          {t('calls.dial')}
        </Action>
        {nobody && (
          <Action shortcut="N" busy={next.busy} onClick={() => void after()}>
            {t('calls.leave')}
          </Action>
        )}
        <Dropdown
          trigger={['click']}
          disabled={!skippable.ok}
          menu={{
            items: SKIP_REASONS.map((reason) => ({ key: reason, label: t(`calls.skip.${reason}`) })),
            onClick: ({ key }) => void pass(key as (typeof SKIP_REASONS)[number]),
          }}
        >
          <Action busy={skip.busy} disabledReason={skippable} hint={t('calls.skipHint', desk.skips)}>
            {t('calls.skip')}
          </Action>
        </Dropdown>
      </div>
    </div>
  )
}

/** It rings: answered by the space bar, or how it ended by a digit and Enter. */
function Dialling({ onAnswered, refusal, wrap }: Pick<ColumnProps, 'onAnswered' | 'refusal' | 'wrap'>) {
  const t = useWords()
  useShortcut('Space', t('calls.answered'), onAnswered)
  return (
    <div className="k-stack">
      <div>
        <Action size="large" shortcut="Space" onClick={onAnswered}>
          {t('calls.answered')}
        </Action>
      </div>
      <RefusalPanel refusal={refusal} />
      <LineEnds wrap={wrap} />
      {wrap.lineResult && <Note wrap={wrap} />}
      <RecordActs wrap={wrap} />
    </div>
  )
}

function HangUp({ tabId, wrap }: { tabId: string; wrap: Wrap }) {
  const t = useWords()
  const hangUp = useCommand(api.calls.hangUp)
  const end = async () => {
    if (await wrap.first(hangUp.run({ tabId, lineResult: 'answered' }))) await refresh('calls')
  }
  useShortcut('h', t('calls.hangUp'), () => void end())
  return (
    <div>
      <Action shortcut="H" busy={hangUp.busy} onClick={() => void end()}>
        {t('calls.hangUp')}
      </Action>
      <RefusalPanel refusal={hangUp.refusal} onClose={hangUp.clear} />
    </div>
  )
}
