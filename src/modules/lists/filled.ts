import type { Grade, Target } from './rules.ts'

/** What is filled in of an import; it survives a reload until the import has begun or is thrown away. */
export type Filled = {
  readonly step: number
  readonly fileId: string | null
  readonly fileName: string
  readonly encoding?: 'utf-8' | 'gb18030' | 'big5' | 'utf-16le' | undefined
  readonly delimiter?: ',' | ';' | '\t' | '|' | undefined
  readonly sheet?: string
  readonly headerRow?: number | null
  readonly headers: readonly string[]
  readonly mapping: readonly Target[]
  readonly hidden: 'take' | 'skip'
  readonly country: string
  readonly grade: Grade
  readonly name: string
  readonly source: string
  readonly purpose: 'sale' | 'service'
  readonly consentEvidence: string
  readonly consentGivenOn: string
  readonly consentExpiresOn: string
  readonly productId: string | null
  readonly listPrice: string
  readonly expiresOn: string
  readonly batchId: string | null
}

export const NOTHING: Filled = {
  ...{ step: 0, fileId: null, fileName: '', headers: [], mapping: [], hidden: 'skip', country: 'CN', grade: 'B' },
  ...{ name: '', source: '', purpose: 'sale', consentEvidence: '', consentGivenOn: '', consentExpiresOn: '' },
  ...{ productId: null, listPrice: '', expiresOn: '', batchId: null },
}

export type StepProps = {
  readonly filled: Filled
  readonly set: (changes: Partial<Filled>) => void
  readonly go: (step: number) => void
}

/** How the file is opened, as operations take it: only what somebody said. */
export const openingOf = ({ encoding, delimiter, sheet, headerRow }: Filled) => ({
  ...(encoding && { encoding }),
  ...(delimiter && { delimiter }),
  ...(sheet !== undefined && { sheet }),
  ...(headerRow !== undefined && { headerRow }),
})
