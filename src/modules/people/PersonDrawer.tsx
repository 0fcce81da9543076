import { useQuery } from '@tanstack/react-query'
import { Drawer } from 'antd'
import type { ComponentType } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useMoment } from '../../client/moment.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { longDay } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { EditForm } from './EditForm.tsx'
import type { Unit } from './PeoplePage.tsx'
import { PersonAccount } from './PersonAccount.tsx'
import { AppointForm, GrantForm, LeaveForm, MoveForm, RankForm } from './PersonForms.tsx'
import { APPOINTING_ROLES, mayEndRole, STRUCTURE_ROLES } from './rules.ts'

export type Person = Awaited<ReturnType<typeof client.people.person>>

/** One person with history; what may be changed stands under it. */
export function PersonDrawer(props: {
  personId: string
  units: readonly Unit[]
  /** What a module to the right keeps of a person, for those who keep the structure. */
  Numbers?: ComponentType<{ personId: string }> | undefined
  onClose: () => void
}) {
  const { personId, units, Numbers, onClose } = props
  const read = useQuery(api.people.person.queryOptions({ input: { personId } }))
  return (
    <Drawer open onClose={onClose} size={520} title={read.data?.name ?? ''} destroyOnHidden>
      <Loaded read={read}>
        {(person) => <About key={person.id} person={person} units={units} Numbers={Numbers} />}
      </Loaded>
    </Drawer>
  )
}

type AboutProps = { person: Person; units: readonly Unit[]; Numbers: ComponentType<{ personId: string }> | undefined }

function About({ person, units, Numbers }: AboutProps) {
  const t = useWords()
  const me = useMe()
  return (
    <div className="k-stack">
      <Facts person={person} />
      <Seats person={person} />
      <Roles person={person} />
      <Ranks person={person} />
      {holds(me, APPOINTING_ROLES) && <AppointForm person={person} units={units} />}
      {holds(me, STRUCTURE_ROLES) && (
        <>
          <PersonAccount person={person} />
          {Numbers && <Numbers personId={person.id} />}
          <h3>{t('people.change')}</h3>
          <MoveForm person={person} units={units} />
          <GrantForm person={person} units={units} />
          <RankForm person={person} />
          <EditForm person={person} />
          <LeaveForm person={person} />
        </>
      )}
    </div>
  )
}

function Facts({ person }: { person: Person }) {
  const t = useWords()
  const { close } = person
  const rows: [string, string | null][] = [
    ['staffNo', person.staffNo],
    ['since', longDay(person.employedFrom)],
    ...(person.employedUntil ? [['until', longDay(person.employedUntil)] as [string, string]] : []),
    ...(close
      ? ([
          ['registrationNo', close.registrationNo],
          ['trainedOn', close.trainedOn && longDay(close.trainedOn)],
          ['birthday', close.birthday && longDay(close.birthday)],
        ] as [string, string | null][])
      : []),
  ]
  return (
    <>
      <dl className="k-facts">
        {rows.flatMap(([key, value]) => [
          <dt key={`${key} name`}>{t(`people.${key}`)}</dt>,
          <dd key={key}>{value || <span className="k-dim">{t('people.unknown')}</span>}</dd>,
        ])}
      </dl>
      {close && <p className="k-dim k-small">{t('people.closeWhy')}</p>}
    </>
  )
}

/** "from – until", the last day included, since that is how people say it. */
function Stretch({ from, until }: { from: string; until: string | null }) {
  const t = useWords()
  const last = until && Temporal.PlainDate.from(until).subtract({ days: 1 })
  return (
    <span className="k-dim k-small">
      {last
        ? t('people.stretch', { from: longDay(from), until: longDay(last) })
        : t('people.from', { day: longDay(from) })}
    </span>
  )
}

function Seats({ person }: { person: Person }) {
  const t = useWords()
  const { today } = useMoment(60)
  const now = today.toString()
  return (
    <section>
      <h3>{t('people.seats')}</h3>
      <ul className="k-list">
        {person.seats.map((seat) => (
          <li key={seat.fromOn} className="k-row">
            <span className="k-grow">{seat.unitName}</span>
            {seat.fromOn > now && <Mark tone="calm">{t('people.coming')}</Mark>}
            <Stretch from={seat.fromOn} until={seat.untilOn} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Roles({ person }: { person: Person }) {
  const t = useWords()
  const me = useMe()
  const { today } = useMoment(60)
  const end = useCommand(api.people.endRole)
  const now = today.toString()
  return (
    <section>
      <h3>{t('people.roles')}</h3>
      <ul className="k-list">
        {person.grants.map((grant) => {
          const over = grant.untilOn !== null && grant.untilOn <= now
          return (
            <li key={grant.id} className="k-row">
              <span className={over ? 'k-grow k-dim' : 'k-grow'}>
                {t(`role.${grant.role}`)} · {grant.unitName}{' '}
                {grant.acting && <Mark tone="warn">{t('people.acting')}</Mark>}
                {(grant.grantedBy || grant.reason) && (
                  <span className="k-dim k-small k-block">
                    {[grant.grantedBy, grant.reason].filter(Boolean).join(' · ')}
                  </span>
                )}
              </span>
              <Stretch from={grant.fromOn} until={grant.untilOn} />
              {!over && holds(me, STRUCTURE_ROLES) && (
                <Action
                  size="small"
                  disabledReason={mayEndRole({ personId: me.person.id }, person.id)}
                  busy={end.busy}
                  onClick={() => end.run({ grantId: grant.id })}
                >
                  {t('people.endRole')}
                </Action>
              )}
            </li>
          )
        })}
      </ul>
      <RefusalPanel refusal={end.refusal} onClose={end.clear} />
    </section>
  )
}

function Ranks({ person }: { person: Person }) {
  const t = useWords()
  if (person.ranks.length === 0) return null
  return (
    <section>
      <h3>{t('people.rank')}</h3>
      <ul className="k-list">
        {person.ranks.map((rank) => (
          <li key={rank.fromOn} className="k-row">
            <span className="k-grow">
              {t(`people.rank.${rank.rank}`)} {!rank.confirmed && <Mark>{t('people.probation')}</Mark>}
              {(rank.recordedBy || rank.reason) && (
                <span className="k-dim k-small k-block">
                  {[rank.recordedBy, rank.reason].filter(Boolean).join(' · ')}
                </span>
              )}
            </span>
            <span className="k-dim k-small">{t('people.from', { day: longDay(rank.fromOn) })}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
