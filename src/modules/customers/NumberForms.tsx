import { SearchOutlined, StopOutlined } from '@ant-design/icons'
import { App, Button, Input, Modal, Popover, Select } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Field, TextField } from '../../ui/Field.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Entries } from './EntryTable.tsx'
import { STOP_REASONS } from './rules.ts'
import './customers.css'

type Found = Awaited<ReturnType<typeof client.customers.lookUpNumber>>

/** Looks a whole number up; what is shown of it afterwards is masked. */
export function FindNumber() {
  const t = useWords()
  const find = useCommand(api.customers.lookUpNumber)
  const [text, setText] = useState('')
  const [found, setFound] = useState<Found | null>(null)
  const send = async () => {
    const answer = text.trim() && (await find.run({ number: text }))
    if (answer) setFound(answer.output)
  }
  return (
    <>
      <Input.Search
        className="k-number"
        prefix={<SearchOutlined aria-hidden />}
        placeholder={t('customers.find')}
        aria-label={t('customers.find')}
        value={text}
        autoComplete="off"
        inputMode="tel"
        enterButton={t('customers.find.go')}
        loading={find.busy}
        onChange={({ target }) => setText(target.value)}
        onSearch={send}
      />
      <Modal open={found !== null} footer={null} width={860} title={titleOf(found, t)} onCancel={() => setFound(null)}>
        {found && found.entries.length > 0 && <Entries entries={found.entries} />}
      </Modal>
    </>
  )
}

function titleOf(found: Found | null, t: ReturnType<typeof useWords>): string {
  if (!found) return ''
  if (found.code) return t(`customers.code.${found.code}`)
  return t(found.entries.length > 0 ? 'customers.find.some' : 'customers.find.none', { masked: found.masked })
}

const REASONS = STOP_REASONS.filter((reason) => reason !== 'erasure' && reason !== 'listed')

/** Puts one number on the centre's own list. */
export function StopNumber() {
  const t = useWords()
  const { message } = App.useApp()
  const stop = useCommand(api.customers.stopCalling)
  const [open, setOpen] = useState(false)
  const [number, setNumber] = useState('')
  const [reason, setReason] = useState<(typeof REASONS)[number]>('customerRequest')
  const [note, setNote] = useState('')
  const send = async () => {
    const answer = await stop.run({ number, reason, note })
    if (!answer) return
    const { added, masked } = answer.output
    message.success(t(added ? 'customers.stop.done' : 'customers.stop.was', { masked }))
    setOpen(false)
    setNumber('')
    setNote('')
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      title={t('customers.stop')}
      content={
        <form
          className="k-stack k-small-form"
          onSubmit={(event) => {
            event.preventDefault()
            send()
          }}
        >
          <Field label={t('customers.number.whole')}>
            {(id) => (
              <Input
                id={id}
                value={number}
                autoComplete="off"
                inputMode="tel"
                maxLength={40}
                onChange={({ target }) => setNumber(target.value)}
              />
            )}
          </Field>
          <Field label={t('customers.reason')}>
            {(id) => (
              <Select
                id={id}
                value={reason}
                onChange={setReason}
                options={REASONS.map((value) => ({ value, label: t(`customers.reason.${value}`) }))}
              />
            )}
          </Field>
          <TextField label={t('customers.note')} value={note} onChange={setNote} />
          <RefusalPanel refusal={stop.refusal} onClose={stop.clear} />
          <Button type="primary" htmlType="submit" disabled={number.trim() === ''} loading={stop.busy}>
            {t('customers.stop.do')}
          </Button>
        </form>
      }
    >
      <Button icon={<StopOutlined />}>{t('customers.stop')}</Button>
    </Popover>
  )
}
