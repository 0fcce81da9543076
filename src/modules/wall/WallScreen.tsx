import { useEffect, useLayoutEffect } from 'react'
import { useNow } from '../../client/clock.ts'
import { LANGUAGE_NAMES, LANGUAGE_TAGS, LANGUAGES, setLanguage, useLanguage, useWords } from '../../client/words.ts'
import { variablesOf } from '../../ui/colours.ts'
import { seconds, writeIn } from '../../ui/format.ts'
import { useWall } from './useWall.tsx'
import { WallBoard } from './WallBoard.tsx'
import './wall.css'

/** A screen on the wall: always dark, no menu, nobody signed in. Code first, then its figures. [S4.3.3b] */
export function WallScreen() {
  const t = useWords()
  const language = useLanguage()
  writeIn(LANGUAGE_TAGS[language])
  const { shown, lostAt } = useWall()
  useLayoutEffect(() => {
    const { style } = document.documentElement
    style.colorScheme = 'dark'
    for (const [name, value] of variablesOf('dark')) style.setProperty(name, value)
  }, [])
  useEffect(() => {
    document.title = `${t('wall.title')} · ${t('app.name')}`
  }, [t])
  useAwake()
  if (shown?.state === 'paired') return <WallBoard wall={shown} lostAt={lostAt} />
  if (shown?.state === 'waiting' && !lostAt) return <Code code={shown.code} until={shown.until} />
  return (
    <main className="w-wall w-still">
      <p role="status">{t(lostAt ? 'wall.noLine' : 'wall.starting')}</p>
    </main>
  )
}

/** What a manager enters at his own desk, and in which language this screen is to speak. */
function Code({ code, until }: { code: string; until: string }) {
  const t = useWords()
  const language = useLanguage()
  // The house's own clock is not known yet: what is left is counted from here and asked for anew by the stream.
  const left = useLeft(until)
  return (
    <main className="w-wall w-still">
      <h1>{t('wall.codeTitle')}</h1>
      <p className="w-code" role="img" aria-label={[...code].join(' ')}>
        <span>{code.slice(0, 3)}</span> <span>{code.slice(3)}</span>
      </p>
      <p>{t('wall.codeHow')}</p>
      {left !== null && <p className="w-dim">{t('wall.codeLeft', { left })}</p>}
      <p className="w-languages">
        {LANGUAGES.map((one) => (
          <button key={one} type="button" disabled={one === language} onClick={() => void setLanguage(one)}>
            {LANGUAGE_NAMES[one]}
          </button>
        ))}
      </p>
    </main>
  )
}

/** How long a code is still good by this machine's clock; null where that clock is plainly wrong. */
function useLeft(until: string): string | null {
  const left = useNow().until(Temporal.Instant.from(until)).total('seconds')
  return left < 0 || left > 600 ? null : seconds(left)
}

/** Keeps the screen lit where the browser can be asked to; again after it was hidden. */
function useAwake() {
  useEffect(() => {
    const stop = new AbortController()
    const ask = () => {
      if (document.visibilityState === 'visible') void navigator.wakeLock?.request('screen').catch(() => undefined)
    }
    ask()
    document.addEventListener('visibilitychange', ask, { signal: stop.signal })
    return () => stop.abort()
  }, [])
}
