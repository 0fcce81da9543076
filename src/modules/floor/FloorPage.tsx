import { useQuery } from '@tanstack/react-query'
import { Segmented, Select } from 'antd'
import { useCallback, useState } from 'react'
import { api } from '../../client/api.ts'
import { useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { number, percent, seconds } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { useNameOrder } from '../../ui/Words.tsx'
import { ClockStrip } from '../arrivals/parts.tsx'
import { HourStrip } from './HourStrip.tsx'
import { ASK_AGAIN, AsOf, type Board, type BoardGroup, type Seat, useWon } from './parts.tsx'
import { SEAT_STATES, type SeatState } from './rules.ts'
import { SeatDrawer } from './SeatDrawer.tsx'
import { inOrder, ORDERS, type Order, SeatRows } from './SeatRows.tsx'
import { SeatTiles } from './SeatTiles.tsx'

/** The live board of the floor: one's own groups seat by seat, of the others what is done. [S4.3.3a] */
export function FloorPage() {
  const t = useWords()
  const read = useQuery(api.floor.board.queryOptions({ input: {}, refetchInterval: ASK_AGAIN }))
  return (
    <Page
      title={t('floor.title')}
      lead={t('floor.lead')}
      clause="S4.3.3a"
      actions={read.data && <AsOf at={read.data.asOf} />}
    >
      <Loaded read={read} rows={10}>
        {(board) => <Floor board={board} />}
      </Loaded>
    </Page>
  )
}

const VIEWS = ['rows', 'tiles'] as const
type View = (typeof VIEWS)[number]

function Floor({ board }: { board: Board }) {
  const t = useWords()
  const me = useMe()
  const won = useWon()
  const names = useNameOrder()
  const [group, setGroup] = useState<string | null>(null)
  const [states, setStates] = useState<readonly SeatState[]>([])
  const [order, setOrder] = useState<Order>('seat')
  // Who stands above many groups sees the whole of them first.
  const [view, setView] = useState<View>(board.groups.filter(({ mine }) => mine).length > 2 ? 'tiles' : 'rows')
  const [opened, setOpened] = useState<string | null>(null)
  const open = useCallback((seat: Seat) => setOpened(seat.personId), [])
  const own = board.groups.filter(({ mine }) => mine)
  const others = board.groups.filter(({ mine }) => !mine)
  const shown = own.filter(({ id }) => group === null || id === group)
  const seats = shown.flatMap((one) => one.seats)
  const count = (state: SeatState) => seats.filter((seat) => seat.state === state).length
  const found = own.flatMap((one) => one.seats.map((seat) => ({ seat, share: one.share })))
  const chosen = found.find(({ seat }) => seat.personId === opened)
  if (own.length === 0) return <Empty title={t('floor.noGroup')}>{t('floor.noGroupFirst')}</Empty>
  const totals = group === null ? board.totals! : shown[0]!.totals
  return (
    <>
      <TotalFigures totals={totals} board={board} />
      {me.centre.kind === 'dealership' && <ClockStrip />}
      <div className="f-controls">
        {own.length > 1 && (
          <Select<string>
            aria-label={t('floor.group')}
            value={group ?? ''}
            onChange={(id) => setGroup(id || null)}
            options={[
              { value: '', label: t('floor.allGroups') },
              ...own.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
        <fieldset className="f-filter">
          <legend className="k-hidden">{t('floor.filter')}</legend>
          {SEAT_STATES.filter((state) => count(state) > 0 || states.includes(state)).map((state) => (
            <button
              key={state}
              type="button"
              className={`f-pick f-${state}`}
              aria-pressed={states.includes(state)}
              onClick={() =>
                setStates(states.includes(state) ? states.filter((one) => one !== state) : [...states, state])
              }
            >
              {t(`floor.state.${state}`)} <strong className="k-digits">{count(state)}</strong>
            </button>
          ))}
        </fieldset>
        <Select<Order>
          aria-label={t('floor.order')}
          value={order}
          onChange={setOrder}
          options={ORDERS.map((value) => ({ value, label: t(`floor.order.${value === 'cases' ? won : value}`) }))}
        />
        <Segmented<View>
          aria-label={t('floor.view')}
          value={view}
          onChange={setView}
          options={VIEWS.map((value) => ({ value, label: t(`floor.view.${value}`) }))}
        />
      </div>
      {shown.map((one) => {
        const wanted = one.seats.filter(({ state }) => states.length === 0 || states.includes(state))
        const ordered = inOrder(wanted, order, names)
        return (
          <GroupPanel key={one.id} group={one}>
            {view === 'rows' ? (
              <SeatRows group={one} seats={ordered} onOpen={open} />
            ) : (
              <SeatTiles seats={ordered} onOpen={open} />
            )}
          </GroupPanel>
        )
      })}
      <HourStrip groupId={group} />
      {others.length > 0 && <Others groups={others} />}
      {chosen && <SeatDrawer seat={chosen.seat} share={chosen.share} board={board} onClose={() => setOpened(null)} />}
    </>
  )
}

function TotalFigures({ totals, board }: { totals: BoardGroup['totals']; board: Board }) {
  const t = useWords()
  const won = useWon()
  const about = { asOf: board.asOf, measuredBy: board.measuredBy }
  return (
    <Figures>
      <Figure
        asOf={board.asOf}
        label={t('floor.online')}
        value={`${number(totals.online ?? 0)} / ${number(totals.seats)}`}
        formula={t('floor.formula.online')}
        beside={t('floor.ofThem', { talking: number(totals.talking ?? 0), paused: number(totals.paused ?? 0) })}
      />
      <Figure
        {...about}
        label={t('floor.column.dials')}
        value={number(totals.dials)}
        formula={t('floor.formula.dials')}
        rows="/calls"
      />
      <Figure
        {...about}
        label={t('floor.column.connected')}
        value={number(totals.connected)}
        formula={t('floor.formula.connected')}
        rows="/calls"
        beside={
          totals.dials > 0 ? t('floor.connectRate', { rate: percent(totals.connected / totals.dials) }) : undefined
        }
      />
      <Figure
        {...about}
        label={t('floor.column.effective')}
        value={number(totals.effective)}
        formula={t('floor.formula.effective')}
        rows="/calls"
      />
      <Figure
        {...about}
        label={t('floor.column.talk')}
        value={seconds(totals.talkSeconds)}
        formula={t('floor.formula.talk')}
        rows="/calls"
      />
      <Figure
        asOf={board.asOf}
        label={t(`floor.column.${won}`)}
        value={number(totals.cases)}
        formula={t(`floor.formula.${won}`)}
        rows={won === 'orders' ? '/showroom' : '/sales'}
        beside={t(`floor.inCentre.${won}`, { cases: number(board.cases) })}
      />
      {totals.idle !== null && (
        <Figure
          asOf={board.asOf}
          label={t('floor.idling')}
          value={number(totals.idle)}
          tone={totals.idle > 0 ? 'warn' : 'plain'}
          formula={t('floor.formula.idle')}
          rows="/"
        />
      )}
    </Figures>
  )
}

function GroupPanel({ group, children }: { group: BoardGroup; children: React.ReactNode }) {
  const t = useWords()
  const won = useWon()
  const { totals } = group
  const said = {
    online: number(totals.online ?? 0),
    seats: number(totals.seats),
    dials: number(totals.dials),
    count: totals.cases,
  }
  return (
    <Panel title={group.name} side={<span className="k-dim k-digits">{t(`floor.groupSays.${won}`, said)}</span>}>
      {children}
    </Panel>
  )
}

/** Groups of others: what is done there, and nothing of who does what. [S5.1.4c] */
function Others({ groups }: { groups: readonly BoardGroup[] }) {
  const t = useWords()
  const columns = ['dials', 'connected', 'effective', 'cases'] as const
  const won = useWon()
  const title = (key: (typeof columns)[number]) => t(`floor.column.${key === 'cases' ? won : key}`)
  return (
    <Panel title={t('floor.others')}>
      <table className="f-seats f-others">
        <thead>
          <tr>
            <th scope="col">{t('floor.group')}</th>
            {columns.map((key) => (
              <th key={key} scope="col" className="f-number">
                {title(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ id, name, totals }) => (
            <tr key={id}>
              <th scope="row" className="f-whole">
                {name}
              </th>
              {columns.map((key) => (
                <td key={key} className="f-number k-digits" data-label={title(key)}>
                  {number(totals[key])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}
