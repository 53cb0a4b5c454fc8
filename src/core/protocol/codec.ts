/**
 * Messages to bytes and back, for any API at any version: as a client (encodeRequest, decodeResponse) and
 * as a broker (decodeRequest, encodeResponse), and for what Kafka keeps in records (encodeMessage,
 * decodeMessage). int64 is a bigint everywhere; uuids are Kafka's text form; byte fields of decoded
 * messages are slices of the buffer that was given. Wrong bytes throw CorruptDataError, wrong values KtError.
 */
import { KtError } from '../errors.ts'
import { readMessage, writeMessage } from './message.ts'
import { Reader } from './reader.ts'
import { includesVersion, type Api, type Input, type Message } from './schema.ts'
import { Writer } from './writer.ts'

export type { Api, Input, Message, RequestOf, ResponseOf } from './schema.ts'
export { ZERO_UUID } from './schema.ts'
export { decodeMessage, decodeVersioned, encodeMessage, encodeVersioned } from './message.ts'

const API_VERSIONS_KEY = 18
const UNSUPPORTED_VERSION = 35

/** Where the correlation id stands in a request frame: after length, API key and version. */
export const CORRELATION_ID_OFFSET = 8

export interface RequestHeader {
  correlationId: number
  clientId: string | null
}

export interface ReceivedHeader extends RequestHeader {
  apiKey: number
  apiVersion: number
}

/** The frame of a request, from its 4-byte length on, as parts to be sent one after the other. */
export function encodeRequest<Request, Response>(
  api: Api<Request, Response>,
  version: number,
  request: Input<Request>,
  header: RequestHeader,
): Buffer[] {
  const writer = new Writer()
  writer.writeInt32(0)
  writer.writeInt16(api.key)
  writer.writeInt16(version)
  writer.writeInt32(header.correlationId)
  writeClientId(writer, header.clientId)
  if (isFlexible(api.request, version)) writer.writeUnsignedVarint(0)
  writeMessage(writer, api.request, version, request)
  return frame(writer)
}

/**
 * The answer in a frame, from its correlation id on (the 4-byte length is already cut off). A broker that
 * does not know the version of an ApiVersions request answers in version 0.
 */
export function decodeResponse<Request, Response>(
  api: Api<Request, Response>,
  version: number,
  bytes: Buffer,
): Response {
  return decodeResponsePayload(api, version, bytes, 4)
}

/** The same for bytes that begin after the correlation id (or at `offset`, the byte after it). */
export function decodeResponsePayload<Request, Response>(
  api: Api<Request, Response>,
  version: number,
  bytes: Buffer,
  offset = 0,
): Response {
  if (api.key === API_VERSIONS_KEY && bytes.length >= offset + 2) {
    const isRefused = bytes.readInt16BE(offset) === UNSUPPORTED_VERSION
    return readMessage(api.response, isRefused ? 0 : version, bytes, (reader) => reader.take(offset))
  }
  return readMessage(api.response, version, bytes, (reader) => {
    reader.take(offset)
    if (isFlexible(api.response, version)) skipTags(reader)
  })
}

/** The header of a request frame (without its 4-byte length), to choose the API by. */
export function decodeRequestHeader(bytes: Buffer): ReceivedHeader {
  return readHeader(new Reader(bytes))
}

/** A request frame without its 4-byte length: what a broker receives. */
export function decodeRequest<Request, Response>(
  api: Api<Request, Response>,
  bytes: Buffer,
): { header: ReceivedHeader; body: Request } {
  const header = decodeRequestHeader(bytes)
  const { apiVersion } = header
  const body = readMessage(api.request, apiVersion, bytes, (reader) => {
    readHeader(reader)
    if (isFlexible(api.request, apiVersion)) skipTags(reader)
  })
  return { header, body }
}

/** The frame of an answer, from its 4-byte length on. */
export function encodeResponse<Request, Response>(
  api: Api<Request, Response>,
  version: number,
  response: Input<Response>,
  correlationId: number,
): Buffer[] {
  const writer = new Writer()
  writer.writeInt32(0)
  writer.writeInt32(correlationId)
  // A client must be able to read the answer to ApiVersions before it knows any version.
  if (isFlexible(api.response, version) && api.key !== API_VERSIONS_KEY) writer.writeUnsignedVarint(0)
  writeMessage(writer, api.response, version, response)
  return frame(writer)
}

function isFlexible<T>(message: Message<T>, version: number): boolean {
  return includesVersion(message.flexible, version)
}

/** Not compact even in flexible versions, so that any broker can read any ApiVersions request. */
function writeClientId(writer: Writer, clientId: string | null): void {
  if (clientId === null) return writer.writeInt16(-1)
  const bytes = Buffer.byteLength(clientId)
  if (bytes > 32767) throw new KtError(`client.id has ${bytes} bytes, at most 32767 can be sent`)
  writer.writeInt16(bytes)
  writer.writeUtf8(clientId, bytes)
}

function readHeader(reader: Reader): ReceivedHeader {
  const apiKey = reader.readInt16()
  const apiVersion = reader.readInt16()
  const correlationId = reader.readInt32()
  const length = reader.readInt16()
  if (length < -1) reader.fail(`a client id of length ${length}`)
  const clientId = length === -1 ? null : reader.readUtf8(length)
  return { apiKey, apiVersion, correlationId, clientId }
}

function skipTags(reader: Reader): void {
  const count = reader.readUnsignedVarint()
  for (let index = 0; index < count; index++) {
    reader.readUnsignedVarint()
    reader.take(reader.readUnsignedVarint())
  }
}

function frame(writer: Writer): Buffer[] {
  const parts = writer.parts()
  parts[0]?.writeInt32BE(writer.length - 4, 0)
  return parts
}
