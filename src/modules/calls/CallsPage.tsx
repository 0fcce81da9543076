import { useQuery } from '@tanstack/react-query'
import { Drawer, Input, Select } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { DayField, Field, TextField } from '../../ui/Field.tsx'
import { day, dayAndTime, seconds, time, timeToSecond } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { AllCallbacks, OwedPanel, OwnDayPanel } from './cards.tsx'
import { canCorrectTo, OUTCOME_NAMES, type Outcome } from './rules.ts'
import './calls.css'

type Call = Awaited<ReturnType<typeof client.calls.recent>>['calls'][number]

/** Calls that were made: one's own of today; for leaders those of everybody below, promises and owed recordings. */
export function CallsPage() {
  const t = useWords()
  const me = useMe()
  const agent = holds(me, ['tsr'])
  const reads = holds(me, ['tl', 'um', 'deptManager', 'deputyGm', 'qualityInspector'])
  return (
    <Page title={t('calls.title')} lead={t('calls.lead.page')}>
      {agent && <OwnDayPanel />}
      {holds(me, ['tl', 'um']) && <AllCallbacks />}
      {agent && <RecentCalls most={1000} />}
      {reads && <CallsOfSomebody />}
      {reads && <OwedPanel />}
    </Page>
  )
}

/** The own calls of today; each can be opened and, on the same day, corrected. */
export function RecentCalls({ most = 30 }: { most?: number }) {
  const t = useWords()
  const read = useQuery(api.calls.recent.queryOptions({ input: { most } }))
  return (
    <Panel title={t('calls.recent')}>
      <Loaded read={read}>
        {({ calls }) => (
          <CallTable
            calls={calls}
            empty={<Empty title={t('calls.noCalls')}>{t('calls.noCallsWhy')}</Empty>}
            correctable
          />
        )}
      </Loaded>
    </Panel>
  )
}

const said = ({ outcome, lineResult }: Pick<Call, 'outcome' | 'lineResult'>) =>
  outcome === 'notReached' ? `calls.line.${lineResult}` : `calls.outcome.${outcome}`

/** Talk and who says so: the switch where it has measured the call, else the agent's own clicks. */
function Talk({ of: { talkSeconds, talkSecondsFirst, measuredBy, unanswered } }: { of: Call }) {
  const t = useWords()
  const first = talkSecondsFirst !== talkSeconds && t('calls.talkFirst', { talk: seconds(talkSecondsFirst) })
  const said = [t(`ui.measured.${measuredBy}`), first, unanswered && t('calls.unanswered')].filter(Boolean)
  return (
    <span className="k-digits">
      {seconds(talkSeconds)} <span className="k-dim k-small">{said.join(' · ')}</span>
    </span>
  )
}

function CallTable({
  calls,
  empty,
  correctable = false,
}: {
  calls: readonly Call[] | undefined
  empty: React.ReactNode
  correctable?: boolean
}) {
  const t = useWords()
  const [open, setOpen] = useState<string | null>(null)
  const columns: Column<Call>[] = [
    {
      key: 'at',
      title: t('calls.column.at'),
      value: ({ at }) => at,
      show: ({ at }) => <span className="k-digits">{time(at)}</span>,
      sorted: 'descend',
    },
    { key: 'customer', title: t('calls.column.customer'), value: ({ customer, masked }) => customer ?? masked },
    {
      key: 'outcome',
      title: t('calls.column.outcome'),
      value: (call) => said(call),
      name: (key) => t(String(key)),
      filter: true,
    },
    {
      key: 'talk',
      title: t('calls.column.talk'),
      value: ({ talkSeconds }) => talkSeconds,
      show: (call) => <Talk of={call} />,
      align: 'right',
    },
    {
      key: 'why',
      title: t('calls.column.why'),
      value: ({ why }) => why,
      name: (why) => t(`calls.kindOf.${why}`),
      filter: true,
      minor: true,
    },
    { key: 'note', title: t('calls.column.note'), value: ({ note }) => note, minor: true },
  ]
  return (
    <>
      <Table
        rows={calls}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('calls.recent')}
        empty={empty}
        search
        onRow={({ id }) => setOpen(id)}
        pageSize={20}
      />
      {open && <CallDrawer id={open} correctable={correctable} onClose={() => setOpen(null)} />}
    </>
  )
}

/** One call: what its line did, what was said, and what was corrected beside it. */
function CallDrawer({ id, correctable, onClose }: { id: string; correctable: boolean; onClose: () => void }) {
  const t = useWords()
  const read = useQuery(api.calls.call.queryOptions({ input: { id } }))
  return (
    <Drawer open onClose={onClose} size={460} title={t('calls.call')}>
      <Loaded read={read}>
        {(call) => (
          <div className="k-stack">
            <dl className="k-facts">
              <dt>{t('calls.column.at')}</dt>
              <dd className="k-digits">
                {dayAndTime(call.at)} {call.syntheticDate && `· ${t('calls.syntheticDate')}`}
              </dd>
              <dt>{t('calls.column.customer')}</dt>
              <dd>
                {call.customer} <span className="k-digits">{call.masked}</span>
              </dd>
              <dt>{t('calls.agent')}</dt>
              <dd>{[call.agent, call.seat].filter(Boolean).join(' · ')}</dd>
              <dt>{t('calls.column.outcome')}</dt>
              <dd>
                {t(said(call))}
                {call.outcome !== call.outcomeFirst &&
                  ` (${t('calls.first', { outcome: t(`calls.outcome.${call.outcomeFirst}`) })})`}
              </dd>
              <dt>{t('calls.seconds')}</dt>
              <dd className="k-digits">
                {t('calls.rang', { ring: seconds(call.ringSeconds), wrap: seconds(call.wrapSeconds) })}
                <br />
                <Talk of={call} />
              </dd>
              <dt>{t('calls.recording')}</dt>
              <dd>{t(`calls.recording.${call.recording}`)}</dd>
              <dt>{t('calls.note')}</dt>
              <dd>{call.note || '–'}</dd>
            </dl>
            <h3>{t('calls.lineDid')}</h3>
            <ol className="d-history">
              {call.line.map(({ at, state, cause, measuredBy }) => (
                <li key={`${at} ${state}`}>
                  <span className="k-digits">{timeToSecond(at)}</span> {t(`calls.lineState.${state}`)}
                  {cause && ` · ${t(`calls.line.${cause}`)}`}{' '}
                  <span className="k-dim k-small">{t(`ui.measured.${measuredBy}`)}</span>
                </li>
              ))}
            </ol>
            {call.corrections.length > 0 && <h3>{t('calls.corrections')}</h3>}
            <ol className="d-history">
              {call.corrections.map((one) => (
                <li key={`${one.at} ${one.field}`}>
                  <span className="k-digits">{dayAndTime(one.at)}</span> {one.by}:{' '}
                  {one.field === 'outcome'
                    ? `${t(`calls.outcome.${one.before}`)} → ${t(`calls.outcome.${one.after}`)}`
                    : t('calls.note')}{' '}
                  · {one.why}
                </li>
              ))}
            </ol>
            {correctable && <CorrectForm call={call} />}
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

/** Puts right what was recorded: both stay to be seen. */
function CorrectForm({ call }: { call: Call }) {
  const t = useWords()
  const correct = useCommand(api.calls.correct)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [note, setNote] = useState(call.note)
  const [why, setWhy] = useState('')
  const possible = OUTCOME_NAMES.filter((name) => canCorrectTo(call.lineResult, call.outcome, name).ok)
  const changed = outcome !== null || note !== call.note
  const missing = !changed ? t('calls.nothingChanged') : why.trim() === '' ? t('calls.whyFirst') : null
  return (
    <section className="k-stack">
      <h3>{t('calls.correct')}</h3>
      {possible.length > 0 && (
        <Select<Outcome>
          allowClear
          aria-label={t('calls.column.outcome')}
          placeholder={t('calls.rightOutcome')}
          value={outcome}
          onChange={(next) => setOutcome(next ?? null)}
          options={possible.map((value) => ({ value, label: t(`calls.outcome.${value}`) }))}
        />
      )}
      <Input.TextArea
        aria-label={t('calls.note')}
        value={note}
        maxLength={4000}
        autoSize={{ minRows: 2 }}
        onChange={({ target }) => setNote(target.value)}
      />
      <TextField label={t('calls.why')} value={why} onChange={setWhy} />
      <RefusalPanel refusal={correct.refusal} onClose={correct.clear} />
      <div>
        <Action
          busy={correct.busy}
          disabledReason={missing}
          onClick={async () => {
            const more = { ...(outcome && { outcome }), ...(note !== call.note && { note }) }
            if (!(await correct.run({ callId: call.id, why, ...more }))) return
            setOutcome(null)
            setWhy('')
          }}
        >
          {t('calls.correct')}
        </Action>
      </div>
    </section>
  )
}

/** The rows behind somebody's figures: calls of a person below on a day. */
function CallsOfSomebody() {
  const t = useWords()
  const today = useNow(60).toZonedDateTimeISO(centreZone()).toPlainDate().toString()
  const [agentId, setAgentId] = useState<string | null>(null)
  const [on, setOn] = useState(today)
  const people = useQuery(api.people.persons.queryOptions({ input: { role: 'tsr' } }))
  const read = useQuery(
    api.calls.callsOf.queryOptions({ input: { agentId: agentId!, day: on }, enabled: agentId !== null }),
  )
  return (
    <Panel title={t('calls.ofSomebody')}>
      <div className="k-row">
        <Field label={t('calls.agent')}>
          {(id) => (
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              className="d-person"
              id={id}
              placeholder={t('calls.agent')}
              value={agentId}
              onChange={setAgentId}
              options={(people.data?.persons ?? []).map(({ id, name, staffNo }) => ({
                value: id,
                label: `${name} ${staffNo}`,
              }))}
            />
          )}
        </Field>
        <DayField label={t('calls.day')} value={on} onChange={setOn} />
      </div>
      {agentId && (
        <Loaded read={read}>
          {({ calls, skips }) => (
            <>
              {skips.length > 0 && (
                <p className="k-dim">
                  {t('calls.skipped', { count: skips.length })}{' '}
                  {skips.map(({ at, reason }) => `${time(at)} ${t(`calls.skip.${reason}`)}`).join(t('ui.and'))}
                </p>
              )}
              <CallTable calls={calls} empty={<Empty title={t('calls.noCallsOf', { day: day(on) })} />} />
            </>
          )}
        </Loaded>
      )}
    </Panel>
  )
}
