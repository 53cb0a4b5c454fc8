/**
 * Lines that the console consumer has written differ in few places. Once one has been read field by field, the next are
 * compared with what stood between those places, four bytes at a time; whatever differs is read field by field again.
 * Hot path of `--input json`.
 */
import { ConstantText } from './constant-text.ts'
import { type FieldPlaces, HEADERS, KEY, PARTITION, TIMESTAMP, TOPIC, VALUE } from './envelope-fields.ts'
import type { HeaderReader } from './envelope-headers.ts'
import type { Part } from './envelope-part.ts'
import type { JsonScanner } from './json-scanner.ts'
import { QUOTE } from '../records/json-bytes.ts'
import { viewOf } from '../records/json-words.ts'
import { numberIn, passDigits } from './plain-digits.ts'

/** What is read of a line, whichever way. */
export interface EnvelopeFields {
  readonly scanner: JsonScanner
  readonly key: Part
  readonly value: Part
  readonly headers: HeaderReader
  timestamp: number
  partition: number
  /** False: the timestamps of lines that are like one before are not looked into. */
  readonly keepsTimestamp: boolean
}

export class EnvelopeLayout {
  /** The fields that stand between the texts, one fewer than there are texts. */
  readonly #fields: number[] = []
  readonly #texts: ConstantText[] = []
  /** What the texts say themselves. */
  readonly #timestamp: number
  readonly #partition: number
  readonly #hasKey: boolean
  readonly #keyIsBase64: boolean
  readonly #valueIsBase64: boolean

  /** Of bytes[start, end), which were found well, with `places` for what may differ in the next line. */
  constructor(bytes: Buffer, start: number, end: number, places: FieldPlaces, found: EnvelopeFields) {
    let from = start
    for (let index = 0; index < places.count; index++) {
      this.#fields.push(places.fields[index]!)
      this.#texts.push(new ConstantText(bytes.subarray(from, places.starts[index])))
      from = places.ends[index]!
    }
    this.#texts.push(new ConstantText(bytes.subarray(from, end)))
    this.#timestamp = found.timestamp
    this.#partition = found.partition
    this.#hasKey = this.#fields.includes(KEY)
    this.#keyIsBase64 = found.key.isBase64
    this.#valueIsBase64 = found.value.isBase64
  }

  /** Whether bytes[start, end), which the scanner was opened for, is such a line; then `into` is what it says. */
  read(bytes: Buffer, start: number, end: number, into: EnvelopeFields): boolean {
    const fields = this.#fields
    const texts = this.#texts
    const view = viewOf(bytes)
    into.timestamp = this.#timestamp
    into.partition = this.#partition
    if (!this.#hasKey) into.key.clear()
    let at = start
    for (let index = 0; index < fields.length; index++) {
      at = texts[index]!.pass(bytes, view, at, end)
      if (at < 0) return false
      at = this.#pass(fields[index]!, bytes, at, end, into)
      if (at < 0) return false
    }
    return texts[fields.length]!.pass(bytes, view, at, end) === end
  }

  /** Behind the field that stands at `at`, or -1 where it is better read closely. */
  #pass(field: number, bytes: Buffer, at: number, end: number, into: EnvelopeFields): number {
    if (field === KEY) return passPart(bytes, at, end, into.scanner, into.key, this.#keyIsBase64)
    if (field === VALUE) return passPart(bytes, at, end, into.scanner, into.value, this.#valueIsBase64)
    if (field === HEADERS || field === TOPIC) return passOther(field, at, end, into)
    const after = passDigits(bytes, at, end)
    if (after < 0) return -1
    if (field === TIMESTAMP && into.keepsTimestamp) into.timestamp = numberIn(bytes, at, after)
    else if (field === PARTITION) into.partition = numberIn(bytes, at, after)
    return after
  }
}

function passPart(
  bytes: Buffer,
  at: number,
  end: number,
  scanner: JsonScanner,
  part: Part,
  isBase64: boolean,
): number {
  if (at >= end) return -1
  scanner.at = at
  part.isBase64 = isBase64
  if (bytes[at] === QUOTE) {
    scanner.string()
    part.takeString(scanner)
    return scanner.at
  }
  if (isBase64) return -1
  part.take(scanner)
  return scanner.at
}

function passOther(field: number, at: number, end: number, { scanner, headers }: EnvelopeFields): number {
  scanner.at = at
  if (at >= end) return -1
  if (field === HEADERS) headers.take()
  else if (scanner.value() !== 'string') return -1
  return scanner.at
}
