import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../client/api.ts'
import { signedIn } from '../client/session.ts'
import { useCommand } from '../client/useCommand.ts'
import { useWords } from '../client/words.ts'
import { Preferences } from './Preferences.tsx'
import { SignInForm } from './SignInForm.tsx'

type DoorProps = { title: string; lead?: ReactNode; wide?: boolean; children: ReactNode }

/** The frame of all pages before the gate. */
export function Door({ title, lead, wide = false, children }: DoorProps) {
  const t = useWords()
  return (
    <main className={wide ? 'k-door k-door-wide' : 'k-door'}>
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

/** The door of a house with a centre: sign in; in a demo, on its own machine, as whom one likes. */
export function SignInPage() {
  const t = useWords()
  const { data: demo, isPending } = useQuery(api.access.demoRoles.queryOptions({ input: {} }))
  return (
    <Door title={t('signIn.title')} wide={demo?.available ?? false}>
      {demo?.available && <DemoRoles people={demo.people} />}
      {!isPending && <SignInForm onDone={signedIn} focus={!demo?.available} />}
    </Door>
  )
}

type DemoPerson = { personId: string; name: string; role: string; unitName: string }

function DemoRoles({ people }: { people: readonly DemoPerson[] }) {
  const t = useWords()
  const { run, busy } = useCommand(api.access.demoSignIn)
  return (
    <section className="k-stack">
      <p>{t('signIn.demo')}</p>
      <ul className="k-demo-roles">
        {people.map(({ personId, name, role, unitName }) => (
          <li key={`${personId} ${role}`}>
            <button
              type="button"
              className="k-demo-role"
              disabled={busy}
              onClick={async () => {
                if (await run({ personId })) await signedIn()
              }}
            >
              <strong>{t(`role.${role}`)}</strong>
              <span className="k-dim k-small">
                {name} · {unitName}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <h2>{t('signIn.orByName')}</h2>
    </section>
  )
}
