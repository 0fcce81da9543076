import {
  DownOutlined,
  ExperimentOutlined,
  KeyOutlined,
  LogoutOutlined,
  QuestionCircleOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { Link, useNavigate } from '@tanstack/react-router'
import { Dropdown, Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { useMe } from '../client/me.ts'
import { useMoment } from '../client/moment.ts'
import { signOut } from '../client/session.ts'
import { useWords } from '../client/words.ts'
import { NoticesBell } from '../modules/notices/NoticesBell.tsx'
import { ClauseLink } from '../ui/ClauseLink.tsx'
import { day, seconds, timeToSecond } from '../ui/format.ts'
import { Mark } from '../ui/Mark.tsx'
import { OwnState } from './OwnState.tsx'
import { LanguageChoice, LightChoice } from './Preferences.tsx'
import { askShortcuts } from './Shortcuts.tsx'
import { Sign } from './SignInPage.tsx'

/** Over every page: the centre's time and block, and who one is. */
export function TopBar({ menu }: { menu: ReactNode }) {
  const t = useWords()
  const { centre } = useMe()
  return (
    <header className="k-top">
      {menu}
      <Link to="/" className="k-top-brand" aria-label={t('nav.now')}>
        <Sign />
        <span>{centre.name}</span>
      </Link>
      <Clock />
      <div className="k-top-side">
        <OwnState />
        <NoticesBell />
        <LanguageChoice />
        <LightChoice />
        <Who />
      </div>
    </header>
  )
}

function Clock() {
  const t = useWords()
  const { clock } = useMe()
  const { now, today, block, secondsLeft } = useMoment()
  return (
    <div className="k-top-clock">
      {clock.shifted && (
        <Tooltip title={t('shell.demoClockWhy', { rate: clock.rate })}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: why the hour is another must be within reach of the keyboard */}
          <span tabIndex={0}>
            <Mark tone="warn" icon={<ExperimentOutlined aria-hidden />}>
              {t('shell.demoClock')}
            </Mark>
          </span>
        </Tooltip>
      )}
      <time className="k-digits k-top-time" dateTime={now.toString()}>
        {timeToSecond(now)}
      </time>
      <span className="k-dim k-top-day">{day(today)}</span>
      {block && (
        <span className="k-top-block">
          <span className={`k-dot k-kind-${block.kind}`} aria-hidden />
          <span>{t(block.name)}</span>
          {block.kind !== 'off' && secondsLeft !== null && (
            <span className="k-digits k-dim">{seconds(secondsLeft)}</span>
          )}
          {block.clause && <ClauseLink id={block.clause} />}
        </span>
      )}
    </div>
  )
}

function Who() {
  const t = useWords()
  const navigate = useNavigate()
  const { person, roles, grants, groupName } = useMe()
  const acting = grants.filter((grant) => grant.acting)
  const names = [...new Set(roles)].map((role) => t(`role.${role}`)).join(t('ui.and'))
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'who', type: 'group', label: `${person.staffNo} · ${groupName ?? names}` },
          {
            key: 'account',
            icon: <UserOutlined />,
            label: t('nav.account'),
            onClick: () => void navigate({ to: '/account' }),
          },
          { key: 'keys', icon: <KeyOutlined />, label: t('shortcuts.title'), extra: '?', onClick: askShortcuts },
          { type: 'divider' },
          { key: 'out', icon: <LogoutOutlined />, label: t('shell.signOut'), onClick: () => void signOut() },
        ],
      }}
    >
      <button type="button" className="k-who" aria-haspopup="menu">
        <UserOutlined className="k-who-sign" aria-hidden />
        <span className="k-who-name">
          <strong>{person.name}</strong>
          <span className="k-dim k-small">{names}</span>
        </span>
        {acting.length > 0 && (
          <Mark tone="warn" icon={<QuestionCircleOutlined aria-hidden />}>
            {t('shell.actingAs', {
              role: t(`role.${acting[0]!.role}`),
              unit: acting.map(({ unitName }) => unitName).join(t('ui.and')),
            })}
          </Mark>
        )}
        <DownOutlined aria-hidden />
      </button>
    </Dropdown>
  )
}
