import { DesktopOutlined, GlobalOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons'
import { Segmented, Select } from 'antd'
import { APPEARANCES, type Appearance, setAppearance, useAppearance } from '../client/appearance.ts'
import { LANGUAGE_NAMES, LANGUAGES, setLanguage, useLanguage, useWords } from '../client/words.ts'

const SIGNS = { system: <DesktopOutlined />, light: <SunOutlined />, dark: <MoonOutlined /> }

/** The language of the pages, kept on this device. */
export function LanguageChoice() {
  const t = useWords()
  const language = useLanguage()
  return (
    <Select
      aria-label={t('prefs.language')}
      prefix={<GlobalOutlined aria-hidden />}
      value={language}
      onChange={(next) => void setLanguage(next)}
      options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      popupMatchSelectWidth={false}
    />
  )
}

/** Light, dark or as the machine is set, kept on this device. */
export function LightChoice() {
  const t = useWords()
  const appearance = useAppearance()
  return (
    <Segmented<Appearance>
      aria-label={t('prefs.light')}
      value={appearance}
      onChange={setAppearance}
      options={APPEARANCES.map((value) => ({
        value,
        icon: SIGNS[value],
        title: t(`prefs.light.${value}`),
        label: <span className="k-hidden">{t(`prefs.light.${value}`)}</span>,
      }))}
    />
  )
}

export function Preferences() {
  return (
    <div className="k-row">
      <LanguageChoice />
      <LightChoice />
    </div>
  )
}
