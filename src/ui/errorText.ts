import { codeOf } from '../client/queries.ts'
import { isWorded, useWords } from '../client/words.ts'

/** Words for an error of the server by its name; a broken line and an unknown error have their own. */
export function useErrorText(): (error: unknown) => string {
  const t = useWords()
  return (error) => {
    const code = typeof error === 'string' ? error : (codeOf(error) ?? 'LINE_LOST')
    return isWorded(`error.${code}`) ? t(`error.${code}`) : t('error.unknown', { code })
  }
}
