import { type Logger, pino } from 'pino'

/** Text without what may be a number, a name or a secret: anything in quotes and any run of five digits or more. */
export const scrub = (text: string): string =>
  text
    .replace(/"[^"]*"|'[^']*'|“[^”]*”|\([^()]*\)=\([^()]*\)/g, '…')
    .replace(/\+?\d[\d\s-]{3,}\d/g, '…')
    .slice(0, 500)

/** Of an error: what it is and where, never the values that it was about. */
function errorFields(error: unknown) {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, table, constraint, column, routine, status } = error as Error & Record<string, unknown>
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    type: error.name,
    message: scrub(error.message),
    ...Object.fromEntries(
      Object.entries({ code, table, constraint, column, routine, status }).filter(([, value]) => value !== undefined),
    ),
    stack: at.slice(0, 12).map((line) => line.trim()),
    ...(error.cause instanceof Error ? { cause: scrub(error.cause.message) } : {}),
  }
}

/** The log of a node: one line of JSON an entry, without numbers, names, cookies or tokens. */
export const openLog = (level: string): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorFields },
    redact: ['*.password', '*.token', '*.cookie', '*.authorization', '*.headers', '*.body', '*.input'],
  })
