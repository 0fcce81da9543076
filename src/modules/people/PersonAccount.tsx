import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { TextField } from '../../ui/Field.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import type { Person } from './PersonDrawer.tsx'

type Secret = { username: string; firstPassword: string }

/** The person's account: open one, give a new first password, unlock it, sign it out everywhere. */
export function PersonAccount({ person }: { person: Person }) {
  const t = useWords()
  const [secret, setSecret] = useState<Secret | null>(null)
  return (
    <section className="k-stack">
      <h3>{t('people.account')}</h3>
      {person.username === null ? (
        <Open person={person} onSecret={setSecret} />
      ) : (
        <Keep person={person} username={person.username} onSecret={setSecret} />
      )}
      {secret && (
        <div role="status" className="k-secret">
          <p>{t('people.firstPassword', { username: secret.username })}</p>
          <code>{secret.firstPassword}</code>
          <p className="k-dim k-small">{t('people.firstPasswordWhy')}</p>
        </div>
      )}
    </section>
  )
}

function Open({ person, onSecret }: { person: Person; onSecret: (secret: Secret) => void }) {
  const t = useWords()
  const open = useCommand(api.people.openAccount)
  const [username, setUsername] = useState(person.staffNo)
  return (
    <form
      className="k-form"
      onSubmit={async (event) => {
        event.preventDefault()
        const made = username.trim() ? await open.run({ personId: person.id, username: username.trim() }) : null
        if (made) onSecret(made.output)
      }}
    >
      <p className="k-dim k-small">{t('people.noAccount')}</p>
      <TextField label={t('people.username')} value={username} onChange={setUsername} />
      <Action htmlType="submit" busy={open.busy} disabledReason={username.trim() === '' ? t('people.fillFirst') : null}>
        {t('people.openAccount')}
      </Action>
      <RefusalPanel refusal={open.refusal} onClose={open.clear} />
    </form>
  )
}

type KeepProps = { person: Person; username: string; onSecret: (secret: Secret) => void }

function Keep({ person, username, onSecret }: KeepProps) {
  const t = useWords()
  const { person: self } = useMe()
  const reset = useCommand(api.access.resetPassword)
  const unlock = useCommand(api.access.unlock)
  const end = useCommand(api.access.endSessions)
  const [said, setSaid] = useState<string | null>(null)
  const own = self.id === person.id ? t('people.ownAccount') : null
  const personId = person.id
  return (
    <>
      <p>{t('people.signsInAs', { username })}</p>
      <div className="k-row">
        <Action
          size="small"
          disabledReason={own}
          busy={reset.busy}
          onClick={async () => {
            const sent = await reset.run({ personId })
            if (sent) onSecret(sent.output)
          }}
        >
          {t('people.resetPassword')}
        </Action>
        <Action
          size="small"
          disabledReason={own}
          busy={unlock.busy}
          onClick={async () => {
            const sent = await unlock.run({ personId })
            if (sent) setSaid(t(sent.output.wasLocked ? 'people.unlocked' : 'people.wasOpen'))
          }}
        >
          {t('people.unlock')}
        </Action>
        <Action
          size="small"
          disabledReason={own}
          busy={end.busy}
          onClick={async () => {
            if (await end.run({ personId })) setSaid(t('people.sessionsEnded'))
          }}
        >
          {t('people.endSessions')}
        </Action>
      </div>
      {said && (
        <p role="status" className="k-dim k-small">
          {said}
        </p>
      )}
    </>
  )
}
