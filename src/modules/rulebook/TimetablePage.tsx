import { useQuery } from '@tanstack/react-query'
import { api, type client } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { DayStrip, type StripBlock } from '../../ui/DayStrip.tsx'
import { longDay, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { Reasons } from '../../ui/Reasons.tsx'
import { PlanTable } from './FigureValue.tsx'
import { Publish } from './Publish.tsx'
import { mayRunTimetable, plannedHours, sameValue, type TimetableFigures } from './rules.ts'
import { BlockEditor, PlanEditor } from './TimetableEditors.tsx'
import './rulebook.css'

type Shown = Awaited<ReturnType<typeof client.rulebook.timetable>>
export type Edited = { blocks: Shown['blocks']; plan: Shown['plan'] }

const figuresOf = (shown: Shown, { blocks, plan }: Edited): TimetableFigures => ({
  'dial.blocks': blocks,
  'dial.plan': plan,
  'online.at': shown.onlineAt,
  'meeting.morning': shown.morning,
  'meeting.noon': shown.noon ?? undefined,
  'meeting.evening': shown.evening ?? undefined,
  prp: shown.prp ?? undefined,
  calendar: { workweek: shown.workweek },
  'hours.limit': shown.limit,
})

/** The day as a strip: meetings, the online check, the blocks, and the breaks between them. */
function stripOf({ blocks, ...figures }: { blocks: Shown['blocks'] } & Shown): StripBlock[] {
  const part = (key: string, kind: string, span: { from: string; to: string } | null): StripBlock[] =>
    span && span.from < span.to ? [{ key, kind, from: span.from, to: span.to, name: `rulebook.strip.${key}` }] : []
  const [first] = blocks
  const parts = [
    ...part('morning', 'meeting', { from: figures.morning.from, to: figures.morning.closeBy }),
    ...part('check', 'check', first ? { from: figures.morning.closeBy, to: first.from } : null),
    ...blocks.flatMap((block) => part('dial', 'dial', block).map((one) => ({ ...one, key: block.key }))),
    ...part('noon', 'meeting', figures.noon),
    ...part('evening', 'meeting', figures.evening),
  ].sort((a, b) => a.from.localeCompare(b.from))
  return parts.flatMap((one, i) => {
    const before = parts[i - 1]
    return [...part('break', 'break', before ? { from: before.to, to: one.from } : null), one]
  })
}

/** The timetable and the calling plan: shown to all, changed by the department manager within law and limits. */
export function TimetablePage() {
  const t = useWords()
  const read = useQuery(api.rulebook.timetable.queryOptions({ input: {} }))
  return (
    <Page title={t('rulebook.timetable.title')} lead={t('rulebook.timetable.lead')} clause="S4.4.3">
      <Loaded read={read} rows={10}>
        {(shown) => <Timetable shown={shown} />}
      </Loaded>
    </Page>
  )
}

function Timetable({ shown }: { shown: Shown }) {
  const t = useWords()
  const { roles } = useMe()
  const mayEdit = roles.includes('deptManager')
  const inForce: Edited = { blocks: shown.latest.blocks, plan: shown.latest.plan }
  const draft = useDraft<Edited>(`rulebook.timetable.${shown.latest.versionId}`, inForce)
  const edited = mayEdit ? draft.value : { blocks: shown.blocks, plan: shown.plan }
  const figures = figuresOf(shown, edited)
  const verdict = mayRunTimetable(figures, { open: shown.open, limitClause: shown.limitClause })
  const changes = {
    ...(sameValue(edited.blocks, inForce.blocks) ? {} : { 'dial.blocks': edited.blocks }),
    ...(sameValue(edited.plan, inForce.plan) ? {} : { 'dial.plan': edited.plan }),
  }
  const changed = mayEdit && Object.keys(changes).length > 0
  const spans = new Map(edited.blocks.map((block) => [block.key, `${block.from}–${block.to}`]))
  return (
    <div className="k-stack">
      <Panel
        title={t('rulebook.timetable.day')}
        side={
          <span className="k-row">
            {changed && <Mark tone="warn">{t('rulebook.timetable.draft')}</Mark>}
            {shown.latest.effectiveOn > shown.day && (
              <Mark tone="calm">{t('rulebook.from', { day: longDay(shown.latest.effectiveOn) })}</Mark>
            )}
            <span className="k-dim k-small">
              {t('rulebook.timetable.open', {
                hours: shown.open.map(([from, to]) => `${from}–${to}`).join(t('ui.and')),
              })}{' '}
              <ClauseLink id="S3.6" />
            </span>
          </span>
        }
      >
        <DayStrip blocks={stripOf({ ...shown, blocks: edited.blocks })} />
        <Hours figures={figures} clause={shown.limitClause} />
        {!verdict.ok && (
          <section className="k-refusal" role="status">
            <div className="k-grow">
              <strong>{t('rulebook.timetable.notYet')}</strong>
              <Reasons of={verdict.reasons} />
            </div>
          </section>
        )}
      </Panel>
      {mayEdit ? (
        <>
          <BlockEditor edited={edited} onChange={draft.set} />
          <PlanEditor edited={edited} onChange={draft.set} />
          <Panel
            title={t('rulebook.publish')}
            side={
              changed && (
                <button type="button" className="k-link" onClick={draft.clear}>
                  {t('rulebook.timetable.undo')}
                </button>
              )
            }
          >
            <Publish
              of="timetable"
              documentCode={shown.documentCode}
              base={shown.latest}
              figures={changes}
              verdict={verdict}
              onDone={draft.clear}
            />
          </Panel>
        </>
      ) : (
        <Panel title={t('rulebook.timetable.plan')}>
          <PlanTable plan={edited.plan} spans={spans} />
        </Panel>
      )}
    </div>
  )
}

/** Hours of the day, the week and above it, against their limits. */
function Hours({ figures, clause }: { figures: TimetableFigures; clause: string }) {
  const t = useWords()
  const { day, week, overtimeMonth } = plannedHours(figures)
  const limit = figures['hours.limit']
  const rows = [
    ['day', day, limit.dayHours],
    ['week', week, limit.weekHours],
    ['overtime', overtimeMonth, limit.overtimeMonthHours],
  ] as const
  return (
    <ul className="k-hours">
      {rows.map(([key, hours, most]) => (
        <li key={key}>
          <span className="k-dim k-small">{t(`rulebook.timetable.${key}`)}</span>
          <span className="k-row">
            <strong className="k-digits">
              {t('rulebook.timetable.hours', { hours: number(hours, 2), limit: number(most, 2) })}
            </strong>
            <Mark tone={hours > most + 1e-9 ? 'bad' : 'good'}>
              {t(hours > most + 1e-9 ? 'rulebook.timetable.above' : 'rulebook.timetable.within')}
            </Mark>
          </span>
        </li>
      ))}
      <li>
        <span className="k-dim k-small">{t('rulebook.timetable.limit')}</span>
        <ClauseLink id={clause} />
      </li>
    </ul>
  )
}
