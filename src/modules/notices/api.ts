import { z } from 'zod'
import { Id, Instant, InstantIn, Words } from '../../lib/wire.ts'
import { command, query } from '../../platform/api.ts'
import { inbox, markRead, settleOwn } from './inbox.ts'
import { NOTICE_KINDS } from './rules.ts'

/*
 * Words to persons and units: alerts and tasks to one person, praise and news to everybody of a unit. Modules to the
 * right give them by `notify` and end them by `settle`; nobody writes one by hand here. Praise is public, what is late
 * or idle is for the person and the line above [S5.1.4c]. Not a chat and not a record of what happened: that is `event`.
 */

const Notice = z.object({
  id: Id,
  kind: z.enum(NOTICE_KINDS),
  /** Words under `notice.<key>`, with these values; `person` and `group` are names of today. */
  key: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number(), Words])),
  clause: z.string().nullable(),
  link: z.string().nullable(),
  at: Instant,
  /** Given to the reader himself, not to a unit. */
  personal: z.boolean(),
  unread: z.boolean(),
  settled: z.object({ at: Instant, how: z.string() }).nullable(),
})

export const notices = {
  mine: query({
    may: 'everyone',
    input: z.object({ before: z.object({ at: InstantIn, id: Id }).optional() }),
    output: z.object({ notices: z.array(Notice), next: z.object({ at: Instant, id: Id }).nullable() }),
    summary: 'Notices to the caller and his units: new ones first, then the rest by time, paged by `next`',
    run: (ctx, { before }) => inbox(ctx, before ?? null),
  }),
  markRead: command({
    may: 'everyone',
    input: z.object({ ids: z.array(Id).min(1).max(200) }),
    output: z.object({ read: z.number() }),
    summary: 'Marks notices as read by the caller',
    run: async (ctx, { ids }) => ({ read: await markRead(ctx, ids) }),
  }),
  settle: command({
    may: 'everyone',
    input: z.object({ id: Id }),
    output: z.object({}),
    summary: 'Ends an alert or a task that was given to the caller',
    run: async (ctx, { id }) => {
      await settleOwn(ctx, id)
      return {}
    },
  }),
}
