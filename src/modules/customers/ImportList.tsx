import { UploadOutlined } from '@ant-design/icons'
import { Button, Input, Modal, Segmented } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { centreZone } from '../../client/clock.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { DayField, Field } from '../../ui/Field.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Table } from '../../ui/Table.tsx'
import { LISTS } from './rules.ts'

type Result = Awaited<ReturnType<typeof client.customers.importDoNotCall>>

/** Takes a do-not-call list in, pasted or from a text file, and shows what became of every line. */
export function ImportList() {
  const t = useWords()
  const me = useMe()
  const [open, setOpen] = useState(false)
  if (!holds(me, ['dataOfficer', 'deptManager'])) return null
  return (
    <>
      <Button icon={<UploadOutlined />} onClick={() => setOpen(true)}>
        {t('customers.import')}
      </Button>
      {open && <ImportForm onClose={() => setOpen(false)} />}
    </>
  )
}

function ImportForm({ onClose }: { onClose: () => void }) {
  const t = useWords()
  const take = useCommand(api.customers.importDoNotCall)
  const [list, setList] = useState<(typeof LISTS)[number]>('national')
  const [day, setDay] = useState('')
  const [text, setText] = useState('')
  const [result, setResult] = useState<Result | null>(null)
  const send = async () => {
    const asOf = Temporal.PlainDate.from(day).toZonedDateTime(centreZone()).toInstant().toString()
    const answer = await take.run({ list, asOf, text })
    if (answer) setResult(answer.output)
  }
  if (result)
    return (
      <Modal open width={760} title={t('customers.import.done', result)} footer={null} onCancel={onClose}>
        <Results result={result} />
      </Modal>
    )
  return (
    <Modal
      open
      title={t('customers.import')}
      okText={t('customers.import.do')}
      okButtonProps={{ disabled: day === '' || text.trim() === '', loading: take.busy }}
      onOk={send}
      onCancel={onClose}
    >
      <div className="k-stack">
        <Segmented
          value={list}
          onChange={setList}
          aria-label={t('customers.import.which')}
          options={LISTS.map((value) => ({ value, label: t(`customers.list.${value}`) }))}
        />
        <DayField label={t('customers.import.asOf')} value={day} onChange={setDay} />
        <Field label={t('customers.import.text')} hint={t('customers.import.lead')}>
          {(id) => <Input.TextArea id={id} rows={6} value={text} onChange={({ target }) => setText(target.value)} />}
        </Field>
        <label className="k-small">
          {t('customers.import.file')}{' '}
          <input
            type="file"
            accept=".txt,.csv,text/plain,text/csv"
            onChange={async ({ target }) => setText((await target.files?.[0]?.text()) ?? '')}
          />
        </label>
        <RefusalPanel refusal={take.refusal} onClose={take.clear} />
      </div>
    </Modal>
  )
}

function Results({ result }: { result: Result }) {
  const t = useWords()
  if (result.notTaken.length === 0) return null
  return (
    <Table
      rows={result.notTaken}
      rowKey={(row) => String(row.line)}
      label={t('customers.import.result')}
      columns={[
        { key: 'line', title: t('customers.import.line'), value: (row) => row.line },
        { key: 'result', title: t('customers.import.result'), value: (row) => row.result, filter: true },
        { key: 'code', title: t('customers.reason'), value: (row) => t(`customers.code.${row.code}`) },
      ]}
    />
  )
}
