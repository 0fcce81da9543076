import { Button, Input, Progress, Segmented, Select } from 'antd'
import { useId, useState } from 'react'
import { api } from '../client/api.ts'
import { queries } from '../client/queries.ts'
import { signedIn } from '../client/session.ts'
import { type Failure, useCommand } from '../client/useCommand.ts'
import { useWords } from '../client/words.ts'
import { useErrorText } from '../ui/errorText.ts'
import { Door } from './SignInPage.tsx'

/** How the house stands before anybody has an account, as `access.state` tells it. */
type State = { state: string; step: string | null; mayMakeDemo: boolean; needsCode: boolean }

/** An empty house: try the demo, or set up a centre of one's own. */
export function FirstStartPage({ house }: { house: State }) {
  const t = useWords()
  const [own, setOwn] = useState(false)
  if (house.state === 'making') return <Making step={house.step} />
  if (own)
    return (
      <Door title={t('first.own')} lead={t('first.ownLead')}>
        <OwnCentre needsCode={house.needsCode} />
        <Button type="link" onClick={() => setOwn(false)}>
          {t('first.back')}
        </Button>
      </Door>
    )
  return (
    <Door title={t('first.title')} lead={t('first.lead')}>
      {house.state === 'failed' && (
        <p className="k-form-trouble" role="alert">
          {t('first.failed')}
        </p>
      )}
      <section className="k-stack">
        <h2>{t('first.demo')}</h2>
        <p className="k-dim">{t('first.demoLead')}</p>
        {house.mayMakeDemo ? <StartDemo /> : <p>{t('first.demoElsewhere')}</p>}
      </section>
      <section className="k-stack">
        <h2>{t('first.own')}</h2>
        <p className="k-dim">{t('first.ownLead')}</p>
        <Button size="large" onClick={() => setOwn(true)}>
          {t('first.ownStart')}
        </Button>
      </section>
    </Door>
  )
}

function StartDemo() {
  const t = useWords()
  const { run, busy } = useCommand(api.access.startDemo)
  const start = async (kind: 'life' | 'dealership') => {
    await run({ kind })
    await queries.invalidateQueries({ queryKey: api.access.state.key() })
  }
  return (
    <div className="k-row">
      <Button type="primary" size="large" loading={busy} onClick={() => void start('life')}>
        {t('first.demoStart')}
      </Button>
      <Button size="large" loading={busy} onClick={() => void start('dealership')}>
        {t('first.demoDealer')}
      </Button>
    </div>
  )
}

/** The demo is being made; the page asks how far it is. */
function Making({ step }: { step: string | null }) {
  const t = useWords()
  return (
    <Door title={t('first.making')} lead={t('first.makingLead')}>
      <Progress percent={100} status="active" showInfo={false} aria-label={t('first.making')} />
      <p role="status" className="k-dim">
        {step}
      </p>
    </Door>
  )
}

const ZONES = ['Asia/Shanghai', 'Asia/Taipei', 'Asia/Hong_Kong', 'Asia/Urumqi', 'Asia/Singapore', 'Europe/London']

function OwnCentre({ needsCode }: { needsCode: boolean }) {
  const t = useWords()
  const id = useId()
  const [typed, setTyped] = useState({ centre: '', name: '', username: '', password: '', code: '' })
  const [kind, setKind] = useState<'life' | 'dealership'>('life')
  const [timeZone, setTimeZone] = useState('Asia/Shanghai')
  const { run, busy, failure } = useCommand(api.access.startCentre)
  const field = (name: keyof typeof typed, autoComplete = 'off') => {
    const Field = name === 'password' ? Input.Password : Input
    return (
      <label htmlFor={id + name}>
        {t(`first.${name}`)}
        <Field
          id={id + name}
          required
          maxLength={100}
          autoComplete={autoComplete}
          value={typed[name]}
          onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
        />
      </label>
    )
  }
  return (
    <form
      className="k-stack"
      onSubmit={async (event) => {
        event.preventDefault()
        const { code, ...given } = typed
        if (await run({ ...given, kind, timeZone, ...(needsCode && { code }) })) {
          await queries.invalidateQueries({ queryKey: api.access.state.key() })
          await signedIn()
        }
      }}
    >
      {needsCode && field('code')}
      {field('centre', 'organization')}
      <Segmented
        block
        aria-label={t('first.kind')}
        value={kind}
        onChange={setKind}
        options={[
          { value: 'life' as const, label: t('first.kind.life') },
          { value: 'dealership' as const, label: t('first.kind.dealership') },
        ]}
      />
      <label htmlFor={`${id}zone`}>
        {t('first.timeZone')}
        <Select
          id={`${id}zone`}
          value={timeZone}
          onChange={setTimeZone}
          showSearch
          options={ZONES.map((value) => ({ value, label: value }))}
        />
      </label>
      {field('name', 'name')}
      {field('username', 'username')}
      {field('password', 'new-password')}
      <p className="k-dim k-small">{t('password.rule')}</p>
      <SetUpTrouble failure={failure} />
      <Button type="primary" size="large" htmlType="submit" loading={busy}>
        {t('first.open')}
      </Button>
    </form>
  )
}

function SetUpTrouble({ failure }: { failure: Failure | null }) {
  const t = useWords()
  const text = useErrorText()
  if (!failure) return null
  const why = (failure.data as { why?: string } | undefined)?.why
  const words =
    failure.code === 'PASSWORD_UNFIT' && why
      ? t(`password.unfit.${why}`)
      : failure.code === 'NOT_HERE'
        ? t('first.codeWrong')
        : text(failure.code)
  return (
    <p className="k-form-trouble" role="alert">
      {words}
    </p>
  )
}
