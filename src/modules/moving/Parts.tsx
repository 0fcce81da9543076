import { Button, Select } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { number } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { Table } from '../../ui/Table.tsx'
import { KIND_NAMES, type KindName } from '../brought/rules.ts'
import { useKindWords } from './kindWords.tsx'
import type { Opening } from './MovingPage.tsx'
import { PartDrawer } from './PartDrawer.tsx'
import { isBusy, MOVERS, mayChange } from './rules.ts'

export type Part = Opening['parts'][number]

/** Every sheet that was handed in: what it brings, and what became of its rows. */
export function Parts({ opening }: { opening: Opening }) {
  const t = useWords()
  const me = useMe()
  const words = useKindWords()
  const set = useCommand(api.moving.setPart)
  const remove = useCommand(api.moving.takeOut)
  const [open, setOpen] = useState<string | null>(null)
  const may = holds(me, MOVERS) && mayChange(opening).ok
  const shown = opening.parts.find(({ id }) => id === open)
  const counted = (part: Part) => part.rowsTotal !== null || opening.begun
  const count = (part: Part, value: number) => (counted(part) ? value : null)
  const brings = opening.parts.flatMap((part) => words.brings(part.brings))
  return (
    <>
      <Panel title={t('moving.sheets')}>
        <Table
          label={t('moving.sheets')}
          rows={opening.parts}
          rowKey={({ id }) => id}
          pageSize={0}
          {...(holds(me, MOVERS) && { onRow: ({ id }: Part) => setOpen(id) })}
          columns={[
            {
              key: 'sheet',
              title: t('moving.sheet'),
              value: ({ sheet, fileName }) => sheet ?? fileName,
              show: ({ sheet, fileName }) => (
                <>
                  {sheet ?? fileName} {sheet && <span className="k-dim k-small">{fileName}</span>}
                </>
              ),
            },
            {
              key: 'kind',
              title: t('moving.kind'),
              value: ({ kind }) => [...KIND_NAMES, 'none'].indexOf(kind),
              align: 'left',
              show: (part) =>
                may ? (
                  <Kind part={part} onChange={(kind) => void set.run({ partId: part.id, kind, columns: {} })} />
                ) : (
                  t(`brought.kind.${part.kind}`)
                ),
            },
            {
              key: 'rows',
              title: t('moving.rows'),
              value: ({ rowsTotal, rowsDone }) => rowsTotal ?? (rowsDone || null),
              show: ({ rowsTotal, rowsDone }) =>
                isBusy(opening.state)
                  ? t('moving.progress', { done: number(rowsDone) })
                  : rowsTotal === null
                    ? '–'
                    : number(rowsTotal),
              align: 'right',
            },
            { key: 'good', title: t('moving.good'), value: (part) => count(part, part.good) },
            { key: 'same', title: t('moving.same'), value: (part) => count(part, part.same), minor: true },
            {
              key: 'bad',
              title: t('moving.bad'),
              value: (part) => count(part, part.bad),
              show: (part) => (part.bad > 0 ? <Mark tone="bad">{number(part.bad)}</Mark> : counted(part) ? '0' : '–'),
              align: 'right',
            },
            { key: 'skipped', title: t('moving.skipped'), value: (part) => count(part, part.skipped), minor: true },
          ]}
        />
        {may && (
          <div className="k-row">
            {[...new Map(opening.parts.map(({ fileId, fileName }) => [fileId, fileName]))].map(([fileId, fileName]) => (
              <Button
                key={fileId}
                size="small"
                loading={remove.busy}
                onClick={() => void remove.run({ openingId: opening.id, fileId })}
              >
                {t('moving.remove')} {fileName}
              </Button>
            ))}
          </div>
        )}
      </Panel>
      {brings.length > 0 && (
        <Panel title={t(opening.state === 'loaded' ? 'moving.brought' : 'moving.brings')}>
          <ul className="mv-brings">
            {brings.map(({ key, label, count: value }) => (
              <li key={key}>
                <strong className="k-digits">{number(value)}</strong> {label}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {shown && <PartDrawer part={shown} may={may} onClose={() => setOpen(null)} />}
    </>
  )
}

function Kind({ part, onChange }: { part: Part; onChange(kind: KindName | 'none'): void }) {
  const t = useWords()
  return (
    // The row opens on a click; the choice of a kind does not.
    // biome-ignore lint/a11y/noStaticElementInteractions: it keeps a click from the row and does nothing itself
    <span onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
      <Select
        aria-label={`${part.sheet ?? part.fileName} ${t('moving.kind')}`}
        value={part.kind}
        onChange={onChange}
        options={[...KIND_NAMES, 'none' as const].map((value) => ({ value, label: t(`brought.kind.${value}`) }))}
        popupMatchSelectWidth={false}
        className="mv-kind"
      />
    </span>
  )
}
