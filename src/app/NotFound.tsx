import { Link } from '@tanstack/react-router'
import { useWords } from '../client/words.ts'
import { Empty } from '../ui/Empty.tsx'

/** There is no such page, or it is not for the person's roles: both are told alike. */
export function NotFound() {
  const t = useWords()
  return (
    <Empty title={t('notFound.title')} action={<Link to="/">{t('notFound.home')}</Link>}>
      {t('notFound.why')}
    </Empty>
  )
}
