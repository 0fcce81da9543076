/** What is filled in; it survives a reload until the file is taken in or thrown away. */
export type Filled = {
  readonly step: number
  readonly fileId: string | null
  readonly fileName: string
  readonly headless: boolean
  readonly columns: Readonly<Record<string, string | null>>
  readonly prefix: string
  readonly aheadSeconds: number
  readonly recordFileId: string | null
}
export const NOTHING: Filled = {
  ...{
    step: 0,
    fileId: null,
    fileName: '',
    headless: false,
    columns: {},
    prefix: '',
    aheadSeconds: 0,
    recordFileId: null,
  },
}
export type StepProps = { readonly filled: Filled; set(changes: Partial<Filled>): void }

/** The file as operations take it. */
export const inputOf = ({ fileId, headless, columns }: Filled) => ({
  fileId: fileId ?? '',
  columns,
  ...(headless && { headerRow: null }),
})
