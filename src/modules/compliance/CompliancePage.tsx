import { useQuery } from '@tanstack/react-query'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { HoursStrip } from './HoursStrip.tsx'
import { PackSays } from './PackSays.tsx'
import './compliance.css'

type Packs = Awaited<ReturnType<typeof client.compliance.packs>>
type Today = Awaited<ReturnType<typeof client.compliance.refusedToday>>

const READERS = ['tl', 'um', 'deptManager', 'deputyGm', 'qualityInspector', 'dataOfficer'] as const

/** The rules that every dial is held against, with figure and source, and what they refused today. */
export function CompliancePage() {
  const t = useWords()
  const me = useMe()
  const read = useQuery(api.compliance.packs.queryOptions({ input: {} }))
  return (
    <Page title={t('compliance.title')} lead={t('compliance.lead')} clause="S3.6">
      {holds(me, READERS) && <RefusedToday />}
      <Loaded read={read} rows={12}>
        {(data) => <PacksInForce data={data} />}
      </Loaded>
    </Page>
  )
}

function PacksInForce({ data }: { data: Packs }) {
  const t = useWords()
  const said = useSaid()
  const lines = data.packs.flatMap(({ name, hours }) => (hours ? [{ name: said(name), hours }] : []))
  return (
    <>
      <Panel title={t('compliance.hours')}>
        {lines.length === 0 ? (
          <p className="k-dim">{t('compliance.hours.none')}</p>
        ) : (
          <HoursStrip lines={lines} shared={data.hours} />
        )}
      </Panel>
      <div className="k-packs">
        {data.packs.map((pack) => (
          <Panel key={pack.id} title={said(pack.name)} side={<Mark>{t(`compliance.kind.${pack.kind}`)}</Mark>}>
            <PackSays pack={pack} />
          </Panel>
        ))}
      </div>
    </>
  )
}

function RefusedToday() {
  const t = useWords()
  const read = useQuery(api.compliance.refusedToday.queryOptions({ input: {} }))
  return (
    <Panel title={t('compliance.today')}>
      <Loaded read={read}>{(today) => <TodayBody today={today} />}</Loaded>
    </Panel>
  )
}

function TodayBody({ today }: { today: Today }) {
  const t = useWords()
  const { allowed, refused, byCode, asOf } = today
  const dials = allowed + refused
  const columns: Column<Today['byCode'][number]>[] = [
    { key: 'code', title: t('compliance.today.reason'), value: (row) => t(`compliance.code.${row.code}`) },
    {
      key: 'clause',
      title: t('compliance.today.clause'),
      value: (row) => row.clause,
      show: (row) => <ClauseLink id={row.clause} />,
    },
    { key: 'refused', title: t('compliance.today.dials'), value: (row) => row.refused, sorted: 'descend' },
    { key: 'people', title: t('compliance.today.people'), value: (row) => row.people },
  ]
  const figure = (name: 'allowed' | 'refused' | 'share', value: string) => (
    <Figure
      label={t(`compliance.today.${name}`)}
      value={value}
      formula={t(`compliance.today.${name}How`)}
      asOf={asOf}
    />
  )
  return (
    <>
      <Figures>
        {figure('allowed', number(allowed))}
        {figure('refused', number(refused))}
        {figure('share', dials === 0 ? '–' : number((refused / dials) * 1000))}
      </Figures>
      {byCode.length === 0 ? (
        <Empty title={t('compliance.today.none')}>{t('compliance.today.noneWhy')}</Empty>
      ) : (
        <Table rows={byCode} columns={columns} rowKey={(row) => row.code} label={t('compliance.today')} />
      )}
    </>
  )
}
