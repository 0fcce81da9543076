import type { ReactNode } from 'react'
import { signedIn } from '../client/session.ts'
import { useWords } from '../client/words.ts'
import { Preferences } from './Preferences.tsx'
import { SignInForm } from './SignInForm.tsx'

/** The frame of all pages before the gate. */
export function Door({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const t = useWords()
  return (
    <main className="k-door">
      <title>{`${title} · ${t('app.name')}`}</title>
      <section className="k-door-card">
        <header className="k-brand">
          <Sign />
          <span>
            <strong>開撥 Kaibo</strong>
            <span className="k-dim k-small">{t('app.what')}</span>
          </span>
        </header>
        <div>
          <h1>{title}</h1>
          {lead && <p className="k-dim">{lead}</p>}
        </div>
        {children}
      </section>
      <footer>
        <Preferences />
      </footer>
    </main>
  )
}

export function Sign() {
  return (
    <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--k-accent)" />
      <circle cx="16" cy="16" r="9.5" fill="none" stroke="var(--k-on-accent)" strokeOpacity=".45" strokeWidth="2" />
      <path
        d="M16 6.5a9.5 9.5 0 0 1 9.5 9.5"
        fill="none"
        stroke="var(--k-on-accent)"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path
        d="M16 16V9.8M16 16l4.6 2.6"
        fill="none"
        stroke="var(--k-on-accent)"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
    </svg>
  )
}

export function SignInPage() {
  const t = useWords()
  return (
    <Door title={t('signIn.title')}>
      <SignInForm onDone={signedIn} />
    </Door>
  )
}
