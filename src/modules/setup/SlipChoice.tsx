import { Checkbox } from 'antd'
import { useState } from 'react'
import type { client } from '../../client/api.ts'
import { useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { type Column, Table } from '../../ui/Table.tsx'

type Person = Awaited<ReturnType<typeof client.setup.accounts>>['people'][number]

type ChooseProps = {
  people: readonly Person[]
  busy: boolean
  onMake: (ids: readonly string[]) => Promise<void>
}

const keyOf = ({ groupId, group }: Person) => groupId ?? group ?? ''

/** People without an account, a tap a group. */
export function ByGroup({ people, busy, onMake }: ChooseProps) {
  const t = useWords()
  const me = useMe()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  // An administrator's first password is given by another one.
  const mine = people.filter(({ admin }) => !admin || me.roles.includes('admin'))
  const groups = [...Map.groupBy(mine, keyOf)].map(([key, of]) => ({
    ...{ key, name: of[0]!.group ?? '–', region: of[0]!.region, all: of.length },
    without: of.filter(({ username }) => username === null),
  }))
  const open = groups.filter(({ without }) => without.length > 0)
  const ids = open.filter(({ key }) => chosen.has(key)).flatMap(({ without }) => without.map((one) => one.personId))
  const turn = (keys: readonly string[], on: boolean) => {
    const next = new Set(chosen)
    for (const key of keys) {
      if (on) next.add(key)
      else next.delete(key)
    }
    setChosen(next)
  }
  if (open.length === 0) return <Empty title={t('setup.slips.none')}>{t('setup.slips.noneWhy')}</Empty>
  const every = open.map(({ key }) => key)
  return (
    <div className="k-stack">
      <Checkbox
        checked={every.every((key) => chosen.has(key))}
        indeterminate={every.some((key) => chosen.has(key)) && !every.every((key) => chosen.has(key))}
        onChange={({ target }) => turn(every, target.checked)}
      >
        {t('setup.slips.everyGroup')}
      </Checkbox>
      <ul className="su-groups">
        {open.map(({ key, name, region, all, without }) => (
          <li key={key}>
            <Checkbox checked={chosen.has(key)} onChange={({ target }) => turn([key], target.checked)}>
              <strong>{name}</strong> {region && <span className="k-dim">{region}</span>}{' '}
              <span className="k-dim k-digits">{t('setup.slips.without', { without: without.length, all })}</span>
            </Checkbox>
          </li>
        ))}
      </ul>
      <p>
        <Action
          type="primary"
          busy={busy}
          disabledReason={ids.length === 0 ? t('setup.slips.chooseGroup') : null}
          onClick={() => void onMake(ids).then(() => setChosen(new Set()))}
        >
          {t('setup.slips.make', { count: ids.length })}
        </Action>
      </p>
    </div>
  )
}

/** People whose slip was lost or came to nothing: the password they have stops working. */
export function ByPerson({ people, busy, onMake }: ChooseProps) {
  const t = useWords()
  const me = useMe()
  const [selected, setSelected] = useState<string[]>([])
  const rows = people.filter(
    ({ username, personId, admin }) =>
      username !== null && personId !== me.person.id && (!admin || me.roles.includes('admin')),
  )
  const columns: Column<Person>[] = [
    { key: 'name', title: t('people.name'), value: (row) => row.name },
    { key: 'staffNo', title: t('people.staffNo'), value: (row) => row.staffNo },
    { key: 'group', title: t('people.unit'), value: (row) => row.group, filter: true },
    {
      key: 'first',
      title: t('people.account'),
      value: (row) => t(row.first ? 'setup.slips.neverChanged' : 'setup.slips.ownPassword'),
      filter: true,
    },
  ]
  return (
    <div className="k-stack">
      <p className="k-dim">{t('setup.slips.anewWhy')}</p>
      <Table
        {...{ rows, columns, selected }}
        label={t('setup.slips.way.anew')}
        rowKey={(row) => row.personId}
        onSelect={setSelected}
        search
        empty={<Empty title={t('setup.slips.nobody')} />}
      />
      <p>
        <Action
          type="primary"
          busy={busy}
          disabledReason={selected.length === 0 ? t('setup.slips.choosePeople') : null}
          onClick={() => void onMake(selected).then(() => setSelected([]))}
        >
          {t('setup.slips.makeAnew', { count: selected.length })}
        </Action>
      </p>
    </div>
  )
}
