import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CorruptDataError } from '../../../src/core/errors.ts'
import {
  decodeMessage,
  decodeRequestHeader,
  decodeResponse,
  encodeResponse,
  type Message,
} from '../../../src/core/protocol/codec.ts'
import { Fetch } from '../../../src/core/protocol/generated/apis/Fetch.ts'
import { Metadata } from '../../../src/core/protocol/generated/apis/Metadata.ts'
import { allMessages } from './support/messages.ts'

interface Sample {
  message: Message<never>
  version: number
  bytes: Buffer
}

const folder = new URL('../../fixtures/bytes/', import.meta.url)

/** Every message at every version with a value in every field, as Kafka's Java classes encoded it. */
const samples = Object.entries(allMessages).flatMap(([origin, messages]) => {
  const text = readFileSync(new URL(`${origin}.json`, folder), 'utf8')
  const cases = JSON.parse(text) as { message: string; version: number; kind: string; hex: string }[]
  return cases
    .filter(({ kind }) => kind === 'filled')
    .map(({ message: name, version, hex }): Sample => {
      const message = messages.find((known) => known.name === name) as Message<never>
      return { message, version, bytes: Buffer.from(hex, 'hex') }
    })
})

// Some of these go through thousands of messages: the limit is there for a hang, not for a slow machine.
describe('bytes from outside', () => {
  it('a message cut off anywhere is reported as corrupt', () => {
    for (const { message, version, bytes } of samples) {
      for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length)
        expectCorrupt(
          () => decodeMessage(message, version, cut),
          `${message.name} ${version} cut at ${length}`,
        )
      }
    }
  })

  it('a message followed by more bytes is reported as corrupt', () => {
    for (const { message, version, bytes } of samples) {
      const longer = Buffer.concat([bytes, Buffer.from([0])])
      expectCorrupt(() => decodeMessage(message, version, longer), `${message.name} ${version}`)
    }
  })

  it('any changed bytes decode or are reported as corrupt, and nothing else happens', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255))
    fc.assert(
      fc.property(
        fc.nat(samples.length - 1),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (index, changes) => {
          const { message, version, bytes } = samples[index] as Sample
          const changed = Buffer.from(bytes)
          for (const [at, byte] of changes) changed[at % Math.max(1, changed.length)] = byte
          expectNoCrash(message, version, changed)
        },
      ),
      { numRuns: 20_000 },
    )
  })

  it('any bytes at all decode or are reported as corrupt', () => {
    fc.assert(
      fc.property(fc.nat(samples.length - 1), fc.uint8Array({ maxLength: 200 }), (index, bytes) => {
        const { message, version } = samples[index] as Sample
        expectNoCrash(message, version, Buffer.from(bytes))
      }),
      { numRuns: 10_000 },
    )
  })

  it.each([
    ['int32', '7fffffff'],
    ['compact', 'ffffffff0f'],
    ['int16', '7fff'],
  ])('a giant %s length anywhere takes no memory', (_, hex) => {
    const giant = Buffer.from(hex, 'hex')
    for (const { message, version, bytes } of samples) {
      for (let at = 0; at + giant.length <= bytes.length; at += 3) {
        const changed = Buffer.from(bytes)
        changed.set(giant, at)
        const before = memoryBytes()
        expectNoCrash(message, version, changed)
        expect(memoryBytes() - before).toBeLessThan(100e6)
      }
    }
  })

  it('an array of more elements than bytes could hold is refused before it is made', () => {
    // Metadata v12: no tags, throttleTimeMs, then brokers: a billion of them in 20 bytes.
    const bytes = Buffer.from(`00000001${'00'}00000000${'80a894dc03'}${'00'.repeat(20)}`, 'hex')
    expect(() => decodeResponse(Metadata, 12, bytes)).toThrow(
      /^MetadataResponse version 12 is corrupt: brokers: an array of length 99\d+, but only 20 bytes are left at byte 14$/,
    )
  })

  it('an error names the API, the version, the field and the position', () => {
    const responses = [{ topic: 'a', partitions: [{}, { records: Buffer.alloc(100) }] }]
    const bytes = Buffer.concat(encodeResponse(Fetch, 4, { responses }, 7)).subarray(4)
    expect(() => decodeResponse(Fetch, 4, bytes.subarray(0, -50))).toThrow(
      'FetchResponse version 4 is corrupt: responses[0].partitions[1].records: a byte field of length 100, but only 50 bytes are left at byte 79',
    )
  })

  it('a negative length other than null is refused', () => {
    const bytes = Buffer.from('00000001fffffff0', 'hex')
    expect(() => decodeResponse(Metadata, 0, bytes)).toThrow('brokers: a length of -16')
  })

  it('null in a field that cannot be null is refused', () => {
    const bytes = Buffer.from('00000001ffffffff', 'hex')
    expect(() => decodeResponse(Metadata, 0, bytes)).toThrow('brokers: null where a value must be')
  })

  it('a frame too short for a request header is refused', () => {
    expectCorrupt(() => decodeRequestHeader(Buffer.from('0003', 'hex')), 'header')
  })
})

function expectCorrupt(decode: () => unknown, label: string): void {
  let failure: unknown
  try {
    decode()
  } catch (error) {
    failure = error
  }
  if (!(failure instanceof CorruptDataError)) expect.fail(`${label}: ${String(failure)}`)
}

function expectNoCrash(message: Message<never>, version: number, bytes: Buffer): void {
  try {
    decodeMessage(message, version, bytes)
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error
  }
}

function memoryBytes(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
