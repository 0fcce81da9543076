import { useWords } from '../../client/words.ts'
import { number } from '../../ui/format.ts'
import type { Paired } from './useWall.tsx'

type Group = Paired['groups'][number]
type Kind = Paired['kind']

const minutes = (talkSeconds: number) => Math.round(talkSeconds / 60)

/** A figure against the day's plan as a bar, with a tick for where the plan of this moment lies. */
function Bar({ label, value, plan, share }: { label: string; value: number; plan: number | null; share: number }) {
  const most = Math.max(plan ?? 0, value, 1)
  return (
    <div className="w-bar">
      <p>
        <span>{label}</span>
        <span>
          <b>{number(value)}</b>
          {plan !== null && <span className="w-of"> / {number(plan)}</span>}
        </span>
      </p>
      {plan !== null && (
        <div className="w-track" aria-hidden>
          <span className="w-fill" style={{ width: `${(value / most) * 100}%` }} />
          <span className="w-tick" style={{ left: `${((plan * share) / most) * 100}%` }} />
        </div>
      )}
    </div>
  )
}

/** Cases against the plan: said to be reached, never to be missing. [S5.1.4c] */
function Cases({ cases, plan, kind }: { cases: number; plan: number | null; kind: Kind }) {
  const t = useWords()
  return (
    <p className="w-cases">
      <strong>{number(cases)}</strong>
      <span>
        {plan !== null && plan > 0 && <span className="w-of">/ {number(plan)} </span>}
        {t(`wall.cases.${kind}`)}
        {plan !== null && plan > 0 && cases >= plan && (
          <em>
            ★<span> {t('wall.reached')}</span>
          </em>
        )}
      </span>
    </p>
  )
}

/** One group today against its plan. */
export function WallGroup({ group: { name, figures, plan, share }, kind }: { group: Group; kind: Kind }) {
  const t = useWords()
  return (
    <article className="w-group">
      <div>
        <h2>{name}</h2>
        <Cases cases={figures.cases} plan={plan?.cases ?? null} kind={kind} />
        {figures.appointments !== null && (
          <p className="w-house">
            {t('wall.house', { appointments: number(figures.appointments), visits: number(figures.visits ?? 0) })}
          </p>
        )}
        <Bar label={t('wall.dials')} value={figures.dials} plan={plan?.dials ?? null} share={share} />
        <Bar
          label={t('wall.talk')}
          value={minutes(figures.talkSeconds)}
          plan={plan ? minutes(plan.talkSeconds) : null}
          share={share}
        />
      </div>
    </article>
  )
}

/** All groups of the screen together. */
export function WallTotal({ wall: { total, kind } }: { wall: Paired }) {
  const t = useWords()
  const { figures, plan } = total
  const of = (value: number | undefined) => value !== undefined && <span className="w-of"> / {number(value)}</span>
  return (
    <dl className="w-total">
      <div>
        <dt>{t(`wall.cases.${kind}`)}</dt>
        <dd>
          {number(figures.cases)}
          {of(plan?.cases)}
        </dd>
      </div>
      {figures.visits !== null && (
        <div>
          <dt>{t('wall.visits')}</dt>
          <dd>{number(figures.visits)}</dd>
        </div>
      )}
      <div>
        <dt>{t('wall.dials')}</dt>
        <dd>
          {number(figures.dials)}
          {of(plan?.dials)}
        </dd>
      </div>
      <div>
        <dt>{t('wall.talk')}</dt>
        <dd>
          {number(minutes(figures.talkSeconds))}
          {of(plan ? minutes(plan.talkSeconds) : undefined)}
        </dd>
      </div>
    </dl>
  )
}
