import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import type { RouterClient } from '@orpc/server'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import type { Router } from '../app/router.ts'

/** What goes along with a call: a command's own id, the same for every try of one intent. */
export type CallContext = { readonly requestId?: string }

const link = new RPCLink<CallContext>({
  url: () => new URL('/rpc', location.origin),
  headers: ({ context }) => (context.requestId ? { 'x-request-id': context.requestId } : {}),
})

/** The operations of the house, typed by its router: `await client.leads.due({ … })`. */
export const client: RouterClient<Router, CallContext> = createORPCClient(link)

/** The same operations for TanStack Query: `useQuery(api.leads.due.queryOptions({ input }))`. */
export const api = createTanstackQueryUtils(client)
