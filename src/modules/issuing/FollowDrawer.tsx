import { Button, Drawer, Input, Select } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { DayField, Field, TextField } from '../../ui/Field.tsx'
import { day, dayAndTime, money } from '../../ui/format.ts'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Words } from '../../ui/Words.tsx'
import { StateMark } from '../sales/parts.tsx'
import { SaleDrawer } from '../sales/SaleDrawer.tsx'
import { FOLLOWERS, mayFollow, REASONS, type Reason } from './rules.ts'
import type { WaitingCase } from './WaitingPage.tsx'

type Props = { readonly of: WaitingCase; readonly today: string; readonly onClose: () => void }

/** One accepted case: why it is not issued yet, what is done next and when. */
export function FollowDrawer({ of, today, onClose }: Props) {
  const t = useWords()
  const me = useMe()
  const [opened, setOpened] = useState(false)
  return (
    <Drawer open onClose={onClose} size={440} title={of.applicationNo}>
      <div className="k-stack">
        <dl className="k-facts">
          <dt>{t('issuing.state')}</dt>
          <dd>
            <StateMark state={of.state} /> <span className="k-digits">{t('issuing.days', { count: of.age })}</span>
          </dd>
          <dt>{t('issuing.agent')}</dt>
          <dd>
            {of.agent}
            {of.group && ` · ${of.group}`}
          </dd>
          <dt>{t('issuing.product')}</dt>
          <dd>
            <Words of={of.product} />
          </dd>
          <dt>{t('issuing.standard')}</dt>
          <dd className="k-digits">{money(of.standard)}</dd>
          <dt>{t('issuing.acceptedOn')}</dt>
          <dd className="k-digits">{day(of.acceptedOn)}</dd>
        </dl>
        {holds(me, FOLLOWERS) && <FollowForm key={of.followId} of={of} today={today} />}
        <div>
          <Button onClick={() => setOpened(true)}>{t('issuing.openCase')}</Button>
        </div>
      </div>
      {opened && <SaleDrawer id={of.saleId} onClose={() => setOpened(false)} />}
    </Drawer>
  )
}

function FollowForm({ of, today }: Pick<Props, 'of' | 'today'>) {
  const t = useWords()
  const follow = useCommand(api.issuing.follow)
  const [reason, setReason] = useState<Reason | null>(of.reason)
  const [nextStep, setNextStep] = useState(of.nextStep ?? '')
  const [nextOn, setNextOn] = useState(of.nextOn && of.nextOn >= today ? of.nextOn : '')
  const [note, setNote] = useState(of.note ?? '')
  const verdict = mayFollow({
    ...{ open: true, nextStep, today: Temporal.PlainDate.from(today) },
    nextOn: nextOn ? Temporal.PlainDate.from(nextOn) : null,
  })
  return (
    <section className="k-stack">
      <h3>{t('issuing.follow')}</h3>
      {of.by && of.at && <p className="k-dim k-small">{t('issuing.notedBy', { by: of.by, at: dayAndTime(of.at) })}</p>}
      <Field label={t('issuing.reason')}>
        {(id) => (
          <Select<Reason>
            id={id}
            placeholder={t('issuing.chooseReason')}
            value={reason}
            onChange={setReason}
            options={REASONS.map((value) => ({ value, label: t(`issuing.reason.${value}`) }))}
          />
        )}
      </Field>
      <TextField label={t('issuing.nextStep')} value={nextStep} onChange={setNextStep} />
      <DayField label={t('issuing.nextOn')} value={nextOn} min={today} onChange={setNextOn} />
      <Field label={t('issuing.note')}>
        {(id) => (
          <Input.TextArea
            id={id}
            value={note}
            maxLength={1000}
            autoSize={{ minRows: 1 }}
            onChange={({ target }) => setNote(target.value)}
          />
        )}
      </Field>
      {follow.stale && <p role="alert">{t('issuing.overtaken')}</p>}
      <RefusalPanel refusal={follow.refusal} onClose={follow.clear} />
      <div>
        <Action
          type="primary"
          busy={follow.busy}
          disabledReason={reason === null ? t('issuing.reasonFirst') : verdict}
          onClick={() => {
            if (reason === null) return
            const noted = { nextStep: nextStep.trim(), nextOn: nextOn || null, note: note.trim() }
            void follow.run({ ...{ saleId: of.saleId, followId: of.followId, reason }, ...noted })
          }}
        >
          {t('issuing.keep')}
        </Action>
      </div>
    </section>
  )
}
