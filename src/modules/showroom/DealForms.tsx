import { useQuery } from '@tanstack/react-query'
import { Input, Select } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Field } from '../../ui/Field.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { useSaid } from '../../ui/Words.tsx'
import type { Detail } from './DealDrawer.tsx'
import { instantOf } from './parts.tsx'
import { canRecord, LOST_REASONS, type LostReason, mayDecideLost, STEPS, type Step } from './rules.ts'

const EMPTY = { orderNo: '', note: '', at: '', on: '' }

/** What can be recorded now: a tap chooses the step, the second records it with what it needs. */
export function RecordSteps({ deal }: { deal: Detail }) {
  const t = useWords()
  const said = useSaid()
  const record = useCommand(api.showroom.record)
  const products = useQuery(api.catalog.products.queryOptions({ input: {} }))
  const possible = STEPS.filter((step) => canRecord(deal.state, step).ok)
  const [step, setStep] = useState<Step | null>(null)
  const [fields, setFields] = useState({ ...EMPTY, productId: deal.productId })
  const set = (more: Partial<typeof fields>) => setFields((before) => ({ ...before, ...more }))
  if (possible.length === 0) return null
  const chosen = step && possible.includes(step) ? step : null
  const missing =
    chosen === 'order' && (fields.orderNo.trim() === '' || !fields.productId)
      ? t('showroom.needsOrder')
      : chosen === 'appointment' && fields.at === ''
        ? t('showroom.needsTime')
        : null
  const send = async () => {
    if (!chosen) return
    const { orderNo, note, productId, on } = fields
    const input = { dealId: deal.id, version: deal.version, step: chosen, orderNo, note, on: on || null }
    const needsModel = chosen === 'order' || chosen === 'testDrive'
    const done = await record.run({
      ...input,
      at: chosen === 'appointment' ? instantOf(fields.at) : null,
      productId: needsModel ? productId : null,
    })
    if (!done) return
    setStep(null)
    setFields({ ...EMPTY, productId })
  }
  return (
    <Panel title={t('showroom.next')}>
      <div className="sr-steps">
        {possible.map((one) => (
          <Action
            key={one}
            className={one === chosen ? 'd-choice chosen' : 'd-choice'}
            aria-pressed={one === chosen}
            onClick={() => setStep(one)}
          >
            {t(`showroom.kind.${one}`)}
          </Action>
        ))}
      </div>
      {chosen && (
        <div className="k-stack">
          {chosen === 'order' && (
            <Field label={t('showroom.orderNo')}>
              {(id) => (
                <Input
                  id={id}
                  maxLength={40}
                  autoComplete="off"
                  value={fields.orderNo}
                  onChange={({ target }) => set({ orderNo: target.value })}
                />
              )}
            </Field>
          )}
          {(chosen === 'order' || chosen === 'testDrive') && (
            <Field label={t('showroom.model')}>
              {(id) => (
                <Select<string | null>
                  id={id}
                  value={fields.productId}
                  onChange={(productId) => set({ productId })}
                  options={(products.data?.products ?? []).map(({ id: value, name }) => ({ value, label: said(name) }))}
                />
              )}
            </Field>
          )}
          {chosen === 'appointment' ? (
            <Field label={t('showroom.appointmentAt')}>
              {(id) => (
                <Input
                  id={id}
                  type="datetime-local"
                  value={fields.at}
                  onChange={({ target }) => set({ at: target.value })}
                />
              )}
            </Field>
          ) : (
            <Field label={t('showroom.on')} hint={t('showroom.onHint')}>
              {(id) => (
                <Input id={id} type="date" value={fields.on} onChange={({ target }) => set({ on: target.value })} />
              )}
            </Field>
          )}
          <NoteField value={fields.note} onChange={(note) => set({ note })} />
          <RefusalPanel refusal={record.refusal} onClose={record.clear} />
          <div>
            <Action type="primary" busy={record.busy} disabledReason={missing} onClick={() => void send()}>
              {t('showroom.record', { what: t(`showroom.kind.${chosen}`) })}
            </Action>
          </div>
        </div>
      )}
    </Panel>
  )
}

function NoteField({ value, onChange, label }: { value: string; onChange: (next: string) => void; label?: string }) {
  const t = useWords()
  return (
    <Field label={label ?? t('showroom.note')}>
      {(id) => (
        <Input.TextArea
          id={id}
          autoSize={{ minRows: 1, maxRows: 5 }}
          maxLength={1000}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  )
}

/** Asks the manager to let the customer go: a reason from the list, and a word of one's own. [S2.3.3] */
export function AskLost({ deal }: { deal: Detail }) {
  const t = useWords()
  const ask = useCommand(api.showroom.askLost)
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState<LostReason | null>(null)
  const [note, setNote] = useState('')
  if (!open)
    return (
      <div>
        <Action danger onClick={() => setOpen(true)}>
          {t('showroom.askLost')}
        </Action>
      </div>
    )
  const missing = reason === null || note.trim() === '' ? t('showroom.needsReason') : null
  const send = async () => {
    if (reason && (await ask.run({ dealId: deal.id, version: deal.version, reason, note }))) setOpen(false)
  }
  return (
    <Panel title={t('showroom.askLost')}>
      <Field label={t('showroom.lostReason')}>
        {(id) => (
          <Select<LostReason>
            id={id}
            value={reason}
            onChange={setReason}
            options={LOST_REASONS.map((value) => ({ value, label: t(`showroom.lost.${value}`) }))}
          />
        )}
      </Field>
      <NoteField value={note} onChange={setNote} label={t('showroom.lostNote')} />
      <RefusalPanel refusal={ask.refusal} onClose={ask.clear} />
      <div className="k-row">
        <Action type="primary" danger busy={ask.busy} disabledReason={missing} onClick={() => void send()}>
          {t('showroom.sendLost')}
        </Action>
        <Action type="text" onClick={() => setOpen(false)}>
          {t('showroom.cancel')}
        </Action>
      </div>
    </Panel>
  )
}

/** The manager's word on a deal that is to be let go; never on one of his own. [S2.3.3] */
export function DecideLost({ deal }: { deal: Detail }) {
  const t = useWords()
  const me = useMe()
  const decide = useCommand(api.showroom.decideLost)
  const [note, setNote] = useState('')
  const verdict = mayDecideLost(me.person.id, { askedBy: null, salesId: deal.salesId, agentId: deal.agentId })
  const send = (approve: boolean) => void decide.run({ dealId: deal.id, version: deal.version, approve, note })
  return (
    <Panel title={t('showroom.decideLost')}>
      <NoteField value={note} onChange={setNote} label={t('showroom.decideNote')} />
      <RefusalPanel refusal={decide.refusal} onClose={decide.clear} />
      <div className="k-row">
        <Action type="primary" busy={decide.busy} disabledReason={verdict} onClick={() => send(true)}>
          {t('showroom.approveLost')}
        </Action>
        <Action
          busy={decide.busy}
          disabledReason={verdict.ok && note.trim() === '' ? t('showroom.needsWhatToTry') : verdict}
          onClick={() => send(false)}
        >
          {t('showroom.returnLost')}
        </Action>
      </div>
    </Panel>
  )
}

/** Takes the latest entry back, with the reason. */
export function TakeBack({ deal }: { deal: Detail }) {
  const t = useWords()
  const takeBack = useCommand(api.showroom.takeBack)
  const [why, setWhy] = useState('')
  const standing = deal.events.filter(({ gone, kind }) => !gone && kind !== 'takenBack')
  const last = standing.at(-1)
  if (!last || standing.length < 2) return null
  const send = async () => {
    if (await takeBack.run({ dealId: deal.id, version: deal.version, why })) setWhy('')
  }
  return (
    <details>
      <summary>{t('showroom.takeBack', { what: t(`showroom.kind.${last.kind}`) })}</summary>
      <div className="k-stack">
        <NoteField value={why} onChange={setWhy} label={t('showroom.why')} />
        <RefusalPanel refusal={takeBack.refusal} onClose={takeBack.clear} />
        <div>
          <Action
            danger
            busy={takeBack.busy}
            disabledReason={why.trim() === '' ? t('showroom.needsWhy') : null}
            onClick={() => void send()}
          >
            {t('showroom.takeBack', { what: t(`showroom.kind.${last.kind}`) })}
          </Action>
        </div>
      </div>
    </details>
  )
}
