import { Button, Input } from 'antd'
import { useId, useState } from 'react'
import { api } from '../client/api.ts'
import { signedIn, signOut } from '../client/session.ts'
import { type Failure, useCommand } from '../client/useCommand.ts'
import { useWords } from '../client/words.ts'
import { useErrorText } from '../ui/errorText.ts'
import { Door } from './SignInPage.tsx'

/** The first password is known to whoever gave it: nothing else works until it is changed. */
export function ChangePasswordPage() {
  const t = useWords()
  return (
    <Door title={t('password.due')} lead={t('password.dueWhy')}>
      <ChangePasswordForm onDone={signedIn} />
      <Button type="link" onClick={() => void signOut()}>
        {t('shell.signOut')}
      </Button>
    </Door>
  )
}

/** Current and new password, the new one twice. */
export function ChangePasswordForm({ onDone }: { onDone: () => Promise<void> }) {
  const t = useWords()
  const id = useId()
  const [typed, setTyped] = useState({ current: '', next: '', again: '' })
  const { run, busy, failure } = useCommand(api.access.changePassword)
  const differs = typed.again !== '' && typed.again !== typed.next
  const field = (name: keyof typeof typed, autoComplete: string) => (
    <label htmlFor={id + name}>
      {t(`password.${name}`)}
      <Input.Password
        id={id + name}
        autoComplete={autoComplete}
        required
        value={typed[name]}
        onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
      />
    </label>
  )
  return (
    <form
      className="k-stack"
      onSubmit={async (event) => {
        event.preventDefault()
        if (differs || !(await run({ current: typed.current, next: typed.next }))) return
        setTyped({ current: '', next: '', again: '' })
        await onDone()
      }}
    >
      {field('current', 'current-password')}
      {field('next', 'new-password')}
      {field('again', 'new-password')}
      <p className="k-dim k-small">{t('password.rule')}</p>
      {differs && (
        <p className="k-form-trouble" role="alert">
          {t('password.differs')}
        </p>
      )}
      <PasswordTrouble failure={failure} />
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('password.change')}
      </Button>
    </form>
  )
}

function PasswordTrouble({ failure }: { failure: Failure | null }) {
  const t = useWords()
  const text = useErrorText()
  if (!failure) return null
  const why = failure.code === 'PASSWORD_UNFIT' ? (failure.data as { why: string }).why : null
  const words = why
    ? t(`password.unfit.${why}`)
    : failure.code === 'WRONG_SIGN_IN'
      ? t('password.currentWrong')
      : text(failure.code)
  return (
    <p className="k-form-trouble" role="alert">
      {words}
    </p>
  )
}
