import { ORPCError } from '@orpc/server'
import type { Browser } from '../web.ts'
import type { House } from './house.ts'

/** What came of a call: OK with the answer as text, else the code of the error. */
type Told = { readonly code: string; readonly told: string }

type Call = (input: object) => Promise<unknown>

/** Calls an operation by its path, as a person (null = nobody signed in), or over a browser with a session of its own. */
export async function ask(
  { w }: House,
  personId: string | null,
  path: string,
  input: object,
  browser?: Browser,
): Promise<Told> {
  if (browser) {
    const { status, body } = await browser.call(path, input)
    return status === 200 ? { code: 'OK', told: JSON.stringify(body) } : { code: body.code, told: JSON.stringify(body) }
  }
  const client: unknown = personId === null ? w.stranger : w.asPerson(personId)
  const call = path.split('.').reduce((part, name) => (part as Record<string, unknown>)[name], client) as Call
  try {
    const answer = await call(input)
    return { code: 'OK', told: JSON.stringify(answer) }
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    return { code: error.code, told: JSON.stringify({ message: error.message, data: error.data }) }
  }
}

/** Whether the row is in the answer. */
export const seen = ({ told }: Told, row: string): boolean => told.includes(row)
