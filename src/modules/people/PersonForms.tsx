import { Checkbox, Collapse, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { api } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { useMe } from '../../client/me.ts'
import { useMoment } from '../../client/moment.ts'
import { type Command, useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import type { Role } from '../../platform/actor.ts'
import { Action, type DisabledReason, isReason } from '../../ui/Action.tsx'
import { DayField, Field, TextField } from '../../ui/Field.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import type { Unit } from './PeoplePage.tsx'
import type { Person } from './PersonDrawer.tsx'
import { mayEditSelf, mayGrant, mayMove, mayRank, RANKS, type Rank, ROLE_AT } from './rules.ts'

type FormProps<I> = {
  title: string
  submit: string
  command: Pick<Command<I, unknown>, 'busy' | 'refusal' | 'stale' | 'clear'>
  disabledReason: DisabledReason
  onSend: () => Promise<void>
  danger?: boolean
  children: ReactNode
}

/** A change that is folded away until it is wanted. What was refused or overtaken is said in it. */
export function Change<I>({ title, submit, command, disabledReason, onSend, danger = false, children }: FormProps<I>) {
  const t = useWords()
  const form = (
    <form
      className="k-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isReason(disabledReason)) void onSend()
      }}
    >
      {children}
      <Action type="primary" htmlType="submit" danger={danger} disabledReason={disabledReason} busy={command.busy}>
        {submit}
      </Action>
      <RefusalPanel refusal={command.refusal} onClose={command.clear} />
      {command.stale && <p className="k-form-trouble">{t('error.STALE')}</p>}
    </form>
  )
  return <Collapse size="small" items={[{ key: 'form', label: title, children: form }]} />
}

const unitOptions = (units: readonly Unit[], kinds: readonly Unit['kind'][]) =>
  units.filter((unit) => kinds.includes(unit.kind)).map((unit) => ({ value: unit.id, label: unit.name }))

function useToday(): string {
  return useMoment(60).today.toString()
}

/** Seats the person in another unit from a day on. */
export function MoveForm({ person, units }: { person: Person; units: readonly Unit[] }) {
  const t = useWords()
  const today = useToday()
  const move = useCommand(api.people.moveTo)
  const draft = useDraft(`people.move.${person.id}`, { unitId: '', on: '' })
  const { unitId } = draft.value
  const on = draft.value.on || today
  return (
    <Change
      title={t('people.move')}
      submit={t('people.move')}
      command={move}
      disabledReason={unitId === '' ? t('people.chooseUnit') : mayMove(on, today)}
      onSend={async () => {
        if (await move.run({ personId: person.id, unitId, fromOn: on })) draft.clear()
      }}
    >
      <p className="k-dim k-small">{t('people.moveWhy')}</p>
      <Field label={t('people.unit')}>
        {(id) => (
          <Select
            id={id}
            value={unitId || null}
            options={unitOptions(units, ['centre', 'region', 'group'])}
            onChange={(next: string) => draft.set((before) => ({ ...before, unitId: next }))}
          />
        )}
      </Field>
      <DayField
        label={t('people.fromDay')}
        value={on}
        min={today}
        onChange={(next) => draft.set((b) => ({ ...b, on: next }))}
      />
    </Change>
  )
}

/** Gives the person a role over a unit that fits it. */
export function GrantForm({ person, units }: { person: Person; units: readonly Unit[] }) {
  const t = useWords()
  const { person: self } = useMe()
  const grant = useCommand(api.people.grantRole)
  const draft = useDraft(`people.grant.${person.id}`, { role: '', unitId: '', reason: '' })
  const { role, unitId, reason } = draft.value
  const kinds = role ? ROLE_AT[role as Role] : []
  const options = unitOptions(units, kinds)
  const chosen = options.find((option) => option.value === unitId) ?? (options.length === 1 ? options[0] : undefined)
  const verdict = mayGrant({ personId: self.id }, person.id, (role || 'tsr') as Role, kinds[0] ?? 'group')
  return (
    <Change
      title={t('people.grant')}
      submit={t('people.grant')}
      command={grant}
      disabledReason={!verdict.ok ? verdict : !chosen ? t('people.chooseRole') : null}
      onSend={async () => {
        const input = { personId: person.id, role: role as Role, unitId: chosen!.value, reason }
        if (await grant.run(input)) draft.clear()
      }}
    >
      <Field label={t('people.role')}>
        {(id) => (
          <Select
            id={id}
            value={role || null}
            options={Object.keys(ROLE_AT).map((value) => ({ value, label: t(`role.${value}`) }))}
            onChange={(next: string) => draft.set((before) => ({ ...before, role: next, unitId: '' }))}
          />
        )}
      </Field>
      {options.length > 1 && (
        <Field label={t('people.unit')}>
          {(id) => (
            <Select
              id={id}
              value={unitId || null}
              options={options}
              onChange={(next: string) => draft.set((before) => ({ ...before, unitId: next }))}
            />
          )}
        </Field>
      )}
      <TextField
        label={t('people.reason')}
        value={reason}
        onChange={(next) => draft.set((b) => ({ ...b, reason: next }))}
      />
    </Change>
  )
}

/** Sets the person's rank from a day on. */
export function RankForm({ person }: { person: Person }) {
  const t = useWords()
  const today = useToday()
  const { person: self } = useMe()
  const set = useCommand(api.people.setRank)
  const [present] = person.ranks
  const draft = useDraft(`people.rank.${person.id}`, {
    rank: (present?.rank ?? 'trainee') as Rank,
    confirmed: present?.confirmed ?? false,
    reason: '',
    on: '',
  })
  const { rank, confirmed, reason } = draft.value
  const verdict = mayRank({ personId: self.id }, person.id)
  return (
    <Change
      title={t('people.setRank')}
      submit={t('people.setRank')}
      command={set}
      disabledReason={!verdict.ok ? verdict : reason.trim() === '' ? t('people.reasonFirst') : null}
      onSend={async () => {
        const fromOn = draft.value.on || today
        if (await set.run({ personId: person.id, rank, confirmed, reason, fromOn })) draft.clear()
      }}
    >
      <Field label={t('people.rank')}>
        {(id) => (
          <Select
            id={id}
            value={rank}
            options={RANKS.map((value) => ({ value, label: t(`people.rank.${value}`) }))}
            onChange={(next) => draft.set((before) => ({ ...before, rank: next }))}
          />
        )}
      </Field>
      <Checkbox
        checked={confirmed}
        onChange={({ target }) => draft.set((before) => ({ ...before, confirmed: target.checked }))}
      >
        {t('people.confirmed')}
      </Checkbox>
      <DayField
        label={t('people.fromDay')}
        value={draft.value.on || today}
        onChange={(next) => draft.set((b) => ({ ...b, on: next }))}
      />
      <TextField
        label={t('people.reason')}
        value={reason}
        onChange={(next) => draft.set((b) => ({ ...b, reason: next }))}
      />
    </Change>
  )
}

/** Ends the employment. */
export function LeaveForm({ person }: { person: Person }) {
  const t = useWords()
  const today = useToday()
  const { person: self } = useMe()
  const leave = useCommand(api.people.leave)
  const [on, setOn] = useState('')
  return (
    <Change
      title={t('people.leave')}
      submit={t('people.leave')}
      danger
      command={leave}
      disabledReason={mayEditSelf({ personId: self.id }, person.id, { standing: true })}
      onSend={async () => {
        await leave.run({ personId: person.id, version: person.version, on: on || today })
      }}
    >
      <p className="k-dim k-small">{t('people.leaveWhy')}</p>
      <DayField label={t('people.leaveOn')} value={on || today} onChange={setOn} />
    </Change>
  )
}

/** Puts the person in an absent leader's place for the rest of the day. */
export function AppointForm({ person, units }: { person: Person; units: readonly Unit[] }) {
  const t = useWords()
  const appoint = useCommand(api.people.appointActing)
  const { grants } = useMe()
  const region = new Set(grants.filter((grant) => grant.role === 'um').map((grant) => grant.unitId))
  const everywhere = grants.some((grant) => grant.role === 'deptManager')
  const groups = units.filter((unit) => unit.kind === 'group' && (everywhere || region.has(unit.parentId ?? '')))
  const seat = person.seats[0]?.unitId
  const [groupId, setGroupId] = useState(groups.find((unit) => unit.id === seat)?.id ?? groups[0]?.id ?? '')
  const [reason, setReason] = useState('')
  return (
    <Change
      title={t('people.appoint')}
      submit={t('people.appoint')}
      command={appoint}
      disabledReason={groupId === '' ? t('people.chooseUnit') : null}
      onSend={async () => {
        await appoint.run({ personId: person.id, groupId, reason })
      }}
    >
      <p className="k-dim k-small">{t('people.appointWhy')}</p>
      <Field label={t('people.group')}>
        {(id) => <Select id={id} value={groupId} options={unitOptions(groups, ['group'])} onChange={setGroupId} />}
      </Field>
      <TextField label={t('people.reason')} value={reason} onChange={setReason} />
    </Change>
  )
}
