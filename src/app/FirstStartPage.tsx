import { Button, Progress } from 'antd'
import { useState } from 'react'
import { api } from '../client/api.ts'
import { queries } from '../client/queries.ts'
import { useCommand } from '../client/useCommand.ts'
import { useWords } from '../client/words.ts'
import { isOwnBegun, OwnCentre } from './OwnCentre.tsx'
import { Door } from './SignInPage.tsx'

/** How the house stands before anybody has an account, as `access.state` tells it. */
type State = { state: string; step: string | null; mayMakeDemo: boolean; needsCode: boolean }

/** An empty house: try the demo, or set up a centre of one's own. */
export function FirstStartPage({ house }: { house: State }) {
  const t = useWords()
  // Whoever was in the middle of it before a reload is there again.
  const [own, setOwn] = useState(isOwnBegun)
  if (house.state === 'making') return <Making step={house.step} />
  if (own)
    return (
      <Door title={t('first.own')} lead={t('first.ownLead')} wide>
        <OwnCentre needsCode={house.needsCode} onLeave={() => setOwn(false)} />
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
