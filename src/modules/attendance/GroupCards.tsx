import { useQuery } from '@tanstack/react-query'
import { api, type client } from '../../client/api.ts'
import { useNow } from '../../client/clock.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { time, timeToSecond } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Counts, type Roll, stepsOf } from './RollCard.tsx'
import './attendance.css'

/** The groups of a region or of the centre, one line each: who leads, how many dial, whether the floor has started. */
export function FloorsCard() {
  const t = useWords()
  const roll = useQuery(api.attendance.roll.queryOptions({ input: {} }))
  return (
    <Panel
      title={
        <>
          {t('attendance.floors.title')} <ClauseLink id="S4.4.2" />
        </>
      }
      side={roll.data && <span className="k-asof">{t('ui.asOf', { at: timeToSecond(roll.data.asOf) })}</span>}
    >
      <Loaded read={roll}>
        {({ groups }) =>
          groups.length === 0 ? (
            <Empty title={t('attendance.floors.empty')}>{t('attendance.floors.emptyFirst')}</Empty>
          ) : (
            <ul className="a-lines">
              {groups.map((group) => (
                <FloorLine key={group.groupId} roll={group} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}

function FloorLine({ roll }: { roll: Roll }) {
  const t = useWords()
  const now = useNow(5)
  const seats = stepsOf(roll, now)
  const there = roll.leaders.filter(({ present, acting }) => present || acting)
  const shown = there.length > 0 ? there : roll.leaders
  const leader = shown
    .map(({ name, acting }) => (acting ? t('attendance.floors.acting', { name }) : name))
    .join(t('ui.and'))
  return (
    <li className="a-line">
      <strong className="a-line-name">{roll.name}</strong>
      {there.length > 0 ? (
        <span className="k-dim">{leader}</span>
      ) : (
        <Mark tone="warn">{t('attendance.floors.noLeader', { name: leader || '–' })}</Mark>
      )}
      <Counts steps={seats.map(({ step }) => step)} amber={seats.filter(({ amber }) => amber).length} />
      {roll.started && (
        <Mark tone={roll.started.amber.length > 0 ? 'warn' : 'good'}>
          {t('attendance.floors.started', { at: time(roll.started.at) })}
        </Mark>
      )}
    </li>
  )
}

type Group = Awaited<ReturnType<typeof client.attendance.leaderless>>['groups'][number]

/** Groups whose leader is not there: one tap names one of their people for the day. Nothing when all are led. [S4.4.2] */
export function LeaderlessCard() {
  const t = useWords()
  const { data } = useQuery(api.attendance.leaderless.queryOptions({ input: {} }))
  if (!data || data.groups.length === 0) return null
  return (
    <Panel
      title={
        <>
          {t('attendance.leaderless.title')} <ClauseLink id="S4.4.2" />
        </>
      }
    >
      <ul className="a-lines">
        {data.groups.map((group) => (
          <LeaderlessLine key={group.groupId} group={group} />
        ))}
      </ul>
    </Panel>
  )
}

function LeaderlessLine({ group }: { group: Group }) {
  const t = useWords()
  const appoint = useCommand(api.people.appointActing)
  const leaders = group.leaders.map(({ name }) => name).join(t('ui.and'))
  return (
    <li className="a-line">
      <strong className="a-line-name">{group.name}</strong>
      <Mark tone="warn">
        {leaders ? t('attendance.leaderless.absent', { name: leaders }) : t('attendance.leaderless.none')}
      </Mark>
      {group.candidates.length === 0 ? (
        <span className="k-dim k-small">{t('attendance.leaderless.nobody')}</span>
      ) : (
        <span className="a-acts">
          <span className="k-dim k-small">{t('attendance.leaderless.appoint')}</span>
          {group.candidates.map(({ personId, name }) => (
            <Action
              key={personId}
              size="small"
              busy={appoint.busy}
              onClick={() => void appoint.run({ personId, groupId: group.groupId })}
            >
              {name}
            </Action>
          ))}
        </span>
      )}
      <RefusalPanel refusal={appoint.refusal} onClose={appoint.clear} />
    </li>
  )
}
