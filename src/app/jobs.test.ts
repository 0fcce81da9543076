import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { at } from '../../test/clone.ts'
import { basis, handedIn, listWorld } from '../../test/lists.ts'
import type { Boot, Topic } from '../platform/context.ts'
import { JOBS } from './jobs.ts'

/* A long job as a node runs it: in a thread of its own, on the same database, heard by the listeners of the node. */

let lists: Awaited<ReturnType<typeof listWorld>>
beforeAll(async () => {
  lists = await listWorld()
})
afterAll(() => lists.w.close())

/** The test centre's running parts with the place of its database, and what is announced through them. */
async function node() {
  const [row] = await lists.w.sql<{ name: string }>`select current_database() as name`
  const heard: Topic[] = []
  const boot: Boot = {
    ...lists.w.boot,
    target: at(inject('server'), row!.name),
    live: { ...lists.w.boot.live, announce: (topics) => void heard.push(...topics) },
  }
  return { boot, heard }
}

test('an import in a thread takes the rows in, and its progress is told to the listeners', async () => {
  const { w, productId, fresh } = lists
  const text = `name,mobile\nAnn,${fresh()}\nBo,${fresh()}\nCy,110\n`
  const fileId = await handedIn(w, 'thread.csv', Buffer.from(text))
  const { batchId } = await w
    .as('liu')
    .lists.createBatch(basis(productId, fileId, 'by thread', ['name', 'mobile'], ['name', 'phone1']))
  await w.as('liu').lists.start({ batchId })
  const { boot, heard } = await node()
  await JOBS['lists.import']!(boot, { centreId: w.centre, actorId: w.people.liu, batchId })
  expect(await w.as('liu').lists.batch({ batchId })).toMatchObject({ state: 'done', good: 2, inv: 1 })
  expect(heard).toContainEqual(expect.objectContaining({ name: 'lists', centreId: w.centre }))
})

test('what goes wrong in the thread fails the job, so that the queue tries it again', async () => {
  const { boot } = await node()
  const nowhere = '00000000-0000-7000-8000-000000000000'
  const job = JOBS['lists.import']!(boot, { centreId: nowhere, actorId: nowhere, batchId: nowhere })
  await expect(job).rejects.toThrow(`no centre ${nowhere}`)
})
