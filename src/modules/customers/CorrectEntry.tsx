import { Input, Modal, Segmented } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Field } from '../../ui/Field.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { CORRECTIONS, type Correction } from './rules.ts'

/** Asks what the slip of the hand was, and records it beside the entry. */
export function CorrectEntry({ entry, onClose }: { entry: { id: string; masked: string }; onClose: () => void }) {
  const t = useWords()
  const correct = useCommand(api.customers.correctDoNotCall)
  const [reason, setReason] = useState<Correction>('wrongNumber')
  const [note, setNote] = useState('')
  const send = async () => {
    if (await correct.run({ entryId: entry.id, reason, note })) onClose()
  }
  return (
    <Modal
      open
      title={t('customers.correct.title')}
      okText={t('customers.correct.do')}
      okButtonProps={{ disabled: note.trim() === '', loading: correct.busy }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="k-stack">
        <p className="k-dim">{t('customers.correct.why')}</p>
        <strong>{entry.masked}</strong>
        <Segmented<Correction>
          block
          vertical
          value={reason}
          onChange={setReason}
          aria-label={t('customers.reason')}
          options={CORRECTIONS.map((value) => ({ value, label: t(`customers.reason.${value}`) }))}
        />
        <Field label={t('customers.correct.note')}>
          {(id) => (
            <Input.TextArea
              id={id}
              value={note}
              maxLength={500}
              rows={2}
              onChange={({ target }) => setNote(target.value)}
            />
          )}
        </Field>
        <RefusalPanel refusal={correct.refusal} onClose={correct.clear} />
      </div>
    </Modal>
  )
}
