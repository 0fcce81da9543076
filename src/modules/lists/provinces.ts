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
