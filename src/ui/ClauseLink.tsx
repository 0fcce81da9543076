import { BookOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useWords } from '../client/words.ts'

/** The way from any figure, refusal or screen to the clause it follows. Shows the id as the rulebook writes it. */
export function ClauseLink({ id }: { id: string }) {
  const t = useWords()
  return (
    <Link to="/rules/$clause" params={{ clause: id }} className="k-clause" title={t('ui.clause.open', { id })}>
      <BookOutlined aria-hidden /> {id}
    </Link>
  )
}
