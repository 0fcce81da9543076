import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { api, type client } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Field } from '../../ui/Field.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { useToday } from './parts.tsx'

type Script = NonNullable<Awaited<ReturnType<typeof client.catalog.script>>['script']>
type Pair = { hant: string; en: string }
type Part = { key: string; title: Pair; text: Pair }
type Form = { effectiveOn: string; sections: Part[]; disclosures: Part[] }

/** What the desk fills in; shown as it is written. */
const FIELDS = Object.fromEntries(['customer', 'agent', 'centre', 'product'].map((name) => [name, `{{${name}}}`]))

const BLANK: Pair = { hant: '', en: '' }
const part = (key: string): Part => ({ key, title: BLANK, text: BLANK })

const from = (script: Script | null): Form => ({
  effectiveOn: '',
  sections: script?.sections.map((one) => ({ ...one })) ?? [part('section1')],
  disclosures: script?.disclosures.map((one) => ({ ...one, title: BLANK })) ?? [part('disclosure1')],
})

const full = ({ hant, en }: Pair) => hant.trim() !== '' && en.trim() !== ''
const words = ({ hant, en }: Pair) => ({ hant: hant.trim(), en: en.trim() })

/** A key that none of the parts has, so that what was said on an earlier script keeps its own. */
function freeKey(name: string, parts: readonly Part[]): string {
  let at = parts.length + 1
  while (parts.some(({ key }) => key === `${name}${at}`)) at++
  return `${name}${at}`
}

/** Writes the next script of a product, beginning with the one in force. Half-written ones are kept. */
export function ScriptForm({
  productId,
  script,
  onDone,
}: {
  productId: string
  script: Script | null
  onDone: () => void
}) {
  const t = useWords()
  const today = useToday()
  const add = useCommand(api.catalog.addScript)
  const draft = useDraft<Form>(`catalog.script.${productId}`, from(script))
  const { sections, disclosures, effectiveOn } = draft.value
  const set = (change: Partial<Form>) => draft.set((before) => ({ ...before, ...change }))
  const complete =
    sections.length > 0 &&
    sections.every(({ title, text }) => full(title) && full(text)) &&
    disclosures.every(({ text }) => full(text))
  return (
    <form
      className="c-form"
      onSubmit={async (event) => {
        event.preventDefault()
        if (!complete) return
        const done = await add.run({
          productId,
          effectiveOn: effectiveOn || today,
          sections: sections.map(({ key, title, text }) => ({ key, title: words(title), text: words(text) })),
          disclosures: disclosures.map(({ key, text }) => ({ key, text: words(text) })),
        })
        if (!done) return
        draft.clear()
        onDone()
      }}
    >
      <p className="k-dim k-small">{t('catalog.script.fields', FIELDS)}</p>
      <Parts name="section" titled parts={sections} onChange={(next) => set({ sections: next })} />
      <Parts name="disclosure" parts={disclosures} onChange={(next) => set({ disclosures: next })} />
      <Field label={t('catalog.effectiveOn')}>
        {(id) => (
          <Input
            id={id}
            type="date"
            min={today}
            value={effectiveOn || today}
            onChange={({ target }) => set({ effectiveOn: target.value })}
          />
        )}
      </Field>
      <RefusalPanel refusal={add.refusal} onClose={add.clear} />
      <div className="k-row">
        <Action
          type="primary"
          htmlType="submit"
          busy={add.busy}
          disabledReason={complete ? null : t('catalog.script.incomplete')}
        >
          {t('catalog.script.publish')}
        </Action>
        <Button onClick={onDone}>{t('catalog.cancel')}</Button>
      </div>
    </form>
  )
}

type PartsProps = {
  name: 'section' | 'disclosure'
  titled?: boolean
  parts: readonly Part[]
  onChange: (next: Part[]) => void
}

function Parts({ name, titled = false, parts, onChange }: PartsProps) {
  const t = useWords()
  const change = (at: number, next: Partial<Part>) =>
    onChange(parts.map((one, i) => (i === at ? { ...one, ...next } : one)))
  return (
    <>
      <h3>{t(`catalog.script.${name}s`)}</h3>
      {parts.map((one, at) => (
        <div key={one.key} className="c-section">
          <div className="k-row">
            <strong className="k-grow">{t(`catalog.script.${name}`, { at: at + 1 })}</strong>
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined aria-hidden />}
              aria-label={t('catalog.script.remove', { at: at + 1 })}
              onClick={() => onChange(parts.filter((_, i) => i !== at))}
            />
          </div>
          {titled && (
            <TwoLanguages
              label={t('catalog.script.title')}
              value={one.title}
              onChange={(title) => change(at, { title })}
            />
          )}
          <TwoLanguages
            area
            label={t('catalog.script.text')}
            value={one.text}
            onChange={(text) => change(at, { text })}
          />
        </div>
      ))}
      <div>
        <Button icon={<PlusOutlined aria-hidden />} onClick={() => onChange([...parts, part(freeKey(name, parts))])}>
          {t(`catalog.script.${name}Add`)}
        </Button>
      </div>
    </>
  )
}

type TwoProps = { label: string; value: Pair; area?: boolean; onChange: (next: Pair) => void }

/** 繁體 and English side by side; 简体 follows from the first. */
function TwoLanguages({ label, value, area = false, onChange }: TwoProps) {
  const t = useWords()
  const field = (language: keyof Pair) => {
    const shared = {
      'aria-label': `${label} ${t(`catalog.language.${language}`)}`,
      placeholder: `${label} · ${t(`catalog.language.${language}`)}`,
      value: value[language],
      maxLength: 4000,
    }
    const hear = (text: string) => onChange({ ...value, [language]: text })
    return area ? (
      <Input.TextArea {...shared} autoSize={{ minRows: 2 }} onChange={({ target }) => hear(target.value)} />
    ) : (
      <Input {...shared} onChange={({ target }) => hear(target.value)} />
    )
  }
  return (
    <div className="c-pair">
      {field('hant')}
      {field('en')}
    </div>
  )
}
