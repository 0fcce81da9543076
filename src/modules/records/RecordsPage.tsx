import { ImportOutlined } from '@ant-design/icons'
import { useNavigate } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { useState } from 'react'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Page } from '../../ui/Page.tsx'
import { GapPanel } from './Gaps.tsx'
import { IncidentPanel } from './Incidents.tsx'
import { RecordFiles } from './RecordFiles.tsx'
import './records.css'

const VIEWS = ['gaps', 'notAllowed', 'neverLeft', 'files'] as const
type View = (typeof VIEWS)[number]

/** The switch's records: what each line owes, what does not meet and who looks into it, and the files that came in. */
export function RecordsPage() {
  const t = useWords()
  const me = useMe()
  const go = useNavigate()
  const takes = holds(me, ['dataOfficer', 'deptManager'])
  const looks = holds(me, ['tl', 'um', 'deptManager', 'qualityInspector', 'dataOfficer'])
  const views = VIEWS.filter((view) => (view === 'files' ? takes : view === 'gaps' || looks))
  const [view, setView] = useState<View>('gaps')
  const bring = takes && (
    <Action type="primary" icon={<ImportOutlined />} onClick={() => void go({ to: '/records/import' })}>
      {t('records.bring')}
    </Action>
  )
  return (
    <Page title={t('records.title')} lead={t('records.lead')} clause="S3.6" actions={bring}>
      <Segmented<View>
        className="rc-views"
        aria-label={t('records.views')}
        value={view}
        onChange={setView}
        options={views.map((value) => ({ value, label: t(`records.view.${value}`) }))}
      />
      {view === 'gaps' && <GapPanel />}
      {view === 'files' && <RecordFiles bring={bring} />}
      {(view === 'notAllowed' || view === 'neverLeft') && <IncidentPanel key={view} kind={view} />}
    </Page>
  )
}
