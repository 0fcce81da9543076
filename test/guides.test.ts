import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PICTURES } from '../scripts/pictureList.ts'

/* The guides name pictures and pages that exist, the same in both languages. */

const home = join(import.meta.dirname, '..')
const folder = join(home, 'docs/guide')
const read = (file: string) => readFileSync(join(folder, file), 'utf8')
const guides = globSync('*.*.md', { cwd: folder }).sort()
const picturesOf = (text: string) => [...text.matchAll(/\(pictures\/([\w-]+)\.([\w-]+)\.webp\)/g)]
const pagesOf = (text: string) => [...text.matchAll(/`(\/[\w/-]*)`/g)].map(([, path]) => path!)

const routes = readFileSync(join(home, 'src/app/routes.tsx'), 'utf8')
/** The wall stands beside the pages behind the gate. */
const known = new Set(['/wall', ...[...routes.matchAll(/\bpage\('([^']+)'/g)].map(([, path]) => path!)])

type Dictionary = Record<string, string>
const worded = globSync('src/**/words.json', { cwd: home }).map(
  (file) => JSON.parse(readFileSync(join(home, file), 'utf8')) as { hant: Dictionary; en: Dictionary },
)
const wordsIn = (language: string) => worded.flatMap(({ hant, en }) => Object.values(language === 'en' ? en : hant))

test('there is a guide of each role in both languages, and the index names every one', () => {
  const names = [...new Set(guides.map((file) => file.split('.')[0]!))]
  expect(names.length).toBeGreaterThan(6)
  expect(guides).toEqual(names.flatMap((name) => [`${name}.en.md`, `${name}.zh-Hant.md`]).sort())
  const index = read('README.md')
  expect(guides.filter((file) => !index.includes(`(${file})`))).toEqual([])
})

test.each(guides)('%s names pictures in its language and pages that exist, as its twin does', (file) => {
  const [name, language] = file.split('.') as [string, string]
  const text = read(file)
  const pictures = picturesOf(text)
  expect(pictures.filter(([, , of]) => of !== language)).toEqual([])
  for (const [, picture] of pictures)
    expect([picture, statSync(join(folder, 'pictures', `${picture}.${language}.webp`)).size < 150_000]).toEqual([
      picture,
      true,
    ])
  expect(pagesOf(text).filter((path) => !known.has(path))).toEqual([])
  // What stands bold is what stands on the page.
  const words = wordsIn(language)
  const bold = [...text.matchAll(/\*\*(.+?)\*\*/g)].map(([, word]) => word!)
  expect(bold.filter((word) => !words.some((one) => one.startsWith(word)))).toEqual([])
  const twin = read(`${name}.${language === 'en' ? 'zh-Hant' : 'en'}.md`)
  expect(pagesOf(text)).toEqual(pagesOf(twin))
  expect(pictures.map(([, picture]) => picture)).toEqual(picturesOf(twin).map(([, picture]) => picture))
})

test('every picture that lies there is shown, and can be taken anew by its name', () => {
  const shown = new Set(
    guides.flatMap((file) => picturesOf(read(file)).map(([, picture, of]) => `${picture}.${of}.webp`)),
  )
  expect(globSync('*.webp', { cwd: join(folder, 'pictures') }).sort()).toEqual([...shown].sort())
  const names = new Set(PICTURES.map(({ name }) => name))
  expect([...shown].filter((file) => !names.has(file.split('.')[0]!))).toEqual([])
})
