import type { client } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { useWords } from '../../client/words.ts'
import type { PayWay } from './rules.ts'

export type Product = Awaited<ReturnType<typeof client.catalog.products>>['products'][number]

/** The ways to pay of a product, in words. */
export function useWays(): (product: Pick<Product, 'payWays'>) => string {
  const t = useWords()
  return ({ payWays }) => (Object.keys(payWays) as PayWay[]).map((way) => t(`catalog.way.${way}`)).join(t('ui.and'))
}

/** The centre's day, for forms that take effect today or later. */
export const useToday = (): string => useNow(60).toZonedDateTimeISO(centreZone()).toPlainDate().toString()
