import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { api } from '../client/api.ts'
import { useMe } from '../client/me.ts'
import { useCommand } from '../client/useCommand.ts'
import { useWords } from '../client/words.ts'
import { PersonNumbers } from '../modules/credit/PersonNumbers.tsx'
import { dayAndTime } from '../ui/format.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { Mark } from '../ui/Mark.tsx'
import { Page, Panel } from '../ui/Page.tsx'
import { ChangePasswordForm } from './ChangePasswordPage.tsx'
import { Preferences } from './Preferences.tsx'

/** Own account: who I am here, where I am signed in, password, language and light. */
export function AccountPage() {
  const t = useWords()
  const { message } = App.useApp()
  return (
    <Page title={t('nav.account')} lead={t('account.lead')}>
      <div className="k-columns">
        <Who />
        <Panel title={t('account.prefs')}>
          <Preferences />
          <p className="k-dim k-small">{t('account.prefsKept')}</p>
        </Panel>
        <Sessions />
        <OwnNumbers />
        <Panel title={t('password.change')}>
          <ChangePasswordForm
            onDone={async () => {
              message.success(t('password.done'))
            }}
          />
        </Panel>
      </div>
    </Page>
  )
}

function Who() {
  const t = useWords()
  const { person, grants, groupName, centre } = useMe()
  return (
    <Panel title={person.name}>
      <dl className="k-facts">
        <dt>{t('account.staffNo')}</dt>
        <dd>{person.staffNo}</dd>
        <dt>{t('account.centre')}</dt>
        <dd>{groupName ? `${centre.name} · ${groupName}` : centre.name}</dd>
        <dt>{t('account.roles')}</dt>
        <dd className="k-row">
          {grants.map(({ role, unitId, unitName, acting }) => (
            <Mark key={`${role} ${unitId} ${acting}`} tone={acting ? 'warn' : 'plain'}>
              {t(acting ? 'shell.actingAs' : 'shell.roleAt', { role: t(`role.${role}`), unit: unitName })}
            </Mark>
          ))}
        </dd>
      </dl>
    </Panel>
  )
}

/** In an insurer's house own policies are found by the numbers of its people, which each enters himself. */
function OwnNumbers() {
  const { person, centre } = useMe()
  if (centre.kind !== 'life') return null
  return (
    <Panel>
      <PersonNumbers personId={person.id} />
    </Panel>
  )
}

function Sessions() {
  const t = useWords()
  const sessions = useQuery(api.access.sessions.queryOptions({ input: {} }))
  const revoke = useCommand(api.access.revokeSession)
  return (
    <Panel title={t('account.sessions')}>
      <p className="k-dim k-small">{t('account.sessionsLead')}</p>
      <Loaded read={sessions}>
        {(list) => (
          <ul className="k-list">
            {list.map(({ id, current, openedAt, usedAt, address, browser }) => (
              <li key={id} className="k-row">
                <span className="k-grow">
                  <strong>{browserName(browser) ?? t('account.browserUnknown')}</strong>{' '}
                  {current && <Mark tone="good">{t('account.thisOne')}</Mark>}
                  <span className="k-dim k-small k-block">
                    {[
                      t('account.opened', { at: dayAndTime(openedAt) }),
                      t('account.used', { at: dayAndTime(usedAt) }),
                      address,
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </span>
                {!current && (
                  <Button
                    size="small"
                    loading={revoke.busy}
                    onClick={async () => {
                      if (await revoke.run({ sessionId: id })) await sessions.refetch()
                    }}
                  >
                    {t('account.revoke')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  )
}

const BROWSERS = [
  ['MicroMessenger', 'WeChat'],
  ['Edg/', 'Edge'],
  ['QQBrowser', 'QQ'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const MACHINES = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS X', 'Linux'] as const

/** "Chrome · Windows" of a user agent string; null where it says nothing known. */
function browserName(agent: string | null): string | null {
  const browser = BROWSERS.find(([sign]) => agent?.includes(sign))?.[1]
  const machine = MACHINES.find((sign) => agent?.includes(sign))?.replace(' OS X', '')
  return [browser, machine].filter(Boolean).join(' · ') || null
}
