import type { client } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { useWords } from '../../client/words.ts'
import { PAY_WAYS } from './rules.ts'

export type Product = Awaited<ReturnType<typeof client.catalog.products>>['products'][number]

/** The ways to pay of a product, in words. */
export function useWays(): (product: Pick<Product, 'payWays'>) => string {
  const t = useWords()
  return ({ payWays }) =>
    PAY_WAYS.filter((way) => payWays[way] !== undefined)
      .map((way) => t(`catalog.way.${way}`))
      .join(t('ui.and'))
}

/** The centre's day, for forms that take effect today or later. */
export const useToday = (): string => useNow(60).toZonedDateTimeISO(centreZone()).toPlainDate().toString()
