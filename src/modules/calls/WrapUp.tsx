import { Input } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { api } from '../../client/api.ts'
import { centreNow } from '../../client/clock.ts'
import { useDraft } from '../../client/draft.ts'
import { refresh } from '../../client/queries.ts'
import { useShortcut } from '../../client/shortcuts.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Agreed, CallbackForm } from './Callbacks.tsx'
import type { Desk, DeskSlots, Taken } from './DeskPage.tsx'
import {
  canRecord,
  LINE_RESULT_NAMES,
  LINE_RESULTS,
  type LineResult,
  OUTCOME_NAMES,
  OUTCOMES,
  type Outcome,
} from './rules.ts'

type Form = {
  readonly lineResult: LineResult | null
  readonly outcome: Outcome | null
  readonly note: string
  readonly disclosures: readonly string[]
  readonly callback: Agreed
}

const EMPTY: Form = {
  ...{ lineResult: null, outcome: null, note: '', disclosures: [] },
  callback: { at: null, whose: 'mine', note: '' },
}

/** Seconds after the last change until a half-written wrap-up is kept by the house as well. */
const KEEP_AFTER = 2000

/** The wrap-up of the call at the desk: its form, kept through reloads and other tabs, and the recording. */
export function useWrapUp(desk: Desk, tabId: string, onTaken: (taken: Taken | null) => void) {
  const callId = desk.callId ?? ''
  const initial = { ...EMPTY, ...(desk.draft as Partial<Form>) }
  const draft = useDraft<Form>(`calls.wrapUp.${callId}`, initial)
  const record = useCommand(api.calls.record)
  const save = useCommand(api.calls.saveDraft)
  const form = draft.value
  // What is on its way to the house about this call; the recording goes after it, however fast somebody types.
  const underWay = useRef<Promise<unknown>>(Promise.resolve())
  const changed = useRef(false)
  const { run: keep } = save
  useEffect(() => {
    if (!changed.current || !callId) return
    const timer = setTimeout(() => {
      changed.current = false
      void keep({ tabId, callId, draft: form })
    }, KEEP_AFTER)
    return () => clearTimeout(timer)
  }, [form, callId, tabId, keep])

  const reached =
    desk.step === 'talking' || desk.step === 'wrapUp' || (form.outcome !== null && OUTCOMES[form.outcome].human)
  // What rang and was not taken has no outcome but that; what was taken ended in the ordinary way unless it broke off.
  const lineResult = form.lineResult ?? (reached ? 'answered' : null)
  const outcome = lineResult && !LINE_RESULTS[lineResult].reached ? 'notReached' : form.outcome
  const needsTime = outcome !== null && OUTCOMES[outcome].callback
  const verdict =
    lineResult && outcome ? canRecord(lineResult, outcome, { given: needsTime && form.callback.at !== null }) : null
  const ready = verdict?.ok === true && !OUTCOMES[outcome!].sale && !OUTCOMES[outcome!].visit

  const set = (more: Partial<Form>) => {
    changed.current = true
    draft.set((before) => ({ ...before, ...more }))
  }
  const clear = async () => {
    draft.clear()
    await refresh('calls')
  }
  const send = async (thenNext: boolean) => {
    if (!ready || !lineResult || !outcome) return
    const { at, whose, note } = form.callback
    await underWay.current
    const answer = await record.run({
      ...{ tabId, callId, lineResult, outcome, note: form.note, disclosures: [...form.disclosures], thenNext },
      callback: needsTime && at ? { at, whose, note } : null,
    })
    if (!answer) return
    onTaken(answer.output.next)
    await clear()
  }
  /** The recording waits for this. */
  const first = <T,>(work: Promise<T>): Promise<T> => {
    underWay.current = work.catch(() => undefined)
    return work
  }
  return { form, set, lineResult, outcome, needsTime, verdict, ready, send, clear, record, first }
}
export type Wrap = ReturnType<typeof useWrapUp>

/**
 * "Answered" shows at once, before the house has said yes: whoever goes on typing means what was said, and no longer how the
 * line ended.
 */
export function useAnswered(desk: Desk, tabId: string) {
  const answered = useCommand(api.calls.answered)
  const [said, setSaid] = useState<{ callId: string; at: string } | null>(null)
  const ahead = said !== null && said.callId === desk.callId && desk.step === 'dialling'
  const answer = async () => {
    setSaid({ callId: desk.callId!, at: centreNow().toString() })
    const done = await answered.run({ tabId })
    if (!done) setSaid(null)
    await refresh('calls')
  }
  const shown: Desk = ahead ? { ...desk, step: 'talking', answeredAt: said.at } : desk
  return { shown, answer, refusal: answered.refusal }
}

/** How the line ended, while it rings: each by its digit. */
export function LineEnds({ wrap }: { wrap: Wrap }) {
  const ends = LINE_RESULT_NAMES.filter((name) => LINE_RESULTS[name].hotkey !== null)
  return (
    <div className="d-choices">
      {ends.map((name) => (
        <Choice
          key={name}
          hotkey={LINE_RESULTS[name].hotkey!}
          words={`calls.line.${name}`}
          chosen={wrap.lineResult === name}
          choose={() => wrap.set({ lineResult: name, outcome: null })}
        />
      ))}
    </div>
  )
}

/** What the customer said: each by its digit; times for a callback by theirs once one is named. */
function Outcomes({ wrap, sale, visit }: { wrap: Wrap; sale: boolean; visit: boolean }) {
  const said = OUTCOME_NAMES.filter(
    (name) => OUTCOMES[name].human && (sale || !OUTCOMES[name].sale) && (visit || !OUTCOMES[name].visit),
  )
  return (
    <div className="d-choices">
      {said.map((name) => (
        <Choice
          key={name}
          hotkey={OUTCOMES[name].hotkey}
          words={`calls.outcome.${name}`}
          chosen={wrap.outcome === name}
          keyed={!wrap.needsTime}
          danger={OUTCOMES[name].doNotCall}
          choose={() => wrap.set({ outcome: name, ...(wrap.lineResult !== 'brokeOff' && { lineResult: null }) })}
        />
      ))}
    </div>
  )
}

function Choice({
  hotkey,
  words,
  chosen,
  keyed = true,
  danger = false,
  choose,
}: {
  hotkey: string
  words: string
  chosen: boolean
  keyed?: boolean
  danger?: boolean
  choose: () => void
}) {
  const t = useWords()
  useShortcut(hotkey, t(words), choose, keyed)
  return (
    <Action
      className={['d-choice', chosen && 'chosen', danger && 'danger'].filter(Boolean).join(' ')}
      aria-pressed={chosen}
      {...(keyed && { shortcut: hotkey })}
      onClick={choose}
    >
      {t(words)}
    </Action>
  )
}

/** The wrap-up: outcome, time of a callback, note, and the one key that records and brings the next lead. */
export function WrapUp({ desk, tabId, wrap, slots }: { desk: Desk; tabId: string; wrap: Wrap; slots: DeskSlots }) {
  const t = useWords()
  const { form, set, outcome, needsTime } = wrap
  const broke = wrap.lineResult === 'brokeOff'
  const notReached = wrap.lineResult !== null && !LINE_RESULTS[wrap.lineResult].reached
  useShortcut('b', t('calls.line.brokeOff'), () => set({ lineResult: broke ? null : 'brokeOff' }))
  useShortcut('Escape', t('calls.otherOutcome'), () =>
    set({ outcome: null, lineResult: null, callback: EMPTY.callback }),
  )
  const Form = outcome === 'sale' ? slots.Sale : outcome === 'appointment' ? slots.Visit : undefined
  if (Form && desk.callId)
    return (
      <Form
        tabId={tabId}
        callId={desk.callId}
        productId={desk.lead?.productId ?? null}
        disclosures={form.disclosures}
        note={form.note}
        onDone={() => void wrap.clear()}
        onCancel={() => set({ outcome: null })}
      />
    )
  return (
    <div className="k-stack">
      <Outcomes wrap={wrap} sale={slots.Sale !== undefined} visit={slots.Visit !== undefined} />
      <div className="k-row">
        <Action
          className={broke ? 'd-choice chosen' : 'd-choice'}
          aria-pressed={broke}
          shortcut="b"
          onClick={() => set({ lineResult: broke ? null : 'brokeOff' })}
        >
          {t('calls.line.brokeOff')}
        </Action>
        {desk.direction === 'outbound' && (
          <Action type="text" onClick={() => set({ outcome: null, lineResult: notReached ? null : 'noAnswer' })}>
            {t(notReached ? 'calls.reachedAfterAll' : 'calls.notReachedAfterAll')}
          </Action>
        )}
      </div>
      {notReached && <LineEnds wrap={wrap} />}
      {needsTime && <CallbackForm desk={desk} value={form.callback} onChange={(callback) => set({ callback })} />}
      <Note wrap={wrap} />
      <RecordActs wrap={wrap} />
    </div>
  )
}

/** The note beside the outcome. Escape leaves the field; Ctrl and Enter records from within it. */
export function Note({ wrap }: { wrap: Wrap }) {
  const t = useWords()
  const field = useRef<HTMLDivElement>(null)
  useShortcut('m', t('calls.note'), () => field.current?.querySelector('textarea')?.focus())
  return (
    <div ref={field} className="d-note">
      <Input.TextArea
        autoSize={{ minRows: 2, maxRows: 8 }}
        maxLength={4000}
        value={wrap.form.note}
        aria-label={t('calls.note')}
        placeholder={t('calls.notePlaceholder')}
        onChange={({ target }) => wrap.set({ note: target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          event.currentTarget.blur()
        }}
      />
    </div>
  )
}

/** Records, and takes the next lead along; or records alone. Off with what is still missing. */
export function RecordActs({ wrap }: { wrap: Wrap }) {
  const t = useWords()
  const missing = wrap.outcome === null ? t('calls.chooseFirst') : wrap.verdict
  const next = () => void wrap.send(true)
  useShortcut('Enter', t('calls.recordNext'), next)
  useShortcut('ctrl+Enter', t('calls.recordNext'), next)
  return (
    <div className="d-acts">
      <RefusalPanel refusal={wrap.record.refusal} onClose={wrap.record.clear} />
      <div className="k-row">
        <Action
          type="primary"
          size="large"
          shortcut="Enter"
          busy={wrap.record.busy}
          disabledReason={wrap.ready ? null : missing}
          onClick={next}
        >
          {t('calls.recordNext')}
        </Action>
        <Action
          busy={wrap.record.busy}
          disabledReason={wrap.ready ? null : missing}
          onClick={() => void wrap.send(false)}
        >
          {t('calls.recordOnly')}
        </Action>
        {wrap.record.waiting && <span className="k-dim">{t('ui.waiting')}</span>}
      </div>
    </div>
  )
}
