import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  readStickyData,
  writeCooperativeData,
  writeStickyData,
} from '../../../src/core/group/assignors/sticky-data.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../../src/core/group/consumer-protocol.ts'

const { bytes } = JSON.parse(
  readFileSync(new URL('../../fixtures/groups/java.json', import.meta.url), 'utf8'),
) as { bytes: Record<string, string> }

const owned = [
  { topic: 'b', partition: 2 },
  { topic: 'a', partition: 1 },
  { topic: 'b', partition: 0 },
]
const byTopic = [owned[1]!, owned[0]!, owned[2]!]
const sorted = [owned[1]!, owned[2]!, owned[0]!]
const java = (name: string) => Buffer.from(bytes[name]!, 'hex')

describe('what members of a group tell each other', () => {
  it("is byte for byte Kafka's subscription", () => {
    const given = {
      topics: ['b', 'a'],
      userData: null,
      ownedPartitions: owned,
      generation: 5,
      rackId: 'rack1',
    }
    expect(encodeSubscription(given).toString('hex')).toBe(bytes['subscription'])
  })

  it('is read from every version, older ones with less in them', () => {
    const whole = {
      topics: ['a', 'b'],
      userData: null,
      ownedPartitions: sorted,
      generation: 5,
      rackId: 'rack1',
    }
    expect(decodeSubscription(java('subscription'))).toEqual(whole)
    expect(decodeSubscription(java('subscription2'))).toEqual({ ...whole, rackId: null })
    expect(decodeSubscription(java('subscription1'))).toEqual({ ...whole, rackId: null, generation: -1 })
    expect(decodeSubscription(java('subscription0'))).toEqual({
      ...whole,
      rackId: null,
      generation: -1,
      ownedPartitions: [],
    })
  })

  it('is read from a version still to come', () => {
    const newer = Buffer.concat([java('subscription'), Buffer.from('more')])
    newer.writeInt16BE(9)
    expect(decodeSubscription(newer).topics).toEqual(['a', 'b'])
  })

  it("has Kafka's assignment, also an empty one", () => {
    expect(decodeAssignment(java('assignment'))).toEqual([owned[0], owned[2], owned[1]])
    expect(decodeAssignment(encodeAssignment(owned))).toEqual(byTopic)
    expect(decodeAssignment(Buffer.alloc(0))).toEqual([])
  })

  it('refuses what is cut off', () => {
    expect(() => decodeSubscription(java('subscription').subarray(0, 9))).toThrow(/corrupt/)
    expect(() => decodeAssignment(java('assignment').subarray(0, 9))).toThrow(/corrupt/)
  })

  it("remembers in the sticky assignors' own layouts", () => {
    expect(writeStickyData(owned, 5).toString('hex')).toBe(bytes['stickyUserData'])
    expect(readStickyData(java('stickyUserData'))).toEqual({ partitions: byTopic, generation: 5 })
    const withoutGeneration = java('stickyUserData').subarray(0, -4)
    expect(readStickyData(withoutGeneration)).toEqual({ partitions: byTopic, generation: -1 })
    expect(writeCooperativeData(5).toString('hex')).toBe(bytes['cooperativeUserData'])
    expect(writeCooperativeData(-1).toString('hex')).toBe(bytes['cooperativeUserDataAtFirst'])
  })
})
