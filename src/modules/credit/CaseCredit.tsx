import { useQuery } from '@tanstack/react-query'
import { Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { day, dayAndTime, percent } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import type { CreditProps } from '../sales/SaleDrawer.tsx'
import { OwnMark, PolicyLetter, Suspected } from './OwnPolicies.tsx'
import { OpenRequest } from './Requests.tsx'
import { ASKERS, mayAsk } from './rules.ts'
import './credit.css'

type CaseRead = Awaited<ReturnType<typeof client.credit.ofSale>>

/** Whose result a case was and is, in its drawer: the way of the credit, what is asked for, and an own policy. */
export function CaseCredit({ saleId, version }: CreditProps) {
  const t = useWords()
  const me = useMe()
  const read = useQuery(api.credit.ofSale.queryOptions({ input: { saleId } }))
  const { data, refetch } = read
  // The case moved on: its newest link is asked for as well.
  useEffect(() => {
    if (data && data.version < version) void refetch()
  }, [data, version, refetch])
  return (
    <section className="k-stack">
      <h3>
        {t('credit.whoseResult')} <ClauseLink id="S4.4.11b" />
      </h3>
      <Loaded read={read} rows={2}>
        {(credit) => (
          <>
            {credit.own && <OwnOfCase own={credit.own} />}
            <Steps steps={credit.steps} />
            {credit.requests
              .filter(({ state }) => state === 'open')
              .map((request) => (
                <OpenRequest key={request.id} request={request} />
              ))}
            {credit.requests
              .filter(({ state }) => state !== 'open')
              .map(({ id, state, reason, askedByName, askedAt, closedByName, closedAt, closedWhy, toAgent }) => (
                <p key={id} className="k-small">
                  <Mark>{t(`credit.state.${state}`)}</Mark> {t('credit.wasAsked', { name: toAgent })} {reason}{' '}
                  <span className="k-dim">
                    {t('credit.askedBy', { name: askedByName, at: dayAndTime(askedAt) })}
                    {closedAt && ` · ${closedByName ?? ''} ${dayAndTime(closedAt)}`}
                    {closedWhy && ` · ${closedWhy}`}
                  </span>
                </p>
              ))}
            {holds(me, ASKERS) && credit.sellers.length > 0 && <AskForm saleId={saleId} credit={credit} />}
          </>
        )}
      </Loaded>
    </section>
  )
}

function OwnOfCase({ own }: { own: NonNullable<CaseRead['own']> }) {
  const t = useWords()
  if (own.state === 'suspected') return <Suspected policy={own} />
  return (
    <div className="c-request">
      <div className="k-row">
        <strong>{t(`credit.kind.${own.kind}`)}</strong>
        {own.relation && own.kind === 'self' && <span>{t(`credit.whose.${own.relation}`)}</span>}
        {own.person && own.kind === 'colleague' && <span>{own.person}</span>}
        <span className="k-grow" />
        <OwnMark policy={own} />
      </div>
      {own.state !== 'dismissed' && (
        <p className="k-small">
          {Number(own.weight) === 0
            ? t('credit.countsInNothing')
            : t('credit.countsBy', { share: percent(Number(own.weight)) })}{' '}
          <ClauseLink id="S4.4.11c" />
        </p>
      )}
      {own.decidedWhy && (
        <p className="k-small k-dim">
          {own.decidedBy} {own.decidedAt && dayAndTime(own.decidedAt)} · {own.decidedWhy}
        </p>
      )}
      <PolicyLetter policy={own} />
      {own.watchUntil && (
        <p className="k-small k-dim">{t(`credit.watch.${own.watch}`, { day: day(own.watchUntil) })}</p>
      )}
    </div>
  )
}

/** The links of the case: where only the state went on it is not repeated whose result it is. */
function Steps({ steps }: { steps: CaseRead['steps'] }) {
  const t = useWords()
  const told = steps.filter(
    ({ agent, group, weight }, at) =>
      at === 0 || agent !== steps[at - 1]!.agent || group !== steps[at - 1]!.group || weight !== steps[at - 1]!.weight,
  )
  return (
    <>
      <ol className="s-way">
        {told.map((step) => (
          <li key={step.seq}>
            <span>
              <span className="s-way-state">{step.agent}</span> <span className="k-dim k-small">{step.group}</span>{' '}
              <Mark tone={step.kind === 'sale.correction' ? 'accent' : 'plain'}>
                {t(`credit.step.${step.kind.slice(5)}`)}
              </Mark>{' '}
              {Number(step.weight) !== 1 && (
                <Mark tone="warn">{t('credit.weightIs', { share: percent(Number(step.weight)) })}</Mark>
              )}
              <span className="s-way-foot">
                <span className="k-digits">{dayAndTime(step.at)}</span>
                <span className="k-digits">{t('credit.link', { seq: step.seq, hash: step.hash })}</span>
              </span>
            </span>
          </li>
        ))}
      </ol>
      <p className="k-small k-dim">{t('credit.chained', { count: steps.length })}</p>
    </>
  )
}

/** Asks that the result goes to somebody else. Nothing moves before two others have approved. */
function AskForm({ saleId, credit }: { saleId: string; credit: CaseRead }) {
  const t = useWords()
  const ask = useCommand(api.credit.ask)
  const [toAgentId, setTo] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const openAlready = credit.requests.some(({ state }) => state === 'open')
  const rule = mayAsk({ agentId: credit.agentId, toAgentId: toAgentId ?? '', toSells: true, openAlready })
  const missing = toAgentId === null ? t('credit.toFirst') : reason.trim().length < 5 ? t('credit.reasonFirst') : null
  const groups = [...Map.groupBy(credit.sellers, ({ group }) => group ?? '–')]
  return (
    <section className="k-stack">
      <h3>{t('credit.ask')}</h3>
      <p className="k-dim k-small">{t('credit.askLead')}</p>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('credit.to')}
        placeholder={t('credit.to')}
        value={toAgentId}
        onChange={setTo}
        options={groups.map(([group, people]) => ({
          label: group,
          options: people.filter(({ id }) => id !== credit.agentId).map(({ id, name }) => ({ value: id, label: name })),
        }))}
      />
      <Input.TextArea
        aria-label={t('credit.reason')}
        placeholder={t('credit.reason')}
        value={reason}
        maxLength={1000}
        autoSize={{ minRows: 2 }}
        onChange={({ target }) => setReason(target.value)}
      />
      {ask.stale && <p role="alert">{t('error.STALE')}</p>}
      <RefusalPanel refusal={ask.refusal} onClose={ask.clear} />
      <div>
        <Action
          busy={ask.busy}
          disabledReason={rule.ok ? missing : openAlready ? rule : (missing ?? rule)}
          onClick={async () => {
            if (!toAgentId) return
            const asked = { saleId, toAgentId, reason: reason.trim(), version: credit.version }
            if (!(await ask.run(asked))) return
            setTo(null)
            setReason('')
          }}
        >
          {t('credit.askNow')}
        </Action>
      </div>
    </section>
  )
}
