/**
 * JSON (RFC 8259) over bytes, as it stands: nothing is made of a value but where it begins and ends, so that nothing is
 * rounded, reordered or lost. Hot path of `--input json`.
 */
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../records/json-bytes.ts'
import { firstOf, specialsOf, viewOf } from '../records/json-words.ts'
import { escapeEnd, escapeFault, isSimpleEscape } from './json-escapes.ts'
import { visible } from './shorten.ts'

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
    let seen = 0
    this.start = at
    this.hasEscapes = false
    for (;;) {
      let specials = 0
      for (; at + 4 <= end; at += 4) {
        const word = view.getInt32(at, true)
        seen |= word
        specials = specialsOf(word)
        if (specials !== 0) break
      }
      if (specials !== 0) at += firstOf(specials)
      if (at >= end) this.fail('a string does not end', opened)
      const byte = bytes[at]!
      if (byte === QUOTE) break
      seen |= byte
      if (byte === BACKSLASH) at = this.#escape(at)
      else if (byte < 0x20) this.fail('a control character must be written as an escape', at)
      else at++
    }
    // What follows the string in its last word does no harm: only who has something else than ASCII looks closer.
    if ((seen & 0x80808080) !== 0) this.hasNonAscii = true
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
    const found = at >= this.end ? 'the end' : quoted(visible(characterAt(this.bytes, at, this.end)))
    throw new JsonSyntaxError(what.startsWith('expected') ? `${what}, found ${found}` : what, at)
  }

  /** Objects and arrays, without recursion: no depth of brackets may exhaust the stack. */
  #nested(first: number): 'object' | 'array' {
    const closers = this.#closers
    let depth = 0
    let byte = first
    for (;;) {
      // Before a value.
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (depth === MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH}`)
        const closer = byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET
        this.at++
        byte = this.peek()
        if (byte !== closer) {
          closers[depth++] = closer
          if (closer === CLOSE_BRACE) byte = this.#nameThenPeek()
          continue
        }
        this.at++
      } else if (byte === QUOTE) this.string()
      else this.#scalar(byte)
      // Behind a value: more of the same, or the end of what it stands in.
      byte = this.peek()
      while (depth > 0 && byte === closers[depth - 1]) {
        depth--
        this.at++
        if (depth > 0) byte = this.peek()
      }
      if (depth === 0) return first === OPEN_BRACE ? 'object' : 'array'
      if (byte !== COMMA) this.fail(`expected "," or "${String.fromCharCode(closers[depth - 1]!)}"`)
      this.at++
      byte = closers[depth - 1] === CLOSE_BRACE ? this.#nameThenPeek() : this.peek()
    }
  }

  #nameThenPeek(): number {
    this.name()
    return this.peek()
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
    this.hasEscapes = true
    // Almost all are quotes.
    if (at + 1 < this.end && isSimpleEscape(this.bytes[at + 1]!)) return at + 2
    const after = escapeEnd(this.bytes, at, this.end)
    if (after < 0) this.fail(escapeFault(after), at)
    return after
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function quoted(text: string): string {
  return text === '"' ? `'"'` : `"${text}"`
}

function characterAt(bytes: Buffer, at: number, end: number): string {
  return [...bytes.toString('utf8', at, Math.min(at + 4, end))][0] ?? ''
}
