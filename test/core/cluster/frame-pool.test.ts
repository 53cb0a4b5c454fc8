import { describe, expect, it } from 'vitest'
import { giveFrame, takeFrame } from '../../../src/core/cluster/frame-pool.ts'

const MIB = 1024 * 1024

describe('the memory of large frames', () => {
  it('serves the next frame too when that is a little larger', () => {
    const first = takeFrame(7_500_000)
    giveFrame(first)
    const next = takeFrame(8_000_000)
    expect(next.length).toBe(8_000_000)
    expect(next.buffer).toBe(first.buffer)
    giveFrame(next)
  })

  it('serves one frame at a time, and a small one not at all when it is large', () => {
    const first = takeFrame(20 * MIB)
    expect(takeFrame(20 * MIB).buffer).not.toBe(first.buffer)
    giveFrame(first)
    expect(takeFrame(MIB).buffer).not.toBe(first.buffer)
    const again = takeFrame(20 * MIB)
    expect(again.buffer).toBe(first.buffer)
  })

  it('is given back at once when more than four wait for a next one', () => {
    const frames = Array.from({ length: 5 }, () => takeFrame(30 * MIB))
    for (const frame of frames) giveFrame(frame)
    expect(frames.map(({ buffer }) => buffer.byteLength > 0)).toEqual([false, true, true, true, true])
  })

  it('of others is left alone', () => {
    const others = Buffer.allocUnsafeSlow(8 * MIB)
    giveFrame(others)
    expect(takeFrame(8 * MIB).buffer).not.toBe(others.buffer)
  })
})
