import { Button, Checkbox, Input, Modal, Popconfirm, Popover, Select } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import type { Role } from '../../platform/actor.ts'
import { Action } from '../../ui/Action.tsx'
import { DayField, Field, TextField } from '../../ui/Field.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import type { Unit } from './PeoplePage.tsx'
import { RANKS, type Rank, ROLE_AT } from './rules.ts'

/** The role that most people of such a unit hold. */
const FIRST_ROLE: Readonly<Record<Unit['kind'], Role>> = { group: 'tsr', region: 'um', centre: 'dataOfficer' }

/** Enters a person with a seat, a role over it and a rank. */
export function AddPerson({
  units,
  unit,
  onClose,
}: {
  units: readonly Unit[]
  unit: Unit | null
  onClose: () => void
}) {
  const t = useWords()
  const add = useCommand(api.people.addPerson)
  const draft = useDraft('people.add', {
    staffNo: '',
    name: '',
    unitId: unit?.id ?? '',
    role: unit ? FIRST_ROLE[unit.kind] : ('tsr' as Role),
    rank: 'trainee' as Rank,
    confirmed: false,
    registrationNo: '',
    trainedOn: '',
  })
  const now = draft.value
  const chosen = units.find((one) => one.id === now.unitId)
  const roles = (Object.keys(ROLE_AT) as Role[]).filter((role) => chosen && ROLE_AT[role].includes(chosen.kind))
  const set = (key: keyof typeof now) => (next: string) => draft.set((before) => ({ ...before, [key]: next }))
  const lacks = now.staffNo.trim() === '' || now.name.trim() === '' || !chosen || !roles.includes(now.role)
  return (
    <Modal open title={t('people.addPerson')} onCancel={onClose} footer={null} destroyOnHidden>
      <form
        className="k-form"
        onSubmit={async (event) => {
          event.preventDefault()
          if (lacks) return
          const { registrationNo, trainedOn, ...input } = now
          const sent = await add.run({
            ...input,
            birthday: null,
            registrationNo: registrationNo.trim() || null,
            trainedOn: trainedOn || null,
          })
          if (!sent) return
          draft.clear()
          onClose()
        }}
      >
        <TextField label={t('people.staffNo')} value={now.staffNo} onChange={set('staffNo')} />
        <TextField label={t('people.name')} value={now.name} onChange={set('name')} />
        <Field label={t('people.unit')}>
          {(id) => (
            <Select
              id={id}
              value={now.unitId || null}
              options={units.map((one) => ({ value: one.id, label: one.name }))}
              onChange={(next: string) => {
                const kind = units.find((one) => one.id === next)?.kind ?? 'group'
                draft.set((before) => ({ ...before, unitId: next, role: FIRST_ROLE[kind] }))
              }}
            />
          )}
        </Field>
        <Field label={t('people.role')}>
          {(id) => (
            <Select
              id={id}
              value={roles.includes(now.role) ? now.role : null}
              options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
              onChange={set('role')}
            />
          )}
        </Field>
        <Field label={t('people.rank')}>
          {(id) => (
            <Select
              id={id}
              value={now.rank}
              options={RANKS.map((value) => ({ value, label: t(`people.rank.${value}`) }))}
              onChange={set('rank')}
            />
          )}
        </Field>
        <Checkbox
          checked={now.confirmed}
          onChange={({ target }) => draft.set((before) => ({ ...before, confirmed: target.checked }))}
        >
          {t('people.confirmed')}
        </Checkbox>
        <TextField label={t('people.registrationNo')} value={now.registrationNo} onChange={set('registrationNo')} />
        <DayField label={t('people.trainedOn')} value={now.trainedOn} onChange={set('trainedOn')} />
        <p className="k-dim k-small">{t('people.registrationWhy')}</p>
        <Action type="primary" htmlType="submit" busy={add.busy} disabledReason={lacks ? t('people.fillFirst') : null}>
          {t('people.addPerson')}
        </Action>
        <RefusalPanel refusal={add.refusal} onClose={add.clear} />
      </form>
    </Modal>
  )
}

/** Opens a region under the centre, or a group under a region. */
export function AddUnit({
  units,
  parent,
  onClose,
}: {
  units: readonly Unit[]
  parent: Unit | null
  onClose: () => void
}) {
  const t = useWords()
  const add = useCommand(api.people.addUnit)
  const root = units.find((unit) => unit.kind === 'centre')
  const above = units.filter((unit) => unit.kind !== 'group')
  const draft = useDraft('people.addUnit', {
    parentId: above.find((unit) => unit.id === parent?.id)?.id ?? '',
    name: '',
    kind: '',
  })
  const chosen = above.find((unit) => unit.id === draft.value.parentId) ?? root
  const kinds = chosen?.kind === 'region' ? (['group'] as const) : (['region', 'group'] as const)
  const kind = kinds.find((one) => one === draft.value.kind) ?? kinds[0]
  const name = draft.value.name.trim()
  return (
    <Modal open title={t('people.addUnit')} onCancel={onClose} footer={null} destroyOnHidden>
      <form
        className="k-form"
        onSubmit={async (event) => {
          event.preventDefault()
          if (name === '' || !chosen) return
          if (!(await add.run({ kind, parentId: chosen.id, name }))) return
          draft.clear()
          onClose()
        }}
      >
        <Field label={t('people.under')}>
          {(id) => (
            <Select
              id={id}
              value={chosen?.id ?? null}
              options={above.map((unit) => ({ value: unit.id, label: unit.name }))}
              onChange={(next: string) => draft.set((before) => ({ ...before, parentId: next }))}
            />
          )}
        </Field>
        <Field label={t('people.kind')}>
          {(id) => (
            <Select
              id={id}
              value={kind}
              options={kinds.map((value) => ({ value, label: t(`people.kind.${value}`) }))}
              onChange={(next: string) => draft.set((before) => ({ ...before, kind: next }))}
            />
          )}
        </Field>
        <TextField
          label={t('people.unitName')}
          value={draft.value.name}
          onChange={(next) => draft.set((before) => ({ ...before, name: next }))}
        />
        <Action
          type="primary"
          htmlType="submit"
          busy={add.busy}
          disabledReason={name === '' ? t('people.fillFirst') : null}
        >
          {t('people.addUnit')}
        </Action>
        <RefusalPanel refusal={add.refusal} onClose={add.clear} />
      </form>
    </Modal>
  )
}

/** Names or closes the unit that is chosen in the tree. */
export function UnitActions({ unit }: { unit: Unit }) {
  const t = useWords()
  const rename = useCommand(api.people.renameUnit)
  const close = useCommand(api.people.closeUnit)
  const [name, setName] = useState(unit.name)
  const form = (
    <form
      className="k-form"
      onSubmit={async (event) => {
        event.preventDefault()
        if (name.trim() !== '') await rename.run({ unitId: unit.id, name: name.trim(), version: unit.version })
      }}
    >
      <Field label={t('people.unitName')}>
        {(id) => <Input id={id} value={name} maxLength={60} onChange={({ target }) => setName(target.value)} />}
      </Field>
      <Button htmlType="submit" loading={rename.busy}>
        {t('people.save')}
      </Button>
      <RefusalPanel refusal={rename.refusal} onClose={rename.clear} />
    </form>
  )
  return (
    <span className="k-row">
      <Popover trigger={['click']} content={form}>
        <Button size="small">{t('people.rename')}</Button>
      </Popover>
      <Popconfirm
        title={t('people.closeUnitWhy')}
        okText={t('people.closeUnit')}
        cancelText={t('ui.close')}
        onConfirm={() => close.run({ unitId: unit.id, version: unit.version })}
      >
        <Button size="small" loading={close.busy}>
          {t('people.closeUnit')}
        </Button>
      </Popconfirm>
      {close.refusal && <RefusalPanel refusal={close.refusal} onClose={close.clear} />}
    </span>
  )
}
