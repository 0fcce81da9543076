/** Why a password will not do: too short, too long, the one before, the user name in it, or one that everybody tries. */
export type PasswordFault = 'short' | 'long' | 'same' | 'name' | 'common'

/** Shortest and longest password, in characters. */
const PASSWORD_LENGTH = { least: 10, most: 128 } as const

/** Runs of the keyboard and of the alphabet, forwards; the parts that lazy passwords are made of. */
const RUNS = [
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qazwsxedc',
  '1qaz2wsx3edc',
]
const WORDS = ['password', 'passw0rd', 'kaibo', 'admin', 'welcome', 'letmein', 'iloveyou', 'woaini', 'telesales']

/** Length that is left when everything that an attacker tries first is taken out. */
function strength(password: string): number {
  let rest = password.toLowerCase()
  for (const word of WORDS) rest = rest.replaceAll(word, '')
  for (const run of RUNS)
    for (let length = run.length; length >= 3; length--)
      for (let from = 0; from + length <= run.length; from++) rest = rest.replaceAll(run.slice(from, from + length), '')
  return new Set(rest).size
}

/**
 * Judges a new password; null = it will do. Length counts and not mixed characters: those make people write it on the
 * screen's edge.
 */
export function passwordFault(password: string, username: string, before?: string): PasswordFault | null {
  const length = [...password].length
  if (length < PASSWORD_LENGTH.least) return 'short'
  if (length > PASSWORD_LENGTH.most) return 'long'
  if (before !== undefined && password === before) return 'same'
  const withoutName = username === '' ? password : password.toLowerCase().replaceAll(username.toLowerCase(), '')
  if ([...withoutName].length < PASSWORD_LENGTH.least - 2 && withoutName.length < password.length) return 'name'
  if (strength(password) < 4) return 'common'
  return null
}
