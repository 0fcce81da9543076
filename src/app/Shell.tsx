import { MenuOutlined } from '@ant-design/icons'
import { Outlet, useMatches, useNavigate, useRouterState } from '@tanstack/react-router'
import { App, Button, Drawer } from 'antd'
import { useEffect, useState } from 'react'
import { useConnection } from '../client/connection.ts'
import { useMe } from '../client/me.ts'
import { useShortcut } from '../client/shortcuts.ts'
import { commandFailed } from '../client/useCommand.ts'
import { useWords } from '../client/words.ts'
import { Applause } from '../modules/floor/Applause.tsx'
import { useErrorText } from '../ui/errorText.ts'
import { time } from '../ui/format.ts'
import { Reasons } from '../ui/Reasons.tsx'
import { isFor, type Place, usePlaces } from './about.tsx'
import { BackupBanner } from './BackupBanner.tsx'
import { NotFound } from './NotFound.tsx'
import { Preferences } from './Preferences.tsx'
import { PhoneBar, SideNav } from './ShellNav.tsx'
import { Shortcuts } from './Shortcuts.tsx'
import { TopBar } from './TopBar.tsx'

/** The frame of all pages: navigation by role, the centre's time, who one is, and what a page cannot say itself. */
export function Shell() {
  const t = useWords()
  const [menu, setMenu] = useState(false)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a menu that led somewhere closes
  useEffect(() => setMenu(false), [path])
  return (
    <div className="k-shell">
      <a className="k-skip" href="#content">
        {t('shell.skip')}
      </a>
      <TopBar menu={<MenuButton onClick={() => setMenu(true)} />} />
      <SideNav />
      <main id="content" className="k-content" tabIndex={-1}>
        <LineBanner />
        <BackupBanner />
        <RolePage />
      </main>
      <PhoneBar onMore={() => setMenu(true)} />
      <Drawer
        open={menu}
        onClose={() => setMenu(false)}
        placement="left"
        size={260}
        title={t('shell.menu')}
        footer={<Preferences />}
        styles={{ body: { padding: 8 } }}
      >
        <SideNav inDrawer />
      </Drawer>
      <Applause />
      <Ways />
      <Shortcuts />
      <Failures />
    </div>
  )
}

function MenuButton({ onClick }: { onClick: () => void }) {
  const t = useWords()
  return (
    <Button
      className="k-menu-button"
      type="text"
      icon={<MenuOutlined />}
      onClick={onClick}
      aria-label={t('shell.menu')}
    />
  )
}

/** The page, or the plain "no such page" where it is not for the person's roles; the house refuses it as well. */
function RolePage() {
  const me = useMe()
  const about = useMatches().at(-1)?.staticData.about
  return about && !isFor(about, me) ? <NotFound /> : <Outlet />
}

/** `g` and a letter lead to the pages of one's own navigation. */
function Ways() {
  const me = useMe()
  const mine = usePlaces().filter(({ about }) => about.key && isFor(about, me))
  return mine.map((place) => <Way key={place.path} {...place} />)
}

function Way({ path, about }: Place) {
  const t = useWords()
  const navigate = useNavigate()
  const label = t('shortcuts.goTo', { page: t(about.label) })
  useShortcut(`g ${about.key}`, label, () => void navigate({ to: path as '/' }))
  return null
}

/** The line is lost: since when on the centre's clock, and that nothing typed is. */
function LineBanner() {
  const t = useWords()
  const line = useConnection()
  if (line.state !== 'lost') return null
  return (
    <div className="k-line-lost" role="status">
      {t('shell.lineLost', { at: time(line.since) })}
    </div>
  )
}

/** Refusals and errors of commands whose page does not show them in its own place. */
function Failures() {
  const t = useWords()
  const text = useErrorText()
  const { notification } = App.useApp()
  useEffect(
    () =>
      commandFailed.listen((untold) => {
        if ('refusal' in untold)
          notification.warning({
            title: t('ui.refusal.title', { count: untold.refusal.length }),
            description: <Reasons of={untold.refusal} />,
            duration: 12,
          })
        else notification.error({ title: text(untold.failure.code), duration: 8 })
      }),
    [notification, t, text],
  )
  return null
}
