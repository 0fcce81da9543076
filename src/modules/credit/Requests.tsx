import { Input } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { day, dayAndTime, money } from '../../ui/format.ts'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { Words } from '../../ui/Words.tsx'
import { APPROVERS, mayApprove, mayRefuse, mayWithdraw } from './rules.ts'

export type Request = Awaited<ReturnType<typeof client.credit.requests>>['requests'][number]

const TONES: Readonly<Record<Request['state'], Tone>> = {
  open: 'accent',
  done: 'good',
  refused: 'warn',
  withdrawn: 'plain',
}

/** From whom to whom a result goes. */
function FromTo({ request }: { request: Request }) {
  return (
    <span className="c-fromto">
      <span>
        <strong>{request.fromAgent}</strong> <span className="k-dim k-small">{request.fromGroup}</span>
      </span>
      <span aria-hidden>→</span>
      <span>
        <strong>{request.toAgent}</strong> <span className="k-dim k-small">{request.toGroup}</span>
      </span>
    </span>
  )
}

/** One open request: what is to move and why, who has approved, and what the reader may do. */
export function OpenRequest({ request, onOpen }: { request: Request; onOpen?: (saleId: string) => void }) {
  const t = useWords()
  const me = useMe()
  const approve = useCommand(api.credit.approve)
  const refuse = useCommand(api.credit.refuse)
  const withdraw = useCommand(api.credit.withdraw)
  const [why, setWhy] = useState<string | null>(null)
  const by = { personId: me.person.id, roles: me.roles }
  const { id: requestId, version } = request
  const refusal = approve.refusal ?? refuse.refusal ?? withdraw.refusal
  const stale = approve.stale ?? refuse.stale ?? withdraw.stale
  return (
    <article className="c-request">
      <header className="k-row">
        <FromTo request={request} />
        <span className="k-grow" />
        <Mark tone="accent">{t('credit.approvals', { count: request.approvals.length, needed: request.needed })}</Mark>
      </header>
      <div className="k-row k-small k-dim">
        {onOpen ? (
          <button type="button" className="k-link k-digits" onClick={() => onOpen(request.saleId)}>
            {request.applicationNo}
          </button>
        ) : (
          <span className="k-digits">{request.applicationNo}</span>
        )}
        <Words of={request.product} />
        <span className="k-digits">{money(request.standard)}</span>
        <span className="k-digits">{t('credit.acceptedOn', { day: day(request.acceptedOn) })}</span>
        <span>
          {request.voice === null
            ? t('credit.noVoice')
            : t(request.voice === request.toAgent ? 'credit.voiceGains' : 'credit.voice', { name: request.voice })}
        </span>
      </div>
      <p className="c-reason">{request.reason}</p>
      <p className="k-small k-dim">
        {t('credit.askedBy', { name: request.askedByName, at: dayAndTime(request.askedAt) })}
        {request.approvals.map(({ personId, name, at }) => (
          <span key={personId}> · {t('credit.approvedBy', { name, at: dayAndTime(at) })}</span>
        ))}
      </p>
      {stale && <p role="alert">{t('error.STALE')}</p>}
      <RefusalPanel
        refusal={refusal}
        onClose={() => {
          for (const one of [approve, refuse, withdraw]) one.clear()
        }}
      />
      <div className="k-row">
        {holds(me, APPROVERS) && (
          <>
            <Action
              size="small"
              type="primary"
              busy={approve.busy}
              disabledReason={mayApprove(request, by)}
              onClick={() => void approve.run({ requestId, version })}
            >
              {t('credit.approve')}
            </Action>
            {why === null ? (
              <Action size="small" disabledReason={mayRefuse(request, by)} onClick={() => setWhy('')}>
                {t('credit.refuse')}
              </Action>
            ) : (
              <>
                <Input
                  size="small"
                  autoFocus
                  className="c-why"
                  aria-label={t('credit.why')}
                  placeholder={t('credit.why')}
                  value={why}
                  maxLength={1000}
                  onChange={({ target }) => setWhy(target.value)}
                />
                <Action
                  size="small"
                  danger
                  busy={refuse.busy}
                  disabledReason={why.trim() === '' ? t('credit.whyFirst') : null}
                  onClick={() => void refuse.run({ requestId, why: why.trim(), version })}
                >
                  {t('credit.refuse')}
                </Action>
                <Action size="small" type="text" onClick={() => setWhy(null)}>
                  {t('credit.back')}
                </Action>
              </>
            )}
          </>
        )}
        {request.askedBy === me.person.id && (
          <Action
            size="small"
            busy={withdraw.busy}
            disabledReason={mayWithdraw(request, by)}
            onClick={() => void withdraw.run({ requestId, version })}
          >
            {t('credit.withdraw')}
          </Action>
        )}
      </div>
    </article>
  )
}

/** Requests in one's reach: open ones to be worked on, closed ones as a list. */
export function Requests({ requests, onOpen }: { requests: readonly Request[]; onOpen: (saleId: string) => void }) {
  const t = useWords()
  const open = requests.filter(({ state }) => state === 'open')
  const closed = requests.filter(({ state }) => state !== 'open')
  const columns: Column<Request>[] = [
    {
      key: 'applicationNo',
      title: t('sales.applicationNo'),
      value: ({ applicationNo }) => applicationNo,
      show: ({ applicationNo }) => <span className="k-digits">{applicationNo}</span>,
    },
    {
      key: 'fromTo',
      title: t('credit.fromTo'),
      value: ({ fromAgent, toAgent }) => `${fromAgent} ${toAgent}`,
      show: (request) => <FromTo request={request} />,
    },
    {
      key: 'state',
      title: t('credit.state'),
      value: ({ state }) => state,
      name: (state) => t(`credit.state.${state}`),
      show: ({ state }) => <Mark tone={TONES[state]}>{t(`credit.state.${state}`)}</Mark>,
      filter: true,
    },
    {
      key: 'closedAt',
      title: t('credit.closedAt'),
      value: ({ closedAt }) => closedAt,
      show: ({ closedAt, closedByName }) => (
        <span className="k-digits">
          {closedAt && dayAndTime(closedAt)} {closedByName}
        </span>
      ),
      sorted: 'descend',
      minor: true,
    },
    {
      key: 'why',
      title: t('credit.why'),
      value: ({ closedWhy, reason }) => closedWhy ?? reason,
      show: ({ closedWhy, reason }) => <span className="c-cell">{closedWhy ?? reason}</span>,
      minor: true,
    },
  ]
  if (requests.length === 0) return <Empty title={t('credit.noRequests')}>{t('credit.noRequestsWhy')}</Empty>
  return (
    <div className="k-stack">
      {open.map((request) => (
        <OpenRequest key={request.id} request={request} onOpen={onOpen} />
      ))}
      {closed.length > 0 && (
        <Table
          rows={closed}
          columns={columns}
          rowKey={({ id }) => id}
          label={t('credit.closedRequests')}
          onRow={({ saleId }) => onOpen(saleId)}
          pageSize={10}
        />
      )}
    </div>
  )
}
