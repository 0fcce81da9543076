import { SearchOutlined } from '@ant-design/icons'
import { Table as AntTable, Input, type TableColumnType } from 'antd'
import { type ReactNode, useMemo, useState } from 'react'
import { useWords } from '../client/words.ts'
import { Empty } from './Empty.tsx'
import { number } from './format.ts'
import { useNameOrder } from './Words.tsx'

export type Cell = string | number | boolean | null | undefined

export type Column<Row> = {
  readonly key: string
  readonly title: string
  /** What is sorted, searched and, without `show`, shown. */
  value(row: Row): Cell
  show?(row: Row): ReactNode
  /** Offers the values that occur as a filter; `name` words them. */
  readonly filter?: boolean
  name?(value: Cell): string
  readonly align?: 'left' | 'right' | 'center'
  readonly width?: number
  /** Dropped on a phone. */
  readonly minor?: boolean
  readonly sorted?: 'ascend' | 'descend'
}

type TableProps<Row> = {
  readonly rows: readonly Row[] | undefined
  readonly columns: readonly Column<Row>[]
  rowKey(row: Row): string
  readonly label: string
  readonly loading?: boolean
  /** Shown when there is no row at all: what to do first. */
  readonly empty?: ReactNode
  /** A field above that searches all columns. */
  readonly search?: boolean
  /** Beside the search field: actions, counts. */
  readonly side?: ReactNode
  onRow?(row: Row): void
  readonly selected?: readonly string[]
  onSelect?(keys: string[]): void
  /** Rows a page; 0 shows all. */
  readonly pageSize?: number
}

const written = (value: Cell) => (value === null || value === undefined ? '' : String(value))
const drawn = (value: Cell) => (typeof value === 'number' ? number(value, 2) : written(value)) || '–'

function compare(a: Cell, b: Cell, names: (a: string, b: string) => number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  // What is unknown stands last, whichever way it is sorted in numbers.
  if (typeof a === 'number') return 1
  if (typeof b === 'number') return -1
  return names(written(a), written(b))
}

/** Every list of the house: sorts by each column, filters where asked, scrolls with its first column in place. */
export function Table<Row extends object>(props: TableProps<Row>) {
  const { rows, columns, rowKey, label, loading, empty, search, side, onRow, selected, onSelect, pageSize = 50 } = props
  const t = useWords()
  const names = useNameOrder()
  const [sought, setSought] = useState('')
  const all = rows ?? []
  const found = useMemo(() => {
    const words = sought.toLowerCase().split(/\s+/).filter(Boolean)
    if (words.length === 0) return rows ?? []
    return (rows ?? []).filter((row) => {
      const text = columns.map(({ value, name }) => `${written(value(row))} ${name?.(value(row)) ?? ''}`).join(' ')
      return words.every((word) => text.toLowerCase().includes(word))
    })
  }, [rows, columns, sought])

  const antColumns = columns.map((column, at): TableColumnType<Row> => {
    const { key, title, value, show, filter, name, align, width, minor, sorted } = column
    const figures =
      all.length > 0 && all.every((row) => ['number', 'undefined'].includes(typeof (value(row) ?? undefined)))
    const values = filter ? [...new Set(all.map(value))].sort((a, b) => compare(a, b, names)) : []
    return {
      key,
      title,
      align: align ?? (figures && !show ? 'right' : 'left'),
      ...(width !== undefined && { width }),
      ...(at === 0 && columns.length > 3 && { fixed: 'left' as const }),
      ...(minor && { responsive: ['md' as const] }),
      ...(sorted && { defaultSortOrder: sorted }),
      sorter: (a: Row, b: Row) => compare(value(a), value(b), names),
      ...(filter && {
        filters: values.map((one) => ({ text: name?.(one) ?? (written(one) || '–'), value: written(one) })),
        onFilter: (wanted: unknown, row: Row) => written(value(row)) === wanted,
      }),
      render: (_: unknown, row: Row) => show?.(row) ?? name?.(value(row)) ?? drawn(value(row)),
    }
  })

  return (
    <div className="k-table">
      {(search || side) && (
        <div className="k-table-head">
          {search && (
            <Input
              allowClear
              prefix={<SearchOutlined aria-hidden />}
              placeholder={t('ui.table.search')}
              aria-label={t('ui.table.search')}
              value={sought}
              onChange={({ target }) => setSought(target.value)}
            />
          )}
          {side}
        </div>
      )}
      <AntTable<Row>
        aria-label={label}
        size="small"
        rowKey={rowKey}
        columns={antColumns}
        dataSource={found as Row[]}
        loading={loading ?? rows === undefined}
        scroll={{ x: 'max-content' }}
        showSorterTooltip={false}
        pagination={
          pageSize > 0 && found.length > pageSize
            ? { pageSize, size: 'small', showSizeChanger: false, showTotal: (count) => t('ui.table.count', { count }) }
            : false
        }
        locale={{
          emptyText:
            all.length > 0 ? (
              <Empty title={t('ui.table.noneFound')} />
            ) : (
              (empty ?? <Empty title={t('ui.table.none')} />)
            ),
        }}
        {...(onSelect && {
          rowSelection: { selectedRowKeys: [...(selected ?? [])], onChange: (keys) => onSelect(keys.map(String)) },
        })}
        {...(onRow && {
          onRow: (row: Row) => ({
            className: 'k-row-link',
            tabIndex: 0,
            onClick: () => onRow(row),
            onKeyDown: (event: React.KeyboardEvent) => {
              if (event.key === 'Enter' && event.target === event.currentTarget) onRow(row)
            },
          }),
        })}
      />
    </div>
  )
}
