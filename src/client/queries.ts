import { ORPCError } from '@orpc/client'
import { MutationCache, QueryCache, QueryClient, type QueryFilters } from '@tanstack/react-query'
import { telling } from './telling.ts'

/** The server answered, whatever it said; anything else is a line that broke. */
export const isAnswer = (error: unknown): error is ORPCError<string, unknown> => error instanceof ORPCError

/** The name of the server's error, null when the line broke before an answer. */
export const codeOf = (error: unknown): string | null => (isAnswer(error) ? error.code : null)

/** Whether another try may help: the line broke, or the server stumbled. */
export const worthRetry = (error: unknown): boolean => !isAnswer(error) || error.status >= 500

/** Heard by the gate: the session is over, or a password of one's own is due. */
export const sessionEnded = telling<'UNAUTHORIZED' | 'PASSWORD_DUE'>()

function hear(error: unknown) {
  const code = codeOf(error)
  if (code === 'UNAUTHORIZED' || code === 'PASSWORD_DUE') sessionEnded.tell(code)
}

/*
 * What was read stays right until the live stream names its module: nothing is asked again by age or by focus, and
 * after a broken line everything is.
 */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: hear }),
  mutationCache: new MutationCache({ onError: hear }),
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      refetchOnReconnect: true,
      networkMode: 'always',
      retry: (count, error) => count < 2 && worthRetry(error),
      retryDelay: (count) => Math.min(400 * 2 ** count, 4000),
    },
  },
})

/** The module that a query asks: the first part of its operation's path. */
const moduleOf = (key: readonly unknown[]): unknown => (Array.isArray(key[0]) ? key[0][0] : undefined)

/**
 * Asks again what is on screen. A first answer that is still under way may be older than the news, and the library takes
 * it for the new one: then everything is asked once more behind it.
 */
async function askAgain(which: QueryFilters): Promise<void> {
  const early = queries
    .getQueryCache()
    .findAll(which)
    .some(({ state }) => state.data === undefined && state.fetchStatus === 'fetching')
  await queries.invalidateQueries(which)
  if (early) await queries.invalidateQueries(which)
}

const running = new Map<string, { again: boolean }>()

/**
 * Asks again what the pages on screen read of a module. One round at a time: what changes during a round starts the
 * next one after it, so that a busy floor neither piles requests up nor cancels its own.
 */
export async function refresh(module: string): Promise<void> {
  const round = running.get(module)
  if (round) {
    round.again = true
    return
  }
  const state = { again: true }
  running.set(module, state)
  try {
    while (state.again) {
      state.again = false
      await askAgain({ predicate: ({ queryKey }) => moduleOf(queryKey) === module })
    }
  } finally {
    running.delete(module)
  }
}

/** Asks everything on screen again: after a broken line nobody knows what was missed. */
export const refreshAll = (): Promise<void> => askAgain({})
