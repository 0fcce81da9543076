import { useQuery } from '@tanstack/react-query'
import { Checkbox, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Field } from '../../ui/Field.tsx'
import { Overtaken } from '../../ui/Overtaken.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { canRecord } from './rules.ts'

type Seat = Awaited<ReturnType<typeof client.telephony.seats>>[number]

const EMPTY = { label: '', groupId: null as string | null, callerId: '', callerIdApproved: false } as const

const fieldsOf = (seat: Seat | null) => ({
  ...EMPTY,
  lineRegistered: false,
  recording: false,
  version: 0,
  ...(seat && { ...seat, callerId: seat.callerId ?? '' }),
})

/** A new seat, or the marks of one that is there. */
export function SeatForm({ seat, onClose }: { seat: Seat | null; onClose: () => void }) {
  const t = useWords()
  const add = useCommand(api.telephony.addSeat)
  const edit = useCommand(api.telephony.editSeat)
  const tree = useQuery(api.people.tree.queryOptions({ input: {} }))
  const [fields, setFields] = useState(() => fieldsOf(seat))
  const set = (more: Partial<typeof fields>) => setFields((before) => ({ ...before, ...more }))
  const send = async () => {
    const { label, groupId, callerIdApproved, lineRegistered, recording } = fields
    const input = { label, groupId, callerId: fields.callerId || null, callerIdApproved, lineRegistered, recording }
    const answer = seat ? await edit.run({ ...input, seatId: seat.id, version: fields.version }) : await add.run(input)
    if (answer) onClose()
  }
  const groups = (tree.data?.units ?? []).filter((unit) => unit.kind === 'group')
  const yesNo = (is: boolean) => t(is ? 'ui.yes' : 'ui.no')
  const groupName = (id: string | null) =>
    id === null ? t('telephony.group.none') : (groups.find((group) => group.id === id)?.name ?? '')
  const both = (now: Seat) => [
    { label: t('telephony.label'), mine: fields.label, now: now.label },
    { label: t('telephony.group'), mine: groupName(fields.groupId), now: groupName(now.groupId) },
    { label: t('telephony.callerId'), mine: fields.callerId, now: now.callerId ?? '' },
    ...(['callerIdApproved', 'lineRegistered', 'recording'] as const).map((key) => ({
      label: t(`telephony.${key}`),
      mine: yesNo(fields[key]),
      now: yesNo(now[key]),
    })),
  ]
  return (
    <Modal
      open
      title={seat ? `${t('telephony.label')} ${seat.label}` : t('telephony.add')}
      okText={t('telephony.save')}
      okButtonProps={{ disabled: fields.label.trim() === '', loading: add.busy || edit.busy }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="k-stack">
        <Field label={t('telephony.label')}>
          {(id) => (
            <Input
              id={id}
              value={fields.label}
              maxLength={40}
              onChange={({ target }) => set({ label: target.value })}
            />
          )}
        </Field>
        <Field label={t('telephony.group')}>
          {(id) => (
            <Select<string | null>
              id={id}
              value={fields.groupId}
              onChange={(groupId) => set({ groupId })}
              options={[
                { value: null, label: t('telephony.group.none') },
                ...groups.map(({ id: value, name }) => ({ value, label: name })),
              ]}
            />
          )}
        </Field>
        <Field label={t('telephony.callerId')}>
          {(id) => (
            <Input
              id={id}
              value={fields.callerId}
              maxLength={16}
              inputMode="tel"
              placeholder="+862012345678"
              onChange={({ target }) => set({ callerId: target.value.trim() })}
            />
          )}
        </Field>
        <Checkbox
          checked={fields.callerIdApproved}
          onChange={({ target }) => set({ callerIdApproved: target.checked })}
        >
          {t('telephony.callerIdApproved')}
        </Checkbox>
        <Checkbox
          checked={fields.lineRegistered}
          onChange={({ target }) =>
            // A line that is not registered does not count as recording.
            set({ lineRegistered: target.checked, recording: fields.recording && target.checked })
          }
        >
          {t('telephony.lineRegistered')}
        </Checkbox>
        <Checkbox
          checked={fields.recording}
          disabled={!canRecord({ ...fields, recording: true }).ok}
          onChange={({ target }) => set({ recording: target.checked })}
        >
          {t('telephony.recording')}
        </Checkbox>
        {edit.stale && (
          <Overtaken
            fields={both(edit.stale.current as Seat)}
            onKeep={() => {
              set({ version: (edit.stale!.current as Seat).version })
              edit.clear()
            }}
            onTake={() => {
              setFields(fieldsOf(edit.stale!.current as Seat))
              edit.clear()
            }}
          />
        )}
        <RefusalPanel refusal={add.refusal ?? edit.refusal} onClose={seat ? edit.clear : add.clear} />
      </div>
    </Modal>
  )
}
