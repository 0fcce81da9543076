/**
 * Waits until all have ended, then gives their results, or throws the first error in the order given. Unlike
 * `Promise.all` nothing goes on behind the caller's back after an error: in a transaction that is rolled back, a step
 * that was still under way would write on a connection that already serves somebody else.
 */
export async function together<const T extends readonly unknown[]>(
  works: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(works)
  for (const one of settled) if (one.status === 'rejected') throw one.reason
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as {
    -readonly [K in keyof T]: Awaited<T[K]>
  }
}
