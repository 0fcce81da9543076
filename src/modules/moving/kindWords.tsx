import { useWords } from '../../client/words.ts'

/** Words of fields, list words and reasons of a take-over. */
export function useKindWords() {
  const t = useWords()
  return {
    field: (field: string) => t(`moving.field.${field}`),
    word: (about: string, value: string) => t(`moving.word.${about}.${value}`),
    code: (code: string) => t([`moving.code.${code}`, `sheets.code.${code}`]),
    brings: (brings: Readonly<Record<string, number>>) =>
      Object.entries(brings).map(([name, count]) => {
        const [what, detail] = name.split('.')
        const known = ['role.tsr', 'role.tl', 'role.um'].includes(name) ? name : what === 'role' ? 'role.other' : name
        return {
          key: name,
          label:
            what === 'cases'
              ? t(`moving.word.saleState.${detail}`)
              : t([`moving.bring.${known}`, `moving.bring.${what}`]),
          count,
        }
      }),
  }
}
