import { useQuery } from '@tanstack/react-query'
import { Button, Input, Segmented, Select } from 'antd'
import { api } from '../../client/api.ts'
import { useMoment } from '../../client/moment.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { DayField, Field } from '../../ui/Field.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { openingOf, type StepProps } from './filled.ts'
import { canCreateBatch, PURPOSES } from './rules.ts'

const dayOf = (text: string) => (text ? Temporal.PlainDate.from(text) : null)

/** The fourth step: where the list comes from and what its people agreed to; without both nothing is read. [S4.4.10a] */
export function ImportBasis({ filled, set, go }: StepProps) {
  const t = useWords()
  const said = useSaid()
  const { today } = useMoment(60)
  const create = useCommand(api.lists.createBatch)
  const start = useCommand(api.lists.start)
  const products = useQuery(api.catalog.products.queryOptions({ input: {} }))
  const listed = products.data?.products.filter((product) => product.listed) ?? []
  const productId = filled.productId ?? (listed.length === 1 ? listed[0]!.id : null)
  const may = canCreateBatch(
    {
      ...{ source: filled.source, consentEvidence: filled.consentEvidence, expiresOn: dayOf(filled.expiresOn) },
      ...{ consentGivenOn: dayOf(filled.consentGivenOn), consentExpiresOn: dayOf(filled.consentExpiresOn) },
    },
    today,
  )
  const missing = filled.name.trim() === '' ? t('lists.name') : productId === null ? t('lists.product') : null
  const send = async () => {
    if (productId === null) return
    const { name, source, purpose, consentEvidence, country, grade, hidden, fileId } = filled
    const made = await create.run({
      ...{ name, source, purpose, consentEvidence, country, grade, productId, fileId: fileId ?? '' },
      ...{ consentGivenOn: filled.consentGivenOn || null, consentExpiresOn: filled.consentExpiresOn || null },
      ...{ expiresOn: filled.expiresOn || null, listPrice: filled.listPrice || null },
      options: { ...openingOf(filled), hidden, headers: [...filled.headers], mapping: [...filled.mapping] },
    })
    if (!made) return
    const { batchId } = made.output
    set({ batchId, step: 4 })
    await start.run({ batchId })
  }
  const text = (key: 'name' | 'source' | 'consentEvidence' | 'listPrice', hint?: string) => (
    <Field label={t(`lists.${key}`)} hint={hint} wide>
      {(id) => (
        <Input
          id={id}
          value={filled[key]}
          maxLength={key === 'name' ? 120 : 500}
          onChange={({ target }) => set({ [key]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <Panel>
      <p className="k-dim">{t('lists.basis.why')}</p>
      <div className="l-form">
        {text('name')}
        {text('source', t('lists.sourceHint'))}
        {text('consentEvidence', t('lists.evidenceHint'))}
        <DayField
          label={t('lists.consentGivenOn')}
          value={filled.consentGivenOn}
          onChange={(consentGivenOn) => set({ consentGivenOn })}
        />
        <DayField
          label={t('lists.consentExpiresOn')}
          value={filled.consentExpiresOn}
          onChange={(consentExpiresOn) => set({ consentExpiresOn })}
        />
        <Field label={t('lists.purpose')}>
          {(id) => (
            <Segmented
              id={id}
              value={filled.purpose}
              onChange={(purpose) => set({ purpose })}
              options={PURPOSES.map((value) => ({ value, label: t(`lists.purpose.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('lists.product')}>
          {(id) => (
            <Select
              id={id}
              value={productId}
              onChange={(next) => set({ productId: next })}
              options={listed.map(({ id: value, name }) => ({ value, label: said(name) }))}
              loading={products.isPending}
            />
          )}
        </Field>
        <Field label={t('lists.listPrice')}>
          {(id) => (
            <Input
              id={id}
              inputMode="decimal"
              value={filled.listPrice}
              onChange={({ target }) => /^\d{0,9}(\.\d{0,4})?$/.test(target.value) && set({ listPrice: target.value })}
            />
          )}
        </Field>
        <Field label={t('lists.expiresOn')} hint={t('lists.expiresHint')}>
          {(id) => (
            <Input
              id={id}
              type="date"
              value={filled.expiresOn}
              onChange={({ target }) => set({ expiresOn: target.value })}
            />
          )}
        </Field>
      </div>
      <RefusalPanel refusal={create.refusal} onClose={create.clear} />
      <div className="k-row">
        <Button onClick={() => go(2)}>{t('lists.back')}</Button>
        <Action
          type="primary"
          disabledReason={may.ok ? missing : may}
          busy={create.busy || start.busy}
          onClick={() => void send()}
        >
          {t('lists.createAndStart')}
        </Action>
      </div>
    </Panel>
  )
}
