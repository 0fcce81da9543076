import i18next from 'i18next'
import { useCallback } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'

/** 繁體 and English are written; 简体 is derived when the pages are built. */
export const LANGUAGES = ['hant', 'hans', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** How each names itself, and the tags that browsers and formats know it by. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { hant: '繁體中文', hans: '简体中文', en: 'English' }
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { hant: 'zh-Hant', hans: 'zh-Hans', en: 'en' }

const KEPT = 'kaibo.language'

const loaders: Readonly<Record<Language, () => Promise<{ default: Record<string, string> }>>> = {
  hant: () => import('virtual:words/hant'),
  hans: () => import('virtual:words/hans'),
  en: () => import('virtual:words/en'),
}

/** The language that suits a list of browser tags, most wanted first; English where none is ours. */
export function languageFor(tags: readonly string[]): Language {
  for (const tag of tags) {
    const parts = tag.toLowerCase().split('-')
    if (parts[0] === 'en') return 'en'
    if (parts[0] === 'yue') return parts.includes('hans') ? 'hans' : 'hant'
    if (parts[0] !== 'zh') continue
    if (parts.includes('hant')) return 'hant'
    if (parts.includes('hans')) return 'hans'
    return parts.some((part) => ['tw', 'hk', 'mo'].includes(part)) ? 'hant' : 'hans'
  }
  return 'en'
}

const isLanguage = (value: unknown): value is Language => LANGUAGES.includes(value as Language)

function wished(): Language {
  const kept = localStorage.getItem(KEPT)
  return isLanguage(kept) ? kept : languageFor(navigator.languages)
}

async function show(language: Language) {
  const tag = LANGUAGE_TAGS[language]
  if (!i18next.hasResourceBundle(tag, 'translation')) {
    const { default: words } = await loaders[language]()
    i18next.addResourceBundle(tag, 'translation', words)
  }
  await i18next.changeLanguage(tag)
  document.documentElement.lang = tag
}

/** Loads the words of the language wished for; called once before the first page is shown. */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  })
  await show(wished())
}

/** Shows the pages in another language and keeps the choice on this device. */
export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language)
  await show(language)
}

/** The language shown now. */
export function useLanguage(): Language {
  const { i18n } = useTranslation()
  return LANGUAGES.find((language) => LANGUAGE_TAGS[language] === i18n.language) ?? 'en'
}

/** Words by key with figures for their {{placeholders}}; of several keys the first that is worded. */
export type Wording = (key: string | readonly string[], values?: Readonly<Record<string, unknown>>) => string

const isTrilingual = (value: unknown): value is Trilingual =>
  typeof value === 'object' && value !== null && LANGUAGES.every((language) => language in value)

/** What comes in three languages among the figures of a sentence, as a product's name, in the one shown. */
const inLanguage = (values: Parameters<Wording>[1], language: Language) =>
  values &&
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isTrilingual(value) ? value[language] : value]),
  )

/** `const t = useWords()`: the words of the language shown. A key that nobody worded shows itself. */
export function useWords(): Wording {
  const { t } = useTranslation()
  const language = useLanguage()
  return useCallback<Wording>(
    (key, values) => (t as unknown as Wording)(key, inLanguage(values, language)),
    [t, language],
  )
}

/** Whether a key is worded at all, for words that modules may but need not bring. */
export const isWorded = (key: string): boolean => i18next.exists(key)

/** Text that comes with its three languages, as clauses and products do. */
export type Trilingual = Readonly<Record<Language, string>>
