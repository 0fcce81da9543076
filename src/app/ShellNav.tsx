import {
  AlertOutlined,
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  BarsOutlined,
  BookOutlined,
  CarOutlined,
  CheckSquareOutlined,
  CustomerServiceOutlined,
  DesktopOutlined,
  FieldTimeOutlined,
  FileProtectOutlined,
  FileTextOutlined,
  FundOutlined,
  HistoryOutlined,
  HourglassOutlined,
  IdcardOutlined,
  ImportOutlined,
  MoreOutlined,
  PartitionOutlined,
  PhoneOutlined,
  ProfileOutlined,
  SafetyOutlined,
  ScheduleOutlined,
  StopOutlined,
  TableOutlined,
  TeamOutlined,
  TruckOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMe } from '../client/me.ts'
import { useWords } from '../client/words.ts'
import { isFor, NAV_GROUPS, type NavIcon, type Place, usePlaces } from './about.tsx'

const ICONS: Readonly<Record<NavIcon, ReactNode>> = {
  now: <FieldTimeOutlined />,
  desk: <CustomerServiceOutlined />,
  calls: <HistoryOutlined />,
  floor: <AppstoreOutlined />,
  progress: <BarsOutlined />,
  leads: <ProfileOutlined />,
  lists: <ImportOutlined />,
  shield: <SafetyOutlined />,
  stop: <StopOutlined />,
  seats: <PhoneOutlined />,
  records: <AuditOutlined />,
  sales: <FundOutlined />,
  credit: <AuditOutlined />,
  products: <FileTextOutlined />,
  people: <TeamOutlined />,
  rules: <BookOutlined />,
  timetable: <ScheduleOutlined />,
  account: <UserOutlined />,
  arrivals: <AlertOutlined />,
  allocation: <PartitionOutlined />,
  sources: <ApiOutlined />,
  frontDesk: <IdcardOutlined />,
  showroom: <CarOutlined />,
  daySheet: <TableOutlined />,
  screens: <DesktopOutlined />,
  waiting: <HourglassOutlined />,
  policies: <FileProtectOutlined />,
  moving: <TruckOutlined />,
  setup: <CheckSquareOutlined />,
}

/** A page below another one of these is its own place, not the upper one's. */
const isExact = (path: string, among: readonly Place[]): boolean =>
  path === '/' || among.some((other) => other.path.startsWith(`${path}/`))

const iconOf = (icon: NavIcon | undefined) => (icon ? ICONS[icon] : null)

/** The pages of one's roles, in groups. */
export function SideNav({ inDrawer = false }: { inDrawer?: boolean }) {
  const t = useWords()
  const me = useMe()
  const mine = usePlaces().filter(({ about }) => about.group && isFor(about, me))
  return (
    <nav className={inDrawer ? 'k-nav k-nav-drawer' : 'k-nav'} aria-label={t('shell.navigation')}>
      {NAV_GROUPS.map((group) => {
        const pages = mine.filter(({ about }) => about.group === group)
        if (pages.length === 0) return null
        return (
          <section key={group}>
            <h2>{t(`nav.group.${group}`)}</h2>
            <ul>
              {pages.map(({ path, about }) => (
                <li key={path}>
                  <Link
                    to={path as '/'}
                    activeOptions={{ exact: isExact(path, mine) }}
                    className="k-nav-link"
                    title={t(about.label)}
                  >
                    {iconOf(about.icon)}
                    <span>{t(about.label)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
    </nav>
  )
}

/** On a phone: the few pages one works with in reach of the thumb, the rest behind "more". */
export function PhoneBar({ onMore }: { onMore: () => void }) {
  const t = useWords()
  const me = useMe()
  const pages = usePlaces()
    .filter(({ about }) => about.phone && isFor(about, me))
    .slice(0, 4)
  return (
    <nav className="k-phone-bar" aria-label={t('shell.phoneBar')}>
      {pages.map(({ path, about }) => (
        <Link key={path} to={path as '/'} activeOptions={{ exact: isExact(path, pages) }}>
          {iconOf(about.icon)}
          <span>{t(about.label)}</span>
        </Link>
      ))}
      <button type="button" onClick={onMore}>
        <MoreOutlined aria-hidden />
        <span>{t('shell.more')}</span>
      </button>
    </nav>
  )
}
