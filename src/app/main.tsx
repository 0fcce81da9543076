import { createRoot } from 'react-dom/client'

/** Browsers that know no Temporal get it before the first file that uses it. */
async function start() {
  if (!('Temporal' in globalThis)) await import('temporal-polyfill/global')
  const [{ App }, { startWords }] = await Promise.all([import('./App.tsx'), import('../client/words.ts')])
  await startWords()
  createRoot(document.getElementById('root')!).render(<App />)
}

/**
 * A page opened before an upgrade asks for files that are gone: it begins anew with the ones that are there, once, and
 * what was typed is kept (drafts). A second failure within a minute is shown as it is.
 */
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('kaibo.begunAnew') ?? 0)
  if (performance.timeOrigin + performance.now() - last < 60_000) return
  event.preventDefault()
  sessionStorage.setItem('kaibo.begunAnew', String(performance.timeOrigin + performance.now()))
  location.reload()
})

void start()
