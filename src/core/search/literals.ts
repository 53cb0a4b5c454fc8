/** What a text must contain to match a regular expression, read from the expression without understanding all of it. */

export interface Literals {
  /** The longest run of characters that every match contains; empty: none is known. */
  required: string
  /** The expression is nothing but that run. */
  isWhole: boolean
}

const NONE: Literals = { required: '', isWhole: false }

/** Characters that mean something. */
const SPECIAL = /[\\^$.|?*+()[\]{}]/

/** Of a valid expression in RE2's syntax. Leaves out rather than guesses. */
export function literalsOf(pattern: string): Literals {
  // Flags may make letters stand for others; an alternative requires nothing.
  if (pattern.includes('(?') || pattern.includes('\\Q') || hasOpenAlternative(pattern)) return NONE
  const runs: string[] = ['']
  let isWhole = true
  const end = () => {
    isWhole = false
    if (runs[runs.length - 1] !== '') runs.push('')
  }
  for (let at = 0; at < pattern.length;) {
    const { text, next } = atomAt(pattern, at)
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(pattern.slice(next))?.[0] ?? ''
    at = next + quantifier.length
    if (text === undefined || /^(?:[*?]|\{0)/.test(quantifier)) {
      end()
      continue
    }
    runs[runs.length - 1] += text
    // Once at least, and perhaps again: what follows does not stand right behind it.
    if (quantifier !== '') end()
  }
  const required = runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '')
  return { required, isWhole: isWhole && required !== '' }
}

/** One unit of the pattern; `text` where it stands for exactly that text. */
function atomAt(pattern: string, at: number): { text?: string; next: number } {
  const char = String.fromCodePoint(pattern.codePointAt(at)!)
  if (char === '\\') {
    const escaped = String.fromCodePoint(pattern.codePointAt(at + 1) ?? 0x5c)
    const next = at + 1 + escaped.length
    if (/[^A-Za-z0-9]/.test(escaped)) return { text: escaped, next }
    // \pL, \p{Greek}, \x41, \x{1F600} and the like are longer than two characters.
    const longer = /^\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[0-7]{1,3})/u.exec(pattern.slice(at))?.[0]
    return { next: longer === undefined ? next : at + longer.length }
  }
  if (char === '[') return { next: classEnd(pattern, at) }
  if (char === '(') return { next: groupEnd(pattern, at) }
  return SPECIAL.test(char) ? { next: at + 1 } : { text: char, next: at + char.length }
}

function classEnd(pattern: string, start: number): number {
  let at = start + 1
  if (pattern[at] === '^') at++
  if (pattern[at] === ']') at++
  for (; at < pattern.length && pattern[at] !== ']'; at++) {
    if (pattern[at] === '\\') at++
    else if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1)
  }
  return at + 1
}

function groupEnd(pattern: string, start: number): number {
  let depth = 0
  for (let at = start; at < pattern.length;) {
    if (pattern[at] === '(') depth++
    if (pattern[at] === ')' && --depth === 0) return at + 1
    if (pattern[at] === '[') at = classEnd(pattern, at)
    else at += pattern[at] === '\\' ? 2 : 1
  }
  return pattern.length
}

function hasOpenAlternative(pattern: string): boolean {
  for (let at = 0; at < pattern.length;) {
    if (pattern[at] === '|') return true
    at = pattern[at] === '(' ? groupEnd(pattern, at) : atomAt(pattern, at).next
  }
  return false
}
