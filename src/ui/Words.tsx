import { LANGUAGE_TAGS, type Trilingual, useLanguage } from '../client/words.ts'

/** Text that carries its three languages (clauses, products), in the reader's. */
export function Words({ of }: { of: Trilingual }) {
  return <>{of[useLanguage()]}</>
}

/** The same as a function, for titles and attributes: `const said = useSaid(); said(product.name)`. */
export function useSaid(): (words: Trilingual) => string {
  const language = useLanguage()
  return (words) => words[language]
}

/** Names sort as the reader's language does: by pinyin in Chinese. */
export function useNameOrder(): (a: string, b: string) => number {
  const language = useLanguage()
  return new Intl.Collator(`${LANGUAGE_TAGS[language]}-u-kn-true`).compare
}
