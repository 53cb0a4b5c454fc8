/** Java's Float.toString and Double.toString: at least one decimal, E notation outside 10^-3 … 10^7. */
export function javaDecimal(value: number, isFloat = false): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const shortest = isFloat ? shortestFloat(value) : String(value)
  const size = Math.abs(value)
  if (size >= 1e-3 && size < 1e7) return shortest.includes('.') ? shortest : `${shortest}.0`
  // Two digits at least, and where one would do, the two that are nearest.
  const hasOneDigit = /^-?\d(e|$)/.test(Number(shortest).toExponential())
  const [digits = '', exponent = '0'] = hasOneDigit ? value.toExponential(1).split('e') : Number(shortest).toExponential().split('e') // prettier-ignore
  return `${digits}E${Number(exponent)}`
}

/** The fewest digits that give the same float. */
function shortestFloat(value: number): string {
  for (let precision = 1; precision < 10; precision++) {
    const text = value.toPrecision(precision)
    if (Math.fround(Number(text)) === value) return String(Number(text))
  }
  return String(value)
}
