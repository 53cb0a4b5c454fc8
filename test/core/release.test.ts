import { describe, expect, it } from 'vitest'
import { release } from '../../src/core/release.ts'

describe('release', () => {
  it('frees a whole allocation, on every runtime', () => {
    const bytes = Buffer.allocUnsafeSlow(64 * 1024)
    release(bytes)
    expect(bytes.length).toBe(0)
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
