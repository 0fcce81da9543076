import { Input } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { day, money, percent } from '../../ui/format.ts'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { LetterLink, LetterUpload } from './Letter.tsx'
import { DECIDERS, mayDecideOwn } from './rules.ts'

export type Policy = Awaited<ReturnType<typeof client.credit.own>>['policies'][number]

const TONES: Readonly<Record<Policy['state'], Tone>> = {
  suspected: 'warn',
  declared: 'calm',
  confirmed: 'calm',
  dismissed: 'plain',
}

/** How an own policy stands. */
export function OwnMark({ policy }: { policy: Policy }) {
  const t = useWords()
  return <Mark tone={TONES[policy.state]}>{t(`credit.own.${policy.state}`)}</Mark>
}

/** Whose it is and how that is known, in a line. */
function Whose({ policy }: { policy: Policy }) {
  const t = useWords()
  const { kind, relation, person, foundBy } = policy
  return (
    <>
      <span>
        {t(`credit.kind.${kind}`)}
        {kind === 'self' && relation && ` · ${t(`credit.whose.${relation}`)}`}
        {kind === 'colleague' && person && ` · ${person}`}
      </span>{' '}
      <span className="k-dim k-small">{foundBy.map((by) => t(`credit.by.${by}`)).join(' · ')}</span>
    </>
  )
}

/** The letter: to be seen where it is, owed where an own policy has none. */
export function PolicyLetter({ policy }: { policy: Policy }) {
  const t = useWords()
  const add = useCommand(api.credit.addLetter)
  if (policy.kind === 'colleague' || policy.state === 'dismissed') return <span className="k-dim">–</span>
  if (policy.letter) return <LetterLink saleId={policy.saleId} name={policy.letter} />
  if (policy.state === 'suspected') return <span className="k-dim k-small">{t('credit.letterLater')}</span>
  return (
    <span className="k-stack">
      <LetterUpload
        name={null}
        onDone={(file) => void add.run({ saleId: policy.saleId, letterId: file.id, version: policy.version })}
      />
      <RefusalPanel refusal={add.refusal} onClose={add.clear} />
    </span>
  )
}

/** A suspected policy: what was found, and the word of the line above. */
export function Suspected({ policy, onOpen }: { policy: Policy; onOpen?: (saleId: string) => void }) {
  const t = useWords()
  const me = useMe()
  const decide = useCommand(api.credit.decideOwn)
  const [why, setWhy] = useState('')
  const missing = why.trim() === '' ? t('credit.whyFirst') : null
  const verdict = mayDecideOwn(policy, { personId: me.person.id })
  const say = (confirmed: boolean) =>
    decide.run({ saleId: policy.saleId, confirmed, why: why.trim(), version: policy.version })
  return (
    <article className="c-request">
      <header className="k-row">
        <strong>{policy.agent}</strong>
        <span className="k-dim k-small">{policy.group}</span>
        <span className="k-grow" />
        <OwnMark policy={policy} />
      </header>
      <div className="k-row k-small k-dim">
        {onOpen ? (
          <button type="button" className="k-link k-digits" onClick={() => onOpen(policy.saleId)}>
            {policy.applicationNo}
          </button>
        ) : (
          <span className="k-digits">{policy.applicationNo}</span>
        )}
        <span className="k-digits">{money(policy.standard)}</span>
        <span className="k-digits">{t('credit.acceptedOn', { day: day(policy.acceptedOn) })}</span>
      </div>
      <p>
        <Whose policy={policy} />
      </p>
      <p className="k-dim k-small">{t('credit.suspectedWhy')}</p>
      <RefusalPanel refusal={decide.refusal} onClose={decide.clear} />
      {holds(me, DECIDERS) && (
        <div className="k-row">
          <Input
            size="small"
            className="c-why"
            aria-label={t('credit.why')}
            placeholder={t('credit.whyDecide')}
            value={why}
            maxLength={1000}
            onChange={({ target }) => setWhy(target.value)}
          />
          <Action
            size="small"
            type="primary"
            busy={decide.busy}
            disabledReason={verdict.ok ? missing : verdict}
            onClick={() => void say(true)}
          >
            {t(`credit.confirm.${policy.kind}`)}
          </Action>
          <Action
            size="small"
            busy={decide.busy}
            disabledReason={verdict.ok ? missing : verdict}
            onClick={() => void say(false)}
          >
            {t('credit.dismiss')}
          </Action>
        </div>
      )}
    </article>
  )
}

/** Own and colleague policies in one's reach: suspected ones to be decided, the rest as a list. */
export function OwnPolicies({ policies, onOpen }: { policies: readonly Policy[]; onOpen: (saleId: string) => void }) {
  const t = useWords()
  const suspected = policies.filter(({ state }) => state === 'suspected')
  const rest = policies.filter(({ state }) => state !== 'suspected')
  const columns: Column<Policy>[] = [
    {
      key: 'applicationNo',
      title: t('sales.applicationNo'),
      value: ({ applicationNo }) => applicationNo,
      show: ({ applicationNo, saleId }) => (
        <button type="button" className="k-link k-digits" onClick={() => onOpen(saleId)}>
          {applicationNo}
        </button>
      ),
    },
    { key: 'agent', title: t('sales.agent'), value: ({ agent }) => agent, filter: true },
    { key: 'group', title: t('sales.group'), value: ({ group }) => group, filter: true, minor: true },
    {
      key: 'kind',
      title: t('credit.whose'),
      value: ({ kind }) => kind,
      name: (kind) => t(`credit.kind.${kind}`),
      show: (policy) => <Whose policy={policy} />,
      filter: true,
    },
    {
      key: 'state',
      title: t('credit.state'),
      value: ({ state }) => state,
      name: (state) => t(`credit.own.${state}`),
      show: (policy) => <OwnMark policy={policy} />,
      filter: true,
    },
    {
      key: 'weight',
      title: t('credit.weight'),
      value: ({ weight }) => Number(weight),
      show: ({ weight }) => <span className="k-digits">{percent(Number(weight))}</span>,
      align: 'right',
    },
    {
      key: 'letter',
      title: t('credit.letter'),
      value: ({ letter }) => letter,
      show: (policy) => <PolicyLetter policy={policy} />,
    },
    {
      key: 'watch',
      title: t('credit.watch'),
      value: ({ watchUntil }) => watchUntil,
      show: ({ watch, watchUntil }) =>
        watch === 'none' || !watchUntil ? (
          '–'
        ) : (
          <Mark tone={watch === 'broken' ? 'bad' : watch === 'kept' ? 'good' : 'plain'}>
            {t(`credit.watch.${watch}`, { day: day(watchUntil) })}
          </Mark>
        ),
    },
  ]
  if (policies.length === 0) return <Empty title={t('credit.noOwn')}>{t('credit.noOwnWhy')}</Empty>
  return (
    <div className="k-stack">
      <p className="k-dim k-small">
        {t('credit.ownLead')} <ClauseLink id="S4.4.11c" />
      </p>
      {suspected.map((policy) => (
        <Suspected key={policy.saleId} policy={policy} onOpen={onOpen} />
      ))}
      {rest.length > 0 && (
        <Table rows={rest} columns={columns} rowKey={({ saleId }) => saleId} label={t('credit.own')} pageSize={10} />
      )}
    </div>
  )
}
