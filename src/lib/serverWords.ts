import { simplified } from './simplified.ts'

/** The languages of pages, for what is written on the server where no page is there to word it. */
export const LANGUAGES = ['hant', 'hans', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

type Dictionary = Readonly<Record<string, string>>

/** A module's words by key in a language, without figures; a key that is not worded stands for itself. */
export function wordIn(words: { readonly hant: Dictionary; readonly en: Dictionary }, language: Language) {
  const written = language === 'en' ? words.en : words.hant
  return (key: string): string => {
    const text = written[key] ?? key
    return language === 'hans' ? simplified(text) : text
  }
}
