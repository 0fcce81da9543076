import { Converter } from 'opencc-js/t2cn'

/**
 * Everyday words that the converter takes for computer jargon and turns into something else: 執行 a rule would become
 * 运行 (a program runs), a 核心 member 内核 (a kernel), 指標 指针 (a pointer), 資料 数据, which on this floor means leads.
 * Their characters are simplified and the word stays. 登出 stays as it is, since 注销 is how an account is closed. The
 * look-aheads leave true jargon to the converter.
 */
const keptWords = /(執行(?![緒檔])|資料(?![庫夾])|核心|指標|效能|線上|離線|登出|啟用|停用|開啟|存檔|建立|批次)/

/**
 * What the converter leaves in a form that no mainland office writes, in the order applied. Keys are the converter's
 * output, so they are simplified characters already. Corner brackets give way to curved quotation marks.
 */
const mainlandWords: readonly (readonly [string, string])[] = [
  ['帐号', '账号'],
  ['品质', '质量'],
  ['公尺', '米'],
  ['征员', '招募'],
  ['薪资', '薪酬'],
  ['身分', '身份'],
  ['同侪', '同事'],
  ['汇整', '汇总'],
  ['逾时', '超时'],
  ['喝采', '喝彩'],
  ['预设', '默认'],
  ['浮水印', '水印'],
  ['合约', '合同'],
  ['侦测', '检测'],
  ['职涯', '职业'],
  ['「', '“'],
  ['」', '”'],
  ['『', '‘'],
  ['』', '’'],
]

const convertWords = Converter({ from: 'twp', to: 'cn' })
const convertCharacters = Converter({ from: 't', to: 'cn' })

/**
 * 繁體中文 as a Taiwan office writes it, in simplified characters and mainland words. Works on a whole JSON text as well
 * as on one sentence, since it never makes or takes away an ASCII character. Source: OpenCC's dictionaries.
 */
export const simplified = (hant: string): string => {
  const parts = hant.split(keptWords)
  const text = parts.map((part, at) => (at % 2 === 1 ? convertCharacters(part) : convertWords(part))).join('')
  return mainlandWords.reduce((words, [from, to]) => words.replaceAll(from, to), text)
}

/** The characters alone, word for word as they stand: for comparing, where no word may become another. */
export const simplifiedCharacters = (text: string): string => convertCharacters(text)
