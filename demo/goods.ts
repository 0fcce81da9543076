import { addProduct, addScript, type NewScript } from '../src/modules/catalog/catalog.ts'
import type { PayWays } from '../src/modules/catalog/rules.ts'
import type { Ctx } from '../src/platform/context.ts'

/* What the demo centre sells, and how it is said. */

const said = (hant: string, en: string) => ({ hant, en })
const SINCE = Temporal.PlainDate.from('2024-01-08')

/** What has to be said before an application, in our own words. Source: 保险销售行为管理办法 arts 25 to 27. */
const DISCLOSURES: NewScript['disclosures'] = [
  {
    key: 'insurance',
    text: said('說明這是一份保險，以及保險公司名稱', 'That this is insurance, and by which company'),
  },
  { key: 'cover', text: said('產品名稱、保什麼、保多久', 'Name of the product, what it covers and how long') },
  { key: 'premium', text: said('保費多少、怎麼交、交多久', 'How much is paid, how, and for how long') },
  { key: 'exclusions', text: said('哪些情形不賠', 'What is not covered') },
  { key: 'health', text: said('如實告知的義務和不告知的後果', 'The duty to tell the truth, and what follows if not') },
  { key: 'waiting', text: said('等待期與寬限期', 'Waiting and grace periods') },
  { key: 'coolingOff', text: said('猶豫期有多久、怎麼退', 'How long the cooling-off period is, and how to use it') },
  { key: 'surrender', text: said('退保會有的損失與現金價值', 'What is lost on surrender, and the cash value') },
  { key: 'service', text: said('理賠方式與客服電話', 'How to claim, and the service number') },
]

const script = (
  cover: readonly [hant: string, en: string],
  question: readonly [hant: string, en: string],
): NewScript => ({
  effectiveOn: SINCE,
  sections: [
    {
      key: 'opening',
      title: said('開場', 'Opening'),
      text: said(
        '{{customer}}您好，我是{{centre}}的{{agent}}，登記號可以在官網查到。這通電話會全程錄音，方便說兩分鐘嗎？',
        'Good day {{customer}}, this is {{agent}} of {{centre}}; my registration can be looked up on our site. The call is recorded. Do you have two minutes?',
      ),
    },
    { key: 'need', title: said('了解需要', 'Needs'), text: said(...question) },
    { key: 'offer', title: said('介紹', 'Offer'), text: said(...cover) },
    {
      key: 'doubts',
      title: said('異議', 'Doubts'),
      text: said(
        '您想再考慮很正常。您最在意的是保費、保障，還是想先跟家人商量？我按您在意的那一點說清楚，您再決定。',
        'It is right to think it over. Is it the premium, the cover, or would you like to ask your family first? I will make that one point clear, and you decide.',
      ),
    },
    {
      key: 'closing',
      title: said('確認與告知', 'Closing and disclosures'),
      text: said(
        '下面幾點我需要逐條說清楚，您聽到不明白的地方可以隨時打斷我。',
        'I have to go through these points one by one; stop me wherever something is not clear.',
      ),
    },
  ],
  disclosures: DISCLOSURES,
})

type Good = {
  readonly code: string
  readonly name: ReturnType<typeof said>
  readonly payWays: PayWays
  readonly standardFactor: number
  readonly minPremium: number
  readonly script: NewScript
}

const GOODS = [
  {
    code: 'AN-ACC',
    name: said('安行意外保障', 'Safe Journey accident cover'),
    payWays: { monthly: 12, yearly: 1 },
    standardFactor: 0.2,
    minPremium: 60,
    script: script(
      [
        '{{product}}保交通與日常意外，住院每天有津貼，門診也能報銷，每月六十元起。',
        '{{product}} covers accidents on the road and at home, pays a daily sum in hospital and outpatient bills, from 60 a month.',
      ],
      [
        '您平常是開車還是坐車上下班？家裡誰的收入擔子最重？',
        'Do you drive or ride to work? On whose income does the family rest?',
      ],
    ),
  },
  {
    code: 'KANG-CI',
    name: said('康護重疾保險', 'Steady Health critical illness'),
    payWays: { monthly: 12, quarterly: 4, yearly: 1 },
    standardFactor: 0.35,
    minPremium: 180,
    script: script(
      [
        '{{product}}確診合同列明的重疾就給付一筆錢，治療、還貸、停工的收入都能用，不看發票。',
        '{{product}} pays a sum on diagnosis of a listed illness, for treatment, loans or lost income, without invoices.',
      ],
      [
        '您和家人現在有醫保以外的保障嗎？萬一停工半年，房貸怎麼安排？',
        'Do you have cover beyond the public one? If you could not work for half a year, who would pay the loan?',
      ],
    ),
  },
  {
    code: 'FU-ANN',
    name: said('福滿年年年金', 'Every Year annuity'),
    payWays: { yearly: 1, single: 1 },
    standardFactor: 1,
    minPremium: 5000,
    script: script(
      [
        '{{product}}按年存，約定年齡開始每年領，領多少寫在合同裡；提前退保會有損失。',
        '{{product}} is paid in yearly and paid out every year from an agreed age, by what the contract says; surrendering early costs.',
      ],
      [
        '您對孩子的教育和自己的養老，打算從什麼時候開始準備？',
        'From when do you mean to save for school or for old age?',
      ],
    ),
  },
] as const satisfies readonly Good[]

export type GoodCode = (typeof GOODS)[number]['code']
export type Priced = Pick<Good, 'payWays' | 'standardFactor' | 'minPremium'>

/** Enters the products with their scripts. Answers their ids and figures by code. */
export async function addGoods(ctx: Ctx): Promise<ReadonlyMap<GoodCode, Priced & { readonly id: string }>> {
  const made = new Map<GoodCode, Priced & { readonly id: string }>()
  for (const { script: text, ...good } of GOODS) {
    const id = await addProduct(ctx, { ...good, subject: 'life', effectiveOn: SINCE })
    await addScript(ctx, id, text)
    made.set(good.code, { ...good, id })
  }
  return made
}
