import { Input } from 'antd'
import { type ReactNode, useId } from 'react'

/** A labelled field of a form: the control is given the id that the label points to. */
export function Field({
  label,
  hint,
  wide = false,
  children,
}: {
  label: ReactNode
  hint?: ReactNode
  wide?: boolean
  children: (id: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className={wide ? 'k-field k-grow' : 'k-field'}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint && <span className="k-dim k-small">{hint}</span>}
    </div>
  )
}

type TextProps = { label: string; value: string; onChange: (next: string) => void }

/** A labelled line of text. */
export function TextField({ label, value, onChange }: TextProps) {
  return (
    <Field label={label}>
      {(id) => <Input id={id} value={value} maxLength={300} onChange={({ target }) => onChange(target.value)} />}
    </Field>
  )
}

/** A labelled day, 'YYYY-MM-DD'. */
export function DayField({ label, value, min, onChange }: TextProps & { min?: string }) {
  return (
    <Field label={label}>
      {(id) => (
        <Input
          id={id}
          type="date"
          value={value}
          {...(min && { min })}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  )
}
