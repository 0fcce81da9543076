import type { Cell } from '../../lib/xlsxCells.ts'

/* Cells of a list as people and systems write them, read into values; null where nobody could tell. Pure. */

const text = (cell: Cell): string => (cell === null ? '' : String(cell).normalize('NFKC').trim())

const MALE = /^(男(士|性)?|m|male|mr\.?|先生)$/i
const FEMALE = /^(女(士|性)?|f|female|ms\.?|mrs\.?|小姐)$/i

export function readGender(cell: Cell): 'male' | 'female' | null {
  const word = text(cell)
  return MALE.test(word) ? 'male' : FEMALE.test(word) ? 'female' : null
}

const day = (year: string, month: string, date: string): Temporal.PlainDate | null => {
  try {
    return Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(date) },
      { overflow: 'reject' },
    )
  } catch {
    return null
  }
}

const YEAR_FIRST = /^((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*(?:日|(?=$|[T\s]))/
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})$/

/** A day written year first, in whatever way; day-first and month-first ones are two days at once and therefore none. */
export function readDay(cell: Cell): Temporal.PlainDate | null {
  const found = YEAR_FIRST.exec(text(cell)) ?? COMPACT.exec(text(cell))
  return found ? day(found[1]!, found[2]!, found[3]!) : null
}

const TIME = /(?:^|[T\s])(\d{1,2})[:點点时時](\d{2})?(?::\d{2})?分?$/

/** A moment on the wall clock of a zone: a day with or without a time; without one it is the day's beginning. */
export function readMoment(cell: Cell, zone: string): Temporal.Instant | null {
  const on = readDay(cell)
  if (!on) return null
  const rest = text(cell).replace(YEAR_FIRST, '').trim()
  if (rest === '' || COMPACT.test(text(cell))) return on.toZonedDateTime(zone).toInstant()
  const clock = TIME.exec(rest.replace(/^T/, ' '))
  const [hour, minute] = [Number(clock?.[1] ?? 99), Number(clock?.[2] ?? 0)]
  if (hour > 23 || minute > 59) return null
  return on.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from({ hour, minute }) }).toInstant()
}

const WINDOW = /^(\d{1,2})(?:[::點点时時](\d{2})?)?\s*(?:-|–|—|~|至|到|to)\s*(\d{1,2})(?:[::點点时時](\d{2})?)?$/i
const two = (n: number) => String(n).padStart(2, '0')

/** Windows of a day in which a customer wishes to be called: '10:00-12:00', '9點至11點、14:00~16:00'. */
export function readWish(cell: Cell): [string, string][] | null {
  const windows = text(cell)
    .split(/[,;、]/)
    .map((part) => part.trim())
  const read = windows.flatMap((part): [string, string][] => {
    const found = WINDOW.exec(part)
    if (!found) return []
    const clock = (hour: string, minute: string | undefined) => `${two(Number(hour))}:${minute ?? '00'}`
    const [from, to] = [clock(found[1]!, found[2]), clock(found[3]!, found[4])]
    return from < to && to <= '24:00' && !/:[6-9]/.test(from + to) ? [[from, to]] : []
  })
  return read.length === windows.length && read.length > 0 ? read : null
}

/** An IANA time zone, null where there is none of that name. */
export function readZone(cell: Cell): string | null {
  // Most lists have no such column, and a thrown error a row is dear.
  if (cell === null) return null
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text(cell)).timeZoneId
  } catch {
    return null
  }
}

/** The region as customers keep it: in China the province's two digits, elsewhere the state's letters. */
export function readRegion(cell: Cell, country: string): string | null {
  if (country === 'CN') return provinceOf(text(cell))
  return /^[A-Za-z]{2,3}$/.test(text(cell)) ? text(cell).toUpperCase() : null
}

export function readAge(cell: Cell): number | null {
  const age = /^(\d{1,3})\s*(歲|岁)?$/.exec(text(cell))?.[1]
  return age !== undefined && Number(age) <= 120 ? Number(age) : null
}

/** A name without the line ends and marks that systems leave in it; null for none. */
export const readName = (cell: Cell): string | null => text(cell).replaceAll(/\s+/g, ' ').slice(0, 100) || null

/** Provinces of China by GB/T 2260, as lists write them: the short name in both scripts and in pinyin. */
const PROVINCES: Readonly<Record<string, string>> = {
  '11': '北京 beijing',
  '12': '天津 tianjin',
  '13': '河北 hebei',
  '14': '山西 shanxi',
  '15': '内蒙古 內蒙古 innermongolia neimenggu',
  '21': '辽宁 遼寧 liaoning',
  '22': '吉林 jilin',
  '23': '黑龙江 黑龍江 heilongjiang',
  '31': '上海 shanghai',
  '32': '江苏 江蘇 jiangsu',
  '33': '浙江 zhejiang',
  '34': '安徽 anhui',
  '35': '福建 fujian',
  '36': '江西 jiangxi',
  '37': '山东 山東 shandong',
  '41': '河南 henan',
  '42': '湖北 hubei',
  '43': '湖南 hunan',
  '44': '广东 廣東 guangdong',
  '45': '广西 廣西 guangxi',
  '46': '海南 hainan',
  '50': '重庆 重慶 chongqing',
  '51': '四川 sichuan',
  '52': '贵州 貴州 guizhou',
  '53': '云南 雲南 yunnan',
  '54': '西藏 tibet xizang',
  '61': '陕西 陝西 shaanxi',
  '62': '甘肃 甘肅 gansu',
  '63': '青海 qinghai',
  '64': '宁夏 寧夏 ningxia',
  '65': '新疆 xinjiang',
  '71': '台湾 臺灣 台灣 taiwan',
  '81': '香港 hongkong',
  '82': '澳门 澳門 macau macao',
}

const names = Object.entries(PROVINCES).flatMap(([code, words]) =>
  words.split(' ').map((name) => [name, code] as const),
)

/**
 * The two digits of the province that a cell names: by its beginning (廣東省深圳市), its code (44, 440300), or in pinyin.
 * Null for anything else, a city without its province included.
 */
export function provinceOf(text: string): string | null {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase()
  const code = /^(\d{2})(\d{4})?$/.exec(plain)?.[1]
  if (code) return code in PROVINCES ? code : null
  return (
    names.find(([name]) =>
      /^[a-z]/.test(name) ? plain.replace(/(province|shi|sheng)$/, '') === name : plain.startsWith(name),
    )?.[1] ?? null
  )
}
