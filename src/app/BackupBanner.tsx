import { useQuery } from '@tanstack/react-query'
import { api } from '../client/api.ts'
import { holds, useMe } from '../client/me.ts'
import { useWords } from '../client/words.ts'
import { dayAndTime } from '../ui/format.ts'

const EVERY_TEN_MINUTES = 600_000

/** For those who answer for the house: the last good back-up is older than 26 hours, why, and what to do. */
export function BackupBanner() {
  const t = useWords()
  const told = holds(useMe(), ['deptManager', 'deputyGm', 'dataOfficer', 'admin'])
  const { data } = useQuery({
    ...api.backups.state.queryOptions({ input: {} }),
    enabled: told,
    // A back-up grows old without anybody's doing: no news comes of it.
    refetchInterval: EVERY_TEN_MINUTES,
  })
  if (!data?.overdue) return null
  return (
    <div className="k-backup-due" role="status">
      <strong>{data.lastGoodAt ? t('backup.overdue', { at: dayAndTime(data.lastGoodAt) }) : t('backup.never')}</strong>{' '}
      {t(`backup.why.${data.trouble ?? 'none'}`)} {t('backup.do')}
    </div>
  )
}
