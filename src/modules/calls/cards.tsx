import { PhoneOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, type client } from '../../client/api.ts'
import { useNow } from '../../client/clock.ts'
import { holds } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { day, number, seconds, time, timeToSecond } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { Table } from '../../ui/Table.tsx'
import { CallbackList, whenOf } from './Callbacks.tsx'
import './calls.css'

type OwnDay = Awaited<ReturnType<typeof client.calls.ownDay>>

/** To the desk, with what waits there. */
function StartCard() {
  const t = useWords()
  const navigate = useNavigate()
  // What falls due does so by the clock, and no news tells of it.
  const read = useQuery({ ...api.calls.ownDay.queryOptions({ input: {} }), refetchInterval: 60_000 })
  return (
    <Panel title={t('calls.card.start')}>
      <Loaded read={read} rows={2}>
        {({ callbacks, plan, today }) => (
          <>
            <div className="k-row">
              {callbacks.overdue > 0 && <Mark tone="bad">{t('calls.card.overdue', { count: callbacks.overdue })}</Mark>}
              <span>
                {t('calls.card.callbacks', { count: callbacks.waiting })} ·{' '}
                {t('calls.card.leads', { count: plan.dueNow })}
              </span>
              {callbacks.next && <span className="k-dim">{t('calls.card.next', { at: time(callbacks.next) })}</span>}
            </div>
            <p className="k-dim">{t('calls.card.done', { dials: today.dials, connected: today.connected })}</p>
            <div>
              <Action
                type="primary"
                size="large"
                icon={<PhoneOutlined aria-hidden />}
                onClick={() => void navigate({ to: '/desk' as '/' })}
              >
                {t('calls.card.go')}
              </Action>
            </div>
          </>
        )}
      </Loaded>
    </Panel>
  )
}

/** Promises of the group whose time has passed, and those of people who are away. */
function LateCallbacksCard() {
  const t = useWords()
  const read = useQuery(api.calls.callbacks.queryOptions({ input: {} }))
  const now = useNow(30)
  return (
    <Panel title={t('calls.card.late')}>
      <Loaded read={read} rows={2}>
        {({ callbacks }) => {
          const late = callbacks.filter(
            (one) => whenOf(one, now) === 'overdue' || (whenOf(one, now) === 'due' && one.agentState === 'offline'),
          )
          return late.length === 0 ? (
            <p className="k-dim">{t('calls.card.noneLate', { count: callbacks.length })}</p>
          ) : (
            <CallbackList callbacks={late} named />
          )
        }}
      </Loaded>
    </Panel>
  )
}

/** The own day so far, against the own norm and the plan. */
export function OwnDayPanel() {
  const t = useWords()
  const read = useQuery(api.calls.ownDay.queryOptions({ input: {} }))
  return (
    <Panel
      title={t('calls.ownDay')}
      side={read.data && <span className="k-asof">{t('ui.asOf', { at: timeToSecond(read.data.asOf) })}</span>}
    >
      <Loaded read={read}>{(own) => <OwnDayBody own={own} />}</Loaded>
    </Panel>
  )
}

function OwnDayBody({ own }: { own: OwnDay }) {
  const t = useWords()
  const { today, norm, plan } = own
  const beside = (value: number | undefined, write: (value: number) => string) =>
    norm && value !== undefined ? t('calls.norm', { value: write(value), days: own.normDays }) : undefined
  const about = { measuredBy: own.measuredBy, asOf: own.asOf, rows: '/calls' }
  return (
    <>
      <Figures>
        <Figure
          {...about}
          label={t('calls.figure.dials')}
          value={number(today.dials)}
          formula={t('calls.formula.dials')}
          beside={beside(norm?.dials, number)}
        />
        <Figure
          {...about}
          label={t('calls.figure.connected')}
          value={number(today.connected)}
          formula={t('calls.formula.connected')}
          beside={beside(norm?.connected, number)}
        />
        <Figure
          {...about}
          label={t('calls.figure.effective')}
          value={number(today.effective)}
          formula={t('calls.formula.effective')}
          beside={beside(norm?.effective, number)}
        />
        <Figure
          {...about}
          label={t('calls.figure.talk')}
          value={seconds(today.talkSeconds)}
          formula={t('calls.formula.talk')}
          beside={beside(norm?.talkSeconds, seconds)}
        />
        <Figure
          {...about}
          label={t('calls.figure.callbacks')}
          value={`${today.callbacksKept} / ${today.callbacksDue}`}
          formula={t('calls.formula.callbacks')}
        />
        <Figure
          {...about}
          label={t('calls.figure.plan')}
          value={`${plan.done} / ${plan.done + plan.due}`}
          formula={t('calls.formula.plan')}
          beside={t('calls.stock', { count: plan.stock })}
        />
      </Figures>
      <table className="d-bands">
        <thead>
          <tr>
            <th scope="col">{t('calls.band')}</th>
            <th scope="col">{t('calls.figure.dials')}</th>
            <th scope="col">{t('calls.figure.connected')}</th>
            <th scope="col">{t('calls.figure.effective')}</th>
            <th scope="col">{t('calls.figure.talk')}</th>
          </tr>
        </thead>
        <tbody>
          {own.bands.map((band) => (
            <tr key={band.band}>
              <th scope="row" className="k-digits">
                {band.from}–{band.to}
              </th>
              <td>{number(band.dials)}</td>
              <td>{number(band.connected)}</td>
              <td>{number(band.effective)}</td>
              <td>{seconds(band.talkSeconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

/** Calls on manual lines whose recording has not come in. [S3.6] */
export function OwedPanel() {
  const t = useWords()
  const read = useQuery(api.calls.owed.queryOptions({ input: {} }))
  return (
    <Panel
      title={t('calls.owed')}
      side={read.data && <span className="k-asof">{t('ui.asOf', { at: timeToSecond(read.data.asOf) })}</span>}
    >
      <Loaded read={read}>
        {({ seats }) => (
          <Table
            rows={seats}
            label={t('calls.owed')}
            rowKey={({ seatId, groupId }) => `${seatId} ${groupId}`}
            empty={<Empty title={t('calls.noneOwed')} />}
            columns={[
              { key: 'seat', title: t('calls.seat'), value: ({ seat }) => seat },
              { key: 'group', title: t('calls.group'), value: ({ group }) => group, filter: true },
              { key: 'people', title: t('calls.agent'), value: ({ people }) => people.join(t('ui.and')), minor: true },
              { key: 'calls', title: t('calls.owedCalls'), value: ({ calls }) => calls },
              {
                key: 'talk',
                title: t('calls.figure.talk'),
                value: ({ talkSeconds }) => talkSeconds,
                show: ({ talkSeconds }) => <span className="k-digits">{seconds(talkSeconds)}</span>,
                align: 'right',
              },
              {
                key: 'oldest',
                title: t('calls.oldest'),
                value: ({ oldest }) => oldest,
                show: ({ oldest }) => <Mark tone="plain">{day(oldest)}</Mark>,
              },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}

/** Promises of all groups below, for those who answer for them. */
export function AllCallbacks() {
  const t = useWords()
  const read = useQuery(api.calls.callbacks.queryOptions({ input: {} }))
  return (
    <Panel title={t('calls.allCallbacks')}>
      <Loaded read={read}>{({ callbacks }) => <CallbackList callbacks={callbacks} named />}</Loaded>
    </Panel>
  )
}

export const cards: readonly NowCard[] = [
  {
    id: 'calls.start',
    roles: ['tsr'],
    rank: ({ block }) => (block?.kind === 'dial' ? 10 : block?.kind === 'check' ? 20 : null),
    Card: StartCard,
  },
  {
    id: 'calls.late',
    roles: ['tl', 'um'],
    rank: ({ block }, me) => (block && block.kind !== 'off' ? (holds(me, ['tl']) ? 16 : 34) : null),
    Card: LateCallbacksCard,
  },
]
