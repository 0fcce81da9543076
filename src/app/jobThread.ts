import { loadSignedIn } from '../modules/people/people.ts'
import { rulesOf } from '../modules/rulebook/inForce.ts'
import { workInThread } from '../platform/thread.ts'
import { LONG } from './jobs.ts'

/* One long job in a thread of its own; platform/thread.ts starts it and says which. */

await workInThread(LONG, { rulesOf, loadSignedIn })
