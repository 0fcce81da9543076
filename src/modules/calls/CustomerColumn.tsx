import { Checkbox, Input } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { useMe } from '../../client/me.ts'
import { refresh } from '../../client/queries.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { day, dayAndTime, seconds } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { useSaid, Words } from '../../ui/Words.tsx'
import { filled } from '../catalog/rules.ts'
import { wallIn } from './Callbacks.tsx'
import type { Desk } from './DeskPage.tsx'
import type { Wrap } from './WrapUp.tsx'

/** Who is called: the person, the lead and everybody who ever spoke with him. */
export function CustomerColumn({ desk, tabId }: { desk: Desk; tabId: string }) {
  return (
    <div className="k-stack d-customer">
      <CustomerCard desk={desk} tabId={tabId} />
      <LeadPanel desk={desk} />
      <History desk={desk} />
    </div>
  )
}

function CustomerCard({ desk, tabId }: { desk: Desk; tabId: string }) {
  const t = useWords()
  const now = useNow(30)
  const { customer } = desk
  if (!customer) return null
  const today = now.toZonedDateTimeISO(centreZone()).toPlainDate()
  const age =
    customer.birthday && Temporal.PlainDate.from(customer.birthday).until(today, { largestUnit: 'year' }).years
  const theirs = wallIn(now, customer.zone)
  const about = [
    customer.gender && t([`calls.gender.${customer.gender}`, 'calls.gender.other']),
    age && t('calls.age', { age }),
    customer.region && t([`region.CN.${customer.region}`, 'calls.abroad']),
  ].filter(Boolean)
  const facts = Object.entries(customer.facts).filter(([, value]) => value !== null && value !== '')
  return (
    <Panel
      title={customer.name ?? t('calls.noName')}
      side={<span className="k-digits">{t('calls.theirTime', { at: theirs })}</span>}
    >
      <p className="k-dim">{about.join(' · ')}</p>
      <div className="k-row">
        {customer.vulnerable && <Mark tone="warn">{t('calls.vulnerable')}</Mark>}
        {customer.consent ? (
          <Mark tone="good">
            {customer.consent.expiresAt
              ? t('calls.consentUntil', { at: dayAndTime(customer.consent.expiresAt) })
              : t('calls.consent')}
          </Mark>
        ) : (
          <Mark tone="warn">{t('calls.noConsent')}</Mark>
        )}
        {customer.wish && (
          <Mark tone="calm">{t('calls.wish', { open: customer.wish.map((one) => one.join('–')).join(', ') })}</Mark>
        )}
      </div>
      {facts.length > 0 && (
        <dl className="d-facts">
          {facts.map(([header, value]) => (
            <div key={header}>
              <dt>{header}</dt>
              <dd>{String(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <AddNumber tabId={tabId} />
    </Panel>
  )
}

/** One more number, as the customer names it. */
function AddNumber({ tabId }: { tabId: string }) {
  const t = useWords()
  const add = useCommand(api.calls.addNumber)
  const [number, setNumber] = useState<string | null>(null)
  if (number === null)
    return (
      <div>
        <Action type="link" size="small" className="d-quiet" onClick={() => setNumber('')}>
          {t('calls.addNumber')}
        </Action>
      </div>
    )
  return (
    <div className="k-stack">
      <Input.Search
        autoFocus
        value={number}
        maxLength={40}
        inputMode="tel"
        aria-label={t('calls.addNumber')}
        enterButton={t('calls.add')}
        loading={add.busy}
        onChange={({ target }) => setNumber(target.value)}
        onSearch={async () => {
          if (!(await add.run({ tabId, number }))) return
          setNumber(null)
          await refresh('calls')
        }}
      />
      <RefusalPanel refusal={add.refusal} onClose={add.clear} />
    </div>
  )
}

function LeadPanel({ desk }: { desk: Desk }) {
  const t = useWords()
  const { lead } = desk
  if (!lead) return null
  return (
    <Panel title={t('calls.lead')}>
      <dl className="d-facts">
        <div>
          <dt>{t('calls.product')}</dt>
          <dd>{lead.product ? <Words of={lead.product} /> : '–'}</dd>
        </div>
        <div>
          <dt>{t('calls.batch')}</dt>
          <dd>
            {lead.batch} <Mark>{t('calls.grade', { grade: lead.grade })}</Mark>
          </dd>
        </div>
        <div>
          <dt>{t('calls.tries')}</dt>
          <dd className="k-digits">
            {t('calls.triesOf', { made: lead.tries, planned: lead.planned })}
            {lead.round > 1 && ` · ${t('calls.round', { round: lead.round, rounds: lead.rounds })}`}
          </dd>
        </div>
        {lead.renewalExpiresOn && (
          <div>
            <dt>{t('calls.renewal')}</dt>
            <dd>{day(lead.renewalExpiresOn)}</dd>
          </div>
        )}
        <div>
          <dt>{t('calls.holders')}</dt>
          <dd>
            {lead.holders
              .map(
                ({ holder, person, group, from }) =>
                  `${person ?? group ?? t(`calls.holder.${holder}`)} ${dayAndTime(from)}`,
              )
              .join(' → ')}
          </dd>
        </div>
      </dl>
    </Panel>
  )
}

/** Every call with this customer, whoever made it, with what was noted. */
function History({ desk }: { desk: Desk }) {
  const t = useWords()
  return (
    <Panel
      title={t('calls.history')}
      side={<span className="k-dim k-small">{t('calls.historyCount', { count: desk.history.length })}</span>}
    >
      {desk.history.length === 0 ? (
        <p className="k-dim">{t('calls.noHistory')}</p>
      ) : (
        <ol className="d-history">
          {desk.history.map((call) => (
            <li key={call.id}>
              <span className="d-line">
                <strong className="k-digits">{dayAndTime(call.at)}</strong>
                <Mark tone={call.outcome === 'notReached' ? 'plain' : 'calm'}>
                  {call.outcome === 'notReached'
                    ? t(`calls.line.${call.lineResult}`)
                    : t(`calls.outcome.${call.outcome}`)}
                </Mark>
                <span className="k-dim k-small">
                  {call.mine ? t('calls.me') : call.agent}
                  {call.talkSeconds > 0 && ` · ${seconds(call.talkSeconds)}`}
                  {call.direction === 'inbound' && ` · ${t('calls.inbound')}`}
                </span>
              </span>
              {call.note && <p>{call.note}</p>}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}

/** What to say, with the fields filled in, and the disclosures to tick as they are read. */
export function ScriptPanel({ desk, wrap }: { desk: Desk; wrap: Wrap }) {
  const t = useWords()
  const said = useSaid()
  const me = useMe()
  const { script, lead, customer } = desk
  if (!script)
    return (
      <Panel title={t('calls.script')}>
        <Empty title={t('calls.noScript')}>{t('calls.noScriptWhy')}</Empty>
      </Panel>
    )
  const values = {
    customer: customer?.name ?? t('calls.dearCustomer'),
    agent: me.person.name,
    centre: me.centre.name,
    product: lead?.product ? said(lead.product) : '',
  }
  const ticked = wrap.form.disclosures
  const tick = (key: string) =>
    wrap.set({ disclosures: ticked.includes(key) ? ticked.filter((one) => one !== key) : [...ticked, key] })
  return (
    <div className="k-stack d-script">
      <Panel
        title={t('calls.script')}
        side={<span className="k-dim k-small">{t('calls.scriptNumber', { number: script.number })}</span>}
      >
        {script.sections.map(({ key, title, text }) => (
          <section key={key} className="d-section">
            <h3>{said(title)}</h3>
            <p>{filled(said(text), values)}</p>
          </section>
        ))}
      </Panel>
      {script.disclosures.length > 0 && (
        <Panel
          title={t('calls.disclosures')}
          side={
            <Mark tone={ticked.length >= script.disclosures.length ? 'good' : 'plain'}>
              {t('calls.disclosed', { made: ticked.length, of: script.disclosures.length })}
            </Mark>
          }
        >
          <ul className="d-disclosures">
            {script.disclosures.map(({ key, text }) => (
              <li key={key}>
                <Checkbox checked={ticked.includes(key)} disabled={desk.step === 'preview'} onChange={() => tick(key)}>
                  {filled(said(text), values)}
                </Checkbox>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  )
}
