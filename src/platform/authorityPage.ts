import { simplified } from '../lib/simplified.ts'
import type { Authority } from './authority.ts'
import words from './doorWords.json' with { type: 'json' }

/* The one page that is also served over plain http: how a desk comes to trust the authority of this house. */

export const ROOT_PATHS = ['/authority.crt', '/authority.pem'] as const

const SYSTEMS = [
  ['Windows', 'windows'],
  ['macOS', 'macos'],
  ['iPhone, iPad', 'ios'],
  ['Android', 'android'],
  ['Linux', 'linux'],
] as const

/** What systems set to 简体 call these things; the converter knows other trades. In the order applied. */
const SYSTEM_WORDS: readonly (readonly [string, string])[] = [
  ['凭证授权单位', '证书颁发机构'],
  ['凭证机构', '证书颁发机构'],
  ['凭证', '证书'],
  ['钥匙圈', '钥匙串'],
  ['永远信任', '始终信任'],
  ['描述档', '描述文件'],
]
const inHans = (text: string) => SYSTEM_WORDS.reduce((now, [from, to]) => now.replaceAll(from, to), simplified(text))

type Language = 'zh-Hant' | 'zh-Hans' | 'en'

/** The first of the browser's languages that we speak. */
function languageOf(accepted: string): Language {
  for (const tag of accepted.split(',').map((one) => one.split(';')[0]!.trim().toLowerCase())) {
    if (/^zh-(tw|hk|mo|hant)/.test(tag)) return 'zh-Hant'
    if (tag.startsWith('zh')) return 'zh-Hans'
    if (tag.startsWith('en')) return 'en'
  }
  return 'en'
}

const CHARACTERS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => CHARACTERS[one]!)

/** A browser that trusts the house already is led on by itself; others read how to. */
const LEAD_ON = `const to = document.getElementById('on').href
fetch(new URL('/healthz', to), { mode: 'no-cors' }).then(() => location.protocol === 'https:' || location.replace(to), () => {})`

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:2.5rem auto;padding:0 1rem}
h1{font-size:1.5rem}code{word-break:break-all;font-size:.9rem}dt{font-weight:600;margin-top:.6rem}dd{margin:0}
.get{display:inline-block;padding:.5rem 1rem;border-radius:6px;background:#1554ad;color:#fff;text-decoration:none}
.then{margin-top:1.5rem;font-size:1.1rem}a.on{color:light-dark(#1554ad,#8ab8ff)}`

/** The page, with `https` as the address to go on to. */
export function authorityPage({ fingerprint }: Authority, https: string, accepted: string): string {
  const language = languageOf(accepted)
  const text = (key: keyof typeof words.en): string => {
    if (language === 'en') return words.en[key]
    return language === 'zh-Hans' ? inHans(words.hant[key]) : words.hant[key]
  }
  return `<!doctype html><html lang="${language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${text('title')}</title><style>${STYLE}</style>
<h1>${text('title')}</h1><p>${text('why')}</p><p>${text('once')}</p>
<p><a class="get" href="/authority.crt" download="kaibo-authority.crt">${text('get')}</a>
<a class="on" href="/authority.pem" download="kaibo-authority.pem">.pem</a></p>
<p>${text('check')}<br><code>SHA-256 ${fingerprint}</code></p>
<dl>${SYSTEMS.map(([name, key]) => `<dt>${name}</dt><dd>${text(key)}</dd>`).join('')}</dl>
<p class="then">${text('then')} <a class="on" id="on" href="${escaped(https)}">${escaped(https)}</a></p>
<script>${LEAD_ON}</script></html>`
}
