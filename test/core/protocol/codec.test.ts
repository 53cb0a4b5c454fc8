import { describe, expect, it } from 'vitest'
import { KtError } from '../../../src/core/errors.ts'
import {
  CORRELATION_ID_OFFSET,
  decodeMessage,
  decodeRequest,
  decodeResponse,
  decodeResponsePayload,
  decodeVersioned,
  encodeMessage,
  encodeRequest,
  encodeResponse,
  encodeVersioned,
  ZERO_UUID,
  type Input,
} from '../../../src/core/protocol/codec.ts'
import { ApiVersions } from '../../../src/core/protocol/generated/apis/ApiVersions.ts'
import { CreateTopics } from '../../../src/core/protocol/generated/apis/CreateTopics.ts'
import { Fetch } from '../../../src/core/protocol/generated/apis/Fetch.ts'
import { InitProducerId } from '../../../src/core/protocol/generated/apis/InitProducerId.ts'
import { Metadata, type MetadataRequest } from '../../../src/core/protocol/generated/apis/Metadata.ts'
import { Produce } from '../../../src/core/protocol/generated/apis/Produce.ts'
import { ConsumerProtocolSubscription } from '../../../src/core/protocol/generated/data/ConsumerProtocolSubscription.ts'
import { type Struct } from '../../../src/core/protocol/schema.ts'

const header = { correlationId: 1, clientId: 'kt' }

describe('requests', () => {
  it('takes the default of every field that is left out', () => {
    const bytes = encodeMessage(CreateTopics.request, 7, { topics: [{ name: 'orders' }] })
    expect(decodeMessage(CreateTopics.request, 7, bytes)).toEqual({
      topics: [{ name: 'orders', numPartitions: 0, replicationFactor: 0, assignments: [], configs: [] }],
      timeoutMs: 60000,
      validateOnly: false,
    })
  })

  it('sends a large batch as it is, between the bytes around it', () => {
    const batch = Buffer.alloc(1 << 20, 7)
    const parts = encodeRequest(Produce, 9, produceRequest(batch), header)
    expect(parts.some((part) => part.buffer === batch.buffer && part.length === batch.length)).toBe(true)
    expect(parts).toHaveLength(3)
    const frame = Buffer.concat(parts)
    expect(frame.readInt32BE(0)).toBe(frame.length - 4)
    expect(frame.readInt32BE(CORRELATION_ID_OFFSET)).toBe(1)
    const { body } = decodeRequest(Produce, frame.subarray(4))
    expect(body.topicData[0]?.partitionData[0]?.records?.equals(batch)).toBe(true)
  })

  it('takes records as a list of buffers', () => {
    const [first, second] = [Buffer.alloc(10_000, 1), Buffer.alloc(20, 2)]
    const frame = Buffer.concat(encodeRequest(Produce, 9, produceRequest([first, second]), header))
    const { body } = decodeRequest(Produce, frame.subarray(4))
    expect(body.topicData[0]?.partitionData[0]?.records).toEqual(Buffer.concat([first, second]))
  })

  it('refuses a value that the version cannot carry, naming field and version', () => {
    const request = { topics: [], includeTopicAuthorizedOperations: true }
    expect(() => encodeRequest(Metadata, 7, request, header)).toThrow(
      'MetadataRequest version 7 cannot carry includeTopicAuthorizedOperations: this version of the API does not have the field',
    )
  })

  it('drops an ignorable value silently and accepts the default of any field', () => {
    const request = {
      topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', name: 'orders' }],
      includeTopicAuthorizedOperations: false,
    }
    const bytes = encodeMessage(Metadata.request, 7, request)
    expect(decodeMessage(Metadata.request, 7, bytes).topics).toEqual([{ topicId: ZERO_UUID, name: 'orders' }])
  })

  it.each<[string, Input<MetadataRequest>, string]>([
    ['null', { topics: [{ name: null }] }, 'topics[0].name: null where this version'],
    ['a long string', { topics: [{ name: 'x'.repeat(40_000) }] }, 'topics[0].name: a string of 40000 bytes'],
    ['a number for a string', { topics: [{ name: 5 as never }] }, 'a string is wanted, not number 5'],
    ['a string for a boolean', { topics: [], allowAutoTopicCreation: 'no' as never }, 'a boolean is wanted'],
    ['a hole in an array', { topics: [undefined as never] }, 'topics[0]: an element is wanted'],
  ])('refuses %s where it does not fit', (_, request, message) => {
    expect(() => encodeRequest(Metadata, 4, request, header)).toThrow(message)
    expect(() => encodeRequest(Metadata, 4, request, header)).toThrow(KtError)
  })

  it('refuses numbers that would wrap around', () => {
    expect(() => encodeMessage(Produce.request, 9, { acks: 40_000 })).toThrow('acks: an integer from -32768')
    expect(() => encodeMessage(InitProducerId.request, 5, { producerId: 2n ** 63n })).toThrow(
      'a 64-bit integer',
    )
    expect(() => encodeMessage(InitProducerId.request, 5, { producerId: 5 as never })).toThrow('a bigint')
  })

  it('refuses a uuid that is not one', () => {
    const request = { topics: [{ topicId: 'not-a-uuid', name: null }] }
    expect(() => encodeMessage(Metadata.request, 12, request)).toThrow('topics[0].topicId: a uuid is wanted')
  })

  it('refuses versions that the API does not have, and unstable ones', () => {
    expect(() => encodeRequest(Metadata, 99, {}, header)).toThrow(
      'MetadataRequest has no version 99, only 0 to 13',
    )
    expect(InitProducerId.maxVersion).toBe(5)
  })
})

describe('answers', () => {
  it('gives byte fields as slices of the frame, not as copies', () => {
    const records = Buffer.alloc(9000, 3)
    const responses = [{ topic: 'orders', partitions: [{ partitionIndex: 2, highWatermark: 12n, records }] }]
    const frame = Buffer.concat(encodeResponse(Fetch, 11, { responses }, 5))
    const partition = decodeResponse(Fetch, 11, frame.subarray(4)).responses[0]?.partitions[0]
    expect(partition?.records?.equals(records)).toBe(true)
    expect(partition?.records?.buffer).toBe(frame.buffer)
    expect(partition?.highWatermark).toBe(12n)
  })

  it('can be read from after the correlation id', () => {
    const frame = Buffer.concat(encodeResponse(Metadata, 12, { clusterId: 'c' }, 5))
    expect(decodeResponsePayload(Metadata, 12, frame.subarray(8)).clusterId).toBe('c')
    expect(decodeResponsePayload(Metadata, 12, frame, 8).clusterId).toBe('c')
  })

  it('has one shape, whether a field was sent or not', () => {
    const old = decodeMessage(Metadata.response, 0, encodeMessage(Metadata.response, 0, {}))
    const recent = decodeMessage(Metadata.response, 13, encodeMessage(Metadata.response, 13, {}))
    expect(Object.keys(old)).toEqual(Object.keys(recent))
    expect(old.controllerId).toBe(-1)
  })

  it('gives each message default arrays and structs of its own', () => {
    const bytes = encodeMessage(Fetch.response, 4, { responses: [{ topic: 'a', partitions: [{}, {}] }] })
    const partitions = decodeMessage(Fetch.response, 4, bytes).responses[0]?.partitions ?? []
    expect(partitions[0]?.divergingEpoch).toEqual(partitions[1]?.divergingEpoch)
    expect(partitions[0]?.divergingEpoch).not.toBe(partitions[1]?.divergingEpoch)
  })

  it('skips tagged fields that this version does not know', () => {
    const bytes = encodeMessage(Metadata.response, 12, { clusterId: 'c' })
    const tagged = Buffer.concat([bytes.subarray(0, -1), Buffer.from('01c80102ffff', 'hex')])
    expect(decodeMessage(Metadata.response, 12, tagged).clusterId).toBe('c')
  })

  it('refuses a tagged field that is longer than its value', () => {
    const bytes = encodeMessage(Fetch.response, 16, {})
    // Tag 0 is an array of node endpoints: an empty one takes one byte, not two.
    const tagged = Buffer.concat([bytes.subarray(0, -1), Buffer.from('01000201ff', 'hex')])
    expect(() => decodeMessage(Fetch.response, 16, tagged)).toThrow('nodeEndpoints: 1 bytes too many')
  })
})

describe('ApiVersions', () => {
  it('is answered with response header 0 in every version', () => {
    const frame = Buffer.concat(
      encodeResponse(ApiVersions, 4, { apiKeys: [{ apiKey: 3, maxVersion: 9 }] }, 5),
    )
    expect(frame.readInt16BE(8)).toBe(0)
    expect(decodeResponse(ApiVersions, 4, frame.subarray(4)).apiKeys).toEqual([
      { apiKey: 3, minVersion: 0, maxVersion: 9 },
    ])
  })

  it('reads the version 0 answer of a broker that does not know the version', () => {
    const apiKeys = [{ apiKey: 18, minVersion: 0, maxVersion: 2 }]
    const frame = Buffer.concat(encodeResponse(ApiVersions, 0, { errorCode: 35, apiKeys }, 5))
    const response = decodeResponse(ApiVersions, 4, frame.subarray(4))
    expect(response.errorCode).toBe(35)
    expect(response.apiKeys).toEqual(apiKeys)
  })
})

describe('messages with a version before them', () => {
  it('can be read when they are newer than known, leaving what is unknown', () => {
    const bytes = encodeVersioned(ConsumerProtocolSubscription, 3, { topics: ['orders'], rackId: 'r1' })
    bytes.writeInt16BE(9, 0)
    const newer = Buffer.concat([bytes, Buffer.from('ffff', 'hex')])
    expect(() => decodeVersioned(ConsumerProtocolSubscription, newer)).toThrow('unknown version')
    const { version, value } = decodeVersioned(ConsumerProtocolSubscription, newer, { acceptsNewer: true })
    expect(version).toBe(9)
    expect(value).toMatchObject({ topics: ['orders'], rackId: 'r1' })
  })
})

describe('generated schemas', () => {
  it('are not changed by using them', () => {
    const before = JSON.stringify(Metadata satisfies { request: Struct }, replaceBigint)
    decodeMessage(Metadata.response, 13, encodeMessage(Metadata.response, 13, {}))
    expect(JSON.stringify(Metadata, replaceBigint)).toBe(before)
  })
})

function produceRequest(records: Buffer | Buffer[]) {
  return {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 'orders', partitionData: [{ index: 0, records }] }],
  }
}

function replaceBigint(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}
