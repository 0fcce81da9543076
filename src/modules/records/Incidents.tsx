import { useQuery } from '@tanstack/react-query'
import { Drawer, Input, Segmented, Select } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Field } from '../../ui/Field.tsx'
import { dayAndTime, seconds } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { canSettle, FINDINGS, type Finding, type IncidentKind } from './rules.ts'

type Incident = Awaited<ReturnType<typeof client.records.incidents>>['incidents'][number]

/** Calls that nobody allowed, or dials that never left: who looks into each, and what came of it. */
export function IncidentPanel({ kind }: { kind: IncidentKind }) {
  const t = useWords()
  const [settled, setSettled] = useState(false)
  const [open, setOpen] = useState<string | null>(null)
  const read = useQuery(api.records.incidents.queryOptions({ input: { kind, settled } }))
  const shown = read.data?.incidents.find(({ id }) => id === open)
  const columns: readonly Column<Incident>[] = [
    {
      key: 'at',
      title: t('records.at'),
      value: ({ at }) => at,
      show: ({ at }) => <span className="k-digits">{dayAndTime(at)}</span>,
      sorted: 'descend',
    },
    { key: 'seat', title: t('records.seat'), value: ({ seat }) => seat, filter: true },
    { key: 'agent', title: t('records.person'), value: ({ agent }) => agent, filter: true },
    { key: 'group', title: t('records.group'), value: ({ group }) => group, filter: true, minor: true },
    {
      key: 'masked',
      title: t('records.number'),
      value: ({ masked }) => masked,
      show: ({ masked }) => <span className="k-digits">{masked ?? '–'}</span>,
      minor: true,
    },
    {
      key: 'seconds',
      title: t(kind === 'notAllowed' ? 'records.talk' : 'records.declaredTalk'),
      value: (row) => row.seconds,
      show: (row) => <span className="k-digits">{seconds(row.seconds)}</span>,
      align: 'right',
    },
    {
      key: 'code',
      title: t('records.hint'),
      value: ({ code }) => code && t(`records.code.${code}`),
      align: 'left',
      minor: true,
    },
    settled
      ? {
          key: 'finding',
          title: t('records.finding'),
          value: ({ finding }) => finding,
          name: (finding) => t(`records.finding.${finding}`),
          filter: true,
          show: ({ finding }) => (finding ? t(`records.finding.${finding}`) : '–'),
        }
      : {
          key: 'owner',
          title: t('records.owner'),
          value: ({ owner }) => owner,
          filter: true,
          show: ({ owner }) => owner ?? <Mark tone="warn">{t('records.nobody')}</Mark>,
        },
  ]
  return (
    <Panel
      title={t(`records.view.${kind}`)}
      side={
        <Segmented<boolean>
          aria-label={t('records.which')}
          value={settled}
          onChange={setSettled}
          options={[
            { value: false, label: t('records.open') },
            { value: true, label: t('records.settled') },
          ]}
        />
      }
    >
      <p className="k-dim k-small">{t(`records.about.${kind}`)}</p>
      <Table<Incident>
        label={t(`records.view.${kind}`)}
        rows={read.data?.incidents}
        loading={read.isPending}
        columns={columns}
        rowKey={({ id }) => id}
        onRow={({ id }) => setOpen(id)}
        search
        empty={<Empty title={t(settled ? 'records.noneSettled' : 'records.noneOpen')}>{t('records.noneWhy')}</Empty>}
      />
      {shown && <IncidentDrawer key={shown.version} incident={shown} onClose={() => setOpen(null)} />}
    </Panel>
  )
}

function IncidentDrawer({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const t = useWords()
  const me = useMe()
  return (
    <Drawer open onClose={onClose} size={480} title={t(`records.view.${incident.kind}`)}>
      <div className="k-stack">
        <dl className="k-facts">
          <dt>{t('records.at')}</dt>
          <dd className="k-digits">{dayAndTime(incident.at)}</dd>
          <dt>{t('records.seat')}</dt>
          <dd>{[incident.seat, incident.agent, incident.group].filter(Boolean).join(' · ')}</dd>
          <dt>{t('records.number')}</dt>
          <dd className="k-digits">{incident.masked ?? '–'}</dd>
          <dt>{t(incident.kind === 'notAllowed' ? 'records.talk' : 'records.declaredTalk')}</dt>
          <dd className="k-digits">{seconds(incident.seconds)}</dd>
          {incident.code && (
            <>
              <dt>{t('records.hint')}</dt>
              <dd>{t(`records.code.${incident.code}`)}</dd>
            </>
          )}
          <dt>{t('records.owner')}</dt>
          <dd>{incident.owner ?? t('records.nobody')}</dd>
          {incident.settledAt && (
            <>
              <dt>{t('records.finding')}</dt>
              <dd>
                {incident.finding && t(`records.finding.${incident.finding}`)} ·{' '}
                {incident.settledBy ?? t('records.byItself')} ·{' '}
                <span className="k-digits">{dayAndTime(incident.settledAt)}</span>
              </dd>
              <dt>{t('records.note')}</dt>
              <dd>{incident.note || '–'}</dd>
            </>
          )}
        </dl>
        {!incident.settledAt && holds(me, ['um', 'deptManager', 'qualityInspector']) && <Give incident={incident} />}
        {!incident.settledAt && <Settle incident={incident} onDone={onClose} />}
      </div>
    </Drawer>
  )
}

function Give({ incident }: { incident: Incident }) {
  const t = useWords()
  const give = useCommand(api.records.give)
  const [toId, setToId] = useState<string | null>(null)
  const leaders = useQuery(api.people.persons.queryOptions({ input: { role: 'tl' } }))
  const managers = useQuery(api.people.persons.queryOptions({ input: { role: 'um' } }))
  const inspectors = useQuery(api.people.persons.queryOptions({ input: { role: 'qualityInspector' } }))
  const all = [leaders, managers, inspectors].flatMap(({ data }) => data?.persons ?? [])
  return (
    <section className="k-stack">
      <Field label={t('records.giveTo')}>
        {(id) => (
          <Select
            id={id}
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('records.choosePerson')}
            value={toId}
            onChange={setToId}
            options={all
              .filter((one) => one.id !== incident.agentId)
              .map((one) => ({ value: one.id, label: [one.name, one.unitName].filter(Boolean).join(' · ') }))}
          />
        )}
      </Field>
      <RefusalPanel refusal={give.refusal} onClose={give.clear} />
      <div>
        <Action
          busy={give.busy}
          disabledReason={toId === null && t('records.choosePerson')}
          onClick={() => void give.run({ id: incident.id, version: incident.version, toId: toId! })}
        >
          {t('records.give')}
        </Action>
      </div>
    </section>
  )
}

const SAID = FINDINGS.filter((finding) => finding !== 'found')

function Settle({ incident, onDone }: { incident: Incident; onDone: () => void }) {
  const t = useWords()
  const me = useMe()
  const settle = useCommand(api.records.settle)
  const [finding, setFinding] = useState<Exclude<Finding, 'found'> | null>(null)
  const [note, setNote] = useState('')
  const verdict = canSettle({ settled: false, agentId: incident.agentId }, me.person.id, note)
  return (
    <section className="k-stack">
      <h3>{t('records.settleTitle')}</h3>
      <Field label={t('records.finding')}>
        {(id) => (
          <Select
            id={id}
            placeholder={t('records.chooseFinding')}
            value={finding}
            onChange={setFinding}
            options={SAID.map((value) => ({ value, label: t(`records.finding.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('records.note')}>
        {(id) => (
          <Input.TextArea
            id={id}
            value={note}
            maxLength={1000}
            autoSize={{ minRows: 3 }}
            onChange={({ target }) => setNote(target.value)}
          />
        )}
      </Field>
      <RefusalPanel refusal={settle.refusal} onClose={settle.clear} />
      <div>
        <Action
          type="primary"
          busy={settle.busy}
          disabledReason={finding === null ? t('records.chooseFinding') : verdict}
          onClick={async () => {
            if (await settle.run({ id: incident.id, version: incident.version, finding: finding!, note })) onDone()
          }}
        >
          {t('records.settle')}
        </Action>
      </div>
    </section>
  )
}
