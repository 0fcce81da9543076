import { queryOptions } from '@tanstack/react-query'
import { api, client } from './api.ts'
import { clockDoubted, setClock } from './clock.ts'
import { forgetDrafts } from './draft.ts'
import { queries, worthRetry } from './queries.ts'

/* Who is signed in, asked by the gate; the answer also sets the centre's clock. */

/** The browser's count drifts with a sleeping machine: the clock is set anew this often. */
const CLOCK_EVERY = 5 * 60_000

export const meQuery = queryOptions({
  queryKey: api.access.me.queryKey({ input: {} }),
  queryFn: async ({ signal }) => {
    const me = await client.access.me({}, { signal })
    setClock(me.clock, me.centre.timeZone)
    return me
  },
  retry: (count, error) => count < 4 && worthRetry(error),
  refetchInterval: CLOCK_EVERY,
  refetchOnWindowFocus: 'always',
})

clockDoubted.listen(() => void queries.invalidateQueries({ queryKey: meQuery.queryKey }))

const tabs = new BroadcastChannel('kaibo.session')
tabs.onmessage = () => void queries.invalidateQueries({ queryKey: meQuery.queryKey })

/** After signing in: this tab and the others ask again who they are. */
export async function signedIn(): Promise<void> {
  tabs.postMessage('changed')
  await queries.invalidateQueries({ queryKey: meQuery.queryKey })
}

/** Ends the session by hand. Half-written forms of this tab go, and so does everything that was read. */
export async function signOut(): Promise<void> {
  await client.access.signOut({})
  forgetDrafts()
  tabs.postMessage('changed')
  location.assign('/')
}
