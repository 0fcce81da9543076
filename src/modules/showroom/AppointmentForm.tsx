import { useQuery } from '@tanstack/react-query'
import { Input, Select } from 'antd'
import { api } from '../../client/api.ts'
import { centreNow, centreZone } from '../../client/clock.ts'
import { useDraft } from '../../client/draft.ts'
import { useShortcut } from '../../client/shortcuts.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Field } from '../../ui/Field.tsx'
import { dayAndTime } from '../../ui/format.ts'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { useSaid } from '../../ui/Words.tsx'
import type { SaleSlot } from '../calls/DeskPage.tsx'
import { instantOf } from './parts.tsx'
import { canAppoint } from './rules.ts'

type Form = {
  readonly at: string
  readonly salesId: string | null
  readonly productId: string | null
  readonly note: string
}

/** Times that are offered by one tap, 'days ahead' and wall time: today's two, tomorrow's three, the weekend's two. */
const OFFERS: readonly (readonly [ahead: number | 'saturday', time: string])[] = [
  ...([
    [0, '15:00'],
    [0, '17:00'],
    [1, '10:00'],
    [1, '14:00'],
    [1, '16:00'],
    ['saturday', '10:00'],
    ['saturday', '14:00'],
  ] as const),
]

function offers(): Temporal.ZonedDateTime[] {
  const now = centreNow().toZonedDateTimeISO(centreZone())
  const saturday = (6 - now.dayOfWeek + 7) % 7 || 7
  return OFFERS.map(([ahead, time]) =>
    now
      .toPlainDate()
      .add({ days: ahead === 'saturday' ? saturday : ahead })
      .toZonedDateTime({ timeZone: centreZone(), plainTime: Temporal.PlainTime.from(time) }),
  ).filter((at) => Temporal.ZonedDateTime.compare(at, now) > 0)
}

/** The appointment for a visit at the desk: recorded with the wrap-up of its call, as one. */
export function AppointmentForm(slot: SaleSlot) {
  const t = useWords()
  const said = useSaid()
  const book = useCommand(api.showroom.book)
  const today = useQuery(api.showroom.today.queryOptions({ input: {} }))
  const products = useQuery(api.catalog.products.queryOptions({ input: {} }))
  const draft = useDraft<Form>(`showroom.appointment.${slot.callId}`, {
    ...{ at: '', salesId: null, productId: slot.productId, note: slot.note },
  })
  const form = draft.value
  const set = (more: Partial<Form>) => draft.set((before) => ({ ...before, ...more }))
  const at = instantOf(form.at)
  const verdict = at ? canAppoint(Temporal.Instant.from(at), centreNow()) : null
  const missing = verdict === null ? t('showroom.needsTime') : verdict.ok ? null : verdict
  const send = async () => {
    if (missing !== null || !at) return
    const { salesId, productId, note } = form
    const { tabId, callId } = slot
    if (!(await book.run({ tabId, callId, at, salesId, productId, note }))) return
    draft.clear()
    slot.onDone()
  }
  useShortcut('Enter', t('showroom.book'), () => void send())
  useShortcut('ctrl+Enter', t('showroom.book'), () => void send())
  useShortcut('Escape', t('showroom.otherOutcome'), slot.onCancel)
  return (
    <form
      className="k-stack"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <fieldset className="sr-hosts" aria-label={t('showroom.appointmentAt')}>
        {offers().map((at, n) => (
          <Offer
            key={at.toString()}
            at={at}
            hotkey={String(n + 1)}
            chosen={form.at}
            choose={(wall) => set({ at: wall })}
          />
        ))}
      </fieldset>
      <div className="k-row">
        <Field label={t('showroom.appointmentAt')}>
          {(id) => (
            <Input id={id} type="datetime-local" value={form.at} onChange={({ target }) => set({ at: target.value })} />
          )}
        </Field>
        <Field label={t('showroom.model')}>
          {(id) => (
            <Select<string | null>
              id={id}
              style={{ minWidth: 160 }}
              value={form.productId}
              onChange={(productId) => set({ productId })}
              options={(products.data?.products ?? []).map(({ id: value, name }) => ({ value, label: said(name) }))}
            />
          )}
        </Field>
        <Field label={t('showroom.sales')}>
          {(id) => (
            <Select<string | null>
              id={id}
              allowClear
              style={{ minWidth: 140 }}
              placeholder={t('showroom.anySales')}
              value={form.salesId}
              onChange={(salesId) => set({ salesId: salesId ?? null })}
              options={(today.data?.hosts ?? []).map(({ personId, name }) => ({ value: personId, label: name }))}
            />
          )}
        </Field>
      </div>
      <Input.TextArea
        aria-label={t('showroom.note')}
        placeholder={t('showroom.notePlaceholder')}
        autoSize={{ minRows: 1, maxRows: 5 }}
        maxLength={1000}
        value={form.note}
        onChange={({ target }) => set({ note: target.value })}
      />
      <RefusalPanel refusal={book.refusal} onClose={book.clear} />
      <div className="k-row">
        <Action
          htmlType="submit"
          type="primary"
          size="large"
          busy={book.busy}
          disabledReason={missing}
          shortcut="Enter"
        >
          {t('showroom.book')}
        </Action>
        <Action type="text" onClick={slot.onCancel}>
          {t('showroom.otherOutcome')}
        </Action>
      </div>
    </form>
  )
}

/** One time by its digit, as times for a callback are. */
function Offer({
  at,
  hotkey,
  chosen,
  choose,
}: {
  at: Temporal.ZonedDateTime
  hotkey: string
  chosen: string
  choose: (wall: string) => void
}) {
  const wall = at.toPlainDateTime().toString({ smallestUnit: 'minute' })
  const words = dayAndTime(at.toInstant())
  useShortcut(hotkey, words, () => choose(wall))
  return (
    <Action
      className={chosen === wall ? 'd-choice chosen' : 'd-choice'}
      aria-pressed={chosen === wall}
      shortcut={hotkey}
      onClick={() => choose(wall)}
    >
      {words}
    </Action>
  )
}
