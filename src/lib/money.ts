/*
 * Amounts as decimal text, the way PostgreSQL's numeric gives and takes them. Reckoned in whole numbers, since a double
 * holds no cent exactly.
 */

/** '1234.50'; a factor may be any decimal text or a number that was written as one. */
export type Amount = string

type Scaled = { readonly units: bigint; readonly scale: number }

function scaled(text: Amount | number): Scaled {
  const found = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(String(text))
  if (!found) throw new RangeError(`${text} is no decimal`)
  const [, sign, whole = '', part = '', power = '0'] = found
  const units = BigInt(`${sign}${whole}${part}`)
  const scale = part.length - Number(power)
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 }
}

function written({ units, scale }: Scaled): Amount {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const at = digits.length - scale
  return `${units < 0n ? '-' : ''}${digits.slice(0, at)}${scale > 0 ? `.${digits.slice(at)}` : ''}`
}

const upTo = ({ units, scale }: Scaled, to: number): bigint => units * 10n ** BigInt(to - scale)

/** a × b, exact. */
export function times(a: Amount | number, b: Amount | number): Amount {
  const [x, y] = [scaled(a), scaled(b)]
  return written({ units: x.units * y.units, scale: x.scale + y.scale })
}

/** a + b, exact. */
export function plus(a: Amount | number, b: Amount | number): Amount {
  const [x, y] = [scaled(a), scaled(b)]
  const scale = Math.max(x.scale, y.scale)
  return written({ units: upTo(x, scale) + upTo(y, scale), scale })
}

/** Negative, zero or positive as a is less than, equal to or more than b. */
export function compareAmounts(a: Amount | number, b: Amount | number): number {
  const [x, y] = [scaled(a), scaled(b)]
  const scale = Math.max(x.scale, y.scale)
  const difference = upTo(x, scale) - upTo(y, scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** With so many decimals, a half away from zero, as `round` of PostgreSQL's numeric does it. */
export function rounded(amount: Amount | number, decimals = 2): Amount {
  const { units, scale } = scaled(amount)
  if (scale <= decimals) return written({ units: upTo({ units, scale }, decimals), scale: decimals })
  const cut = 10n ** BigInt(scale - decimals)
  const half = units < 0n ? -(cut / 2n) : cut / 2n
  return written({ units: (units + half) / cut, scale: decimals })
}
