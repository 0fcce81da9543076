import { PhoneOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Input } from 'antd'
import { type ComponentType, useCallback, useEffect, useRef, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { refresh } from '../../client/queries.ts'
import { useShortcut } from '../../client/shortcuts.ts'
import { newRequestId, useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { dayAndTime } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { Reasons } from '../../ui/Reasons.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { PresenceSwitch } from '../attendance/PresenceSwitch.tsx'
import { MyCallbacks } from './Callbacks.tsx'
import { CallColumn, told } from './CallColumn.tsx'
import { RecentCalls } from './CallsPage.tsx'
import { CustomerColumn, ScriptPanel } from './CustomerColumn.tsx'
import { OwnDayPanel } from './cards.tsx'
import { useAnswered, useWrapUp } from './WrapUp.tsx'
import './calls.css'

export type Desk = Awaited<ReturnType<typeof client.calls.desk>>
/** What a claim brought. */
export type Taken = Awaited<ReturnType<typeof client.calls.next>>

/** What the form of an application is given at the desk. It records sale and call in one, then calls `onDone`. */
export type SaleSlot = {
  readonly tabId: string
  readonly callId: string
  /** The product that the lead is for. */
  readonly productId: string | null
  /** Keys of the script's disclosures that were ticked so far. */
  readonly disclosures: readonly string[]
  readonly note: string
  onDone(): void
  onCancel(): void
}
/** What modules to the right lay onto the desk; put together in app/Desk.tsx. */
export type DeskSlots = {
  readonly Sale?: ComponentType<SaleSlot>
  /** A car dealer's desk: the appointment for a visit. It records appointment and call in one. */
  readonly Visit?: ComponentType<SaleSlot>
  /** Own month, beside the own day. */
  readonly Month?: ComponentType
}

/** Milliseconds until the gate is asked again about what lies in preview. */
const AGAIN = 20_000

const KEPT = 'kaibo.desk.tab'

/** This tab's id, the same after a reload. */
function ownTab(): string {
  const kept = sessionStorage.getItem(KEPT)
  if (kept) return kept
  const id = newRequestId()
  sessionStorage.setItem(KEPT, id)
  return id
}

/** Holds the tab's id for as long as it is open; a tab that was duplicated with its storage takes another one. */
function useTab(): string {
  const [tabId, setTabId] = useState(ownTab)
  useEffect(() => {
    if (!navigator.locks) return
    const gone = new AbortController()
    navigator.locks
      .request(`${KEPT}.${tabId}`, { ifAvailable: true }, async (lock) => {
        if (!lock) {
          sessionStorage.removeItem(KEPT)
          setTabId(ownTab())
          return
        }
        await new Promise<void>((done) => gone.signal.addEventListener('abort', () => done()))
      })
      .catch(() => undefined)
    return () => gone.abort()
  }, [tabId])
  return tabId
}

/** The desk of an agent: customer and history, the call, the script. Worked by keyboard alone. */
export function DeskPage({ slots = {} }: { slots?: DeskSlots }) {
  const t = useWords()
  const tabId = useTab()
  const read = useQuery({
    ...api.calls.desk.queryOptions({ input: {} }),
    // What stands against a dial passes with time, and no news tells of it.
    refetchInterval: ({ state }) => (state.data?.step === 'preview' ? AGAIN : false),
  })
  const open = useCommand(api.calls.open)
  const { run } = open
  /** The house has said whether this tab may work the desk: before, a press on "take over" would go nowhere. */
  const [asked, setAsked] = useState(false)
  const enter = useCallback(
    async (takeOver: boolean) => {
      if (await run({ tabId, takeOver })) await refresh('calls')
      setAsked(true)
    },
    [run, tabId],
  )
  useEffect(() => void enter(false), [enter])
  return (
    <Page
      title={t('calls.desk')}
      clause="S4.4.3"
      actions={
        <div className="d-presence">
          <PresenceSwitch small />
        </div>
      }
    >
      <Loaded read={read} rows={10}>
        {(desk) =>
          desk.tabId === tabId ? (
            <OpenDesk desk={desk} tabId={tabId} slots={slots} />
          ) : (
            asked &&
            desk.tabId !== null && (
              <Elsewhere since={desk.tabSince} busy={open.busy} takeOver={() => void enter(true)} />
            )
          )
        }
      </Loaded>
    </Page>
  )
}

/** Another tab works this desk: one desk, one call. */
function Elsewhere({ since, busy, takeOver }: { since: string | null; busy: boolean; takeOver: () => void }) {
  const t = useWords()
  return (
    <Panel title={t('calls.elsewhere')}>
      <p>{t('calls.elsewhereWhy', { at: since ? dayAndTime(since) : '' })}</p>
      <div>
        <Action type="primary" busy={busy} onClick={takeOver} autoFocus>
          {t('calls.takeOver')}
        </Action>
      </div>
    </Panel>
  )
}

function OpenDesk({ desk: known, tabId, slots }: { desk: Desk; tabId: string; slots: DeskSlots }) {
  const [taken, setTaken] = useState<Taken | null>(null)
  const { shown: desk, answer, refusal } = useAnswered(known, tabId)
  const wrap = useWrapUp(desk, tabId, setTaken)
  if (desk.step === 'idle')
    return (
      <div className="d-idle">
        <Idle desk={desk} tabId={tabId} taken={taken} setTaken={setTaken} />
        <div className="k-stack">
          <MyCallbacks />
        </div>
        <div className="k-stack">
          <OwnDayPanel />
          {slots.Month && <slots.Month />}
          <RecentCalls />
        </div>
      </div>
    )
  return (
    <div className="d-columns">
      <CustomerColumn desk={desk} tabId={tabId} />
      <CallColumn {...{ desk, tabId, wrap, setTaken, slots, refusal }} onAnswered={() => void wrap.first(answer())} />
      <ScriptPanel desk={desk} wrap={wrap} />
    </div>
  )
}

/** Nothing on the desk: the next lead by one key, or why there is none; and a customer who rings in. */
function Idle({
  desk,
  tabId,
  taken,
  setTaken,
}: {
  desk: Desk
  tabId: string
  /** What the last claim brought, where it brought nothing. */
  taken: Taken | null
  setTaken: (taken: Taken | null) => void
}) {
  const t = useWords()
  const next = useCommand(api.calls.next)
  const go = async () => {
    const answer = await next.run({ tabId })
    if (!answer) return
    setTaken(answer.output.taken ? null : answer.output)
    await refresh('calls')
  }
  useShortcut('n', t('calls.next'), () => void go())
  useShortcut('Enter', t('calls.next'), () => void go())
  const none = taken && !taken.taken && taken.forbidden.length === 0
  return (
    <Panel title={t('calls.nextTitle')}>
      <div>
        <Action
          type="primary"
          size="large"
          shortcut="N"
          busy={next.busy}
          icon={<PhoneOutlined aria-hidden />}
          onClick={() => void go()}
        >
          {t('calls.next')}
        </Action>
      </div>
      <RefusalPanel
        refusal={next.refusal ?? (taken && taken.forbidden.length > 0 ? told(taken.forbidden) : null)}
        onClose={() => {
          next.clear()
          setTaken(null)
        }}
      />
      {none && (
        <div className="k-stack" role="status">
          <strong>{taken.waiting > 0 ? t('calls.noneCallable', { count: taken.waiting }) : t('calls.noneDue')}</strong>
          {taken.reasons.length > 0 ? (
            <Reasons of={told(taken.reasons)} />
          ) : (
            <p className="k-dim">{t('calls.noneDueWhy')}</p>
          )}
        </div>
      )}
      {!desk.line.recordingReady || !desk.line.callerIdApproved ? (
        <p className="k-dim">
          <Mark tone="warn">{t('calls.lineNotReady')}</Mark>
        </p>
      ) : null}
      <Inbound tabId={tabId} />
    </Panel>
  )
}

/** Who rings in, by the number on the telephone: own customers alone are found. */
function Inbound({ tabId }: { tabId: string }) {
  const t = useWords()
  const look = useCommand(api.calls.lookUp)
  const start = useCommand(api.calls.startInbound)
  const [number, setNumber] = useState('')
  const [found, setFound] = useState<Awaited<ReturnType<typeof look.run>>>(null)
  const field = useRef<HTMLDivElement>(null)
  useShortcut('i', t('calls.inbound'), () => field.current?.querySelector('input')?.focus())
  const ask = async () => {
    if (number.trim() !== '') setFound(await look.run({ number }))
  }
  return (
    <div ref={field} className="d-inbound">
      <h3>
        {t('calls.inbound')} <kbd className="k-key">I</kbd>
      </h3>
      <Input.Search
        value={number}
        maxLength={40}
        inputMode="tel"
        aria-label={t('calls.inboundNumber')}
        placeholder={t('calls.inboundNumber')}
        enterButton={t('calls.lookUp')}
        loading={look.busy}
        onChange={({ target }) => setNumber(target.value)}
        onSearch={() => void ask()}
      />
      <RefusalPanel
        refusal={look.refusal ?? start.refusal}
        onClose={() => {
          look.clear()
          start.clear()
        }}
      />
      {found?.output.callers.length === 0 && <p className="k-dim">{t('calls.nobody')}</p>}
      <ul className="k-list">
        {found?.output.callers.map(({ customerId, phoneId, name, masked, lastCallAt }) => (
          <li key={customerId} className="k-row">
            <span className="k-grow">
              <strong>{name ?? masked}</strong> <span className="k-dim k-digits">{masked}</span>{' '}
              {lastCallAt && (
                <span className="k-dim k-small">{t('calls.lastCall', { at: dayAndTime(lastCallAt) })}</span>
              )}
            </span>
            <Action
              type="primary"
              busy={start.busy}
              onClick={async () => (await start.run({ tabId, customerId, phoneId })) && refresh('calls')}
            >
              {t('calls.answerInbound')}
            </Action>
          </li>
        ))}
      </ul>
    </div>
  )
}
