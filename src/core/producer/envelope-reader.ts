/** One envelope, field by field, in whatever order and with whatever white space it is written. */
import {
  FIELD_NAMES,
  fieldNamed,
  FieldPlaces,
  HEADERS,
  KEY,
  KEY_ENCODING,
  PARTITION,
  TIMESTAMP,
  TIMESTAMP_TYPE,
  TOPIC,
  VALUE,
  VALUE_ENCODING,
} from './envelope-fields.ts'
import type { EnvelopeFields } from './envelope-layout.ts'
import { numberIn, passDigits } from './plain-digits.ts'
import { shorten } from './shorten.ts'
import { CLOSE_BRACE, COMMA, OPEN_BRACE, QUOTE } from '../records/json-bytes.ts'

export class EnvelopeReader {
  /** Of the line that was read last: what may differ in the next. */
  readonly places = new FieldPlaces()
  readonly #found: EnvelopeFields

  constructor(found: EnvelopeFields) {
    this.#found = found
  }

  /** Reads the line that the scanner was opened for and that begins at `start`. Throws JsonSyntaxError. */
  read(start: number): void {
    const found = this.#found
    const { scanner, key, value } = found
    found.timestamp = NaN
    found.partition = -1
    this.places.count = 0
    key.clear()
    value.clear()
    let seen = 0
    if (scanner.peek() !== OPEN_BRACE) scanner.fail('expected a record, an object with a "value"')
    scanner.at++
    if (!scanner.take(CLOSE_BRACE)) {
      do {
        scanner.peek()
        const nameAt = scanner.at
        scanner.name()
        const field = this.#field(nameAt)
        if ((seen & (1 << field)) !== 0) scanner.fail(`"${FIELD_NAMES[field]}" stands there twice`, nameAt)
        seen |= 1 << field
        scanner.peek()
        this.#take(field)
      } while (scanner.take(COMMA))
      if (!scanner.take(CLOSE_BRACE)) scanner.fail('expected "," or "}"')
    }
    if (scanner.peek() >= 0) scanner.fail('expected the end of the line')
    if (value.kind === undefined) scanner.fail('a record has a "value"; null makes a tombstone', start)
  }

  /** The field whose name was just scanned. */
  #field(nameAt: number): number {
    const { scanner } = this.#found
    const { bytes, start, stop } = scanner
    const field = fieldNamed(bytes, start, stop)
    if (field < 0) scanner.fail(`no field of a record: "${shorten(bytes.subarray(start, stop))}"`, nameAt)
    return field
  }

  #take(field: number): void {
    const { scanner, key, value, headers } = this.#found
    const { at } = scanner
    let mayDiffer = true
    if (field === KEY) key.take(scanner)
    else if (field === VALUE) value.take(scanner)
    else if (field === HEADERS) headers.take()
    else if (field === TOPIC || field === TIMESTAMP_TYPE) {
      if (scanner.value() !== 'string') scanner.fail(`"${FIELD_NAMES[field]}" is a text`, at)
      mayDiffer = field === TOPIC
    } else if (field === KEY_ENCODING || field === VALUE_ENCODING) {
      const part = field === KEY_ENCODING ? key : value
      part.takeEncoding(scanner)
      mayDiffer = false
    } else mayDiffer = this.#takeNumber(field)
    if (mayDiffer) this.places.note(field, at, scanner.at)
  }

  /** Whether it is written as most are. */
  #takeNumber(field: number): boolean {
    const found = this.#found
    const { scanner } = found
    const { at, bytes, end } = scanner
    const after = passDigits(bytes, at, end)
    const number = after < 0 ? NaN : numberIn(bytes, at, after)
    const isPlain = after === end || (after > 0 && !continuesNumber(bytes[after]!))
    if (isPlain) scanner.at = after
    const exact = isPlain ? number : this.#unusualNumber(field)
    if (field === TIMESTAMP) found.timestamp = exact
    if (field === PARTITION) found.partition = exact
    return isPlain
  }

  #unusualNumber(field: number): number {
    const { scanner } = this.#found
    const { at, bytes } = scanner
    const isTime = field === TIMESTAMP && bytes[at] === QUOTE
    const kind = scanner.value()
    const text = bytes.toString('latin1', scanner.start, scanner.stop)
    const number = isTime ? Date.parse(text) : kind === 'number' ? Number(text) : NaN
    if (!Number.isSafeInteger(number))
      scanner.fail(
        field === TIMESTAMP
          ? '"timestamp" is a whole number of milliseconds, or a time like "2026-11-20T10:00:00Z"'
          : `"${FIELD_NAMES[field]}" is a whole number`,
        at,
      )
    if (field === PARTITION && number < 0) scanner.fail('no partition is below 0', at)
    return number
  }
}

/** What follows the digits belongs to the number: a fraction, an exponent, or more digits. */
function continuesNumber(byte: number): boolean {
  return byte === 0x2e || (byte | 0x20) === 0x65 || (byte >= 0x30 && byte <= 0x39)
}
