import { createRoot } from 'react-dom/client'

/** Browsers that know no Temporal get it before the first file that uses it. */
async function start() {
  if (!('Temporal' in globalThis)) await import('temporal-polyfill/global')
  const [{ App }, { startWords }] = await Promise.all([import('./App.tsx'), import('../client/words.ts')])
  await startWords()
  createRoot(document.getElementById('root')!).render(<App />)
}

void start()
