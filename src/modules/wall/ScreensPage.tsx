import { DesktopOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Input, Modal, Popconfirm, Select } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Field, TextField } from '../../ui/Field.tsx'
import { dayAndTime } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { Announcements } from './Announcements.tsx'
import { ANNOUNCERS, codeOf } from './rules.ts'
import './wall.css'

type Read = Awaited<ReturnType<typeof client.wall.screens>>
type Screen = Read['screens'][number]
type Unit = Read['units'][number]

/** Screens on the wall: each shows a code until somebody gives it a name and a unit here. */
export function ScreensPage() {
  const t = useWords()
  const me = useMe()
  const read = useQuery(api.wall.screens.queryOptions({ input: {} }))
  const [open, setOpen] = useState<Screen | 'new' | null>(null)
  const add = (
    <>
      <Button icon={<DesktopOutlined />} href="/wall" target="_blank">
        {t('wall.openHere')}
      </Button>
      <Action type="primary" onClick={() => setOpen('new')}>
        {t('wall.pair')}
      </Action>
    </>
  )
  return (
    <Page title={t('wall.screens')} lead={t('wall.screensLead')} clause="S4.5.2" actions={add}>
      <Loaded read={read}>
        {({ screens, units }) => (
          <>
            <Panel>
              <Screens screens={screens} onOpen={setOpen} />
            </Panel>
            {holds(me, ANNOUNCERS) && <Announcements units={units} />}
            {open && <ScreenForm screen={open === 'new' ? null : open} units={units} onClose={() => setOpen(null)} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Screens({ screens, onOpen }: { screens: readonly Screen[]; onOpen: (screen: Screen) => void }) {
  const t = useWords()
  const revoke = useCommand(api.wall.revoke)
  const columns: Column<Screen>[] = [
    { key: 'name', title: t('wall.name'), value: ({ name }) => name },
    { key: 'unit', title: t('wall.shows'), value: ({ unit }) => unit },
    {
      key: 'state',
      title: t('wall.state'),
      value: ({ connected }) => connected,
      show: ({ connected, silentMinutes }) => (
        <Mark tone={connected ? 'good' : 'warn'}>
          {connected ? t('wall.connected') : t('wall.silent', { minutes: silentMinutes })}
        </Mark>
      ),
    },
    {
      key: 'paired',
      title: t('wall.pairedBy'),
      value: ({ pairedAt }) => pairedAt,
      show: ({ pairedAt, pairedBy }) => `${pairedBy ?? '–'} · ${dayAndTime(pairedAt)}`,
      minor: true,
    },
    {
      key: 'acts',
      title: t('wall.acts'),
      value: () => '',
      show: (screen) => (
        <span className="k-row">
          <Button size="small" onClick={() => onOpen(screen)}>
            {t('wall.change')}
          </Button>
          <Popconfirm
            title={t('wall.revokeSure')}
            okText={t('wall.revoke')}
            onConfirm={() => void revoke.run({ screenId: screen.id })}
          >
            <Action size="small" danger busy={revoke.busy}>
              {t('wall.revoke')}
            </Action>
          </Popconfirm>
        </span>
      ),
    },
  ]
  return (
    <Table
      label={t('wall.screens')}
      rows={screens}
      columns={columns}
      rowKey={({ id }) => id}
      empty={<Empty title={t('wall.none')}>{t('wall.noneFirst', { address: `${location.origin}/wall` })}</Empty>}
    />
  )
}

/** The code that a new screen shows, its name, and whose figures it is to show; of a known one the latter two. */
function ScreenForm({
  screen,
  units,
  onClose,
}: {
  screen: Screen | null
  units: readonly Unit[]
  onClose: () => void
}) {
  const t = useWords()
  const pair = useCommand(api.wall.pair)
  const change = useCommand(api.wall.change)
  const [code, setCode] = useState('')
  const [name, setName] = useState(screen?.name ?? '')
  const [unitId, setUnitId] = useState(screen?.unitId ?? units[0]?.id ?? '')
  const full = name.trim() !== '' && unitId !== '' && (screen !== null || codeOf(code).length === 6)
  const send = async () => {
    const done = screen
      ? await change.run({ screenId: screen.id, version: screen.version, name, unitId })
      : await pair.run({ code, name, unitId })
    if (done) onClose()
  }
  return (
    <Modal
      open
      title={t(screen ? 'wall.change' : 'wall.pair')}
      okText={t(screen ? 'wall.save' : 'wall.pair')}
      okButtonProps={{ disabled: !full, loading: pair.busy || change.busy }}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <div className="k-stack">
        {!screen && (
          <Field label={t('wall.code')} hint={t('wall.codeHint', { address: `${location.origin}/wall` })}>
            {(id) => (
              <Input
                id={id}
                className="w-code-field"
                value={code}
                maxLength={9}
                autoComplete="off"
                onChange={({ target }) => setCode(target.value)}
              />
            )}
          </Field>
        )}
        <TextField label={t('wall.name')} value={name} onChange={setName} />
        <Field label={t('wall.shows')}>
          {(id) => (
            <Select
              id={id}
              value={unitId}
              onChange={setUnitId}
              options={units.map((unit) => ({
                value: unit.id,
                label: `${unit.name} · ${t(`wall.kind.${unit.kind}`)}`,
              }))}
            />
          )}
        </Field>
        <RefusalPanel refusal={pair.refusal} onClose={pair.clear} />
        {change.stale && <p role="alert">{t('wall.stale')}</p>}
      </div>
    </Modal>
  )
}
