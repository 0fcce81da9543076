import { useQuery } from '@tanstack/react-query'
import { Checkbox, Input, Modal, Select } from 'antd'
import { useEffect, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Field, TextField } from '../../ui/Field.tsx'
import { dayAndTime, time } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { EnterCall } from '../arrivals/EnterCall.tsx'
import { type Deal, type Host, StateMark } from './parts.tsx'
import { FEWEST_DIGITS } from './rules.ts'

type Found = Awaited<ReturnType<typeof client.showroom.find>>['found'][number]
const DIGITS = /^\+?\d+$/

/** The front desk: the last digits of a number show who stands there; one tap calls whoever receives him. [S2.2.1] */
export function FrontDeskPage() {
  const t = useWords()
  const read = useQuery(api.showroom.today.queryOptions({ input: {} }))
  return (
    <Page
      title={t('showroom.frontDesk')}
      lead={t('showroom.frontDeskLead')}
      clause="S2.2.1"
      actions={<EnterCall />}
      asOf={read.data?.asOf ?? null}
    >
      <Loaded read={read}>
        {({ deals, hosts }) => (
          <>
            <FindVisitor hosts={hosts} />
            <Expected deals={deals} hosts={hosts} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** By number: what is typed is asked as soon as it is enough. */
export function FindVisitor({ hosts }: { hosts: readonly Host[] }) {
  const t = useWords()
  const find = useCommand(api.showroom.find)
  const [digits, setDigits] = useState('')
  const [found, setFound] = useState<readonly Found[] | null>(null)
  const [walkIn, setWalkIn] = useState(false)
  const asked = digits.replaceAll(/[\s-]/g, '')
  const { run } = find
  useEffect(() => {
    setFound(null)
    if (asked.length < FEWEST_DIGITS || !DIGITS.test(asked)) return
    // What is still being typed is not asked digit by digit.
    const timer = setTimeout(async () => {
      const answer = await run({ digits: asked })
      if (answer) setFound(answer.output.found)
    }, 250)
    return () => clearTimeout(timer)
  }, [asked, run])
  const done = () => {
    setDigits('')
    setFound(null)
  }
  return (
    <Panel title={t('showroom.whoIsIt')}>
      <div className="sr-find">
        <Field label={t('showroom.digits')} hint={t('showroom.digitsHint')}>
          {(id) => (
            <Input
              id={id}
              autoFocus
              allowClear
              inputMode="tel"
              autoComplete="off"
              maxLength={20}
              value={digits}
              onChange={({ target }) => setDigits(target.value)}
            />
          )}
        </Field>
        {found?.map((one) => (
          <Visitor key={`${one.dealId} ${one.customerId}`} visitor={one} hosts={hosts} onDone={done} />
        ))}
        {found?.length === 0 && <p>{t('showroom.notFound')}</p>}
        <div>
          <Action onClick={() => setWalkIn(true)}>{t('showroom.walkIn')}</Action>
        </div>
      </div>
      {walkIn && (
        <WalkInForm
          number={asked.length > 7 ? asked : ''}
          hosts={hosts}
          onClose={() => {
            setWalkIn(false)
            done()
          }}
        />
      )}
    </Panel>
  )
}

/** One who may stand there. The second tap records the visit and calls the one who receives him. */
function Visitor({ visitor, hosts, onDone }: { visitor: Found; hosts: readonly Host[]; onDone: () => void }) {
  const t = useWords()
  const visit = useCommand(api.showroom.visit)
  const came = async (salesId: string | null) => {
    const { dealId, customerId } = visitor
    if (await visit.run({ dealId, customerId, salesId })) onDone()
  }
  const own = hosts.find(({ personId }) => personId === visitor.salesId)
  return (
    <div className="sr-visitor">
      <div className="sr-visitor-head">
        <strong>{visitor.customer ?? t('showroom.noName')}</strong>
        <span className="k-digits k-dim">{visitor.phone}</span>
        {visitor.state && <StateMark state={visitor.state} />}
        {visitor.appointedAt && <span>{t('showroom.appointedFor', { at: dayAndTime(visitor.appointedAt) })}</span>}
        {visitor.agent && <span className="k-dim">{t('showroom.invitedBy', { name: visitor.agent })}</span>}
      </div>
      <RefusalPanel refusal={visit.refusal} onClose={visit.clear} />
      <HostChoice hosts={hosts} own={own} busy={visit.busy} choose={(salesId) => void came(salesId)} />
    </div>
  )
}

/** Who is called: his own first, then whoever has the fewest customers. */
function HostChoice({
  hosts,
  own,
  busy,
  choose,
}: {
  hosts: readonly Host[]
  own: Host | undefined
  busy: boolean
  choose: (salesId: string | null) => void
}) {
  const t = useWords()
  const ordered = own ? [own, ...hosts.filter(({ personId }) => personId !== own.personId)] : hosts
  if (ordered.length === 0)
    return (
      <div>
        <Action type="primary" busy={busy} onClick={() => choose(null)}>
          {t('showroom.cameAlone')}
        </Action>
      </div>
    )
  return (
    <div className="sr-hosts">
      {ordered.map(({ personId, name, waiting }, at) => (
        <Action
          key={personId}
          type={at === 0 ? 'primary' : 'default'}
          busy={busy && at === 0}
          onClick={() => choose(personId)}
        >
          {t('showroom.cameCall', { name })}
          {waiting > 0 && ` (${t('showroom.waiting', { count: waiting })})`}
        </Action>
      ))}
    </div>
  )
}

const EMPTY = { name: '', number: '', productId: null as string | null, salesId: null as string | null, agreed: false }

function WalkInForm({ number, hosts, onClose }: { number: string; hosts: readonly Host[]; onClose: () => void }) {
  const t = useWords()
  const said = useSaid()
  const walkIn = useCommand(api.showroom.walkIn)
  const products = useQuery(api.catalog.products.queryOptions({ input: {} }))
  const [fields, setFields] = useState({ ...EMPTY, number, salesId: hosts[0]?.personId ?? null })
  const set = (more: Partial<typeof fields>) => setFields((before) => ({ ...before, ...more }))
  return (
    <Modal
      open
      title={t('showroom.walkIn')}
      okText={t('showroom.cameRecord')}
      okButtonProps={{ disabled: fields.number.trim() === '', loading: walkIn.busy }}
      onOk={async () => {
        if (await walkIn.run(fields)) onClose()
      }}
      onCancel={onClose}
    >
      <div className="k-stack">
        <Field label={t('showroom.number')}>
          {(id) => (
            <Input
              id={id}
              inputMode="tel"
              autoComplete="off"
              maxLength={40}
              value={fields.number}
              onChange={({ target }) => set({ number: target.value })}
            />
          )}
        </Field>
        <TextField label={t('showroom.name')} value={fields.name} onChange={(name) => set({ name })} />
        <Field label={t('showroom.model')}>
          {(id) => (
            <Select<string | null>
              id={id}
              allowClear
              value={fields.productId}
              onChange={(productId) => set({ productId: productId ?? null })}
              options={(products.data?.products ?? [])
                .filter(({ listed }) => listed)
                .map(({ id: value, name }) => ({ value, label: said(name) }))}
            />
          )}
        </Field>
        <Field label={t('showroom.sales')}>
          {(id) => (
            <Select<string | null>
              id={id}
              value={fields.salesId}
              onChange={(salesId) => set({ salesId })}
              options={hosts.map(({ personId, name }) => ({ value: personId, label: name }))}
            />
          )}
        </Field>
        <Checkbox checked={fields.agreed} onChange={({ target }) => set({ agreed: target.checked })}>
          {t('showroom.agreed')}
        </Checkbox>
        <RefusalPanel refusal={walkIn.refusal} onClose={walkIn.clear} />
      </div>
    </Modal>
  )
}

/** Who is expected today, in the order of their times, and who came. */
function Expected({ deals, hosts }: { deals: readonly Deal[]; hosts: readonly Host[] }) {
  const t = useWords()
  const came = deals.filter(({ state }) => state !== 'booked')
  const due = deals.filter(({ state }) => state === 'booked')
  return (
    <Panel
      title={t('showroom.expected')}
      side={<span className="k-dim">{t('showroom.cameOf', { came: came.length, count: deals.length })}</span>}
    >
      {deals.length === 0 ? (
        <Empty title={t('showroom.nobodyExpected')}>{t('showroom.nobodyExpectedFirst')}</Empty>
      ) : (
        <ul className="sr-rows">
          {[...due, ...came].map((deal) => (
            <ExpectedRow key={deal.id} deal={deal} hosts={hosts} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function ExpectedRow({ deal, hosts }: { deal: Deal; hosts: readonly Host[] }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const visitor: Found = { ...deal, dealId: deal.id }
  return (
    <li>
      <span className="k-digits">{deal.appointedAt ? time(deal.appointedAt) : '–'}</span>
      <span className="sr-who">
        <span>
          <strong>{deal.customer ?? t('showroom.noName')}</strong> <span className="k-dim k-digits">{deal.phone}</span>
        </span>
        <span className="k-dim k-small">
          {[deal.agent && t('showroom.invitedBy', { name: deal.agent }), deal.sales].filter(Boolean).join(' · ')}
        </span>
      </span>
      {deal.state === 'booked' ? (
        <Action onClick={() => setOpen(!open)}>{t('showroom.isHere')}</Action>
      ) : deal.state === 'visited' ? (
        <Mark tone="warn">{t('showroom.waitsForReception')}</Mark>
      ) : (
        <StateMark state={deal.state} />
      )}
      {open && <Visitor visitor={visitor} hosts={hosts} onDone={() => setOpen(false)} />}
    </li>
  )
}
