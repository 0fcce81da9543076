import { useQuery } from '@tanstack/react-query'
import { Checkbox, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Field, TextField } from '../../ui/Field.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { useSaid } from '../../ui/Words.tsx'

const EMPTY = { name: '', number: '', model: null as string | null, wants: '', agreed: false }

/** Enters a customer who rang: a button, and the form behind it. */
export function EnterCall() {
  const t = useWords()
  const said = useSaid()
  const [open, setOpen] = useState(false)
  const [fields, setFields] = useState(EMPTY)
  const enter = useCommand(api.arrivals.enterCall)
  const products = useQuery({ ...api.catalog.products.queryOptions({ input: {} }), enabled: open })
  const set = (more: Partial<typeof fields>) => setFields((before) => ({ ...before, ...more }))
  const close = () => {
    setOpen(false)
    setFields(EMPTY)
    enter.clear()
  }
  const send = async () => {
    const { name, number, model, wants } = fields
    if (await enter.run({ name, number, model, wants, agreed: true })) close()
  }
  return (
    <>
      <Action onClick={() => setOpen(true)}>{t('arrivals.enterCall')}</Action>
      <Modal
        open={open}
        title={t('arrivals.enterCall')}
        okText={t('arrivals.enter')}
        okButtonProps={{ disabled: fields.number.trim() === '' || !fields.agreed, loading: enter.busy }}
        onOk={() => void send()}
        onCancel={close}
      >
        <div className="k-stack">
          <Field label={t('arrivals.number')}>
            {(id) => (
              <Input
                id={id}
                autoFocus
                inputMode="tel"
                autoComplete="off"
                maxLength={40}
                value={fields.number}
                onChange={({ target }) => set({ number: target.value })}
              />
            )}
          </Field>
          <TextField label={t('arrivals.name')} value={fields.name} onChange={(name) => set({ name })} />
          <Field label={t('arrivals.model')}>
            {(id) => (
              <Select<string | null>
                id={id}
                allowClear
                value={fields.model}
                onChange={(model) => set({ model: model ?? null })}
                options={(products.data?.products ?? [])
                  .filter(({ listed }) => listed)
                  .map(({ code, name }) => ({ value: code, label: said(name) }))}
              />
            )}
          </Field>
          <TextField label={t('arrivals.wants')} value={fields.wants} onChange={(wants) => set({ wants })} />
          <Checkbox checked={fields.agreed} onChange={({ target }) => set({ agreed: target.checked })}>
            {t('arrivals.agreed')}
          </Checkbox>
          <RefusalPanel refusal={enter.refusal} onClose={enter.clear} />
        </div>
      </Modal>
    </>
  )
}
