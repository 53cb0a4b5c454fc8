/**
 * JSON (RFC 8259) over bytes, as it stands: nothing is made of a value but where it begins and ends, so that nothing is
 * rounded, reordered or lost. Hot path of `--input json`.
 */
import { isPlainWord, viewOf } from '../records/json-words.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COLON = 0x3a
const COMMA = 0x2c
const MAX_DEPTH = 512

/** What is wrong, and where in the bytes. */
export class JsonSyntaxError extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

/** The kinds of value that `JsonScanner.value` finds. */
export type JsonKind = 'string' | 'number' | 'true' | 'false' | 'null' | 'object' | 'array'

export class JsonScanner {
  at = 0
  end = 0
  bytes: Buffer = Buffer.alloc(0)
  /** The value or string scanned last: bytes[start, stop), of a string without its quotes. */
  start = 0
  stop = 0
  /** The string scanned last has escapes. */
  hasEscapes = false
  /** Something scanned since `open` is not ASCII. */
  hasNonAscii = false
  #view = viewOf(this.bytes)
  readonly #closers = new Uint8Array(MAX_DEPTH)

  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.at = start
    this.end = end
    this.hasNonAscii = false
    this.#view = viewOf(bytes)
  }

  /** Goes to the next byte that is no white space; -1 at the end. */
  peek(): number {
    const { bytes, end } = this
    let { at } = this
    while (at < end) {
      const byte = bytes[at]!
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) {
        this.at = at
        return byte
      }
      at++
    }
    this.at = at
    return -1
  }

  /** Takes `byte`, or nothing. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false
    this.at++
    return true
  }

  expect(byte: number): void {
    if (!this.take(byte)) this.fail(`expected ${quoted(String.fromCharCode(byte))}`)
  }

  /** Takes the name of a field and its colon. */
  name(): void {
    if (this.peek() !== QUOTE) this.fail('expected the name of a field')
    this.string()
    const { start, stop, hasEscapes } = this
    this.expect(COLON)
    this.start = start
    this.stop = stop
    this.hasEscapes = hasEscapes
  }

  /** Takes a string; `at` is on its first quote. */
  string(): void {
    const { bytes, end } = this
    const view = this.#view
    const opened = this.at
    let at = opened + 1
    this.start = at
    this.hasEscapes = false
    for (;;) {
      while (at + 4 <= end && isPlainWord(view.getInt32(at, true))) at += 4
      if (at >= end) this.fail('a string does not end', opened)
      const byte = bytes[at]!
      if (byte === QUOTE) break
      if (byte === BACKSLASH) {
        this.hasEscapes = true
        at = this.#escape(at)
        continue
      }
      if (byte < 0x20) this.fail('a control character must be written as an escape', at)
      if (byte >= 0x80) this.hasNonAscii = true
      at++
    }
    this.stop = at
    this.at = at + 1
  }

  /** Takes a value of any kind; nested ones are checked, and stay as they are. */
  value(): JsonKind {
    const byte = this.peek()
    if (byte === QUOTE) {
      this.string()
      return 'string'
    }
    const start = this.at
    const kind = byte === OPEN_BRACE || byte === OPEN_BRACKET ? this.#nested(byte) : this.#scalar(byte)
    this.start = start
    this.stop = this.at
    return kind
  }

  fail(what: string, at = this.at): never {
    const found = at >= this.end ? 'the end' : quoted(characterAt(this.bytes, at, this.end))
    throw new JsonSyntaxError(what.startsWith('expected') ? `${what}, found ${found}` : what, at)
  }

  /** Objects and arrays, without recursion: no depth of brackets may exhaust the stack. */
  #nested(first: number): 'object' | 'array' {
    const closers = this.#closers
    let depth = 0
    const open = (byte: number) => {
      if (depth === MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH}`)
      this.at++
      closers[depth++] = byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET
    }
    open(first)
    let mayClose = true
    while (depth > 0) {
      const closer = closers[depth - 1]!
      if (mayClose && this.take(closer)) {
        depth--
      } else {
        if (closer === CLOSE_BRACE) this.name()
        const byte = this.peek()
        if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
          open(byte)
          mayClose = true
          continue
        }
        if (byte === QUOTE) this.string()
        else this.#scalar(byte)
      }
      // Behind a value: more of the same, or the end of what it stands in.
      while (depth > 0 && this.take(closers[depth - 1]!)) depth--
      if (depth === 0) break
      if (!this.take(COMMA)) this.fail(`expected "," or "${String.fromCharCode(closers[depth - 1]!)}"`)
      mayClose = false
    }
    return first === OPEN_BRACE ? 'object' : 'array'
  }

  #scalar(first: number): JsonKind {
    if (first === 0x74) return this.#word('true')
    if (first === 0x66) return this.#word('false')
    if (first === 0x6e) return this.#word('null')
    this.#number()
    return 'number'
  }

  #word(word: 'true' | 'false' | 'null'): JsonKind {
    for (let index = 0; index < word.length; index++) {
      if (this.at + index >= this.end || this.bytes[this.at + index] !== word.charCodeAt(index))
        this.fail('expected a value')
    }
    this.at += word.length
    return word
  }

  #number(): void {
    const { bytes, end } = this
    const start = this.at
    let at = start
    if (at < end && bytes[at] === 0x2d) at++
    const firstDigit = at
    while (at < end && isDigit(bytes[at]!)) at++
    if (at === firstDigit) this.fail('expected a value', start)
    if (bytes[firstDigit] === 0x30 && at > firstDigit + 1) this.fail('a number begins with 0', start)
    if (at < end && bytes[at] === 0x2e) at = this.#digits(at + 1)
    if (at < end && (bytes[at]! | 0x20) === 0x65) {
      at++
      if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++
      at = this.#digits(at)
    }
    this.at = at
  }

  #digits(from: number): number {
    let at = from
    while (at < this.end && isDigit(this.bytes[at]!)) at++
    if (at === from) this.fail('expected a digit', at)
    return at
  }

  /** Checks the escape whose backslash is at `at`; where it ends. */
  #escape(at: number): number {
    const letter = at + 1 < this.end ? this.bytes[at + 1]! : -1
    if (letter !== 0x75) {
      if (!SIMPLE_ESCAPES.has(letter)) this.fail('no such escape', at)
      return at + 2
    }
    const code = hexAt(this.bytes, at + 2, this.end)
    if (code < 0) this.fail('\\u takes four hexadecimal digits', at)
    if (code < 0xd800 || code > 0xdfff) return at + 6
    const hasLow = this.bytes[at + 6] === BACKSLASH && this.bytes[at + 7] === 0x75
    const low = hasLow ? hexAt(this.bytes, at + 8, this.end) : -1
    if (code > 0xdbff || low < 0xdc00 || low > 0xdfff) this.fail('half of a surrogate pair is no text', at)
    return at + 12
  }
}

/**
 * Replaces the escapes of a string that `JsonScanner` has checked, in place, since none is shorter than what it stands
 * for; where the text ends then.
 */
export function unescapeInPlace(bytes: Buffer, start: number, end: number): number {
  const view = viewOf(bytes)
  let from = start
  let to = start
  while (from < end) {
    // What is read lies never before what is written.
    while (from + 4 <= end) {
      const word = view.getInt32(from, true)
      if (!isPlainWord(word)) break
      view.setInt32(to, word, true)
      from += 4
      to += 4
    }
    if (from >= end) break
    const byte = bytes[from++]!
    if (byte !== BACKSLASH) {
      bytes[to++] = byte
      continue
    }
    const letter = bytes[from++]!
    if (letter !== 0x75) {
      bytes[to++] = UNESCAPED[letter]!
      continue
    }
    let code = hexAt(bytes, from, end)
    from += 4
    if (code >= 0xd800 && code <= 0xdbff) {
      code = 0x10000 + ((code - 0xd800) << 10) + (hexAt(bytes, from + 2, end) - 0xdc00)
      from += 6
    }
    to = writeUtf8(bytes, to, code)
  }
  return to
}

const SIMPLE_ESCAPES = new Set(Buffer.from('"\\/bfnrt'))
const UNESCAPED = unescaped()

function unescaped(): Uint8Array {
  const table = new Uint8Array(256).map((_, index) => index)
  for (const [letter, byte] of Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13 }))
    table[letter.charCodeAt(0)] = byte
  return table
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

/** Four hexadecimal digits, or -1. */
function hexAt(bytes: Buffer, at: number, end: number): number {
  if (at + 4 > end) return -1
  let code = 0
  for (let index = at; index < at + 4; index++) {
    const byte = bytes[index]!
    const letter = (byte | 0x20) - 0x57
    if (isDigit(byte)) code = code * 16 + byte - 0x30
    else if (letter >= 10 && letter <= 15) code = code * 16 + letter
    else return -1
  }
  return code
}

function writeUtf8(bytes: Buffer, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code
    return at + 1
  }
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6)
    bytes[at + 1] = 0x80 | (code & 0x3f)
    return at + 2
  }
  if (code < 0x10000) {
    bytes[at] = 0xe0 | (code >> 12)
    bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f)
    bytes[at + 2] = 0x80 | (code & 0x3f)
    return at + 3
  }
  bytes[at] = 0xf0 | (code >> 18)
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f)
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f)
  bytes[at + 3] = 0x80 | (code & 0x3f)
  return at + 4
}

function quoted(text: string): string {
  return text === '"' ? `'"'` : `"${text}"`
}

function characterAt(bytes: Buffer, at: number, end: number): string {
  return [...bytes.toString('utf8', at, Math.min(at + 4, end))][0] ?? ''
}
