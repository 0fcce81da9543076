import { useQuery } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { Input, Modal, Progress, Segmented } from 'antd'
import { useRef, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { useErrorText } from '../../ui/errorText.ts'
import { Field } from '../../ui/Field.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { MOST_SLIPS } from './rules.ts'
import { ByGroup, ByPerson } from './SlipChoice.tsx'
import { Paper, type PrintedSlip, Slips } from './SlipPaper.tsx'
import './setup.css'

type Accounts = Awaited<ReturnType<typeof client.setup.accounts>>
type Person = Accounts['people'][number]
type Left = Awaited<ReturnType<typeof client.setup.openAccounts>>['left'][number]

/** First passwords on paper, by group. They are shown while this page is open and nowhere else. */
export function SlipsPage() {
  const t = useWords()
  const read = useQuery({ ...api.setup.accounts.queryOptions({ input: {} }), refetchOnMount: 'always' as const })
  return (
    <Page title={t('setup.slips')} lead={t('setup.slipsLead')}>
      <Loaded read={read} rows={10}>
        {(accounts) => <Making accounts={accounts} again={async () => void (await read.refetch())} />}
      </Loaded>
    </Page>
  )
}

/** Addresses that only this machine knows itself by. */
const isLoopback = (host: string) => /^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host)
const ownAddress = () => (isLoopback(location.hostname) ? '' : location.origin)

type MakingProps = { accounts: Accounts; again: () => Promise<void> }

function Making({ accounts, again }: MakingProps) {
  const t = useWords()
  const [way, setWay] = useState<'fresh' | 'anew'>('fresh')
  const [slips, setSlips] = useState<ReadonlyMap<string, PrintedSlip>>(new Map())
  const [address, setAddress] = useState(accounts.address ?? ownAddress())
  const work = useWork(accounts.people, (made) => setSlips((before) => new Map([...before, ...made])), again)
  const printed = accounts.people.flatMap(({ personId }) => slips.get(personId) ?? [])
  return (
    <>
      <Panel
        title={t('setup.slips.who')}
        side={
          <Segmented
            aria-label={t('setup.slips.way')}
            value={way}
            onChange={setWay}
            options={(['fresh', 'anew'] as const).map((value) => ({ value, label: t(`setup.slips.way.${value}`) }))}
          />
        }
      >
        {way === 'fresh' ? (
          <ByGroup people={accounts.people} busy={work.busy} onMake={work.fresh} />
        ) : (
          <ByPerson people={accounts.people} busy={work.busy} onMake={work.anew} />
        )}
        <Told work={work} people={accounts.people} slips={slips} />
      </Panel>
      {printed.length > 0 && (
        <Panel
          title={t('setup.slips.made', { count: printed.length })}
          side={
            <Action
              type="primary"
              disabledReason={address.trim() === '' ? t('setup.slips.addressFirst') : null}
              onClick={() => print()}
            >
              {t('setup.slips.print')}
            </Action>
          }
        >
          <p className="su-once">
            <Mark tone="warn">{t('setup.slips.once')}</Mark>
          </p>
          <Field label={t('setup.slips.address')} hint={t('setup.slips.addressWhy')}>
            {(id) => (
              <Input id={id} value={address} maxLength={200} onChange={({ target }) => setAddress(target.value)} />
            )}
          </Field>
          <Slips slips={printed} address={address.trim()} />
          <Paper slips={printed} address={address.trim()} />
        </Panel>
      )}
      <Leaving made={printed.length > 0} />
    </>
  )
}

/** Whoever goes loses the slips: he is asked. */
function Leaving({ made }: { made: boolean }) {
  const t = useWords()
  const block = useBlocker({ shouldBlockFn: () => made, enableBeforeUnload: () => made, withResolver: true })
  return (
    <Modal
      open={block.status === 'blocked'}
      title={t('setup.slips.leave')}
      okText={t('setup.slips.leaveYes')}
      cancelText={t('setup.slips.leaveNo')}
      onOk={() => block.proceed?.()}
      onCancel={() => block.reset?.()}
    >
      <p>{t('setup.slips.leaveWhy')}</p>
    </Modal>
  )
}

type Work = ReturnType<typeof useWork>

/** Makes slips lot by lot, or one by one anew; can be stopped between two. */
function useWork(
  people: readonly Person[],
  onMade: (made: [string, PrintedSlip][]) => void,
  again: () => Promise<void>,
) {
  const open = useCommand(api.setup.openAccounts)
  const reset = useCommand(api.access.resetPassword)
  const [progress, setProgress] = useState<{ done: number; of: number } | null>(null)
  const [left, setLeft] = useState<readonly Left[]>([])
  const [asked, setAsked] = useState<readonly string[]>([])
  const stop = useRef(false)
  const printed = (personId: string, username: string, firstPassword: string): [string, PrintedSlip] => {
    const { name, staffNo, group, region } = people.find((one) => one.personId === personId)!
    return [personId, { personId, name, staffNo, group: group ?? '', region, username, firstPassword }]
  }
  const each = async (ids: readonly string[], size: number, one: (lot: string[]) => Promise<boolean>) => {
    stop.current = false
    setLeft([])
    setAsked(ids)
    for (let done = 0; done < ids.length && !stop.current; done += size) {
      setProgress({ done, of: ids.length })
      if (!(await one(ids.slice(done, done + size)))) break
    }
    setProgress(null)
    await again()
  }
  return {
    ...{ busy: progress !== null, progress, left, asked },
    failure: open.failure ?? reset.failure,
    end: () => {
      stop.current = true
    },
    fresh: (ids: readonly string[]) =>
      each(ids, MOST_SLIPS / 2, async (personIds) => {
        const sent = await open.run({ personIds })
        if (!sent) return false
        const { slips, left: without } = sent.output
        onMade(slips.map((slip) => printed(slip.personId, slip.username, slip.firstPassword)))
        setLeft((before) => [...before, ...without])
        return true
      }),
    anew: (ids: readonly string[]) =>
      each(ids, 1, async ([personId]) => {
        const sent = await reset.run({ personId: personId! })
        if (!sent) return false
        onMade([printed(personId!, sent.output.username, sent.output.firstPassword)])
        return true
      }),
  }
}

type ToldProps = { work: Work; people: readonly Person[]; slips: ReadonlyMap<string, PrintedSlip> }

/** How far it is, who was left out and why, and whose answer was lost. */
function Told({ work, people, slips }: ToldProps) {
  const t = useWords()
  const text = useErrorText()
  const { progress, left, asked, failure } = work
  const nameOf = (id: string) => people.find(({ personId }) => personId === id)?.name ?? ''
  const lost = progress
    ? []
    : people.filter(({ personId, first }) => first && asked.includes(personId) && !slips.has(personId))
  return (
    <>
      {progress && (
        <div className="k-row" role="status">
          <Progress className="k-grow" percent={Math.round((100 * progress.done) / progress.of)} size="small" />
          <span className="k-digits">{t('setup.slips.progress', progress)}</span>
          <Action onClick={work.end}>{t('setup.slips.stop')}</Action>
        </div>
      )}
      {left.length > 0 && (
        <ul className="k-list">
          {left.map(({ personId, why }) => (
            <li key={personId}>
              <Mark tone="warn">{nameOf(personId)}</Mark> {t(`setup.slips.left.${why}`)}
            </li>
          ))}
        </ul>
      )}
      {failure && failure.code !== 'REQUEST_DONE' && (
        <p className="k-form-trouble" role="alert">
          {text(failure.code)}
        </p>
      )}
      {lost.length > 0 && (
        <div className="k-row" role="alert">
          <span className="k-grow">
            {t('setup.slips.lost', { names: lost.map(({ name }) => name).join(t('ui.and')) })}
          </span>
          <Action onClick={() => void work.anew(lost.map(({ personId }) => personId))}>{t('setup.slips.again')}</Action>
        </div>
      )}
    </>
  )
}
