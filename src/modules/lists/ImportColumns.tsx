import { useQuery } from '@tanstack/react-query'
import { Button, Input, InputNumber, Segmented, Select } from 'antd'
import { useEffect, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Field } from '../../ui/Field.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Page.tsx'
import { Table } from '../../ui/Table.tsx'
import { Trouble } from './BatchProgress.tsx'
import { openingOf, type StepProps } from './filled.ts'
import { canMap, TARGETS, type Target } from './rules.ts'

type Look = NonNullable<Awaited<ReturnType<typeof client.lists.inspect>>['file']>

/** The second step: how the file is read, and what each of its columns is. */
export function ImportColumns(props: StepProps) {
  const t = useWords()
  const { filled, go } = props
  const read = useQuery(
    api.lists.inspect.queryOptions({ input: { fileId: filled.fileId ?? '', ...openingOf(filled) } }),
  )
  return (
    <Loaded read={read}>
      {({ problem, file }) =>
        file ? (
          <Columns key={file.columns.map(({ header }) => header).join('\n')} {...props} file={file} />
        ) : (
          <Panel>
            {problem && <Trouble problem={problem} />}
            <Opening {...props} file={null} />
            <Button onClick={() => go(0)}>{t('lists.otherFile')}</Button>
          </Panel>
        )
      }
    </Loaded>
  )
}

const DELIMITERS = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' } as const

/** What was found of the file, each of which a person may say instead. */
function Opening({ filled, set, file }: StepProps & { file: Look | null }) {
  const t = useWords()
  const again = { headers: [], mapping: [] }
  return (
    <div className="k-row k-fields">
      {file?.kind !== 'xlsx' && (
        <>
          <Field label={t('lists.encoding')} hint={file && !file.encodingSure && t('lists.encodingUnsure')}>
            {(id) => (
              <Select
                id={id}
                value={filled.encoding ?? file?.encoding ?? undefined}
                onChange={(encoding) => set({ encoding, ...again })}
                options={(['utf-8', 'gb18030', 'big5', 'utf-16le'] as const).map((value) => ({
                  value,
                  label: value.toUpperCase(),
                }))}
                popupMatchSelectWidth={false}
              />
            )}
          </Field>
          <Field label={t('lists.delimiter')}>
            {(id) => (
              <Select
                id={id}
                value={filled.delimiter ?? (file?.delimiter as ',' | undefined)}
                onChange={(delimiter) => set({ delimiter, ...again })}
                options={Object.entries(DELIMITERS).map(([value, name]) => ({
                  value: value as ',',
                  label: t(`lists.delimiter.${name}`),
                }))}
                popupMatchSelectWidth={false}
              />
            )}
          </Field>
        </>
      )}
      {file && file.sheets.length > 1 && (
        <Field label={t('lists.sheet')}>
          {(id) => (
            <Select
              id={id}
              value={file.sheet}
              onChange={(sheet) => set({ sheet: sheet ?? '', ...again })}
              options={file.sheets.map(({ name, hidden }) => ({
                value: name,
                label: hidden ? `${name}${t('lists.sheetHidden')}` : name,
              }))}
              popupMatchSelectWidth={false}
            />
          )}
        </Field>
      )}
      <Field label={t('lists.headerRow')}>
        {(id) => (
          <InputNumber
            id={id}
            min={1}
            max={10_000}
            placeholder={t('lists.headerRowNone')}
            value={filled.headerRow === undefined ? (file?.headerRow ?? null) : filled.headerRow}
            onChange={(headerRow) => set({ headerRow, ...again })}
          />
        )}
      </Field>
      {file && file.hiddenRows > 0 && (
        <Field label={t('lists.hiddenRows')}>
          {(id) => (
            <Segmented
              id={id}
              value={filled.hidden}
              onChange={(hidden) => set({ hidden })}
              options={(['skip', 'take'] as const).map((value) => ({ value, label: t(`lists.hidden.${value}`) }))}
            />
          )}
        </Field>
      )}
    </div>
  )
}

function Columns(props: StepProps & { file: Look }) {
  const t = useWords()
  const { filled, set, go, file } = props
  const said = filled.mapping.length === file.columns.length
  const mapping = said ? filled.mapping : file.columns.map(({ suggested }) => suggested)
  const headers = file.columns.map(({ header }) => header)
  // What the house suggests is what is used until somebody says otherwise.
  useEffect(() => {
    if (!said) set({ mapping, headers })
  })
  const change = (next: readonly Target[]) => set({ mapping: next, headers })
  const rest = (target: 'fact' | 'skip') =>
    change(mapping.map((one) => (one === 'fact' || one === 'skip' ? target : one)))
  const may = canMap(mapping)
  return (
    <Panel
      title={file.fileName}
      side={<Saved file={file} onUse={(next) => change(next)} headers={headers} mapping={mapping} />}
    >
      <Opening {...props} file={file} />
      <Table
        label={t('lists.column')}
        rows={file.columns.map((column, at) => ({ ...column, at }))}
        rowKey={({ at }) => String(at)}
        pageSize={0}
        columns={[
          {
            key: 'header',
            title: t('lists.column'),
            value: ({ at }) => at,
            align: 'left',
            show: ({ header, at }) => header || <span className="k-dim">{t('lists.columnNo', { n: at + 1 })}</span>,
          },
          {
            key: 'meaning',
            title: t('lists.meaning'),
            value: ({ at }) => TARGETS.indexOf(mapping[at] ?? 'skip'),
            show: ({ at, header }) => (
              <Select<Target>
                aria-label={`${header} ${t('lists.meaning')}`}
                value={mapping[at] ?? 'skip'}
                onChange={(target) => change(mapping.map((one, n) => (n === at ? target : one)))}
                options={TARGETS.map((value) => ({ value, label: t(`lists.target.${value}`) }))}
                popupMatchSelectWidth={false}
                className="l-target"
                variant={mapping[at] === 'skip' ? 'borderless' : 'outlined'}
              />
            ),
          },
          { key: 'samples', title: t('lists.samples'), value: ({ samples }) => samples.join(' · ') },
        ]}
        side={
          <>
            <Button onClick={() => rest('fact')}>{t('lists.keepRest')}</Button>
            <Button onClick={() => rest('skip')}>{t('lists.skipRest')}</Button>
          </>
        }
      />
      <div className="k-row">
        <Button onClick={() => go(0)}>{t('lists.back')}</Button>
        <Action type="primary" disabledReason={may} onClick={() => go(2)}>
          {t('lists.next')}
        </Action>
      </div>
    </Panel>
  )
}

type SavedProps = {
  file: Look
  headers: readonly string[]
  mapping: readonly Target[]
  onUse: (mapping: readonly Target[]) => void
}

/** Mappings kept from earlier files that fit this one, and the keeping of this one. */
function Saved({ file, headers, mapping, onUse }: SavedProps) {
  const t = useWords()
  const save = useCommand(api.lists.saveMapping)
  const [name, setName] = useState('')
  const [saved, setSaved] = useState(false)
  const keep = async () => {
    const done = await save.run({ name, headers: [...headers], mapping: [...mapping] })
    setSaved(done !== null)
  }
  return (
    <div className="k-row">
      {file.mappings.length > 0 && (
        <Select
          aria-label={t('lists.saved')}
          placeholder={t('lists.saved')}
          value={null}
          onChange={(id) => {
            const found = file.mappings.find((one) => one.id === id)
            if (found) onUse(found.mapping)
          }}
          options={file.mappings.map(({ id, name }) => ({ value: id, label: name }))}
          popupMatchSelectWidth={false}
        />
      )}
      <Input
        aria-label={t('lists.saveName')}
        placeholder={t('lists.saveName')}
        value={name}
        maxLength={80}
        onChange={({ target }) => {
          setName(target.value)
          setSaved(false)
        }}
        className="l-save"
      />
      <Action
        disabledReason={name.trim() === '' && t('lists.saveNameFirst')}
        busy={save.busy}
        onClick={() => void keep()}
      >
        {t(saved ? 'lists.savedNow' : 'lists.saveAs')}
      </Action>
    </div>
  )
}
