import { randomUUID } from 'node:crypto'
import type { attendance } from '../src/modules/attendance/api.ts'
import type { calls } from '../src/modules/calls/api.ts'
import type { Name } from './cast.ts'
import { inHand } from './selling.ts'
import type { Batch } from './stocked.ts'
import type { World } from './world.ts'

/* What agents do at their desks, through the operations as a page calls them. */

type DeskWorld = World<{ calls: typeof calls; attendance: typeof attendance }>
type RecordIn = Parameters<ReturnType<DeskWorld['as']>['calls']['record']>[0]
export type OpenCall = { readonly tabId: string; readonly callId: string }

/** The desks of a world. A test of one file has its own. */
export function desksOf(w: DeskWorld, list: Batch) {
  const tabs = new Map<Name, string>()

  /** An agent online at an opened desk with so many more fresh leads in hand. */
  async function atDesk(name: Name, leads = 1): Promise<{ tabId: string; leadIds: string[] }> {
    const tabId = tabs.get(name) ?? randomUUID()
    tabs.set(name, tabId)
    const leadIds = await inHand(w, list, name, leads)
    await w.as(name).attendance.goOnline({})
    await w.as(name).calls.open({ tabId, takeOver: true })
    return { tabId, leadIds }
  }
  const desk = (name: Name) => w.as(name).calls.desk({})

  /** Takes the next lead and dials it at its first number. */
  async function dialling(name: Name) {
    const tabId = tabs.get(name)!
    await w.as(name).calls.next({ tabId })
    const { callId, phoneId, lead, customer } = await desk(name)
    if (!callId) throw new Error(`${name} has nothing to call`)
    const shown = await w.as(name).calls.dial({ tabId, phoneId: phoneId! })
    return { tabId, callId, phoneId: phoneId!, leadId: lead!.id, customerId: customer!.id, shown }
  }
  /** Records a call; unless said otherwise it was answered and the customer wants to be called another time. */
  const record = (name: Name, { tabId, callId }: OpenCall, more: Partial<RecordIn> = {}) =>
    w.as(name).calls.record({ tabId, callId, lineResult: 'answered', outcome: 'later', ...more })

  /** Empties desks and hands, so that the next test begins anew. */
  async function clear(): Promise<void> {
    tabs.clear()
    await w.sql`delete from desk`
    await w.sql`delete from callback`
    await w.sql`update lead set state = 'closed', closed_as = 'expired', closed_at = due_at, due_at = null
      where state <> 'closed'`
  }
  return { atDesk, desk, dialling, record, clear }
}
