import { ORPCError } from '@orpc/server'
import { z } from 'zod'

/* Every answer of an operation that is not its result: the code is the name on the wire, in tests and in words.json. */

const ReasonShape = z.object({
  code: z.string(),
  clause: z.string(),
  because: z.object({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
  from: z.string().nullish(),
  source: z.string().optional(),
  mark: z.string().optional(),
  pack: z.string().nullish(),
  overridable: z.boolean().optional(),
})

/** What every operation may answer, for the typed client and the OpenAPI document. */
export const ERRORS = {
  REFUSED: { status: 409, message: 'A rule says no', data: z.object({ reasons: z.array(ReasonShape) }) },
  STALE: { status: 412, message: 'Somebody changed this in the meantime', data: z.object({ current: z.unknown() }) },
  UNAUTHORIZED: { status: 401, message: 'Sign in first' },
  FORBIDDEN: { status: 403, message: 'None of your roles may do this' },
  NOT_FOUND: { status: 404, message: 'Not found' },
  PASSWORD_DUE: { status: 403, message: 'Choose a password of your own first' },
  REQUEST_ID: { status: 400, message: 'A command needs the header x-request-id with a UUID of your own' },
  REQUEST_REUSED: { status: 400, message: 'This x-request-id was used for another command' },
  REQUEST_DONE: { status: 410, message: 'This was done, and its answer is given only once' },
  WRONG_SIGN_IN: { status: 401, message: 'User name or password is wrong' },
  SIGN_IN_LOCKED: {
    status: 429,
    message: 'Too many wrong passwords: this account is locked for a while',
    // Seconds too: the clock of whoever asks may be wrong.
    data: z.object({ until: z.string(), seconds: z.int() }),
  },
  PASSWORD_UNFIT: {
    status: 422,
    message: 'This password will not do',
    data: z.object({ why: z.enum(['short', 'long', 'same', 'name', 'common']) }),
  },
  USERNAME_UNFIT: {
    status: 422,
    message: 'This user name will not do',
    data: z.object({ why: z.enum(['form', 'taken']) }),
  },
  SOURCE_KEY: { status: 401, message: 'Send the key of an open source in the header x-source-key' },
  NOT_PAIRED: { status: 401, message: 'This screen has no place: give it one by the code that it shows' },
  NO_FILE: { status: 400, message: 'Send one file as multipart/form-data' },
  FILE_TOO_LONG: {
    status: 413,
    message: 'This file is longer than may be handed in',
    data: z.object({ mostBytes: z.number() }),
  },
  NOT_HERE: { status: 403, message: 'This exists only in a demo, on the machine that runs it' },
  UNAVAILABLE: {
    status: 503,
    message: 'The database does not answer just now. Send this again under the same x-request-id in a few seconds',
  },
  NO_SPACE: {
    status: 507,
    message: 'The disk of the server is full. Nothing was changed; send this again when there is space',
  },
  NOT_EMPTY: { status: 409, message: 'There is a centre already' },
  DEMO_FOLDER: {
    status: 409,
    message: 'A demo was begun in this data folder: an own centre needs a folder of its own',
  },
} as const

type Errors = typeof ERRORS
type Data<C extends keyof Errors> = Errors[C] extends { data: z.ZodType<infer D> } ? [data: D] : []

/** Makes the error of a code, to be thrown. */
export const fault = <C extends keyof Errors>(code: C, ...[data]: Data<C>) =>
  new ORPCError(code, { defined: true, status: ERRORS[code].status, message: ERRORS[code].message, data })

/** What you may not see is not found. */
export const notFound = () => fault('NOT_FOUND')

/** The row's version is not the one that was edited; `current` is shown beside what was typed. */
export const stale = (current: unknown) => fault('STALE', { current })
