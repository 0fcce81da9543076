import { Alert, Button } from 'antd'
import { useWords } from '../client/words.ts'

/** One field of a form: what was typed, and what somebody else left there meanwhile; both as they are shown. */
export type Overtaking = { readonly label: string; readonly mine: string; readonly now: string }

/**
 * A form that somebody overtook: both shown, field by field, where they differ, and the choice between them. Nothing that
 * was typed is lost by looking.
 */
export function Overtaken({
  fields,
  onKeep,
  onTake,
}: {
  readonly fields: readonly Overtaking[]
  /** What was typed goes over what stands there, with the next press on save. */
  readonly onKeep: () => void
  readonly onTake: () => void
}) {
  const t = useWords()
  const apart = fields.filter(({ mine, now }) => mine !== now)
  const table = (
    <>
      {apart.length > 0 && (
        <table className="k-overtaken">
          <thead>
            <tr>
              <th />
              <th scope="col">{t('ui.overtaken.mine')}</th>
              <th scope="col">{t('ui.overtaken.now')}</th>
            </tr>
          </thead>
          <tbody>
            {apart.map(({ label, mine, now }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{mine || '–'}</td>
                <td>{now || '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <span className="k-row">
        <Button size="small" onClick={onKeep}>
          {t('ui.overtaken.keep')}
        </Button>
        <Button size="small" onClick={onTake}>
          {t('ui.overtaken.take')}
        </Button>
      </span>
    </>
  )
  return <Alert type="warning" showIcon title={t('ui.overtaken.title')} description={table} />
}
