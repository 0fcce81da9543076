import { useQuery } from '@tanstack/react-query'
import { Checkbox, Input, Segmented, Select } from 'antd'
import { type ComponentType, useEffect, useId, useRef } from 'react'
import { api, type client } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { useShortcut } from '../../client/shortcuts.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { all, type Verdict } from '../../lib/verdict.ts'
import { Action } from '../../ui/Action.tsx'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { money } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { useSaid } from '../../ui/Words.tsx'
import type { SaleSlot } from '../calls/DeskPage.tsx'
import { PAY_WAYS, type PayWay } from '../catalog/rules.ts'
import { mayAccept, type Own, premiumOf } from './rules.ts'
import './sales.css'

type Offer = Awaited<ReturnType<typeof client.sales.offer>>
type Product = Offer['products'][number]

type Form = {
  readonly productId: string | null
  readonly applicationNo: string
  readonly payWay: PayWay | null
  readonly rawPremium: string
  readonly disclosures: readonly string[]
  readonly note: string
  readonly own?: Own | null
}

/** How a module to the right asks whose policy it is, and what is missing to what was said. */
export type WhoseProps = { readonly value: Own | null; onChange(own: Own | null): void }
type Whose = { readonly Field: ComponentType<WhoseProps>; missing(own: Own | null): Verdict }
type Slot = SaleSlot & { readonly whose: Whose }

const AMOUNT = /^\d{1,11}(\.\d{1,2})?$/
const APPLICATION = /^[A-Za-z0-9][A-Za-z0-9-]{3,39}$/

/** The application taken at the desk: the sale and the wrap-up of its call, recorded as one. Lies in the desk's wrap-up. */
export function SaleForm(slot: Slot) {
  const t = useWords()
  const read = useQuery(api.sales.offer.queryOptions({ input: {} }))
  return (
    <Loaded read={read}>
      {({ products }) =>
        products.length === 0 ? (
          <Empty
            title={t('sales.nothingToSell')}
            action={<Action onClick={slot.onCancel}>{t('sales.backToOutcomes')}</Action>}
          >
            {t('sales.nothingToSellWhy')}
          </Empty>
        ) : (
          <Application products={products} slot={slot} />
        )
      }
    </Loaded>
  )
}

/** What the page can say itself before it asks: the server's own rule over what is typed so far. */
function useMissing(form: Form, product: Product | undefined, times: number | undefined, whose: Whose) {
  const t = useWords()
  if (!APPLICATION.test(form.applicationNo.trim())) return t('sales.needsNumber')
  if (!product) return t('sales.needsProduct')
  if (times === undefined) return t('sales.needsPayWay')
  if (!AMOUNT.test(form.rawPremium) || Number(form.rawPremium) === 0) return t('sales.needsPremium')
  const missing = product.disclosures.map(({ key }) => key).filter((key) => !form.disclosures.includes(key))
  const { rawPremium } = form
  const { minPremium } = product
  const known = { authorised: true, payWayKnown: true, taken: false, rawPremium, minPremium, missing }
  const verdict = all(mayAccept(known, form.applicationNo), whose.missing(form.own ?? null))
  return verdict.ok ? null : verdict
}

function Application({ products, slot }: { products: readonly Product[]; slot: Slot }) {
  const t = useWords()
  const said = useSaid()
  const accept = useCommand(api.sales.accept)
  const draft = useDraft<Form>(`sales.application.${slot.callId}`, {
    ...{ applicationNo: '', payWay: null, rawPremium: '', disclosures: slot.disclosures, note: slot.note },
    productId: products.find(({ id }) => id === slot.productId)?.id ?? products[0]!.id,
  })
  const form = draft.value
  const set = (more: Partial<Form>) => draft.set((before) => ({ ...before, ...more }))
  useTickedAtScript(slot.disclosures, (keys) =>
    draft.set((before) => ({ ...before, disclosures: [...new Set([...before.disclosures, ...keys])] })),
  )
  const product = products.find(({ id }) => id === form.productId)
  const ways = PAY_WAYS.filter((way) => product?.payWays[way] !== undefined)
  const payWay = form.payWay && ways.includes(form.payWay) ? form.payWay : ways.length === 1 ? ways[0]! : null
  const times = payWay ? product?.payWays[payWay] : undefined
  const missing = useMissing(form, product, times, slot.whose)
  const send = async () => {
    if (missing !== null || !payWay) return
    const { tabId, callId } = slot
    const { rawPremium, note } = form
    const asked = {
      ...{ tabId, callId, productId: product!.id, payWay, rawPremium, note },
      ...{ disclosures: [...form.disclosures], own: form.own ?? null },
    }
    if (!(await accept.run({ ...asked, applicationNo: form.applicationNo.trim() }))) return
    draft.clear()
    slot.onDone()
  }
  useShortcut('ctrl+Enter', t('sales.take'), () => void send())
  return (
    <form
      className="s-form"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <div className="s-fields">
        <Labelled label={t('sales.applicationNo')}>
          {(id) => (
            <Input
              id={id}
              autoFocus
              autoComplete="off"
              maxLength={40}
              value={form.applicationNo}
              onChange={({ target }) => set({ applicationNo: target.value.toUpperCase() })}
            />
          )}
        </Labelled>
        <Labelled label={t('sales.product')}>
          {(id) => (
            <Select
              id={id}
              value={product?.id ?? null}
              onChange={(productId) => set({ productId, payWay: null })}
              options={products.map(({ id: value, code, name }) => ({ value, label: `${said(name)} ${code}` }))}
            />
          )}
        </Labelled>
        <Labelled label={t('sales.payWay')}>
          {(id) => (
            <Segmented<PayWay | ''>
              id={id}
              aria-label={t('sales.payWay')}
              value={payWay ?? ''}
              onChange={(way) => set({ payWay: way || null })}
              options={ways.map((way) => ({ value: way, label: t(`catalog.way.${way}`) }))}
            />
          )}
        </Labelled>
        <Labelled label={payWay ? t('sales.rawPremiumOf', { way: t(`catalog.way.${payWay}`) }) : t('sales.rawPremium')}>
          {(id) => (
            <Input
              id={id}
              inputMode="decimal"
              autoComplete="off"
              value={form.rawPremium}
              onChange={({ target }) => set({ rawPremium: target.value.trim() })}
            />
          )}
        </Labelled>
      </div>
      <slot.whose.Field value={form.own ?? null} onChange={(own) => set({ own })} />
      <Premium raw={form.rawPremium} times={times} factor={product?.standardFactor} />
      {product && product.disclosures.length > 0 && (
        <fieldset className="s-disclosures">
          <legend>
            {t('sales.disclosures')} <ClauseLink id="S3.4" />
          </legend>
          {product.disclosures.map(({ key, text }) => (
            <Checkbox
              key={key}
              checked={form.disclosures.includes(key)}
              onChange={({ target }) =>
                set({
                  disclosures: target.checked
                    ? [...form.disclosures, key]
                    : form.disclosures.filter((other) => other !== key),
                })
              }
            >
              {said(text)}
            </Checkbox>
          ))}
        </fieldset>
      )}
      <Input.TextArea
        aria-label={t('sales.note')}
        placeholder={t('sales.note')}
        autoSize={{ minRows: 1, maxRows: 6 }}
        maxLength={2000}
        value={form.note}
        onChange={({ target }) => set({ note: target.value })}
      />
      <RefusalPanel refusal={accept.refusal} onClose={accept.clear} />
      <div className="k-row">
        <Action
          htmlType="submit"
          type="primary"
          size="large"
          busy={accept.busy}
          disabledReason={missing}
          shortcut="ctrl+Enter"
        >
          {t('sales.take')}
        </Action>
        <Action type="text" onClick={slot.onCancel}>
          {t('sales.backToOutcomes')}
        </Action>
        {accept.waiting && <span className="k-dim">{t('ui.waiting')}</span>}
      </div>
    </form>
  )
}

/** What is ticked at the script while the form is open is ticked here as well. */
function useTickedAtScript(ticked: readonly string[], add: (keys: readonly string[]) => void) {
  const known = useRef(ticked)
  const newest = useRef(add)
  newest.current = add
  useEffect(() => {
    const gained = ticked.filter((key) => !known.current.includes(key))
    known.current = ticked
    if (gained.length > 0) newest.current(gained)
  }, [ticked])
}

function Labelled({ label, children }: { label: string; children: (id: string) => React.ReactNode }) {
  const id = useId()
  return (
    <div className="s-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  )
}

/** What the premium comes to in a year and as standard premium, while it is typed. */
function Premium({ raw, times, factor }: { raw: string; times: number | undefined; factor: number | undefined }) {
  const t = useWords()
  if (times === undefined || factor === undefined || !AMOUNT.test(raw)) return null
  const { annual, standard } = premiumOf(raw, times, factor)
  return (
    <p className="s-premium">
      <span>
        {t('sales.annual')} <strong className="k-digits">{money(annual)}</strong>{' '}
        <span className="k-dim k-small">{t('sales.timesAYear', { times })}</span>
      </span>
      <span>
        {t('sales.standard')} <strong className="k-digits">{money(standard)}</strong>{' '}
        <span className="k-dim k-small">{t('sales.byFactor', { factor })}</span>
      </span>
    </p>
  )
}
