import { open } from 'node:fs/promises'

/** Encodings of text files that offices exchange; UTF-16 is what Excel calls "Unicode text". */
export type Encoding = 'utf-8' | 'gb18030' | 'big5' | 'utf-16le'

export const ENCODINGS: readonly Encoding[] = ['utf-8', 'gb18030', 'big5', 'utf-16le']

export type EncodingGuess = {
  readonly encoding: Encoding
  /** False when two encodings read the text about equally well: let a person look at the preview. */
  readonly sure: boolean
}

/** Enough text to judge by, in bytes. */
const SAMPLE = 1024 * 1024

/**
 * Characters that most of the text in a list of people is made of, in both scripts: running words, surnames, given
 * names, addresses, heads of columns. Text read in the wrong encoding hardly ever hits one.
 */
const COMMON = new Set(
  '的一是不了在人有我他這这個个上們们來来到時时大地為为子中你說说生國国年著着就那和要她出也得里後后自以會会家可下而過过天去能對对小多然於于心學学么之都好看起發发當当没沒成只如事把還还用第樣样道想作種种開开美總总從从無无情己面最女但現现前些所同日手又行意動动' +
    '王李張张劉刘陳陈楊杨黃黄趙赵吳吴周徐孫孙馬马朱胡郭何高林羅罗鄭郑梁謝谢宋唐許许韓韩馮冯鄧邓曹彭曾肖蕭萧田董潘袁蔡蔣蒋余葉叶程蘇苏魏呂吕丁任盧卢姚沈鍾钟姜崔譚谭陸陆范汪廖石金韋韦賈贾夏付傅方鄒邹熊白孟秦邱侯江尹薛雷龍龙史陶賀贺' +
    '明華华偉伟強强軍军芳娜秀英敏靜静麗丽傑杰濤涛豔艷艳超勇娟霞平剛刚桂玲雪梅紅红玉蘭兰志建文斌宇浩佳怡欣雨子涵俊豪雅婷淑惠美慧珍春燕飛飞鵬鹏輝辉波磊洋丹萍琳瑞光榮荣福祥' +
    '省市區区縣县鎮镇鄉乡村路街道巷弄號号樓楼室幢棟栋單单元北南西東东京海廣广州深圳成都重慶庆武漢汉津湖河山安徽福浙江蘇蘇四川雲云貴贵甘肅肃青新疆寧宁內内蒙古臺台灣湾港澳' +
    '姓名電电話话機机碼码性別别男齡龄地址郵邮箱備备註注產产品保費费險险客戶户編编期間间狀状態态公司部門门組组級级類类型來源渠批次身份證证職职業业婚已未是否元萬万月星本數数量金額额合計计',
)

/** Below this share of common characters it is no Chinese text that we know; a right reading has some 0.4 and more. */
const HARDLY_ANY = 0.1
/** How much better one reading must be than the other to be sure. */
const CLEARLY = 2

type Reading = { readonly encoding: Encoding; readonly share: number }

/**
 * Share of the common characters among all that are not ASCII; less for what a right reading would not hold. `null`
 * where a byte has no meaning in the encoding, save in the last character, which the sample may have cut.
 */
function reading(bytes: Uint8Array, encoding: Encoding): Reading | null {
  let text: string
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return null
  }
  let wide = 0
  let common = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) continue
    wide += 1
    if (COMMON.has(character)) common += 1
    // Characters for private use: a reading that needs them guessed wrong.
    else if (code >= 0xe000 && code <= 0xf8ff) common -= 1
  }
  return { encoding, share: wide === 0 ? 0 : common / wide }
}

/**
 * The encoding of text by its bytes: a byte order mark, else UTF-8 where every byte fits, else GB18030 or Big5 by the
 * share of common characters. `whole` says that no byte is missing at the end. Plain ASCII is UTF-8.
 */
export function guessEncoding(bytes: Uint8Array, whole = true): EncodingGuess {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', sure: true }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', sure: true }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !whole })
    return { encoding: 'utf-8', sure: true }
  } catch {
    // Some byte is no UTF-8.
  }
  const gb = reading(bytes, 'gb18030')
  const big5 = reading(bytes, 'big5')
  if (!gb && !big5) return { encoding: 'gb18030', sure: false }
  if (!gb || !big5) {
    const only = (gb ?? big5) as Reading
    return { encoding: only.encoding, sure: only.share > HARDLY_ANY }
  }
  const [best, other] = big5.share > gb.share ? [big5, gb] : [gb, big5]
  return { encoding: best.encoding, sure: best.share > HARDLY_ANY && best.share > CLEARLY * other.share }
}

/**
 * The encoding of a file. UTF-8 is believed only if the whole file is; otherwise the text around the first byte that is
 * not ASCII decides, so that a long plain beginning says nothing.
 */
export async function encodingOf(path: string): Promise<EncodingGuess> {
  const file = await open(path)
  try {
    const chunk = Buffer.alloc(SAMPLE)
    const decoder = new TextDecoder('utf-8', { fatal: true })
    let plain = true
    let telling: Buffer | null = null
    for (let at = 0; ; ) {
      const { bytesRead } = await file.read(chunk, 0, SAMPLE, at)
      const bytes = chunk.subarray(0, bytesRead)
      if (at === 0 && bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', sure: true }
      const first = plain ? bytes.findIndex((byte) => byte > 0x7f) : -1
      if (first >= 0) {
        plain = false
        telling = Buffer.alloc(SAMPLE)
        // It begins a character in each of these encodings, so the sample does too.
        const sample = await file.read(telling, 0, SAMPLE, at + first)
        telling = telling.subarray(0, sample.bytesRead)
      }
      try {
        decoder.decode(bytes, { stream: bytesRead > 0 })
      } catch {
        return guessEncoding(telling ?? bytes, false)
      }
      if (bytesRead === 0) return { encoding: 'utf-8', sure: true }
      at += bytesRead
    }
  } finally {
    await file.close()
  }
}
