import { SearchOutlined, UserAddOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { type ComponentType, useDeferredValue, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useMoment } from '../../client/moment.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Field } from '../../ui/Field.tsx'
import { longDay } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { AddPerson, AddUnit, UnitActions } from './PeopleForms.tsx'
import { PersonDrawer } from './PersonDrawer.tsx'
import { STRUCTURE_ROLES } from './rules.ts'
import './people.css'

export type Unit = Awaited<ReturnType<typeof client.people.tree>>['units'][number]
type Row = Awaited<ReturnType<typeof client.people.persons>>['persons'][number]

/** Who is where: the tree, the people in it as of a day, and each person's history. */
export function PeoplePage({ Numbers }: { Numbers?: ComponentType<{ personId: string }> }) {
  const t = useWords()
  const { today } = useMoment(60)
  const mayChange = holds(useMe(), STRUCTURE_ROLES)
  const [day, setDay] = useState('')
  const [unitId, setUnitId] = useState<string | null>(null)
  const [personId, setPersonId] = useState<string | null>(null)
  const [adding, setAdding] = useState<'person' | 'unit' | null>(null)
  const on = day && day !== today.toString() ? { day } : {}
  const tree = useQuery(api.people.tree.queryOptions({ input: on }))
  const units = tree.data?.units ?? []
  const unit = units.find((one) => one.id === unitId) ?? null
  return (
    <Page
      title={t('people.title')}
      lead={t('people.lead')}
      actions={
        mayChange && (
          <>
            <Button onClick={() => setAdding('unit')}>{t('people.addUnit')}</Button>
            <Button type="primary" icon={<UserAddOutlined />} onClick={() => setAdding('person')}>
              {t('people.addPerson')}
            </Button>
          </>
        )
      }
    >
      <div className="k-people">
        <Panel
          title={t('people.tree')}
          side={
            <Field label={<span className="k-hidden">{t('people.asOf')}</span>}>
              {(id) => (
                <Input
                  id={id}
                  type="date"
                  size="small"
                  max={today.toString()}
                  value={day || today.toString()}
                  onChange={({ target }) => setDay(target.value)}
                />
              )}
            </Field>
          }
        >
          <Loaded read={tree}>{(found) => <Tree units={found.units} chosen={unitId} onChoose={setUnitId} />}</Loaded>
        </Panel>
        <Panel
          title={unit?.name ?? t('people.everybody')}
          side={mayChange && unit && unit.kind !== 'centre' && !on.day && <UnitActions key={unit.id} unit={unit} />}
        >
          <People unitId={unitId} on={on} onOpen={setPersonId} />
        </Panel>
      </div>
      {personId && (
        <PersonDrawer personId={personId} units={units} Numbers={Numbers} onClose={() => setPersonId(null)} />
      )}
      {adding === 'person' && <AddPerson units={units} unit={unit} onClose={() => setAdding(null)} />}
      {adding === 'unit' && <AddUnit units={units} parent={unit} onClose={() => setAdding(null)} />}
    </Page>
  )
}

type TreeProps = {
  units: readonly Unit[]
  chosen: string | null
  onChoose: (unitId: string | null) => void
}

function Tree({ units, chosen, onChoose }: TreeProps) {
  const t = useWords()
  if (units.length === 0) return <Empty title={t('people.noTree')} />
  const heads = (unit: Unit): number =>
    units.filter((one) => one.parentId === unit.id).reduce((sum, one) => sum + heads(one), unit.heads)
  const below = (parentId: string | null) => {
    const children = units.filter((unit) => unit.parentId === parentId)
    if (children.length === 0) return null
    return (
      <ul className="k-tree">
        {children.map((unit) => (
          <li key={unit.id}>
            <button
              type="button"
              className="k-tree-unit"
              aria-pressed={chosen === unit.id}
              onClick={() => onChoose(chosen === unit.id ? null : unit.id)}
            >
              <span className="k-row">
                <strong>{unit.name}</strong>
                <span className="k-dim k-small k-digits">{t('people.heads', { count: heads(unit) })}</span>
              </span>
              <span className="k-dim k-small k-row">
                {unit.leaders.map((leader) => (
                  <span key={`${leader.personId} ${leader.role}`}>
                    {leader.name} {leader.acting && <Mark tone="warn">{t('people.acting')}</Mark>}
                  </span>
                ))}
                {unit.kind === 'group' && unit.leaders.length === 0 && <Mark tone="warn">{t('people.noLeader')}</Mark>}
              </span>
            </button>
            {below(unit.id)}
          </li>
        ))}
      </ul>
    )
  }
  return below(null)
}

type PeopleProps = {
  unitId: string | null
  on: { day?: string }
  onOpen: (personId: string) => void
}

function People({ unitId, on, onOpen }: PeopleProps) {
  const t = useWords()
  const [search, setSearch] = useState('')
  const sought = useDeferredValue(search.trim())
  const input = { ...on, ...(unitId ? { unitId } : {}), ...(sought ? { search: sought } : {}) }
  const read = useQuery({ ...api.people.persons.queryOptions({ input }), placeholderData: (before) => before })
  const roles = (row: Row) =>
    row.roles.map(({ role, acting }) =>
      t(acting ? 'people.actingRole' : 'people.plainRole', { role: t(`role.${role}`) }),
    )
  const columns: Column<Row>[] = [
    { key: 'name', title: t('people.name'), value: (row) => row.name },
    { key: 'staffNo', title: t('people.staffNo'), value: (row) => row.staffNo, minor: true },
    { key: 'unit', title: t('people.unit'), value: (row) => row.unitName, filter: true },
    {
      key: 'roles',
      title: t('people.roles'),
      value: (row) => roles(row).join(t('ui.and')),
      filter: true,
    },
    {
      key: 'rank',
      title: t('people.rank'),
      value: (row) => row.rank && t(`people.rank.${row.rank}`),
      show: (row) => (
        <>
          {row.rank ? t(`people.rank.${row.rank}`) : '–'}{' '}
          {row.rank && row.confirmed === false && <Mark>{t('people.probation')}</Mark>}
        </>
      ),
      filter: true,
    },
    {
      key: 'since',
      title: t('people.since'),
      value: (row) => row.employedFrom,
      show: (row) => longDay(row.employedFrom),
      minor: true,
    },
  ]
  return (
    <Loaded read={read} rows={8}>
      {({ persons, total }) => (
        <Table
          rows={persons}
          columns={columns}
          rowKey={(row) => row.id}
          label={t('people.title')}
          onRow={(row) => onOpen(row.id)}
          empty={<Empty title={t(sought ? 'people.noneFound' : 'people.nobody')}>{t('people.scope')}</Empty>}
          side={
            <>
              <Input
                allowClear
                prefix={<SearchOutlined aria-hidden />}
                placeholder={t('people.search')}
                aria-label={t('people.search')}
                value={search}
                onChange={({ target }) => setSearch(target.value)}
              />
              <span className="k-dim k-small k-digits">
                {total > persons.length
                  ? t('people.shownOf', { shown: persons.length, total })
                  : t('people.heads', { count: total })}
              </span>
            </>
          }
        />
      )}
    </Loaded>
  )
}
