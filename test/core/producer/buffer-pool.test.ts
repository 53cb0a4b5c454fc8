import { describe, expect, it } from 'vitest'
import { BufferPool } from '../../../src/core/producer/buffer-pool.ts'

describe('the memory of the producer', () => {
  it('cuts the buffers that come back when buffers get smaller, and never counts more than it has', () => {
    const pool = new BufferPool(1000, 4000)
    const large = [pool.take(1), pool.take(1), pool.take(1), pool.take(1)]
    expect(pool.hasRoom).toBe(false)
    pool.shrinkTo(300)
    for (const buffer of large) pool.give(buffer)
    const small = Array.from({ length: 12 }, () => pool.take(1))
    expect(small.every((buffer) => buffer.length === 300 && buffer.buffer === pool.arena.buffer)).toBe(true)
    expect(new Set(small.map(({ byteOffset }) => byteOffset)).size).toBe(12)
    expect(pool.hasRoom).toBe(true)
    pool.take(1)
    expect(pool.hasRoom).toBe(false)
  })

  it('does not grow buffers again', () => {
    const pool = new BufferPool(1000, 4000)
    pool.shrinkTo(300)
    pool.shrinkTo(900)
    expect(pool.take(1).length).toBe(300)
  })

  it('makes a buffer of its own for a record that is larger than the others', () => {
    const pool = new BufferPool(1000, 4000)
    const large = pool.take(2500)
    expect([large.length, pool.hasRoom]).toEqual([2500, true])
    pool.take(1)
    expect(pool.hasRoom).toBe(false)
    pool.give(large)
    expect(pool.take(1).length).toBe(1000)
  })
})
