import { Select } from 'antd'
import type { z } from 'zod'
import { useWords } from '../../client/words.ts'
import { Mark } from '../../ui/Mark.tsx'
import { Table } from '../../ui/Table.tsx'
import type { Columns as Said } from './rules.ts'
import type { Look } from './shapes.ts'
import './sheets.css'

type Looked = z.output<typeof Look>

type ColumnsProps = {
  readonly look: Looked
  /** Keys of the kind's fields, required ones marked. */
  readonly fields: readonly { readonly key: string; readonly required?: boolean }[]
  /** The words of a field. */
  label(field: string): string
  readonly columns: Said
  onChange(columns: Said): void
}

/** What each column of a file is read as, with samples, for a person to say otherwise; sheets left out say why. */
export function Columns({ look, fields, label, columns, onChange }: ColumnsProps) {
  const t = useWords()
  const first = look.sheets.find(({ missing }) => missing.length === 0) ?? look.sheets[0]
  const heads = [...new Set(look.sheets.flatMap((sheet) => sheet.heads))]
  const known: Said = Object.fromEntries(
    heads.map((head) => [head, look.sheets.find((sheet) => sheet.heads.includes(head))?.columns[head] ?? null]),
  )
  const said = { ...known, ...columns }
  const missing = fields.filter(
    ({ key, required }) => required && !Object.values(said).includes(key) && (first?.missing.includes(key) ?? true),
  )
  return (
    <div className="k-stack">
      {look.sheets.length > 1 && (
        <p className="k-row k-small">
          <span className="k-dim">{t('sheets.read')}</span>
          {look.sheets.map((sheet) => (
            <Mark key={sheet.name} tone={sheet.missing.length > 0 ? 'plain' : 'good'}>
              {sheet.missing.length > 0
                ? t('sheets.leftOut', { sheet: sheet.name ?? '', missing: sheet.missing.map(label).join('、') })
                : (sheet.name ?? '')}
            </Mark>
          ))}
        </p>
      )}
      {missing.length > 0 && (
        <p role="alert" className="k-form-trouble">
          {t('sheets.missing', { fields: missing.map(({ key }) => label(key)).join('、') })}
        </p>
      )}
      <Table
        label={t('sheets.column')}
        rows={heads.map((head, at) => ({ head, at }))}
        rowKey={({ head }) => head}
        pageSize={0}
        columns={[
          {
            key: 'head',
            title: t('sheets.column'),
            value: ({ at }) => at,
            align: 'left',
            show: ({ head, at }) =>
              head.startsWith('#') ? <span className="k-dim">{t('sheets.columnNo', { n: at + 1 })}</span> : head,
          },
          {
            key: 'field',
            title: t('sheets.meaning'),
            value: ({ head }) => said[head] ?? '',
            show: ({ head }) => (
              <Select
                aria-label={`${head} ${t('sheets.meaning')}`}
                value={said[head] ?? ''}
                onChange={(field) => onChange({ ...said, [head]: field || null })}
                options={[
                  { value: '', label: t('sheets.notRead') },
                  ...fields.map(({ key }) => ({ value: key, label: label(key) })),
                ]}
                popupMatchSelectWidth={false}
                className="sh-field"
                variant={said[head] ? 'outlined' : 'borderless'}
              />
            ),
          },
          {
            key: 'samples',
            title: t('sheets.samples'),
            value: ({ head }) => (look.samples[head] ?? []).join(' · '),
          },
        ]}
      />
    </div>
  )
}
