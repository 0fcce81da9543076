import { useQuery } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { Input, Popover } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, type Role, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { isWorded, useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Field } from '../../ui/Field.tsx'
import { day, dayAndTime, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { mayPutOff } from './rules.ts'
import './setup.css'

export type CheckList = Awaited<ReturnType<typeof client.setup.checkList>>
type Item = CheckList['items'][number]

/** What it counts is kept by all other modules, so that no news names this one: it is counted anew on each visit. */
export const checkListQuery = () => ({
  ...api.setup.checkList.queryOptions({ input: {} }),
  refetchOnMount: 'always' as const,
  refetchInterval: 60_000,
})

const AREAS = ['people', 'rules', 'goods', 'lines', 'lists', 'house'] as const
export const TONES: Readonly<Record<Item['state'], Tone>> = { done: 'good', missing: 'warn', later: 'calm' }

/** Whether the floor can dial, what is missing for it, and the page that does each thing. */
export function SetupPage() {
  const t = useWords()
  const mayOpen = useMayOpen()
  const read = useQuery(checkListQuery())
  return (
    <Page title={t('setup.title')} lead={t('setup.lead')} asOf={read.data?.asOf ?? null}>
      <Loaded read={read} rows={12}>
        {(list) => (
          <>
            <Answer list={list} />
            {mayOpen('/moving') && (
              <p>
                <Link to="/moving">{t('setup.fromWorkbook')}</Link>
              </p>
            )}
            {AREAS.map((area) => {
              const items = list.items.filter((item) => item.area === area)
              if (items.length === 0) return null
              const done = items.filter(({ state }) => state === 'done').length
              return (
                <Panel
                  key={area}
                  title={t(`setup.area.${area}`)}
                  side={<span className="k-dim k-digits">{t('setup.doneOf', { done, all: items.length })}</span>}
                >
                  <ul className="su-items">
                    {items.map((item) => (
                      <ItemRow key={item.id} item={item} />
                    ))}
                  </ul>
                </Panel>
              )
            })}
          </>
        )}
      </Loaded>
    </Page>
  )
}

const ANSWER_TONES = { all: 'good', some: 'warn', none: 'bad' } as const

/** Can we dial, and if not, why: one line. */
export function Answer({ list }: { list: CheckList }) {
  const t = useWords()
  const { can, agents, able, missing } = list
  const names = missing.map((id) => t(`setup.item.${id}`))
  return (
    <p className={`su-answer k-tone-${ANSWER_TONES[can]}`} role="status">
      <Mark tone={ANSWER_TONES[can]}>
        <strong>{t(`setup.can.${can}`, { day: day(list.day), agents: number(agents), able: number(able) })}</strong>
      </Mark>
      {names.length > 0 && <span>{t('setup.missing', { names: names.join(t('ui.and')) })}</span>}
    </p>
  )
}

/** How an item stands, in a sentence with its figures. */
export function useSentence(): (item: Item) => string {
  const t = useWords()
  return ({ id, state, variant, figures }) => {
    const key = `setup.item.${id}.${variant ?? (state === 'done' ? 'done' : 'missing')}`
    return t(isWorded(key) ? key : `setup.item.${id}.missing`, figures)
  }
}

/** Whether the page is for this reader: a link that leads to "no such page" helps nobody. */
function useMayOpen(): (path: string) => boolean {
  const me = useMe()
  const { routesByPath } = useRouter()
  return (path) => {
    const route = (routesByPath as Record<string, { options: { staticData?: { about?: unknown } } }>)[path]
    const about = route?.options.staticData?.about as { roles: 'everyone' | readonly Role[] } | undefined
    return about !== undefined && path !== '/setup' && holds(me, about.roles)
  }
}

function ItemRow({ item }: { item: Item }) {
  const t = useWords()
  const sentence = useSentence()
  const mayOpen = useMayOpen()
  const { id, state, needed, clause, clauses, link, mark } = item
  return (
    <li className="su-item">
      <Mark tone={needed && state === 'missing' ? 'bad' : TONES[state]}>{t(`setup.state.${state}`)}</Mark>
      <div className="su-item-words">
        <span>
          <strong>{t(`setup.item.${id}`)}</strong> {clause && <ClauseLink id={clause} />}{' '}
          {needed && state !== 'done' && <Mark>{t('setup.needed')}</Mark>}
        </span>
        <span>{sentence(item)}</span>
        <span className="k-dim k-small">{t(`setup.item.${id}.why`)}</span>
        {clauses.length > 0 && state !== 'done' && (
          <span className="k-row">
            {clauses.map((one) => (
              <ClauseLink key={one} id={one} />
            ))}
          </span>
        )}
        {mark && (
          <span className="k-dim k-small">
            {t(`setup.said.${mark.said}`, { by: mark.by ?? '–', at: dayAndTime(mark.at) })} {mark.reason}
          </span>
        )}
      </div>
      <div className="k-row su-item-acts">
        {mayOpen(link) && state !== 'done' && <Link to={link as '/'}>{t('setup.open')}</Link>}
        <Says item={item} />
      </div>
    </li>
  )
}

/** What a person may say of the item: it suits, not now, or after all. */
function Says({ item }: { item: Item }) {
  const t = useWords()
  const me = useMe()
  const confirm = useCommand(api.setup.confirm)
  const putOff = useCommand(api.setup.putOff)
  const takeUp = useCommand(api.setup.takeUp)
  const keeps = holds(me, ['deptManager', 'admin'])
  if (!keeps) return null
  if (item.mark)
    return (
      <Action size="small" busy={takeUp.busy} onClick={() => void takeUp.run({ item: item.id })}>
        {t('setup.takeUp')}
      </Action>
    )
  if (item.state !== 'missing') return null
  return (
    <>
      {item.confirmable && (
        <Ask
          label={t('setup.confirm')}
          why={t('setup.confirmWhy')}
          needsReason={false}
          command={confirm}
          onSend={(reason) => confirm.run({ item: item.id, reason })}
        />
      )}
      {mayPutOff(item).ok && holds(me, ['deptManager']) && (
        <Ask
          label={t('setup.putOff')}
          why={t('setup.putOffWhy')}
          needsReason
          command={putOff}
          onSend={(reason) => putOff.run({ item: item.id, reason })}
        />
      )}
    </>
  )
}

type AskProps = {
  label: string
  why: string
  needsReason: boolean
  command: Pick<ReturnType<typeof useCommand>, 'busy' | 'refusal' | 'clear'>
  onSend: (reason: string) => Promise<unknown>
}

/** A small question with a line for words. */
function Ask({ label, why, needsReason, command, onSend }: AskProps) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      content={
        <form
          className="k-stack su-ask"
          onSubmit={async (event) => {
            event.preventDefault()
            if (needsReason && reason.trim() === '') return
            if (await onSend(reason.trim())) setOpen(false)
          }}
        >
          <Field label={why}>
            {(id) => (
              <Input
                id={id}
                autoFocus
                maxLength={300}
                value={reason}
                onChange={({ target }) => setReason(target.value)}
              />
            )}
          </Field>
          <Action
            type="primary"
            htmlType="submit"
            busy={command.busy}
            disabledReason={needsReason && reason.trim() === '' ? t('setup.reasonFirst') : null}
          >
            {label}
          </Action>
          <RefusalPanel refusal={command.refusal} onClose={command.clear} />
        </form>
      }
    >
      <Action size="small">{label}</Action>
    </Popover>
  )
}
