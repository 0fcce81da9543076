import { useQuery } from '@tanstack/react-query'
import { Alert, Input, Modal, Popconfirm, Segmented, Select } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Field, TextField } from '../../ui/Field.tsx'
import { dayAndTime, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { CHANNELS, type Channel } from './rules.ts'
import './arrivals.css'

type Source = Awaited<ReturnType<typeof client.arrivals.sources>>['sources'][number]

/** Where customers come from one by one: sites with their keys, folders for files, the telephone. */
export function SourcesPage() {
  const t = useWords()
  const read = useQuery(api.arrivals.sources.queryOptions({ input: {} }))
  const [adding, setAdding] = useState(false)
  const [key, setKey] = useState<string | null>(null)
  const add = (
    <Action type="primary" onClick={() => setAdding(true)}>
      {t('arrivals.addSource')}
    </Action>
  )
  return (
    <Page title={t('arrivals.sources')} lead={t('arrivals.sourcesLead')} clause="S2.1.4" actions={add}>
      <Loaded read={read}>{({ sources }) => <List sources={sources} onKey={setKey} />}</Loaded>
      {adding && (
        <SourceForm
          onClose={(made) => {
            setAdding(false)
            setKey(made)
          }}
        />
      )}
      {key && <KeyShown value={key} onClose={() => setKey(null)} />}
    </Page>
  )
}

function List({ sources, onKey }: { sources: readonly Source[]; onKey: (key: string) => void }) {
  const t = useWords()
  const said = useSaid()
  const columns: Column<Source>[] = [
    { key: 'name', title: t('arrivals.sourceName'), value: ({ name }) => name },
    {
      key: 'channel',
      title: t('arrivals.channel'),
      value: ({ channel }) => channel,
      show: ({ channel }) => t(`arrivals.channel.${channel}`),
    },
    { key: 'product', title: t('arrivals.model'), value: ({ product }) => said(product), minor: true },
    { key: 'group', title: t('arrivals.group'), value: ({ group }) => group, minor: true },
    { key: 'week', title: t('arrivals.week'), value: ({ week }) => number(week), align: 'right' },
    {
      key: 'last',
      title: t('arrivals.last'),
      value: ({ lastAt }) => lastAt,
      show: ({ lastAt }) => (lastAt ? dayAndTime(lastAt) : '–'),
      minor: true,
    },
    {
      key: 'folder',
      title: t('arrivals.folder'),
      value: ({ code }) => `drop/${code}`,
      show: ({ code }) => <code>drop/{code}</code>,
      minor: true,
    },
    {
      key: 'key',
      title: t('arrivals.key'),
      value: ({ keyHint }) => keyHint,
      show: (source) => <SourceActs source={source} onKey={onKey} />,
    },
  ]
  return (
    <Table
      label={t('arrivals.sources')}
      rows={sources}
      columns={columns}
      rowKey={({ id }) => id}
      empty={<Empty title={t('arrivals.noSource')}>{t('arrivals.noSourceFirst')}</Empty>}
    />
  )
}

function SourceActs({ source, onKey }: { source: Source; onKey: (key: string) => void }) {
  const t = useWords()
  const newKey = useCommand(api.arrivals.newKey)
  const revoke = useCommand(api.arrivals.revokeSource)
  if (source.revokedAt) return <Mark tone="plain">{t('arrivals.closedOn', { at: dayAndTime(source.revokedAt) })}</Mark>
  const make = async () => {
    const made = await newKey.run({ sourceId: source.id })
    if (made) onKey(made.output.key)
  }
  return (
    <span className="k-row">
      {source.keyHint && <code>…{source.keyHint}</code>}
      {source.channel === 'web' && (
        <Popconfirm title={t('arrivals.newKeySure')} okText={t('arrivals.newKey')} onConfirm={make}>
          <Action size="small" busy={newKey.busy}>
            {t('arrivals.newKey')}
          </Action>
        </Popconfirm>
      )}
      <Popconfirm
        title={t('arrivals.revokeSure')}
        okText={t('arrivals.revoke')}
        onConfirm={() => void revoke.run({ sourceId: source.id })}
      >
        <Action size="small" danger busy={revoke.busy}>
          {t('arrivals.revoke')}
        </Action>
      </Popconfirm>
    </span>
  )
}

/** The key, once: whoever closes this sees it nowhere again. */
function KeyShown({ value, onClose }: { value: string; onClose: () => void }) {
  const t = useWords()
  return (
    <Modal open title={t('arrivals.keyTitle')} onOk={onClose} onCancel={onClose} cancelButtonProps={{ hidden: true }}>
      <div className="k-stack">
        <Alert type="warning" showIcon title={t('arrivals.keyOnce')} />
        <code className="a-key">{value}</code>
        <p className="k-dim k-small">{t('arrivals.keyHow')}</p>
        <code className="a-key k-small">
          {`curl -X POST ${location.origin}/api/arrivals/deliver -H 'content-type: application/json' -H 'x-source-key: …' -d '{"id":"form-1","phone":"138…","name":"…","consent":true}'`}
        </code>
      </div>
    </Modal>
  )
}

const EMPTY = { code: '', name: '', channel: 'web' as Channel, productId: '', groupId: '', consentText: '' }

function SourceForm({ onClose }: { onClose: (key: string | null) => void }) {
  const t = useWords()
  const said = useSaid()
  const add = useCommand(api.arrivals.addSource)
  const products = useQuery(api.catalog.products.queryOptions({ input: {} }))
  const tree = useQuery(api.people.tree.queryOptions({ input: {} }))
  const [fields, setFields] = useState(EMPTY)
  const set = (more: Partial<typeof fields>) => setFields((before) => ({ ...before, ...more }))
  const groups = (tree.data?.units ?? []).filter((unit) => unit.kind === 'group')
  const groupId = fields.groupId || (groups.length === 1 ? groups[0]!.id : '')
  const full =
    /^[a-z][a-z0-9-]{1,39}$/.test(fields.code) && fields.name && fields.productId && groupId && fields.consentText
  const send = async () => {
    const made = await add.run({ ...fields, groupId })
    if (made) onClose(made.output.key)
  }
  return (
    <Modal
      open
      title={t('arrivals.addSource')}
      okText={t('arrivals.open')}
      okButtonProps={{ disabled: !full, loading: add.busy }}
      onOk={() => void send()}
      onCancel={() => onClose(null)}
    >
      <div className="k-stack">
        <Segmented<Channel>
          value={fields.channel}
          onChange={(channel) => set({ channel })}
          options={CHANNELS.map((value) => ({ value, label: t(`arrivals.channel.${value}`) }))}
        />
        <TextField label={t('arrivals.sourceName')} value={fields.name} onChange={(name) => set({ name })} />
        <Field label={t('arrivals.code')} hint={t('arrivals.codeHint')}>
          {(id) => (
            <Input
              id={id}
              value={fields.code}
              maxLength={40}
              onChange={({ target }) => set({ code: target.value.trim().toLowerCase() })}
            />
          )}
        </Field>
        <Field label={t('arrivals.model')} hint={t('arrivals.modelHint')}>
          {(id) => (
            <Select
              id={id}
              value={fields.productId || null}
              onChange={(productId) => set({ productId })}
              options={(products.data?.products ?? [])
                .filter(({ listed }) => listed)
                .map(({ id: value, name }) => ({ value, label: said(name) }))}
            />
          )}
        </Field>
        <Field label={t('arrivals.group')}>
          {(id) => (
            <Select
              id={id}
              value={groupId || null}
              onChange={(next) => set({ groupId: next })}
              options={groups.map(({ id: value, name }) => ({ value, label: name }))}
            />
          )}
        </Field>
        <Field label={t('arrivals.consentText')} hint={t('arrivals.consentHint')}>
          {(id) => (
            <Input.TextArea
              id={id}
              autoSize={{ minRows: 2, maxRows: 5 }}
              maxLength={500}
              value={fields.consentText}
              onChange={({ target }) => set({ consentText: target.value })}
            />
          )}
        </Field>
        <RefusalPanel refusal={add.refusal} onClose={add.clear} />
      </div>
    </Modal>
  )
}
