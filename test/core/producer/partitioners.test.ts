import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  byKey,
  consistentCrc32,
  murmur2Random,
  partitionForKey,
  type Partitioner,
  roundRobin,
  STICKY,
  sticky,
} from '../../../src/core/producer/partitioner.ts'
import { loadCrc32 } from '../../../src/core/records/crc32c.ts'

const crc32 = await loadCrc32()

/** What a partitioner chooses for a key that stands within other bytes. */
function choose(
  partitioner: Partitioner,
  key: string | null,
  count = 5,
  available = [0, 1, 2, 3, 4],
): number {
  const bytes = Buffer.from(`<${key ?? ''}>value`)
  const keyEnd = bytes.length - '>value'.length
  return key === null
    ? partitioner(bytes, -1, -1, keyEnd + 1, bytes.length, count, available)
    : partitioner(bytes, 1, keyEnd, keyEnd + 1, bytes.length, count, available)
}

describe('default', () => {
  it('leaves records without a key to the sticky partition, and hashes an empty key', () => {
    expect(choose(byKey, null)).toBe(STICKY)
    expect(choose(byKey, '')).toBe(partitionForKey(Buffer.alloc(0), 0, 0, 5))
  })

  it('keeps a key in its partition though that has no leader now', () => {
    expect(choose(byKey, 'key', 5, [0])).toBe(choose(byKey, 'key'))
  })
})

describe('sticky', () => {
  it('looks at no key', () => {
    expect([choose(sticky, 'a'), choose(sticky, null)]).toEqual([STICKY, STICKY])
  })
})

describe('round-robin', () => {
  it('takes the partitions that have a leader in turn, whatever the keys', () => {
    const partitioner = roundRobin()
    const chosen = ['a', 'a', null, 'b', 'c'].map((key) => choose(partitioner, key, 5, [0, 2, 4]))
    expect(chosen).toEqual([0, 2, 4, 0, 2])
  })

  it('counts for itself', () => {
    expect([choose(roundRobin(), 'a'), choose(roundRobin(), 'a')]).toEqual([0, 0])
  })
})

describe('murmur2-random', () => {
  it('places keys as Java does, and the others anywhere where there is a leader', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        expect(choose(murmur2Random, key)).toBe(choose(byKey, key))
        expect([1, 3]).toContain(choose(murmur2Random, null, 5, [1, 3]))
      }),
    )
  })
})

describe('consistent-crc32', () => {
  it('is the CRC-32 of the key modulo the partitions', () => {
    // The check value of CRC-32: that of "123456789" is 0xcbf43926.
    expect(choose(consistentCrc32(crc32), '123456789', 1000)).toBe(0xcbf43926 % 1000)
  })

  it('places an empty key, and none, anywhere where there is a leader', () => {
    const partitioner = consistentCrc32(crc32)
    for (const key of ['', null]) expect([1, 3]).toContain(choose(partitioner, key, 5, [1, 3]))
  })
})

describe('every partitioner', () => {
  it('chooses a partition that there is, or the sticky one', () => {
    const all = [byKey, sticky, roundRobin(), murmur2Random, consistentCrc32(crc32)]
    fc.assert(
      fc.property(fc.option(fc.string()), fc.integer({ min: 1, max: 100 }), (key, count) => {
        const available = Array.from({ length: count }, (_, partition) => partition)
        for (const partitioner of all) {
          const chosen = choose(partitioner, key, count, available)
          expect(chosen === STICKY || available.includes(chosen)).toBe(true)
        }
      }),
    )
  })
})
