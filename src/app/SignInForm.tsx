import { Button, Input } from 'antd'
import { useId, useState } from 'react'
import { api } from '../client/api.ts'
import { type Failure, useCommand } from '../client/useCommand.ts'
import { useWords } from '../client/words.ts'
import { useErrorText } from '../ui/errorText.ts'

/** User name and password. The answer is the same for an unknown name and a wrong password. */
export function SignInForm({ onDone, focus = true }: { onDone: () => Promise<void>; focus?: boolean }) {
  const t = useWords()
  const id = useId()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const { run, busy, waiting, failure } = useCommand(api.access.signIn)
  return (
    <form
      className="k-stack"
      onSubmit={async (event) => {
        event.preventDefault()
        if (await run({ username: username.trim(), password })) await onDone()
      }}
    >
      <label htmlFor={`${id}u`}>
        {t('signIn.username')}
        <Input
          id={`${id}u`}
          size="large"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={focus}
          required
          value={username}
          onChange={({ target }) => setUsername(target.value)}
        />
      </label>
      <label htmlFor={`${id}p`}>
        {t('signIn.password')}
        <Input.Password
          id={`${id}p`}
          size="large"
          autoComplete="current-password"
          required
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
      </label>
      <SignInTrouble failure={failure} />
      <Button type="primary" size="large" htmlType="submit" loading={busy}>
        {waiting ? t('ui.waiting') : t('signIn.enter')}
      </Button>
    </form>
  )
}

/** Why nobody came in. A lock is told in minutes: it runs on the real clock, whatever the centre's shows. */
function SignInTrouble({ failure }: { failure: Failure | null }) {
  const t = useWords()
  const text = useErrorText()
  if (!failure) return null
  // As the house counts: this machine's clock may be hours off.
  const minutes =
    failure.code === 'SIGN_IN_LOCKED' ? Math.ceil((failure.data as { seconds: number }).seconds / 60) : null
  return (
    <p className="k-form-trouble" role="alert">
      {minutes ? t('signIn.locked', { count: minutes }) : text(failure.code)}
    </p>
  )
}
