import { createRoot } from 'react-dom/client'

/** Browsers that know no Temporal get it before the first file that uses it. */
async function start() {
  if (!('Temporal' in globalThis)) await import('temporal-polyfill/global')
  // A screen on the wall has no person: it stands beside the pages behind the gate and brings nothing of theirs.
  const page = /^\/wall\/?$/.test(location.pathname)
    ? import('../modules/wall/WallScreen.tsx').then(({ WallScreen }) => WallScreen)
    : import('./App.tsx').then(({ App }) => App)
  const [Page, { startWords }] = await Promise.all([page, import('../client/words.ts')])
  await startWords()
  createRoot(document.getElementById('root')!).render(<Page />)
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
