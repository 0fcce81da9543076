import { useQuery } from '@tanstack/react-query'
import { Button, Drawer, Input, Segmented } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Field } from '../../ui/Field.tsx'
import { day, dayAndTime, money } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { useToday } from '../sales/parts.tsx'
import { SaleDrawer } from '../sales/SaleDrawer.tsx'
import { maySettle } from './rules.ts'
import './policies.css'

type Difference = Awaited<ReturnType<typeof client.policies.differences>>['differences'][number]

/** What the signed-in person is to settle: the page of owners who hand no files in. */
export function DifferencesPage() {
  const t = useWords()
  return (
    <Page title={t('policies.differences')} lead={t('policies.differencesLead')} clause="S4.2.3b">
      <Differences />
    </Page>
  )
}

/** Where the insurer and we differ, each with its owner and day. [S4.2.3b] */
export function Differences() {
  const t = useWords()
  const { today } = useToday()
  const [open, setOpen] = useState(true)
  const [chosen, setChosen] = useState<string | null>(null)
  const sides = useSides()
  const read = useQuery(api.policies.differences.queryOptions({ input: { open } }))
  const columns: Column<Difference>[] = [
    {
      ...{ key: 'number', title: t('policies.field.applicationNo') },
      value: ({ applicationNo }) => applicationNo,
      show: ({ applicationNo }) => <span className="k-digits">{applicationNo}</span>,
    },
    {
      ...{ key: 'kind', title: t('policies.kind'), filter: true },
      value: ({ kind }) => kind,
      name: (kind) => t(`policies.kind.${kind}`),
    },
    { key: 'ours', title: t('policies.ours'), value: (row) => sides(row, 'ours') },
    { key: 'theirs', title: t('policies.theirs'), value: (row) => sides(row, 'theirs') },
    { key: 'agent', title: t('policies.field.agent'), value: ({ agent }) => agent, filter: true, minor: true },
    { key: 'owner', title: t('policies.owner'), value: ({ owner }) => owner, filter: true },
    open
      ? {
          ...{ key: 'dueOn', title: t('policies.dueOn') },
          value: ({ dueOn }) => dueOn,
          show: ({ dueOn }) =>
            dueOn < today ? (
              <Mark tone="warn">
                {day(dueOn)} {t('policies.late')}
              </Mark>
            ) : (
              <span className="k-digits">{day(dueOn)}</span>
            ),
        }
      : {
          ...{ key: 'settledAt', title: t('policies.settledHow') },
          value: ({ settledAt }) => settledAt,
          show: ({ settledAt, settledHow, settledBy, note }) => (
            <>
              {settledAt && <span className="k-digits">{dayAndTime(settledAt)}</span>}{' '}
              {[settledHow === 'byHand' ? settledBy : settledHow && t(`policies.how.${settledHow}`), note]
                .filter(Boolean)
                .join(' · ')}
            </>
          ),
        },
    {
      ...{ key: 'foundOn', title: t('policies.foundOn'), minor: true },
      value: ({ foundOn }) => foundOn,
      show: ({ foundOn }) => <span className="k-digits">{day(foundOn)}</span>,
    },
  ]
  return (
    <Panel
      title={t('policies.differences')}
      side={
        <Segmented<boolean>
          aria-label={t('policies.differences')}
          value={open}
          onChange={setOpen}
          options={[
            { value: true, label: t('policies.open') },
            { value: false, label: t('policies.settledOnes') },
          ]}
        />
      }
    >
      <Loaded read={read}>
        {({ differences, more }) => {
          const one = differences.find(({ id }) => id === chosen)
          return (
            <>
              {more && <p className="k-dim">{t('policies.moreDifferences', { count: differences.length })}</p>}
              <Table
                label={t('policies.differences')}
                rows={differences}
                columns={columns}
                rowKey={({ id }) => id}
                search={differences.length > 10}
                pageSize={20}
                onRow={({ id }) => setChosen(id)}
                empty={<Empty title={t('policies.noDifferences')}>{t('policies.noDifferencesWhy')}</Empty>}
              />
              {one && <DifferenceDrawer of={one} onClose={() => setChosen(null)} />}
            </>
          )
        }}
      </Loaded>
    </Panel>
  )
}

/** What a side says, in words. */
function useSides(): (of: Difference, side: 'ours' | 'theirs') => string {
  const t = useWords()
  return ({ kind, ...of }, side) => {
    const value = of[side]
    if (value === null) return kind === 'agentDiffers' ? t('policies.strangerAgent') : t('policies.none')
    if (kind === 'amountDiffers') return money(value)
    if (kind === 'payWayDiffers') return t(`catalog.way.${value}`)
    return kind === 'agentDiffers' ? value : t(`sales.state.${value}`)
  }
}

function DifferenceDrawer({ of, onClose }: { of: Difference; onClose: () => void }) {
  const t = useWords()
  const me = useMe()
  const sides = useSides()
  const settle = useCommand(api.policies.settle)
  const [note, setNote] = useState('')
  const [opened, setOpened] = useState(false)
  const by = { personId: me.person.id, roles: me.roles }
  // Whose sale it is, the server knows; the page holds it against the owner alone.
  const verdict = maySettle({ note, open: of.settledAt === null, ownerId: of.ownerId, by, sellerId: null })
  return (
    <Drawer open onClose={onClose} size={440} title={of.applicationNo}>
      <div className="k-stack">
        <dl className="k-facts">
          <dt>{t('policies.kind')}</dt>
          <dd>{t(`policies.kind.${of.kind}`)}</dd>
          <dt>{t('policies.ours')}</dt>
          <dd>{sides(of, 'ours')}</dd>
          <dt>{t('policies.theirs')}</dt>
          <dd>{sides(of, 'theirs')}</dd>
          {of.agent && (
            <>
              <dt>{t('policies.field.agent')}</dt>
              <dd>{[of.agent, of.group].filter(Boolean).join(' · ')}</dd>
            </>
          )}
          <dt>{t('policies.owner')}</dt>
          <dd>{of.owner}</dd>
          <dt>{t('policies.dueOn')}</dt>
          <dd className="k-digits">{day(of.dueOn)}</dd>
          {of.note && (
            <>
              <dt>{t('policies.settledHow')}</dt>
              <dd>{of.note}</dd>
            </>
          )}
        </dl>
        {of.settledAt === null && (
          <>
            <Field label={t('policies.settleNote')}>
              {(id) => (
                <Input.TextArea
                  id={id}
                  value={note}
                  maxLength={1000}
                  autoSize={{ minRows: 2 }}
                  onChange={({ target }) => setNote(target.value)}
                />
              )}
            </Field>
            <RefusalPanel refusal={settle.refusal} onClose={settle.clear} />
          </>
        )}
        <div className="k-row">
          {of.settledAt === null && (
            <Action
              type="primary"
              busy={settle.busy}
              disabledReason={verdict}
              onClick={async () => {
                if (await settle.run({ id: of.id, note: note.trim() })) onClose()
              }}
            >
              {t('policies.settle')}
            </Action>
          )}
          {of.saleId && <Button onClick={() => setOpened(true)}>{t('issuing.openCase')}</Button>}
        </div>
      </div>
      {opened && of.saleId && <SaleDrawer id={of.saleId} onClose={() => setOpened(false)} />}
    </Drawer>
  )
}
