import { useQuery } from '@tanstack/react-query'
import { Input, Select, Switch } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { dayAndTime, day as dayWords, number, percent } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { canConfirm } from './rules.ts'
import './arrivals.css'

type Told = Awaited<ReturnType<typeof client.arrivals.allocation>>
type Allocation = NonNullable<Told['allocation']>
type Line = Allocation['lines'][number]
type Counted = Allocation['agents'][number]

/** The leads of the day before, shared out: proposed, put right by the leader, confirmed; and the evening's count. [S2.1.4] */
export function AllocationPage() {
  const t = useWords()
  const today = useNow(60).toZonedDateTimeISO(centreZone()).toPlainDate().toString()
  const [day, setDay] = useState<string | null>(null)
  const past = day !== null && day !== today
  const read = useQuery({
    ...api.arrivals.allocation.queryOptions({ input: past ? { day } : {} }),
    refetchInterval: past ? false : 30_000,
  })
  return (
    <Page
      title={t('arrivals.allocation')}
      lead={t('arrivals.allocationLead')}
      clause="S2.1.4"
      asOf={read.data?.asOf ?? null}
      actions={
        <Input
          type="date"
          style={{ inlineSize: 170 }}
          aria-label={t('arrivals.day')}
          max={today}
          value={day ?? today}
          onChange={({ target }) => setDay(target.value || null)}
        />
      }
    >
      <Loaded read={read}>
        {(told) => (
          <>
            <Traffic traffic={told.traffic} asOf={told.asOf} />
            {told.allocation ? <Shown allocation={told.allocation} past={past} /> : <None past={past} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** What came in the days before, per source: what the sharing goes by. */
function Traffic({ traffic, asOf }: { traffic: Told['traffic']; asOf: string }) {
  const t = useWords()
  return (
    <Figures>
      {traffic.map(({ channel, source, arrived, open }) => (
        <Figure
          key={source}
          asOf={asOf}
          label={`${t(`arrivals.channel.${channel}`)} · ${source}`}
          value={number(arrived)}
          formula={t('arrivals.formula.traffic')}
          beside={t('arrivals.stillOpen', { count: open })}
        />
      ))}
    </Figures>
  )
}

function None({ past }: { past: boolean }) {
  const t = useWords()
  const me = useMe()
  const propose = useCommand(api.arrivals.propose)
  return (
    <Empty
      title={t(past ? 'arrivals.noAllocationThen' : 'arrivals.noAllocation')}
      action={
        !past &&
        holds(me, ['tl', 'um']) && (
          <Action type="primary" busy={propose.busy} onClick={() => void propose.run({})}>
            {t('arrivals.propose')}
          </Action>
        )
      }
    >
      {!past && t('arrivals.noAllocationFirst')}
    </Empty>
  )
}

function Shown({ allocation, past }: { allocation: Allocation; past: boolean }) {
  const t = useWords()
  const me = useMe()
  const confirm = useCommand(api.arrivals.confirm)
  const propose = useCommand(api.arrivals.propose)
  const { id, version, state, lines, from, to } = allocation
  const open = state === 'proposed' && !past && holds(me, ['tl', 'um'])
  const left = lines.filter(({ givenTo }) => givenTo === null).length
  return (
    <>
      <div className="k-row">
        {state === 'confirmed' ? (
          <Mark tone="good">
            {t('arrivals.confirmedBy', {
              name: allocation.confirmedBy ?? '',
              at: allocation.confirmedAt ? dayAndTime(allocation.confirmedAt) : '',
            })}
          </Mark>
        ) : (
          <Mark tone="accent">{t('arrivals.proposed')}</Mark>
        )}
        <span className="k-dim">
          {from === to
            ? t('arrivals.ofDay', { day: dayWords(from) })
            : t('arrivals.ofDays', { from: dayWords(from), to: dayWords(to) })}
        </span>
        <span className="k-dim k-small k-digits">{t('arrivals.allocationId', { id: id.slice(-6) })}</span>
        <span className="k-grow" />
        {open && (
          <>
            <Action busy={propose.busy} onClick={() => void propose.run({})}>
              {t('arrivals.proposeAnew')}
            </Action>
            <Action
              type="primary"
              busy={confirm.busy}
              disabledReason={canConfirm(state, { left })}
              onClick={() => void confirm.run({ allocationId: id, version })}
            >
              {t('arrivals.confirm', { count: lines.length })}
            </Action>
          </>
        )}
      </div>
      <RefusalPanel refusal={confirm.refusal} onClose={confirm.clear} />
      <div className="a-two">
        <Panel title={t('arrivals.lines', { count: lines.length })}>
          {lines.length === 0 ? (
            <p className="k-dim">{t('arrivals.noLines')}</p>
          ) : (
            <ul className="a-rows">
              {lines.map((line) => (
                <LineRow key={line.leadId} line={line} allocation={allocation} open={open} />
              ))}
            </ul>
          )}
        </Panel>
        <Panel title={t(state === 'confirmed' ? 'arrivals.count' : 'arrivals.agents')}>
          <div className="a-agents">
            {allocation.agents.map((agent) => (
              <AgentRow key={agent.personId} agent={agent} allocation={allocation} past={past} />
            ))}
            {state === 'confirmed' && <Sums agents={allocation.agents} />}
          </div>
        </Panel>
      </div>
    </>
  )
}

function LineRow({ line, allocation, open }: { line: Line; allocation: Allocation; open: boolean }) {
  const t = useWords()
  const said = useSaid()
  const adjust = useCommand(api.arrivals.adjust)
  const { id: allocationId, version, agents } = allocation
  const nameOf = (personId: string | null) => agents.find((agent) => agent.personId === personId)?.name ?? '–'
  return (
    <li>
      <span className="a-who">
        <span>
          <strong>{line.customer ?? '–'}</strong> <span className="k-dim k-digits">{line.phone}</span>
        </span>
        <span className="k-dim k-small">
          {[t(`arrivals.channel.${line.channel}`), dayAndTime(line.arrivedAt), said(line.product), line.wants]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {line.adjusted && line.proposedTo !== line.givenTo && (
          <span className="k-small">{t('arrivals.wasProposed', { name: nameOf(line.proposedTo) })}</span>
        )}
      </span>
      {open ? (
        <Select<string>
          aria-label={t('arrivals.givenTo', { customer: line.customer ?? '' })}
          style={{ minWidth: 130 }}
          value={line.givenTo}
          status={line.givenTo === null ? 'warning' : ''}
          loading={adjust.busy}
          onChange={(personId) => void adjust.run({ allocationId, version, leadId: line.leadId, personId })}
          options={agents.map(({ personId, name }) => ({ value: personId, label: name }))}
        />
      ) : (
        <strong>{nameOf(line.givenTo)}</strong>
      )}
    </li>
  )
}

/** What the proposal went by, and after the confirmation what became of it. */
function AgentRow({ agent, allocation, past }: { agent: Counted; allocation: Allocation; past: boolean }) {
  const t = useWords()
  const me = useMe()
  const turn = useCommand(api.arrivals.setInTurn)
  const given = allocation.lines.filter(({ givenTo }) => givenTo === agent.personId).length
  const { id: allocationId, version, state } = allocation
  return (
    <div className="a-agent">
      <div className="a-agent-head">
        <strong>{agent.name}</strong>
        <strong className="k-digits">{t('arrivals.given', { count: given })}</strong>
      </div>
      <span className="k-dim k-small">
        {t('arrivals.by', {
          load: number(agent.load),
          skill: agent.contacts === 0 ? '–' : percent(agent.skill, 1),
          contacts: number(agent.contacts),
        })}
      </span>
      {state === 'confirmed' && <CountLine counts={agent} />}
      {!past && holds(me, ['tl', 'um']) && (
        <span className="k-row k-small">
          <Switch
            size="small"
            aria-label={`${agent.name}: ${t('arrivals.inTurn')}`}
            checked={agent.inTurn}
            loading={turn.busy}
            onChange={(inTurn) => void turn.run({ allocationId, version, personId: agent.personId, inTurn })}
          />
          {t('arrivals.inTurn')}
        </span>
      )}
    </div>
  )
}

type Counts = Pick<Counted, 'given' | 'dialled' | 'reached' | 'appointments' | 'left'>

const CountLine = ({ counts }: { counts: Counts }) => {
  const t = useWords()
  const { given, dialled, reached, appointments, left } = counts
  return (
    <span className="k-digits k-small">{t('arrivals.counts', { given, dialled, reached, appointments, left })}</span>
  )
}

/** The evening's count in sum, by the allocation's own id. */
function Sums({ agents }: { agents: readonly Counted[] }) {
  const t = useWords()
  const sum = (of: keyof Counts) => agents.reduce((total, agent) => total + agent[of], 0)
  const counts = {
    ...{ given: sum('given'), dialled: sum('dialled'), reached: sum('reached') },
    ...{ appointments: sum('appointments'), left: sum('left') },
  }
  return (
    <div className="a-agent">
      <strong>{t('arrivals.sum')}</strong>
      <CountLine counts={counts} />
    </div>
  )
}
