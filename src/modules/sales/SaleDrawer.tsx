import { useQuery } from '@tanstack/react-query'
import { Drawer, Input, Select } from 'antd'
import { type ComponentType, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { DayField, TextField } from '../../ui/Field.tsx'
import { day, dayAndTime, money } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Words } from '../../ui/Words.tsx'
import { StateMark, useToday, WeightMark } from './parts.tsx'
import { CORRECTORS, MOVERS, mayEnter, mayMove, nextStates, type State } from './rules.ts'

type Detail = Awaited<ReturnType<typeof client.sales.sale>>
type Entry = Detail['entries'][number]

/** What a module to the right shows in the drawer of whose result the case is. */
export type CreditProps = { readonly saleId: string; readonly version: number }
type Drawn = { readonly id: string; readonly Credit?: ComponentType<CreditProps> | undefined; onClose(): void }

/** One case: its premium, the way it went so far with both times of each step, and where it may go. */
export function SaleDrawer({ id, Credit, onClose }: Drawn) {
  const t = useWords()
  const me = useMe()
  const read = useQuery(api.sales.sale.queryOptions({ input: { id } }))
  return (
    <Drawer open onClose={onClose} size={480} title={read.data?.sale.applicationNo ?? t('sales.case')}>
      <Loaded read={read}>
        {(detail) => (
          <div className="k-stack">
            <Facts detail={detail} />
            <h3>{t('sales.way')}</h3>
            <Way entries={detail.entries} />
            {Credit && <Credit saleId={id} version={detail.sale.version} />}
            {holds(me, MOVERS) && <MoveForm detail={detail} />}
            {holds(me, CORRECTORS) && <TakeBackForm detail={detail} />}
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

function Facts({ detail: { sale } }: { detail: Detail }) {
  const t = useWords()
  return (
    <dl className="k-facts">
      <dt>{t('sales.stateNow')}</dt>
      <dd>
        <StateMark state={sale.state} />
      </dd>
      <dt>{t('sales.agent')}</dt>
      <dd>
        {sale.agent}
        {sale.group && ` · ${sale.group}`}
        {sale.seller && <span className="k-dim k-small"> {t('sales.takenBy', { name: sale.seller })}</span>}
        {Number(sale.weight) !== 1 && (
          <>
            {' '}
            <WeightMark weight={sale.weight} />
          </>
        )}
      </dd>
      <dt>{t('sales.product')}</dt>
      <dd>
        <Words of={sale.product} />
      </dd>
      <dt>{t('sales.rawPremium')}</dt>
      <dd className="k-digits">
        {money(sale.raw)} · {t(`catalog.way.${sale.payWay}`)}
      </dd>
      <dt>{t('sales.annual')}</dt>
      <dd className="k-digits">{money(sale.annual)}</dd>
      <dt>{t('sales.standard')}</dt>
      <dd className="k-digits">{money(sale.standard)}</dd>
      <dt>{t('sales.acceptedAt')}</dt>
      <dd className="k-digits">{dayAndTime(sale.acceptedAt)}</dd>
    </dl>
  )
}

/** The entries of a case: the day each took effect, when and by whom it was entered; what was taken back stays to be seen. */
function Way({ entries }: { entries: readonly Entry[] }) {
  const t = useWords()
  const gone = new Set(entries.flatMap(({ takesBack }) => takesBack ?? []))
  return (
    <ol className="s-way">
      {entries.map((entry) => (
        <li key={entry.id} className={gone.has(entry.id) ? 'gone' : ''}>
          <span>
            <span className="s-way-state">
              {entry.source === 'correction'
                ? t('sales.takenBackTo', { state: t(`sales.state.${entry.state}`) })
                : t(`sales.state.${entry.state}`)}
            </span>{' '}
            <span className="k-digits">{day(entry.occurredOn)}</span>
            <span className="s-way-foot">
              <span className="k-digits">{t('sales.entered', { at: dayAndTime(entry.recordedAt) })}</span>
              {entry.by && <span>{entry.by}</span>}
            </span>
            {entry.note && <span className="k-small">{entry.note}</span>}
          </span>
        </li>
      ))}
    </ol>
  )
}

/** Moves the case on, from the day it took effect. What the roles may not enter is not offered. */
function MoveForm({ detail: { sale, entries } }: { detail: Detail }) {
  const t = useWords()
  const me = useMe()
  const { today } = useToday()
  const move = useCommand(api.sales.move)
  const possible = nextStates(sale.state).filter((state) => mayEnter(me.roles, state).ok)
  const [state, setState] = useState<State | null>(null)
  const [on, setOn] = useState(today)
  const [note, setNote] = useState('')
  if (possible.length === 0) return null
  const chosen = state && possible.includes(state) ? state : null
  const gone = new Set(entries.flatMap(({ id, takesBack }) => (takesBack ? [id, takesBack] : [])))
  const since = entries.findLast(({ id }) => !gone.has(id))?.occurredOn ?? sale.acceptedOn
  const verdict =
    chosen && on
      ? mayMove({
          ...{ from: sale.state, to: chosen, sellerId: sale.agentId, by: { personId: me.person.id, roles: me.roles } },
          ...{ on: Temporal.PlainDate.from(on), today: Temporal.PlainDate.from(today) },
          since: Temporal.PlainDate.from(since),
        })
      : null
  return (
    <section className="k-stack">
      <h3>{t('sales.moveOn')}</h3>
      <Select<State>
        aria-label={t('sales.newState')}
        placeholder={t('sales.newState')}
        value={chosen}
        onChange={setState}
        options={possible.map((value) => ({ value, label: t(`sales.state.${value}`) }))}
      />
      <DayField label={t('sales.occurredOn')} value={on} onChange={setOn} />
      <Input.TextArea
        aria-label={t('sales.note')}
        placeholder={t('sales.note')}
        value={note}
        maxLength={1000}
        autoSize={{ minRows: 1 }}
        onChange={({ target }) => setNote(target.value)}
      />
      {move.stale && <p role="alert">{t('error.STALE')}</p>}
      <RefusalPanel refusal={move.refusal} onClose={move.clear} />
      <div>
        <Action
          type="primary"
          busy={move.busy}
          disabledReason={verdict ?? t('sales.chooseState')}
          onClick={async () => {
            if (!chosen) return
            const asked = { saleId: sale.id, state: chosen, occurredOn: on, note, version: sale.version }
            if (!(await move.run(asked))) return
            setState(null)
            setNote('')
          }}
        >
          {t('sales.enter')}
        </Action>
      </div>
    </section>
  )
}

/** Takes the latest entry back, with the reason. */
function TakeBackForm({ detail: { sale, entries } }: { detail: Detail }) {
  const t = useWords()
  const me = useMe()
  const takeBack = useCommand(api.sales.takeBack)
  const [why, setWhy] = useState('')
  const gone = new Set(entries.flatMap(({ id, takesBack }) => (takesBack ? [id, takesBack] : [])))
  const left = entries.filter(({ id }) => !gone.has(id))
  if (left.length < 2 || sale.agentId === me.person.id) return null
  return (
    <section className="k-stack">
      <h3>{t('sales.takeBack', { state: t(`sales.state.${sale.state}`) })}</h3>
      <TextField label={t('sales.why')} value={why} onChange={setWhy} />
      <RefusalPanel refusal={takeBack.refusal} onClose={takeBack.clear} />
      <div>
        <Action
          busy={takeBack.busy}
          disabledReason={why.trim() === '' ? t('sales.whyFirst') : null}
          onClick={async () => {
            if (await takeBack.run({ saleId: sale.id, why: why.trim(), version: sale.version })) setWhy('')
          }}
        >
          {t('sales.takeItBack')}
        </Action>
      </div>
    </section>
  )
}
