/** One message: its value to bytes and back, with errors that name message, version, field and position. */
import { CorruptDataError, KtError } from '../errors.ts'
import { decodeStruct, FieldError } from './decode.ts'
import { encodeStruct, EncodeError } from './encode.ts'
import { planOf } from './plan.ts'
import { Reader } from './reader.ts'
import { type Input, type Message } from './schema.ts'
import { Writer } from './writer.ts'

/** A message alone, without header or version. */
export function encodeMessage<T>(message: Message<T>, version: number, value: Input<T>): Buffer {
  const writer = new Writer()
  writeMessage(writer, message, version, value)
  return writer.toBuffer()
}

export function decodeMessage<T>(message: Message<T>, version: number, bytes: Buffer): T {
  return readMessage(message, version, bytes)
}

/** A message after its version as an int16: how coordinators keep record values, and group members talk. */
export function encodeVersioned<T>(message: Message<T>, version: number, value: Input<T>): Buffer {
  const writer = new Writer()
  writer.writeInt16(version)
  writeMessage(writer, message, version, value)
  return writer.toBuffer()
}

export interface VersionedOptions {
  /** Read a newer version as the newest that we know, leaving the rest (as Kafka's consumers do). */
  acceptsNewer?: boolean
}

export function decodeVersioned<T>(
  message: Message<T>,
  bytes: Buffer,
  { acceptsNewer = false }: VersionedOptions = {},
): { version: number; value: T } {
  const version = new Reader(bytes).readInt16()
  const isNewer = acceptsNewer && version > message.maxVersion
  const value = readMessage(
    message,
    isNewer ? message.maxVersion : version,
    bytes,
    (reader) => reader.take(2),
    isNewer,
  )
  return { version, value }
}

export function writeMessage<T>(writer: Writer, message: Message<T>, version: number, value: Input<T>): void {
  checkVersion(message, version)
  try {
    encodeStruct(writer, planOf(message as Message<never>, version), value as Record<string, unknown>)
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error
    throw new KtError(`${message.name} version ${version} cannot carry ${error.path}: ${error.reason}`, {
      cause: error,
    })
  }
}

/** `before` reads what stands before the message; `allowsRest`: bytes after it are no error. */
export function readMessage<T>(
  message: Message<T>,
  version: number,
  bytes: Buffer,
  before?: (reader: Reader) => void,
  allowsRest = false,
): T {
  const reader = new Reader(bytes)
  try {
    if (version < message.minVersion || version > message.maxVersion) reader.fail('unknown version')
    before?.(reader)
    const value = decodeStruct(reader, planOf(message as Message<never>, version))
    if (reader.remaining > 0 && !allowsRest) reader.fail(`${reader.remaining} bytes too many`)
    return value as T
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error
    const where = error instanceof FieldError ? `${error.path}: ${error.reason}` : error.message
    throw new CorruptDataError(`${message.name} version ${version} is corrupt: ${where}`, { cause: error })
  }
}

function checkVersion<T>(message: Message<T>, version: number): void {
  const { name, minVersion, maxVersion } = message
  if (Number.isInteger(version) && version >= minVersion && version <= maxVersion) return
  throw new KtError(`${name} has no version ${version}, only ${minVersion} to ${maxVersion}`)
}
