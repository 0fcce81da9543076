import type { Rank } from '../src/modules/people/rules.ts'
import type { Role } from '../src/platform/actor.ts'

/* Who works in the demo centre, and where. Nobody of them exists. */

/** Everybody's password, for those who sign in by hand. */
export const DEMO_PASSWORD = 'harbour-at-nine-twenty'

/** Regions with their groups, in the order of the tree. */
export const TREE = [
  ['東區', ['晨光組', '潮汐組', '遠帆組']],
  ['西區', ['頂峰組', '磐石組', '飛羽組']],
] as const
export type GroupName = (typeof TREE)[number][1][number]

export type Member = {
  /** User name and staff number. */
  readonly username: string
  readonly name: string
  readonly unit: string
  readonly role: Role
  readonly rank: Rank | null
  readonly since: string
  /** How much of the middle pace and luck: 1 is the middle. */
  readonly skill: number
}

const HEADS: readonly (readonly [username: string, name: string, unit: string, role: Role, rank: Rank | null])[] = [
  ['guo', '郭文華', 'root', 'deptManager', 'centreHead'],
  ['hao', '郝立', 'root', 'deputyGm', null],
  ['liu', '劉敏', 'root', 'dataOfficer', null],
  ['qin', '秦朗', 'root', 'qualityInspector', null],
  ['tan', '譚靜', 'root', 'trainer', null],
  ['ada', '艾達', 'root', 'admin', null],
  ['wen', '溫嵐', '東區', 'um', 'um'],
  ['xu', '許航', '西區', 'um', 'um'],
  ['lin', '林夏', '晨光組', 'tl', 'tl'],
  ['tao', '陶樂', '潮汐組', 'tl', 'tl'],
  ['yuan', '袁帆', '遠帆組', 'tl', 'tl'],
  ['su', '蘇恆', '頂峰組', 'tl', 'tl'],
  ['shi', '石磊', '磐石組', 'tl', 'tl'],
  ['yu', '余翔', '飛羽組', 'tl', 'tl'],
]

/** Agents by group; the first of each has been there longest. */
const AGENTS: Readonly<Record<GroupName, string>> = {
  晨光組: 'ann 安寧 bo 柏川 chen 陳一 duan 段思琪 feng 馮子昂 he 何書儀 jiang 江澄 kong 孔令儀 luo 羅景行',
  潮汐組: 'deng 鄧飛 gao 高遠 han 韓雨桐 jia 賈若水 kang 康寧 lei 雷鳴 mo 莫小棠 nie 聶清越',
  遠帆組: 'ou 歐陽婷 pan 潘向南 qiu 邱澤 ren 任嘉禾 shao 邵雲 tang 湯予安 tu 涂雅雯 wan 萬里',
  頂峰組: 'fang 方可 wu 吳欣妍 xia 夏銘 xie 謝明軒 xiong 熊壯 yan 嚴冬青 yang 楊柳 yao 姚夢潔',
  磐石組: 'ye 葉知秋 yin 尹晨曦 you 尤佳 zeng 曾可欣 zhai 翟永寧 zhao 趙一鳴 zhong 鍾靈 zhou 周沐白',
  飛羽組: 'zhu 朱晏 zhuang 莊夢蝶 zou 鄒衍之 bai 白露 cai 蔡宛如 cui 崔家樂 ding 丁香 dong 董卓然',
}

/** From trainee to principal by how long somebody has been there; `at` = place in the group. */
const RANK_OF: readonly Rank[] = [
  ...(['principalTsr', 'seniorTsr', 'seniorTsr', 'tsr', 'tsr', 'tsr', 'tsr', 'trainee', 'trainee'] as const),
]
const SINCE = [
  ...['2022-03-07', '2023-02-13', '2023-09-04', '2024-01-08', '2024-06-03', '2025-02-10'],
  ...['2025-08-04', '2026-03-02', '2026-04-13'],
]
const SKILLS = [1.35, 1.1, 1.2, 0.95, 1.05, 0.85, 0.75, 0.7, 0.6]

const agents = Object.entries(AGENTS).flatMap(([unit, list]) => {
  const words = list.split(' ')
  return words
    .filter((_, at) => at % 2 === 0)
    .map((username, at): Member => {
      // The heads of the cast that everybody signs in as keep what they are known for.
      const rank = username === 'fang' ? 'trainee' : username === 'ann' ? 'seniorTsr' : RANK_OF[at]!
      return {
        ...{ username, name: words[at * 2 + 1]!, unit, role: 'tsr', rank, skill: SKILLS[at]! },
        since: username === 'fang' ? '2026-04-13' : SINCE[at]!,
      }
    })
})

export const MEMBERS: readonly Member[] = [
  ...HEADS.map(
    ([username, name, unit, role, rank]): Member => ({
      ...{ username, name, unit, role, rank, since: '2021-05-10', skill: 1 },
    }),
  ),
  ...agents,
]

/** Moved two weeks ago: what she did before stays with the group where she was. */
export const MOVED = { username: 'luo', from: '潮汐組', to: '晨光組', on: '2026-06-03' } as const
/** On leave this week, with who acts in his place. */
export const AWAY = { username: 'yu', group: '飛羽組', acting: 'zhu', from: '2026-06-15', until: '2026-06-20' } as const

/** Made-up people of the lists. */
export const FAMILY_NAMES = [
  ...'王李張劉陳楊趙黃周吳徐孫胡朱高林何郭馬羅梁宋鄭謝韓唐馮于董蕭程曹袁鄧許傅沈曾彭呂蘇盧蔣蔡賈丁魏薛葉閻余潘杜戴夏鍾汪田任姜范方石',
]
export const GIVEN_NAMES: readonly string[] =
  `偉 芳 娜 秀英 敏 靜 麗 強 磊 軍 洋 勇 艷 杰 娟 濤 明 超 秀蘭 霞 平 剛 桂英 文博 雨欣 子涵 浩然 梓萱 思遠 佳怡 俊傑 詩涵 宇軒 曉彤
  建國 淑珍 志強 玉蘭 海燕 國慶 春梅 永強 麗娟 曉東 文靜 建華 美玲 家豪 雅婷 志明 淑芬 俊宏 怡君 冠宇 宗翰 佩珊 立群 承翰 景行 若蘭 清揚 知遠`
    .split(/\s+/)
    .filter((name) => name !== '')
export const PROVINCES = [
  ...['廣東省', '浙江省', '江蘇省', '山東省', '河南省', '四川省', '湖北省', '湖南省', '福建省', '上海市', '北京市'],
  ...['安徽省', '河北省', '陝西省', '遼寧省', '重慶市', '江西省', '天津市'],
]
