import { Input, InputNumber, Switch } from 'antd'
import { useDraft } from '../../client/draft.ts'
import { useWords } from '../../client/words.ts'
import { yes } from '../../lib/verdict.ts'
import { Field } from '../../ui/Field.tsx'
import { Panel } from '../../ui/Page.tsx'
import type { Clause } from './ClausePage.tsx'
import { fieldName, figureName, isFields, SHAPES, type Shape } from './FigureValue.tsx'
import { Publish } from './Publish.tsx'
import type { ParamKey } from './params.ts'
import { sameValue } from './rules.ts'

const isPlain = (value: unknown) => ['number', 'string', 'boolean'].includes(typeof value)

/** Whether a figure can be changed here: one value or named single values. The timetable has an editor of its own. */
const editable = (shape: Shape | undefined, key: string) =>
  shape !== undefined &&
  !['late.moneyFines', 'calendar'].includes(key) &&
  (typeof shape === 'string' ? !['list', 'plan', 'prefixes'].includes(shape) : isFields(shape))

/** A manager changes the figures of a clause and publishes them for a day. */
export function FigureEditor({ clause }: { clause: Clause }) {
  const t = useWords()
  // A new version is made from the latest, which may not yet be in force.
  const figures = clause.figures
    .filter(({ key }) => editable(SHAPES[key as ParamKey], key))
    .map(({ key, value, stands }) => ({ key, value: stands[0]?.value ?? value }))
  const draft = useDraft<Record<string, unknown>>(`rulebook.figures.${clause.id}`, {})
  if (figures.length === 0) return null
  const [latest] = clause.versions
  const changed = Object.fromEntries(
    figures.flatMap(({ key, value }) =>
      Object.hasOwn(draft.value, key) && !sameValue(draft.value[key], value) ? [[key, draft.value[key]]] : [],
    ),
  )
  const set = (key: string, value: unknown) => draft.set((before) => ({ ...before, [key]: value }))
  return (
    <Panel title={t('rulebook.change')}>
      <div className="k-edit-fields">
        {figures.map(({ key, value }) => {
          const shape = SHAPES[key as ParamKey]
          const now = Object.hasOwn(draft.value, key) ? draft.value[key] : value
          if (!isFields(shape))
            return (
              <Field key={key} label={figureName(t, key)}>
                {(id) => <One id={id} unit={shape as string} value={now} onChange={(next) => set(key, next)} />}
              </Field>
            )
          const parts = now as Readonly<Record<string, unknown>>
          return (
            <fieldset key={key} className="k-edit-group">
              <legend>{figureName(t, key)}</legend>
              {Object.entries(shape)
                .filter(([field]) => isPlain(parts[field]))
                .map(([field, unit]) => (
                  <Field key={field} label={fieldName(t, field)}>
                    {(id) => (
                      <One
                        id={id}
                        unit={unit as string}
                        value={parts[field]}
                        onChange={(next) => set(key, { ...parts, [field]: next })}
                      />
                    )}
                  </Field>
                ))}
            </fieldset>
          )
        })}
      </div>
      <Publish
        of={clause.id}
        documentCode={clause.documentCode}
        base={latest!}
        figures={changed}
        verdict={yes}
        onDone={draft.clear}
      />
    </Panel>
  )
}

function One(props: { id: string; unit: string; value: unknown; onChange: (value: unknown) => void }) {
  const { id, unit, value, onChange } = props
  const t = useWords()
  if (typeof value === 'boolean') return <Switch id={id} checked={value} onChange={onChange} />
  if (unit === 'clock')
    return (
      <Input
        id={id}
        type="time"
        className="k-short"
        value={String(value)}
        onChange={({ target }) => target.value && onChange(target.value.slice(0, 5))}
      />
    )
  if (typeof value === 'number') {
    const share = unit === 'share'
    return (
      <InputNumber
        id={id}
        className="k-short"
        min={0}
        value={share ? Math.round(value * 1000) / 10 : value}
        suffix={share ? '%' : t([`rulebook.suffix.${unit}`, ''])}
        onChange={(next) => next !== null && onChange(share ? Number(next) / 100 : Number(next))}
      />
    )
  }
  return <Input id={id} value={String(value)} onChange={({ target }) => onChange(target.value)} />
}
