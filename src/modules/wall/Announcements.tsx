import { useQuery } from '@tanstack/react-query'
import { Input, Select } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Field } from '../../ui/Field.tsx'
import { time } from '../../ui/format.ts'
import { Panel } from '../../ui/Page.tsx'
import { LONGEST_ANNOUNCEMENT } from './rules.ts'

type Unit = Awaited<ReturnType<typeof client.wall.screens>>['units'][number]

/** Says something to everybody of a unit for today, and takes it back. */
export function Announcements({ units }: { units: readonly Unit[] }) {
  const t = useWords()
  const read = useQuery(api.wall.announcements.queryOptions({ input: {} }))
  const announce = useCommand(api.wall.announce)
  const withdraw = useCommand(api.wall.withdraw)
  const [text, setText] = useState('')
  const [unitId, setUnitId] = useState(units[0]?.id ?? '')
  const send = async () => {
    if (await announce.run({ unitId, text })) setText('')
  }
  return (
    <Panel title={t('wall.announcements')}>
      <div className="k-stack">
        <ul className="w-said">
          {(read.data?.announcements ?? []).map((one) => (
            <li key={one.id}>
              <span className="k-grow">
                {one.text}{' '}
                <span className="k-dim k-small">
                  {one.unit} · {one.by} · {time(one.at)}
                </span>
              </span>
              <Action size="small" busy={withdraw.busy} onClick={() => void withdraw.run({ id: one.id })}>
                {t('wall.withdraw')}
              </Action>
            </li>
          ))}
        </ul>
        <Field label={t('wall.announceTo')}>
          {(id) => (
            <Select
              id={id}
              value={unitId}
              onChange={setUnitId}
              options={units.map((unit) => ({ value: unit.id, label: unit.name }))}
            />
          )}
        </Field>
        <Field
          label={t('wall.announceText')}
          hint={
            <>
              {t('wall.announceHint')}{' '}
              <span className="k-digits">
                {text.length} / {LONGEST_ANNOUNCEMENT}
              </span>
            </>
          }
        >
          {(id) => (
            <Input.TextArea
              id={id}
              autoSize={{ minRows: 2, maxRows: 4 }}
              maxLength={LONGEST_ANNOUNCEMENT}
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          )}
        </Field>
        <div>
          <Action
            type="primary"
            busy={announce.busy}
            disabledReason={text.trim() === '' ? t('wall.announceEmpty') : null}
            onClick={send}
          >
            {t('wall.announce')}
          </Action>
        </div>
      </div>
    </Panel>
  )
}
