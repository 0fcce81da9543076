/** What a sheet of a take-over brings, in the order of loading: what others name comes before them. */
export const KIND_NAMES = [
  'people',
  'ranks',
  'batches',
  'doNotCall',
  'consents',
  'leads',
  'cases',
  'month',
  'quarters',
  'planning',
  'leave',
  'funds',
] as const
export type KindName = (typeof KIND_NAMES)[number]
