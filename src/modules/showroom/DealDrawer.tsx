import { useQuery } from '@tanstack/react-query'
import { Drawer } from 'antd'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { dayAndTime } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Words } from '../../ui/Words.tsx'
import { AskLost, DecideLost, RecordSteps, TakeBack } from './DealForms.tsx'
import { StateMark } from './parts.tsx'
import { canRecord } from './rules.ts'

export type Detail = Awaited<ReturnType<typeof client.showroom.deal>>

/** One customer's way so far, and what comes next. */
export function DealDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useWords()
  const me = useMe()
  const read = useQuery(api.showroom.deal.queryOptions({ input: { id } }))
  return (
    <Drawer open onClose={onClose} size={480} title={read.data?.customer ?? t('showroom.noName')}>
      <Loaded read={read}>
        {(deal) => (
          <div className="k-stack">
            <Facts deal={deal} />
            {holds(me, ['showroomSales', 'deptManager']) && <RecordSteps deal={deal} />}
            {holds(me, ['showroomSales', 'tsr', 'tl']) && canRecord(deal.state, 'lostAsked').ok && (
              <AskLost deal={deal} />
            )}
            {holds(me, ['deptManager']) && deal.state === 'lostAsked' && <DecideLost deal={deal} />}
            <h3>{t('showroom.way')}</h3>
            <Way events={deal.events} />
            {holds(me, ['deptManager']) && <TakeBack deal={deal} />}
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

function Facts({ deal }: { deal: Detail }) {
  const t = useWords()
  return (
    <dl className="k-facts">
      <dt>{t('showroom.stateNow')}</dt>
      <dd>
        <StateMark state={deal.state} />
      </dd>
      <dt>{t('showroom.number')}</dt>
      <dd className="k-digits">{deal.phone}</dd>
      {deal.appointedAt && (
        <>
          <dt>{t('showroom.appointmentAt')}</dt>
          <dd className="k-digits">{dayAndTime(deal.appointedAt)}</dd>
        </>
      )}
      <dt>{t('showroom.model')}</dt>
      <dd>{deal.product ? <Words of={deal.product} /> : '–'}</dd>
      {deal.orderNo && (
        <>
          <dt>{t('showroom.orderNo')}</dt>
          <dd className="k-digits">{deal.orderNo}</dd>
        </>
      )}
      <dt>{t('showroom.agent')}</dt>
      <dd>{deal.agent ?? t('showroom.walkedIn')}</dd>
      <dt>{t('showroom.sales')}</dt>
      <dd>{deal.sales ?? '–'}</dd>
      {deal.lostReason && (deal.state === 'lostAsked' || deal.state === 'lost') && (
        <>
          <dt>{t('showroom.lostReason')}</dt>
          <dd>{t(`showroom.lost.${deal.lostReason}`)}</dd>
        </>
      )}
    </dl>
  )
}

/** Every entry with who and when; what was taken back stays to be seen. */
function Way({ events }: { events: Detail['events'] }) {
  const t = useWords()
  return (
    <ol className="sr-way">
      {events.map((event) => (
        <li key={event.id} className={event.gone ? 'gone' : ''}>
          <span>
            <span className="sr-kind">{t(`showroom.kind.${event.kind}`)}</span>{' '}
            <span className="k-digits">{dayAndTime(event.at)}</span>
          </span>
          <span className="k-dim k-small">
            {[event.by, event.appointedAt && t('showroom.appointedFor', { at: dayAndTime(event.appointedAt) })]
              .concat(event.reason ? t(`showroom.lost.${event.reason}`) : null)
              .filter(Boolean)
              .join(' · ')}
          </span>
          {event.note && <span className="k-small">{event.note}</span>}
        </li>
      ))}
    </ol>
  )
}
