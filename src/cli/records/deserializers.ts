/** Kafka's deserializers by class name or short name, as the text that the console consumer prints of them. */
import { CorruptDataError, UsageError } from '../../core/errors.ts'
import { shorten } from '../../core/producer/shorten.ts'
import { javaDecimal } from '../../core/protocol/java-decimal.ts'

/** bytes[start, end) → text. Throws CorruptDataError when the bytes are not of the type. */
export type Deserializer = (bytes: Uint8Array, start: number, end: number) => string

const JAVA_PACKAGE = 'org.apache.kafka.common.serialization.'

const DESERIALIZERS: Readonly<Record<string, Deserializer>> = {
  string: (bytes, start, end) => view(bytes, start, end).toString('utf8'),
  bytes: (bytes, start, end) => escapeBytes(view(bytes, start, end)),
  bytearray: (bytes, start, end) => view(bytes, start, end).toString('utf8'),
  short: (bytes, start, end) => sized('short', bytes, start, end, 2).readInt16BE().toString(),
  integer: (bytes, start, end) => sized('integer', bytes, start, end, 4).readInt32BE().toString(),
  long: (bytes, start, end) => sized('long', bytes, start, end, 8).readBigInt64BE().toString(),
  float: (bytes, start, end) => javaDecimal(sized('float', bytes, start, end, 4).readFloatBE(), true),
  double: (bytes, start, end) => javaDecimal(sized('double', bytes, start, end, 8).readDoubleBE()),
  boolean: (bytes, start, end) => truth(sized('boolean', bytes, start, end, 1)[0]!),
  uuid: (bytes, start, end) => uuid(view(bytes, start, end)),
}

/** `string`, `StringDeserializer` or the full Java class name. Throws UsageError for what kt cannot load. */
export function deserializerNamed(name: string): Deserializer {
  const short = name
    .replace(JAVA_PACKAGE, '')
    .replace(/Deserializer$/, '')
    .toLowerCase()
  const deserializer = DESERIALIZERS[short]
  if (deserializer !== undefined) return deserializer
  throw new UsageError(`no deserializer "${name}"`, {
    hint: `there are ${Object.keys(DESERIALIZERS).join(', ')}; classes of one's own need Java`,
  })
}

function view(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
}

function sized(type: string, bytes: Uint8Array, start: number, end: number, size: number): Buffer {
  if (end - start === size) return view(bytes, start, end)
  throw new CorruptDataError(`${type} takes ${size} bytes, not ${end - start}`)
}

function truth(byte: number): string {
  if (byte > 1) throw new CorruptDataError(`the byte ${byte} is no boolean: it is 0 or 1`)
  return byte === 1 ? 'true' : 'false'
}

const UUID_DIGITS = [8, 4, 4, 4, 12]

/** As java.util.UUID.fromString reads it and toString writes it: short parts are filled with zeros. */
function uuid(bytes: Buffer): string {
  const parts = bytes.toString('utf8').split('-')
  const isUuid = parts.length === UUID_DIGITS.length && parts.every((part) => /^[0-9a-f]{1,16}$/i.test(part))
  if (!isUuid) throw new CorruptDataError(`"${shorten(bytes)}" is no UUID`)
  return parts.map((part, index) => part.padStart(UUID_DIGITS[index]!, '0').slice(-UUID_DIGITS[index]!).toLowerCase()).join('-') // prettier-ignore
}

/** org.apache.kafka.common.utils.Bytes.toString: printable ASCII but the backslash, the rest as \xNN. */
function escapeBytes(bytes: Buffer): string {
  let text = ''
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x5c
    text += isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return text
}
