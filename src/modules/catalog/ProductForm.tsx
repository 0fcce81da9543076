import { Checkbox, Input, InputNumber } from 'antd'
import { api } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Field } from '../../ui/Field.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { useToday } from './parts.tsx'
import { PAY_WAYS, type PayWay } from './rules.ts'

/** Payments a year of each way, where the product says nothing else. */
const TIMES: Readonly<Record<PayWay, number>> = { monthly: 12, quarterly: 4, halfYearly: 2, yearly: 1, single: 1 }

const EMPTY = {
  code: '',
  hant: '',
  en: '',
  subject: '',
  ways: ['monthly', 'yearly'] as PayWay[],
  factor: 1,
  min: null as number | null,
  effectiveOn: '',
}

/** Enters a product, or with `productId` new figures of one. Half-written forms are kept. */
export function ProductForm({ productId, onDone }: { productId?: string; onDone: () => void }) {
  const t = useWords()
  const today = useToday()
  const add = useCommand(api.catalog.addProduct)
  const version = useCommand(api.catalog.addVersion)
  const draft = useDraft(productId ? `catalog.version.${productId}` : 'catalog.product', EMPTY)
  const { value: form } = draft
  const set = (part: Partial<typeof EMPTY>) => draft.set((before) => ({ ...before, ...part }))
  const named =
    productId !== undefined || (form.code.trim() && form.hant.trim() && form.en.trim() && form.subject.trim())
  const complete = named && form.ways.length > 0
  const send = async () => {
    const figures = {
      payWays: Object.fromEntries(form.ways.map((way) => [way, TIMES[way]])),
      standardFactor: form.factor,
      minPremium: form.min,
      effectiveOn: form.effectiveOn || today,
    }
    const { code, subject, hant, en } = form
    const done = productId
      ? await version.run({ ...figures, productId })
      : await add.run({ ...figures, code: code.trim(), subject: subject.trim(), name: { hant, en } })
    if (!done) return
    draft.clear()
    onDone()
  }
  return (
    <form
      className="c-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (complete) void send()
      }}
    >
      {!productId && (
        <>
          <div className="c-pair">
            <Field label={t('catalog.nameHant')}>
              {(id) => (
                <Input
                  id={id}
                  value={form.hant}
                  maxLength={80}
                  onChange={({ target }) => set({ hant: target.value })}
                />
              )}
            </Field>
            <Field label={t('catalog.nameEn')}>
              {(id) => (
                <Input id={id} value={form.en} maxLength={80} onChange={({ target }) => set({ en: target.value })} />
              )}
            </Field>
          </div>
          <div className="c-pair">
            <Field label={t('catalog.code')}>
              {(id) => (
                <Input
                  id={id}
                  value={form.code}
                  maxLength={20}
                  onChange={({ target }) => set({ code: target.value })}
                />
              )}
            </Field>
            <Field label={t('catalog.subject')}>
              {(id) => (
                <Input
                  id={id}
                  value={form.subject}
                  maxLength={40}
                  placeholder="medical"
                  onChange={({ target }) => set({ subject: target.value })}
                />
              )}
            </Field>
          </div>
          <p className="k-dim k-small">{t('catalog.subjectWhy')}</p>
        </>
      )}
      <div className="k-field">
        <span id="catalog-ways">{t('catalog.ways')}</span>
        <Checkbox.Group
          aria-labelledby="catalog-ways"
          value={form.ways}
          options={PAY_WAYS.map((way) => ({ value: way, label: t(`catalog.way.${way}`) }))}
          onChange={(ways) => set({ ways: ways as PayWay[] })}
        />
      </div>
      <div className="c-pair">
        <Field label={t('catalog.factor')}>
          {(id) => (
            <InputNumber
              id={id}
              value={form.factor}
              min={0}
              max={10}
              step={0.1}
              onChange={(factor) => set({ factor: factor ?? 0 })}
            />
          )}
        </Field>
        <Field label={t('catalog.minPremium')}>
          {(id) => <InputNumber id={id} value={form.min} min={0} onChange={(min) => set({ min })} />}
        </Field>
        <Field label={t('catalog.effectiveOn')}>
          {(id) => (
            <Input
              id={id}
              type="date"
              min={today}
              value={form.effectiveOn || today}
              onChange={({ target }) => set({ effectiveOn: target.value })}
            />
          )}
        </Field>
      </div>
      <RefusalPanel refusal={add.refusal ?? version.refusal} />
      <div>
        <Action
          type="primary"
          htmlType="submit"
          busy={add.busy || version.busy}
          disabledReason={complete ? null : t('catalog.incomplete')}
        >
          {t(productId ? 'catalog.addVersion' : 'catalog.add')}
        </Action>
      </div>
    </form>
  )
}
