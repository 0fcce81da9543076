import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App as AntApp, ConfigProvider } from 'antd'
import enGB from 'antd/locale/en_GB'
import zhCN from 'antd/locale/zh_CN'
import zhTW from 'antd/locale/zh_TW'
import { useLayoutEffect } from 'react'
import { useDark, useStill } from '../client/appearance.ts'
import { queries } from '../client/queries.ts'
import { LANGUAGE_TAGS, useLanguage } from '../client/words.ts'
import { variablesOf } from '../ui/colours.ts'
import { writeIn } from '../ui/format.ts'
import { antTheme } from '../ui/theme.ts'
import '../ui/ui.css'
import './app.css'
import { routes } from './routes.tsx'

const LOCALES = { hant: zhTW, hans: zhCN, en: enGB }

/** What every page stands in: colours, language, queries and the way between pages. */
export function App() {
  const light = useDark() ? 'dark' : 'light'
  const still = useStill()
  const language = useLanguage()
  writeIn(LANGUAGE_TAGS[language])
  useLayoutEffect(() => {
    const { style } = document.documentElement
    style.colorScheme = light
    for (const [name, value] of variablesOf(light)) style.setProperty(name, value)
  }, [light])
  return (
    <ConfigProvider theme={antTheme(light, !still)} locale={LOCALES[language]} button={{ autoInsertSpace: false }}>
      <AntApp className="k-app" message={{ maxCount: 3 }}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={routes} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  )
}
