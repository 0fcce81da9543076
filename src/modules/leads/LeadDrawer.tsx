import { useQuery } from '@tanstack/react-query'
import { Drawer } from 'antd'
import { api, type client } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { day, dayAndTime, longDay } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Reasons } from '../../ui/Reasons.tsx'
import { KindMark } from './LeadList.tsx'

export type WholeLead = Awaited<ReturnType<typeof client.leads.lead>>

/** One lead: why it may not be called now and from when, where its plan stands, who held it, every try, the customer. */
export function LeadDrawer({ leadId, onClose }: { leadId: string; onClose: () => void }) {
  const t = useWords()
  const read = useQuery(api.leads.lead.queryOptions({ input: { id: leadId } }))
  return (
    <Drawer open onClose={onClose} size={560} title={read.data?.card.name ?? t('leads.nameless')} destroyOnHidden>
      <Loaded read={read}>
        {(lead) => (
          <div className="k-stack">
            <State lead={lead} />
            <Callable lead={lead} />
            <Customer lead={lead} />
            <Tries lead={lead} />
            <Holders lead={lead} />
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

function State({ lead }: { lead: WholeLead }) {
  const t = useWords()
  const { plan, triesMade, round } = lead
  return (
    <>
      <div className="k-row">
        <Mark tone={lead.state === 'closed' ? 'plain' : 'accent'}>
          {lead.closedAs ? t(`leads.closed.${lead.closedAs}`) : t(`leads.state.${lead.state}`)}
        </Mark>
        {lead.state !== 'closed' && <KindMark kind={lead.kind} />}
        <span className="k-dim">{[lead.batch, lead.grade].filter(Boolean).join(' · ')}</span>
      </div>
      <p>
        {t('leads.planStands', { tries: triesMade, of: plan.attempts, round, rounds: plan.rounds })}
        {lead.dueAt && ` ${t('leads.nextTry', { at: dayAndTime(lead.dueAt) })}`}
      </p>
    </>
  )
}

function Callable({ lead }: { lead: WholeLead }) {
  const t = useWords()
  if (lead.state === 'closed') return null
  return (
    <section className="k-stack">
      <h3>{t('leads.whyNot')}</h3>
      {lead.callable.length === 0 && <p>{t('leads.noNumber')}</p>}
      {lead.callable.map(({ phoneId, masked, allow, reasons, notes, callableFrom }) => (
        <div key={phoneId}>
          <div className="k-row">
            <span className="k-digits">{masked}</span>
            {allow ? (
              <Mark tone="good">{t('leads.callableNow')}</Mark>
            ) : (
              <Mark tone="warn">
                {callableFrom ? t('leads.callableFrom', { at: dayAndTime(callableFrom) }) : t('leads.notCallable')}
              </Mark>
            )}
          </div>
          {!allow && <Reasons of={reasons} />}
          {notes.length > 0 && <Reasons of={notes} />}
        </div>
      ))}
    </section>
  )
}

function Customer({ lead }: { lead: WholeLead }) {
  const t = useWords()
  const { card } = lead
  const rows: readonly (readonly [string, string | null])[] = [
    [t('leads.gender'), card.gender && t(`leads.gender.${card.gender}`)],
    [t('leads.birthday'), card.birthday && longDay(card.birthday)],
    [t('leads.region'), card.region && t([`region.CN.${card.region}`, 'leads.region.other'], { region: card.region })],
    [t('leads.zone'), card.zone],
    [t('leads.wish'), card.wish?.map((window) => window.join('–')).join(t('ui.and')) ?? null],
    [t('leads.notBefore'), lead.notBefore && dayAndTime(lead.notBefore)],
    [t('leads.renewal'), lead.renewalExpiresOn && day(lead.renewalExpiresOn)],
    ...Object.entries(card.facts).map(([head, value]) => [head, value === null ? null : String(value)] as const),
  ]
  const shown = rows.filter(([, value]) => value !== null && value !== '')
  if (shown.length === 0) return null
  return (
    <section className="k-stack">
      <h3>{t('leads.customer')}</h3>
      <dl className="k-facts">
        {shown.flatMap(([head, value]) => [<dt key={`${head} head`}>{head}</dt>, <dd key={head}>{value}</dd>])}
      </dl>
    </section>
  )
}

function Tries({ lead }: { lead: WholeLead }) {
  const t = useWords()
  return (
    <section className="k-stack">
      <h3>{t('leads.triesMade')}</h3>
      {lead.tries.length === 0 && <p className="k-dim">{t('leads.noTries')}</p>}
      <ol className="k-list">
        {lead.tries.map(({ round, number, at, band, agent, outcome }) => (
          <li key={`${round} ${number}`} className="k-row">
            <span className="k-digits">{t('leads.tryNo', { round, number })}</span>
            <span>{dayAndTime(at)}</span>
            <span className="k-dim">{t([`leads.band.${band}`, 'leads.band.other'], { band })}</span>
            <span>{t([`calls.outcome.${outcome}`, 'leads.outcome.other'], { outcome })}</span>
            <span className="k-dim">{agent}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Holders({ lead }: { lead: WholeLead }) {
  const t = useWords()
  return (
    <section className="k-stack">
      <h3>{t('leads.holders')}</h3>
      <ol className="k-list">
        {lead.holders.map((hold) => (
          <li key={hold.id}>
            <div className="k-row">
              <strong>{hold.person ?? hold.group ?? t('leads.company')}</strong>
              <span className="k-dim k-small">
                {dayAndTime(hold.from)} – {hold.until ? dayAndTime(hold.until) : t('leads.until.now')}
              </span>
            </div>
            {hold.step && (
              <span className="k-dim k-small">
                {t(`leads.step.${hold.step}`)} {hold.by} {hold.reason}
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
