import { describe, expect, it } from 'vitest'
import { PackedBuffers } from '../../../src/core/producer/packed-buffers.ts'

const MIB = 1024 * 1024

describe('memory that batches are packed into', () => {
  it('is given again when it is large enough, and to one at a time', () => {
    const buffers = new PackedBuffers()
    const first = buffers.take(100_000)
    buffers.give(first)
    expect(buffers.take(120_000)).toBe(first)
    expect(buffers.take(120_000)).not.toBe(first)
  })

  it('is made anew where what is free is too small', () => {
    const buffers = new PackedBuffers()
    buffers.give(buffers.take(1000))
    expect(buffers.take(MIB).length).toBe(MIB)
    expect(buffers.take(1000).length).toBe(64 * 1024)
  })

  it('is not kept beyond 8 MiB', () => {
    const buffers = new PackedBuffers()
    const taken = Array.from({ length: 9 }, () => buffers.take(MIB))
    for (const buffer of taken) buffers.give(buffer)
    const again = new Set(Array.from({ length: 9 }, () => buffers.take(MIB)))
    expect(taken.filter((buffer) => again.has(buffer))).toHaveLength(8)
  })
})
