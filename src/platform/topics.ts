import type { Topic } from './context.ts'

/** Said to listeners when something may have been missed: whoever hears it asks for everything again. */
export const EVERYTHING: Topic = { name: '*', centreId: '*' }

/** Beyond so many people or groups of one module, everybody is told to ask again: shorter than the list. */
const MOST = 20

const keyOf = ({ name, centreId, personId = '', groupId = '' }: Topic) => `${name} ${centreId} ${personId} ${groupId}`

/** The same news in fewer topics: each once, and one for all where a module changed for many. */
export function fewer(topics: readonly Topic[]): readonly Topic[] {
  if (topics.length < 2) return topics
  const once = new Map(topics.map((topic) => [keyOf(topic), topic]))
  const modules = Map.groupBy(once.values(), ({ name, centreId }) => `${name} ${centreId}`)
  return [...modules.values()].flatMap((same) => {
    const { name, centreId } = same[0]!
    const forAll = same.length > MOST || same.some(({ personId, groupId }) => !personId && !groupId)
    return forAll ? [{ name, centreId }] : same
  })
}
