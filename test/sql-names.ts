/* Which tables a piece of SQL reads and writes: enough of the grammar for statements as people write them. */

export interface SqlUse {
  /** `clock`: the server's own time or chance; `hidden`: text that only exists at run time. */
  readonly kind: 'read' | 'write' | 'clock' | 'hidden'
  readonly name: string
}

/** SQL with comments, strings and function bodies blanked out; places and line breaks stay. */
export const bare = (sql: string) =>
  sql.replaceAll(/--.*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|(\$\w*\$)[\s\S]*?\1/g, (part) => part.replaceAll(/[^\n]/g, ' '))

const CLOCK_CALLS = new Set(
  ['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'timeofday'].concat([
    'random',
    'random_normal',
    'gen_random_uuid',
  ]),
)
const CLOCK_WORDS = new Set(['current_timestamp', 'current_date', 'current_time', 'localtimestamp', 'localtime'])
/** Functions whose arguments are parted by the word `from`. */
const FROM_INSIDE = new Set(['extract', 'substring', 'trim', 'overlay', 'position'])
/** Words after a table that are no alias of it. */
const AFTER_TABLE = new Set(
  'where join left right inner full cross natural on group order limit offset fetch for union except intersect set'
    .concat(' using having returning window tablesample values select default overriding when do not only with')
    .split(' '),
)
/** Words before `update` that make it a lock, a clause of a conflict or a trigger's event. */
const NO_STATEMENT = new Set(['for', 'key', 'do', 'on', 'before', 'after', 'or', 'of', 'then'])

const isName = (token: string | undefined): token is string => token !== undefined && /^["\p{L}_]/u.test(token)
const plain = (token: string) => (token.startsWith('"') ? token.slice(1, -1) : token.toLowerCase())

/** The index after the bracket that closes the one at `open`. */
function closing(tokens: readonly string[], open: number) {
  let depth = 0
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i] === '(') depth++
    if (tokens[i] === ')' && --depth === 0) return i + 1
  }
  return tokens.length
}

/** A name with its schema, `public` left out, and the index after it. */
function nameAt(tokens: readonly string[], at: number) {
  const first = tokens[at]
  if (!isName(first)) return null
  const second = tokens[at + 1] === '.' ? tokens[at + 2] : undefined
  if (!isName(second)) return { name: plain(first), next: at + 1 }
  return { name: plain(first) === 'public' ? plain(second) : `${plain(first)}.${plain(second)}`, next: at + 3 }
}

/** The tables of a `from` list that begins at an index; subqueries are passed over and read where they stand. */
function listAt(tokens: readonly string[], begin: number): string[] {
  const found: string[] = []
  let i = begin
  for (;;) {
    while (['only', 'lateral'].includes(tokens[i]?.toLowerCase() ?? '')) i++
    if (tokens[i]?.toLowerCase() === 'rows' && tokens[i + 1]?.toLowerCase() === 'from') i += 2
    const named = nameAt(tokens, i)
    if (tokens[i] === '(') i = closing(tokens, i)
    else if (named === null) i++
    else if (tokens[named.next] === '(') i = closing(tokens, named.next)
    else {
      found.push(named.name)
      i = named.next
    }
    if (tokens[i]?.toLowerCase() === 'with' && tokens[i + 1]?.toLowerCase() === 'ordinality') i += 2
    if (tokens[i]?.toLowerCase() === 'as') i++
    if (isName(tokens[i]) && !AFTER_TABLE.has(tokens[i]?.toLowerCase() ?? '')) i++
    if (tokens[i] === '(') i = closing(tokens, i)
    if (tokens[i] !== ',') return found
    i++
  }
}

/** The names that `with` gives to subqueries: `name as (`, `name (columns) as not materialized (`. */
function withNamesIn(tokens: readonly string[]): Set<string> {
  const names = new Set<string>()
  for (const [i, token] of tokens.entries()) {
    if (!isName(token)) continue
    let next = tokens[i + 1] === '(' ? closing(tokens, i + 1) : i + 1
    if (tokens[next]?.toLowerCase() !== 'as') continue
    next++
    while (['not', 'materialized'].includes(tokens[next]?.toLowerCase() ?? '')) next++
    if (tokens[next] === '(') names.add(plain(token))
  }
  return names
}

/** What a statement, or a part of one, reads and writes. A hole of a template stands in it as `?`. */
export function usesIn(sql: string): { uses: SqlUse[]; withNames: Set<string> } {
  const tokens = bare(sql).match(/"[^"]+"|[\p{L}_][\p{L}\p{N}_$]*|[(),.;?]|[^\s\p{L}_"(),.;?]+/gu) ?? []
  const withNames = withNamesIn(tokens)
  const uses: SqlUse[] = []
  const inside: string[] = []
  const add = (kind: SqlUse['kind'], name: string) => {
    if (!withNames.has(name)) uses.push({ kind, name })
  }
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1]?.toLowerCase() ?? ''
    const word = token.toLowerCase()
    if (token === '(') inside.push(before)
    else if (token === ')') inside.pop()
    else if (word === 'from') {
      if (FROM_INSIDE.has(inside.at(-1) ?? '')) continue
      if (before === 'rows' && tokens[i + 1] === '(') continue
      if (before === 'distinct' && ['is', 'not'].includes(tokens[i - 2]?.toLowerCase() ?? '')) continue
      const [first, ...others] = listAt(tokens, i + 1)
      if (first) add(before === 'delete' ? 'write' : 'read', first)
      for (const name of others) add('read', name)
    } else if (word === 'join' || word === 'using') {
      for (const name of listAt(tokens, i + 1).slice(0, word === 'join' ? 1 : undefined)) add('read', name)
    } else if ((word === 'into' && ['insert', 'merge'].includes(before)) || word === 'truncate') {
      const named = nameAt(tokens, tokens[i + 1]?.toLowerCase() === 'table' ? i + 2 : i + 1)
      if (named) add('write', named.name)
    } else if (word === 'update' && !NO_STATEMENT.has(before)) {
      const named = nameAt(tokens, tokens[i + 1]?.toLowerCase() === 'only' ? i + 2 : i + 1)
      if (named) add('write', named.name)
    } else if (CLOCK_WORDS.has(word) || (CLOCK_CALLS.has(word) && tokens[i + 1] === '(')) {
      if (before !== '.') uses.push({ kind: 'clock', name: word })
    }
  }
  return { uses, withNames }
}
