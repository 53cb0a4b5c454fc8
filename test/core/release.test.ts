import { describe, expect, it } from 'vitest'
import { release } from '../../src/core/release.ts'

const canFree = 'transfer' in ArrayBuffer.prototype

describe('release', () => {
  it('frees a whole allocation where the runtime can, and leaves it alone elsewhere', () => {
    const bytes = Buffer.allocUnsafeSlow(64 * 1024)
    release(bytes)
    expect(bytes.length).toBe(canFree ? 0 : 64 * 1024)
  })

  it('never frees what others may share: a slice, or a small buffer of the pool', () => {
    const whole = Buffer.alloc(64 * 1024, 7)
    release(whole.subarray(0, 32 * 1024))
    expect(whole.every((byte) => byte === 7)).toBe(true)
    const pooled = Buffer.from('pooled')
    release(pooled)
    expect(pooled.toString()).toBe('pooled')
  })
})
