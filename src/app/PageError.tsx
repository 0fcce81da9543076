import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { Button } from 'antd'
import { useWords } from '../client/words.ts'

/** A page that broke: what happened, what is kept, another try. The rest of the house goes on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const t = useWords()
  const router = useRouter()
  return (
    <section className="k-broken" role="alert">
      <h1>{t('broken.title')}</h1>
      <p>{t('broken.kept')}</p>
      <div className="k-row">
        <Button
          type="primary"
          onClick={() => {
            reset()
            void router.invalidate()
          }}
        >
          {t('ui.again')}
        </Button>
        <Button onClick={() => location.reload()}>{t('broken.reload')}</Button>
      </div>
      <details>
        <summary>{t('broken.details')}</summary>
        <pre>{error instanceof Error ? (error.stack ?? error.message) : String(error)}</pre>
      </details>
    </section>
  )
}
