/** A key, value or header value → bytes of output, by way of a deserializer where one is asked for. */
import { isUtf8 } from 'node:buffer'
import { CorruptDataError } from '../../core/errors.ts'
import { type Deserializer, deserializerNamed } from './deserializers.ts'
import type { OutputBuffer } from './output-buffer.ts'

/** Writes bytes[start, end); a negative start is null. */
export type FieldWriter = (bytes: Uint8Array, start: number, end: number, out: OutputBuffer) => void

/** Counts what its deserializer could not read, and tells of the first. */
export class InvalidFields {
  count = 0
  #untold: string | undefined

  add(error: Error): void {
    if (this.count++ === 0) this.#untold = error.message
  }

  /** What is to be said of the record at hand: only of the first such. */
  take(): string | undefined {
    const message = this.#untold
    this.#untold = undefined
    return message === undefined ? undefined : `${message}; such fields are shown as hex`
  }

  notes(): string[] {
    return this.count < 2 ? [] : [`${this.count} fields could not be deserialized and are shown as hex`]
  }
}

/** Without `invalid` what cannot be deserialized throws CorruptDataError. */
export function fieldWriter(
  deserializerName: string | undefined,
  rawNullLiteral: string,
  invalid?: InvalidFields,
): FieldWriter {
  const nullLiteral = Buffer.from(rawNullLiteral)
  const text = deserializerName === undefined ? undefined : fieldText(deserializerName, invalid)
  return (bytes, start, end, out) => {
    if (start < 0) out.slice(nullLiteral, 0, nullLiteral.length)
    else if (text === undefined) out.slice(bytes, start, end)
    else out.text(text(bytes, start, end))
  }
}

/** As text, for outputs that quote, cut or pad it. Without a name UTF-8, and hex where it is none. */
export function fieldText(deserializerName: string | undefined, invalid?: InvalidFields): Deserializer {
  if (deserializerName === undefined) return textOrHex
  const deserialize = deserializerNamed(deserializerName)
  if (invalid === undefined) return deserialize
  return (bytes, start, end) => {
    try {
      return deserialize(bytes, start, end)
    } catch (error) {
      if (!(error instanceof CorruptDataError)) throw error
      invalid.add(error)
      return hexOf(view(bytes, start, end))
    }
  }
}

function textOrHex(bytes: Uint8Array, start: number, end: number): string {
  const slice = view(bytes, start, end)
  return isUtf8(slice) ? slice.toString() : hexOf(slice)
}

function hexOf(bytes: Buffer): string {
  return `0x${bytes.toString('hex')}`
}

function view(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
}
