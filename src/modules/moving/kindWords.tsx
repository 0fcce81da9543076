import { useWords } from '../../client/words.ts'

/** Words of fields, list words and reasons of a take-over. */
export function useKindWords() {
  const t = useWords()
  return {
    field: (field: string) => t(`brought.field.${field}`),
    word: (about: string, value: string) => t([`brought.word.${about}.${value}`, `${about}.${value}`]),
    code: (code: string) => t([`brought.code.${code}`, `sheets.code.${code}`]),
    brings: (brings: Readonly<Record<string, number>>) =>
      Object.entries(brings).map(([name, count]) => {
        const [what, detail] = name.split('.')
        const known = ['role.tsr', 'role.tl', 'role.um'].includes(name) ? name : what === 'role' ? 'role.other' : name
        return {
          key: name,
          label:
            what === 'cases'
              ? t(`brought.word.saleState.${detail}`)
              : t([`brought.bring.${known}`, `brought.bring.${what}`]),
          count,
        }
      }),
  }
}
