import { Form, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
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
      <Form layout="vertical">
        <p className="k-dim">{t('customers.correct.why')}</p>
        <p>
          <strong>{entry.masked}</strong>
        </p>
        <Form.Item label={t('customers.reason')}>
          <Radio.Group
            value={reason}
            onChange={({ target }) => setReason(target.value)}
            options={CORRECTIONS.map((value) => ({ value, label: t(`customers.reason.${value}`) }))}
          />
        </Form.Item>
        <Form.Item label={t('customers.correct.note')} required>
          <Input.TextArea value={note} maxLength={500} rows={2} onChange={({ target }) => setNote(target.value)} />
        </Form.Item>
        <RefusalPanel refusal={correct.refusal} onClose={correct.clear} />
      </Form>
    </Modal>
  )
}
