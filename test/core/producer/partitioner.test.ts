import { describe, expect, it } from 'vitest'
import { murmur2, partitionForKey, StickyPartition } from '../../../src/core/producer/partitioner.ts'
import { fixture } from '../records/support.ts'

const keys = fixture<{ murmur2: string; hash: number }>('keys').map(({ murmur2: hex, hash }) => ({
  key: Buffer.from(hex, 'hex'),
  hash,
}))

describe('a key', () => {
  it('has the hash that Kafka’s Utils.murmur2 gives it', () => {
    expect(keys.length).toBeGreaterThan(400)
    for (const { key, hash } of keys) expect(murmur2(key, 0, key.length), key.toString('hex')).toBe(hash)
  })

  it('has the same hash as a slice of something larger', () => {
    for (const { key, hash } of keys) {
      const larger = Buffer.concat([Buffer.from('before'), key, Buffer.from('after')])
      expect(murmur2(larger, 6, 6 + key.length)).toBe(hash)
    }
  })

  it('goes to the partition that Java computes', () => {
    for (const { key, hash } of keys)
      expect(partitionForKey(key, 0, key.length, 12)).toBe((hash & 0x7fffffff) % 12)
  })
})

describe('records without a key', () => {
  it('stay with a partition until told to move, then go to another', () => {
    const sticky = new StickyPartition()
    const all = [0, 1, 2]
    for (let round = 0; round < 50; round++) {
      const before = sticky.current(all)
      expect(sticky.current(all)).toBe(before)
      sticky.next(all)
      expect(sticky.current(all)).not.toBe(before)
    }
  })

  it('leave a partition that has lost its leader', () => {
    const sticky = new StickyPartition()
    sticky.current([4])
    expect(sticky.current([1])).toBe(1)
  })

  it('reach every partition in time', () => {
    const sticky = new StickyPartition()
    const seen = new Set<number>()
    for (let round = 0; round < 500; round++) {
      seen.add(sticky.current([0, 1, 2, 3]))
      sticky.next([0, 1, 2, 3])
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 3])
  })
})
