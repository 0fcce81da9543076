import { useQuery } from '@tanstack/react-query'
import { Input, InputNumber, Modal, Tooltip } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Field } from '../../ui/Field.tsx'
import { number, time } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { FIGURES, type Figure, mayEditSheet } from './rules.ts'
import './showroom.css'

type Sheet = Awaited<ReturnType<typeof client.showroom.daySheet>>
type Row = Sheet['rows'][number]
type Picked = { readonly row: Row; readonly figure: Figure }

/** The day's count, filled from the records; a figure put right by hand is underlined and says what it was. [S2.2.1] */
export function DaySheetPage() {
  const t = useWords()
  const today = useNow(60).toZonedDateTimeISO(centreZone()).toPlainDate().toString()
  const [day, setDay] = useState<string | null>(null)
  const input = day && day !== today ? { day } : {}
  const read = useQuery({ ...api.showroom.daySheet.queryOptions({ input }), refetchInterval: 30_000 })
  return (
    <Page
      title={t('showroom.daySheet')}
      lead={t('showroom.daySheetLead')}
      clause="S2.2.1"
      asOf={read.data?.asOf ?? null}
      actions={
        <Input
          type="date"
          style={{ inlineSize: 170 }}
          aria-label={t('showroom.day')}
          max={today}
          value={day ?? today}
          onChange={({ target }) => setDay(target.value || null)}
        />
      }
    >
      <Loaded read={read}>
        {(sheet) =>
          sheet.rows.length === 0 ? (
            <Empty title={t('showroom.nobodyThen')}>{t('showroom.nobodyThenFirst')}</Empty>
          ) : (
            <SheetTable sheet={sheet} />
          )
        }
      </Loaded>
    </Page>
  )
}

function SheetTable({ sheet }: { sheet: Sheet }) {
  const t = useWords()
  const me = useMe()
  const [picked, setPicked] = useState<Picked | null>(null)
  const mayEdit = holds(me, ['tl', 'deptManager'])
  return (
    <Panel>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by the keyboard */}
      <section className="sr-sheet" aria-label={t('showroom.daySheet')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('showroom.person')}</th>
              {FIGURES.map((figure) => (
                <th key={figure} scope="col">
                  <Tooltip title={t(`showroom.formula.${figure}`)}>
                    <span>{t(`showroom.figure.${figure}`)}</span>
                  </Tooltip>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sheet.rows.map((row) => (
              <tr key={row.personId}>
                <td>
                  {row.name} <span className="k-dim k-small">{row.group}</span>
                </td>
                {FIGURES.map((figure) => (
                  <td key={figure}>
                    <FigureCell
                      cell={row.figures[figure]}
                      label={`${row.name} ${t(`showroom.figure.${figure}`)}`}
                      onEdit={
                        mayEdit && mayEditSheet(me.person.id, row.personId).ok
                          ? () => setPicked({ row, figure })
                          : undefined
                      }
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td>{t('showroom.sum')}</td>
              {FIGURES.map((figure) => (
                <td key={figure} className="k-digits">
                  {number(sheet.sums[figure])}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </section>
      <p className="k-dim k-small">{t(mayEdit ? 'showroom.editHow' : 'showroom.editWho')}</p>
      {picked && <EditForm day={sheet.day} picked={picked} onClose={() => setPicked(null)} />}
    </Panel>
  )
}

function FigureCell({
  cell,
  label,
  onEdit,
}: {
  cell: Row['figures'][Figure]
  label: string
  onEdit: (() => void) | undefined
}) {
  const last = cell.edits.at(-1)
  const className = last ? 'sr-cell k-digits edited' : 'sr-cell k-digits'
  const body = onEdit ? (
    <button type="button" className={className} aria-label={`${label} ${cell.value}`} onClick={onEdit}>
      {number(cell.value)}
    </button>
  ) : (
    <span className={className}>{number(cell.value)}</span>
  )
  return last ? <Tooltip title={<Trace cell={cell} />}>{body}</Tooltip> : body
}

/** What was put right: from, to, who, when, why, and what the records say. */
function Trace({ cell }: { cell: Row['figures'][Figure] }) {
  const t = useWords()
  return (
    <ul className="k-list">
      <li>{t('showroom.recorded', { value: cell.recorded })}</li>
      {cell.edits.map(({ before, after, by, at, why }) => (
        <li key={at}>{t('showroom.edited', { before, after, by: by ?? '', at: time(at), why })}</li>
      ))}
    </ul>
  )
}

function EditForm({ day, picked: { row, figure }, onClose }: { day: string; picked: Picked; onClose: () => void }) {
  const t = useWords()
  const edit = useCommand(api.showroom.editSheet)
  const cell = row.figures[figure]
  const [value, setValue] = useState<number | null>(cell.value)
  const [why, setWhy] = useState('')
  return (
    <Modal
      open
      title={`${row.name} · ${t(`showroom.figure.${figure}`)}`}
      okText={t('showroom.edit')}
      okButtonProps={{ disabled: value === null || value === cell.value || why.trim() === '', loading: edit.busy }}
      onOk={async () => {
        if (value !== null && (await edit.run({ day, personId: row.personId, figure, value, why }))) onClose()
      }}
      onCancel={onClose}
    >
      <div className="k-stack">
        <p className="k-dim">{t(`showroom.formula.${figure}`)}</p>
        <Trace cell={cell} />
        <Field label={t('showroom.value')}>
          {(id) => <InputNumber id={id} min={0} max={9999} value={value} onChange={setValue} />}
        </Field>
        <Field label={t('showroom.why')}>
          {(id) => <Input id={id} value={why} maxLength={300} onChange={({ target }) => setWhy(target.value)} />}
        </Field>
        <RefusalPanel refusal={edit.refusal} onClose={edit.clear} />
      </div>
    </Modal>
  )
}
