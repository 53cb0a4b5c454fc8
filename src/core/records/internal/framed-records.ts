/**
 * Values that say what they are: frame version, type and version as varints, then the message
 * (org.apache.kafka.server.common.serialization.AbstractApiMessageSerde).
 */
import { CorruptDataError } from '../../errors.ts'
import { readMessage } from '../../protocol/message.ts'
import { Reader } from '../../protocol/reader.ts'
import type { Message } from '../../protocol/schema.ts'
import type { Fields } from './coordinator-records.ts'

export interface FramedRecord {
  message: Message<unknown>
  version: number
  value: Fields
}

const FRAME_VERSION = 1

/** Throws CorruptDataError. */
export function decodeFramed(
  types: ReadonlyMap<number | undefined, Message<unknown>>,
  bytes: Buffer,
  what: string,
): FramedRecord {
  const head = new Reader(bytes)
  const frameVersion = head.readUnsignedVarint()
  if (frameVersion !== FRAME_VERSION)
    throw new CorruptDataError(
      `Could not deserialize metadata record due to unknown frame version ${frameVersion}(only frame version ${FRAME_VERSION} is supported)`,
    )
  const type = head.readUnsignedVarint()
  const version = head.readUnsignedVarint()
  const message = types.get(type)
  if (message === undefined) throw new CorruptDataError(`a ${what} has the unknown type ${type}`)
  const value = readMessage(message, version, bytes, (reader) => reader.take(head.position)) as Fields
  return { message, version, value }
}
