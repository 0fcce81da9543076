import { useQuery } from '@tanstack/react-query'
import { Drawer } from 'antd'
import { api } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { day, dayAndTime, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { FileRows } from './FileRows.tsx'
import { FileSteps } from './FileSteps.tsx'
import { Control, FileMark, Progress, Trouble } from './parts.tsx'

type Props = { readonly id: string; readonly known: boolean; readonly onClose: () => void }

/** One file of the insurer: its columns and dry run before it is taken in, then every row with its result. */
export function FileDrawer({ id, known, onClose }: Props) {
  const t = useWords()
  const read = useQuery(api.policies.import.queryOptions({ input: { id } }))
  const title = read.data ? `${day(read.data.asOf)} · ${read.data.fileName}` : t('policies.title')
  return (
    <Drawer open onClose={onClose} size={960} title={title} destroyOnHidden>
      <Loaded read={read}>
        {(file) => (
          <div className="k-stack">
            <div className="k-row">
              <FileMark state={file.state} />
              {file.state === 'importing' && (
                <div className="k-grow">
                  <Progress file={file} />
                </div>
              )}
              <span className="k-dim">
                {[
                  file.rowsDone > 0 && t('policies.rowsOf', { count: number(file.rowsDone) }),
                  file.createdBy,
                  dayAndTime(file.endedAt ?? file.createdAt),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </div>
            {known && <p className="k-dim">{t('policies.known')}</p>}
            {file.error && <Trouble problem={file.error} />}
            {file.rowsDone === 0 && (file.state === 'draft' || file.state === 'failed') ? (
              <FileSteps file={file} onGone={onClose} />
            ) : (
              <>
                <Control file={file} />
                <FileRows file={file} />
              </>
            )}
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}
