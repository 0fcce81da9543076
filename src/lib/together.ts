/** PostgreSQL's answer to every statement after the one that failed. */
const isAfterwards = (error: unknown) => (error as { code?: unknown } | null)?.code === '25P02'

/**
 * Waits until all have ended, then gives their results, or throws the first error in the order given. Unlike
 * `Promise.all` nothing goes on behind the caller's back after an error: in a transaction that is rolled back, a step
 * that was still under way would write on a connection that already serves somebody else. Of several errors the one is
 * thrown that ended the transaction, not one of those that only tell that it has ended.
 */
export async function together<const T extends readonly unknown[]>(
  works: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(works)
  const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  if (errors.length > 0) throw errors.find((error) => !isAfterwards(error)) ?? errors[0]
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as {
    -readonly [K in keyof T]: Awaited<T[K]>
  }
}
