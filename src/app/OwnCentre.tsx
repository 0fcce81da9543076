import { useQuery } from '@tanstack/react-query'
import { Button, Steps } from 'antd'
import { useRef, useState } from 'react'
import { api, type client } from '../client/api.ts'
import { isDrafted, useDoorDraft } from '../client/draft.ts'
import { queries } from '../client/queries.ts'
import { signedIn } from '../client/session.ts'
import { type Failure, useCommand } from '../client/useCommand.ts'
import { useWords, type Wording } from '../client/words.ts'
import { passwordFault } from '../lib/password.ts'
import { isUsername, nameOf } from '../lib/username.ts'
import { useErrorText } from '../ui/errorText.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { CentreStep, RulesStep, YouStep } from './OwnCentreSteps.tsx'

export type Choices = Awaited<ReturnType<typeof client.access.choices>>
export type Country = Choices['countries'][number]['country']

/** What is typed and chosen. Passwords and the code are apart: a draft lies in the browser's storage. */
export type Typed = {
  readonly step: number
  readonly kind: 'life' | 'dealership'
  readonly country: Country
  /** Null = that of the country. */
  readonly timeZone: string | null
  readonly centre: string
  /** Packs beside the law; null = those that are suggested. */
  readonly packs: readonly string[] | null
  readonly name: string
  readonly username: string
  readonly other: boolean
  readonly otherName: string
  readonly otherUsername: string
}
export type Secret = { readonly code: string; readonly password: string }
export type Faults = Readonly<Partial<Record<keyof Typed | keyof Secret, string>>>

export type StepProps = {
  readonly typed: Typed
  readonly secret: Secret
  readonly faults: Faults
  readonly choices: Choices
  readonly needsCode: boolean
  readonly set: (changed: Partial<Typed>) => void
  readonly setSecret: (changed: Partial<Secret>) => void
}

const DRAFT = 'first.own'
const EMPTY: Typed = {
  ...{ step: 0, kind: 'life', country: 'CN', timeZone: null, centre: '', packs: null },
  ...{ name: '', username: '', other: false, otherName: '', otherUsername: '' },
}
const STEPS = [CentreStep, RulesStep, YouStep] as const
const FIELDS: readonly (readonly (keyof Faults)[])[] = [
  ['centre'],
  [],
  ['code', 'name', 'username', 'password', 'otherName', 'otherUsername'],
]

/** Whether the form was begun in this tab. */
export const isOwnBegun = (): boolean => isDrafted(DRAFT)

/** What of the form will not do, by field, as the house will judge it too. */
function faultsOf(typed: Typed, secret: Secret, needsCode: boolean, t: Wording): Faults {
  const found: Partial<Record<keyof Faults, string>> = {}
  const filled = (field: 'centre' | 'name' | 'otherName') => {
    if (typed[field].trim() === '') found[field] = t('first.missing')
  }
  const named = (field: 'username' | 'otherUsername') => {
    if (!isUsername(nameOf(typed[field]))) found[field] = t('first.unfit.form')
  }
  filled('centre')
  filled('name')
  named('username')
  const why = passwordFault(secret.password, nameOf(typed.username))
  if (why) found.password = t(`password.unfit.${why}`)
  if (needsCode && secret.code.trim() === '') found.code = t('first.missing')
  if (!typed.other) return found
  filled('otherName')
  named('otherUsername')
  if (!found.otherUsername && nameOf(typed.otherUsername) === nameOf(typed.username))
    found.otherUsername = t('first.unfit.same')
  return found
}

/** A centre of one's own in three steps: what and where, by which rules, by whom. Reloads lose nothing but the password. */
export function OwnCentre({ needsCode, onLeave }: { needsCode: boolean; onLeave: () => void }) {
  const choices = useQuery(api.access.choices.queryOptions({ input: {} }))
  return (
    <Loaded read={choices} rows={8}>
      {(data) => <Guide choices={data} needsCode={needsCode} onLeave={onLeave} />}
    </Loaded>
  )
}

type GuideProps = { choices: Choices; needsCode: boolean; onLeave: () => void }

function Guide({ choices, needsCode, onLeave }: GuideProps) {
  const t = useWords()
  const draft = useDoorDraft<Typed>(DRAFT, EMPTY)
  const typed = draft.value
  const [secret, setSecret] = useState<Secret>({ code: '', password: '' })
  const [shown, setShown] = useState(false)
  const [slip, setSlip] = useState<Slip | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const { run, busy, failure, clear } = useCommand(api.access.startCentre)

  const all = faultsOf(typed, secret, needsCode, t)
  const here = FIELDS[typed.step]!
  const faults = shown ? { ...all, ...told(failure, t) } : told(failure, t)
  const go = (step: number) => {
    setShown(false)
    clear()
    draft.set((before) => ({ ...before, step }))
  }
  const enter = async () => {
    draft.clear()
    await queries.invalidateQueries({ queryKey: api.access.state.key() })
    await signedIn()
  }
  const send = async () => {
    const { kind, country, timeZone, packs, centre, name, username, other, otherName, otherUsername } = typed
    const { password, code } = secret
    const sent = await run({
      ...{ kind, country, centre, name, username, password },
      ...(timeZone && { timeZone }),
      ...(packs && { packs: [...packs] }),
      ...(needsCode && { code }),
      ...(other && { administrator: { name: otherName, username: otherUsername } }),
    })
    if (!sent) return setShown(true)
    const made = sent.output.administrator
    if (made) setSlip({ name: otherName, ...made })
    else await enter()
  }
  const next = async () => {
    if (here.some((field) => all[field])) {
      setShown(true)
      // After the faults are drawn.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
      return
    }
    if (typed.step < STEPS.length - 1) go(typed.step + 1)
    else await send()
  }

  if (slip) return <AdministratorSlip slip={slip} onDone={enter} />
  const Step = STEPS[typed.step] ?? CentreStep
  return (
    <form
      ref={form}
      className="k-stack k-own"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void next()
      }}
    >
      <Steps
        size="small"
        responsive={false}
        current={typed.step}
        items={['centre', 'rules', 'you'].map((key) => ({ title: t(`first.step.${key}`) }))}
      />
      <Step
        {...{ typed, secret, faults, choices, needsCode }}
        set={(changed) => {
          clear()
          draft.set((before) => ({ ...before, ...changed }))
        }}
        setSecret={(changed) => {
          clear()
          setSecret((before) => ({ ...before, ...changed }))
        }}
      />
      <Trouble failure={failure} />
      <div className="k-row k-own-foot">
        <Button
          size="large"
          onClick={() => {
            if (typed.step > 0) return go(typed.step - 1)
            draft.clear()
            onLeave()
          }}
        >
          {t('first.back')}
        </Button>
        <Button type="primary" size="large" htmlType="submit" loading={busy}>
          {t(typed.step < STEPS.length - 1 ? 'first.next' : 'first.open')}
        </Button>
      </div>
    </form>
  )
}

/** What the house said of single fields; the rest is told below the form. */
function told(failure: Failure | null, t: Wording): Faults {
  const why = (failure?.data as { why?: string } | undefined)?.why
  if (failure?.code === 'PASSWORD_UNFIT' && why) return { password: t(`password.unfit.${why}`) }
  if (failure?.code === 'USERNAME_UNFIT' && why) return { username: t(`first.unfit.${why}`) }
  return failure?.code === 'NOT_HERE' ? { code: t('first.codeWrong') } : {}
}

function Trouble({ failure }: { failure: Failure | null }) {
  const t = useWords()
  const text = useErrorText()
  if (!failure || Object.keys(told(failure, t)).length > 0) return null
  return (
    <p className="k-form-trouble" role="alert">
      {text(failure.code)}
    </p>
  )
}

type Slip = { readonly name: string; readonly username: string; readonly firstPassword: string }

/** The other administrator's first password, before the head goes in: it is nowhere else. */
function AdministratorSlip({ slip, onDone }: { slip: Slip; onDone: () => Promise<void> }) {
  const t = useWords()
  const [busy, setBusy] = useState(false)
  return (
    <section className="k-stack">
      <div role="status" className="k-secret">
        <p>{t('first.administratorMade', { name: slip.name, username: slip.username })}</p>
        <code>{slip.firstPassword}</code>
        <p className="k-dim k-small">{t('first.administratorWhy')}</p>
      </div>
      <Button
        type="primary"
        size="large"
        loading={busy}
        onClick={() => {
          setBusy(true)
          void onDone()
        }}
      >
        {t('first.administratorNoted')}
      </Button>
    </section>
  )
}
