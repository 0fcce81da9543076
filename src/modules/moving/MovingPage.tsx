import { useQuery } from '@tanstack/react-query'
import { Input, Popconfirm, Segmented } from 'antd'
import { useState } from 'react'
import { api, client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useLanguage, useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Field } from '../../ui/Field.tsx'
import { dayAndTime, longDay, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { KnownWords } from '../sheets/KnownWords.tsx'
import { Questions } from '../sheets/Questions.tsx'
import { HandIn } from './HandIn.tsx'
import { useKindWords } from './kindWords.tsx'
import { Parts } from './Parts.tsx'
import { HEADS, isBusy, MOVERS, mayBegin, mayChange, mayLoad, mayStop, mayUndo, type State } from './rules.ts'
import './moving.css'

export type Opening = Awaited<ReturnType<typeof client.moving.opening>>

const TONES: Readonly<Record<State, Tone>> = {
  ...{ draft: 'plain', checking: 'accent', checked: 'accent', loading: 'accent', loaded: 'good', undoing: 'warn' },
  ...{ undone: 'plain', stopped: 'warn', failed: 'bad' },
}

/** What a centre brings along on its first day: handed in, tried dry, loaded, and taken back as long as the day runs. */
export function MovingPage() {
  const t = useWords()
  const me = useMe()
  const read = useQuery(api.moving.openings.queryOptions({ input: {} }))
  const [chosen, setChosen] = useState<string | null>(null)
  return (
    <Page title={t('moving.title')} lead={t('moving.lead')} clause="S1.4.0" actions={holds(me, MOVERS) && <Template />}>
      <Loaded read={read}>
        {({ openings, today }) => {
          const openingId = chosen ?? openings[0]?.id
          return (
            <>
              {openings.length > 1 && (
                <Segmented
                  aria-label={t('moving.title')}
                  value={openingId ?? ''}
                  onChange={(id) => setChosen(String(id))}
                  options={openings.slice(0, 6).map(({ id, day, state }) => ({
                    value: id,
                    label: `${longDay(day)} · ${t(`moving.state.${state}`)}`,
                  }))}
                />
              )}
              {holds(me, MOVERS) && openings.every(({ state }) => !isBusy(state)) && (
                <Begin today={today} first={openings.length === 0} onBegun={setChosen} />
              )}
              {openingId ? (
                <One key={openingId} openingId={openingId} />
              ) : (
                <Empty title={t('moving.none')}>{t('moving.noneFirst')}</Empty>
              )}
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}

/** The workbook to fill in, in the language of the page. */
function Template() {
  const t = useWords()
  const language = useLanguage()
  const [busy, setBusy] = useState(false)
  const fetchIt = async () => {
    setBusy(true)
    try {
      const { name, base64 } = await client.moving.template({ language })
      const link = document.createElement('a')
      link.href = `data:application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;base64,${base64}`
      link.download = name
      link.click()
    } finally {
      setBusy(false)
    }
  }
  return (
    <Action busy={busy} hint={t('moving.templateHint')} onClick={() => void fetchIt()}>
      {t('moving.template')}
    </Action>
  )
}

function Begin({ today, first, onBegun }: { today: string; first: boolean; onBegun(id: string): void }) {
  const t = useWords()
  const begin = useCommand(api.moving.begin)
  const [day, setDay] = useState(today)
  const [open, setOpen] = useState(first)
  if (!open)
    return (
      <div>
        <Action onClick={() => setOpen(true)}>{t('moving.new')}</Action>
      </div>
    )
  const may = day === '' ? null : mayBegin(Temporal.PlainDate.from(day), Temporal.PlainDate.from(today))
  const go = async () => {
    const made = await begin.run({ day })
    if (!made) return
    setOpen(false)
    onBegun(made.output.openingId)
  }
  return (
    <Panel title={t('moving.new')}>
      <div className="k-row k-fields">
        <Field label={t('moving.day')} hint={t('moving.dayHint')}>
          {(id) => (
            <Input id={id} type="date" min={today} value={day} onChange={({ target }) => setDay(target.value)} />
          )}
        </Field>
        <Action type="primary" busy={begin.busy} disabledReason={may ?? t('moving.day')} onClick={() => void go()}>
          {t('moving.begin')}
        </Action>
      </div>
      <RefusalPanel refusal={begin.refusal} />
    </Panel>
  )
}

function One({ openingId }: { openingId: string }) {
  const t = useWords()
  const me = useMe()
  const words = useKindWords()
  const read = useQuery(api.moving.opening.queryOptions({ input: { openingId } }))
  const check = useCommand(api.moving.check)
  const mine = holds(me, MOVERS)
  return (
    <Loaded read={read}>
      {(opening) => (
        <>
          <Panel
            title={
              <>
                {t('moving.day')} {longDay(opening.day)}{' '}
                <Mark tone={TONES[opening.state]}>{t(`moving.state.${opening.state}`)}</Mark>
              </>
            }
            side={
              opening.createdBy && (
                <span className="k-dim k-small">
                  {t('moving.by', { name: opening.createdBy, at: dayAndTime(opening.createdAt) })}
                </span>
              )
            }
          >
            {opening.error && (
              <p role="alert" className="k-form-trouble">
                {t([`file.problem.${opening.error.code}`, 'error.INTERNAL'], opening.error.values)}
              </p>
            )}
            {opening.begun && <p className="k-dim k-small">{t('moving.marked')}</p>}
            {Object.values(opening.kept).some((count) => count > 0) && (
              <p className="k-small">
                {t('moving.kept', {
                  what: Object.entries(opening.kept)
                    .filter(([, count]) => count > 0)
                    .map(([name, count]) => t(`moving.keptOf.${name}`, { count: number(count) }))
                    .join('、'),
                })}
              </p>
            )}
            {mine && <Runs opening={opening} />}
          </Panel>
          {mine && mayChange(opening).ok && <HandIn openingId={openingId} />}
          <Questions
            questions={opening.questions}
            label={words.word}
            onAnswered={() => void check.run({ openingId })}
          />
          {opening.parts.length > 0 && <Parts opening={opening} />}
          {mine && <KnownWords label={words.word} />}
        </>
      )}
    </Loaded>
  )
}

/** Dry run, load, stop and taking back; a button that is off says why. */
function Runs({ opening }: { opening: Opening }) {
  const t = useWords()
  const me = useMe()
  const check = useCommand(api.moving.check)
  const load = useCommand(api.moving.load)
  const stop = useCommand(api.moving.stop)
  const undo = useCommand(api.moving.undo)
  const input = { openingId: opening.id }
  const day = Temporal.PlainDate.from(opening.day)
  const parts = opening.parts.filter(({ kind }) => kind !== 'none').length
  const loads = mayLoad({ ...opening, parts, questions: opening.questions.length })
  const undoes = mayUndo({ ...opening, day, today: Temporal.PlainDate.from(opening.today) })
  const heads = holds(me, HEADS)
  const broken = opening.begun && (opening.state === 'stopped' || opening.state === 'failed')
  return (
    <>
      <div className="k-row">
        {!opening.begun && (
          <Action
            {...(opening.state !== 'checked' && { type: 'primary' as const })}
            busy={check.busy}
            disabledReason={parts === 0 ? t('refusal.moving.nothingThere') : mayChange(opening)}
            onClick={() => void check.run(input)}
          >
            {t(opening.state === 'checked' ? 'moving.checkAgain' : 'moving.check')}
          </Action>
        )}
        {heads && opening.state !== 'loaded' && (
          <Action
            {...(loads.ok && { type: 'primary' as const })}
            busy={load.busy}
            disabledReason={loads}
            onClick={() => void load.run(input)}
          >
            {t(broken ? 'moving.goOn' : 'moving.load')}
          </Action>
        )}
        {isBusy(opening.state) && opening.state !== 'undoing' && (
          <Action busy={stop.busy} disabledReason={mayStop(opening.state)} onClick={() => void stop.run(input)}>
            {t('moving.stop')}
          </Action>
        )}
        {heads && opening.begun && (
          <Popconfirm
            title={t('moving.undoSure')}
            okText={t('moving.undo')}
            disabled={!undoes.ok}
            onConfirm={() => void undo.run(input)}
          >
            <Action danger busy={undo.busy} disabledReason={undoes}>
              {t('moving.undo')}
            </Action>
          </Popconfirm>
        )}
      </div>
      <RefusalPanel refusal={check.refusal ?? load.refusal ?? stop.refusal ?? undo.refusal} />
    </>
  )
}
