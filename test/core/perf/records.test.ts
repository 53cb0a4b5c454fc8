import { describe, expect, it } from 'vitest'
import { deflateRawSync } from 'node:zlib'
import { UsageError } from '../../../src/core/errors.ts'
import { type RecordSpec, recordSource } from '../../../src/core/perf/records.ts'

const window = { arena: Buffer.alloc(2 ** 20), windowBytes: 2 ** 20 }
const share = { index: 0, of: 1 }
const plain: Omit<RecordSpec, 'value'> = { key: undefined, headers: [] }

function take(spec: RecordSpec, count: number, part = share) {
  const source = recordSource(spec, { window, isCompressed: false, share: part })
  return Array.from({ length: count }, (_, index) => {
    source.values.next(index)
    source.keys?.next()
    const { values, keys } = source
    return {
      value: Buffer.from(values.bytes.subarray(values.start, values.end)),
      key: keys && keys.bytes.toString('latin1', keys.start, keys.end),
    }
  })
}

describe('random values', () => {
  it('are letters of the size that was asked for, and differ', () => {
    const values = take({ value: { kind: 'random', minBytes: 100, maxBytes: 100 }, ...plain }, 50)
    for (const { value } of values) expect(value.toString()).toMatch(/^[A-Z]{100}$/)
    expect(new Set(values.map(({ value }) => value.toString())).size).toBe(50)
  })

  it('have every size of a range, both ends too', () => {
    const spec = { value: { kind: 'random', minBytes: 3, maxBytes: 6 } as const, ...plain }
    const sizes = take(spec, 400).map(({ value }) => value.length)
    expect([...new Set(sizes)].sort()).toEqual([3, 4, 5, 6])
  })

  it('may be larger than the window', () => {
    const spec = { value: { kind: 'random', minBytes: 3_000_000, maxBytes: 3_000_000 } as const, ...plain }
    expect(take(spec, 1)[0]!.value.length).toBe(3_000_000)
  })

  it('lose about the share to a codec that --compressible says', () => {
    for (const compressible of [0, 0.5, 0.9]) {
      const value = { kind: 'random', minBytes: 1000, maxBytes: 1000, compressible } as const
      const all = Buffer.concat(take({ value, ...plain }, 300).map((one) => one.value))
      const left = deflateRawSync(all).length / all.length
      expect(Math.abs(left - (1 - compressible))).toBeLessThan(0.06)
    }
  })
})

describe('keys', () => {
  const value = { kind: 'random', minBytes: 1, maxBytes: 1 } as const

  it('are as many different ones as asked for, each of its size', () => {
    const keys = take({ value, key: { bytes: 6, distinct: 20 }, headers: [] }, 1000).map(({ key }) => key!)
    expect(new Set(keys).size).toBe(20)
    for (const key of keys) expect(key).toMatch(/^0000\d\d$/)
  })

  it('fit many numbers into few bytes', () => {
    const keys = take({ value, key: { bytes: 2, distinct: 1296 }, headers: [] }, 20_000).map(
      ({ key }) => key!,
    )
    expect(keys.every((key) => key.length === 2)).toBe(true)
  })
})

describe('counted values and templates', () => {
  it('number the records; workers share the numbers', () => {
    const all = [0, 1].flatMap((index) => take({ value: { kind: 'counted' }, ...plain }, 3, { index, of: 2 }))
    expect(all.map(({ value }) => value.toString()).sort()).toEqual(['0', '1', '2', '3', '4', '5'])
  })

  it('have something of its own in each record', () => {
    const text =
      '{{seq}}|{{uuid}}|{{int:5..7}}|{{float:0..1}}|{{letters:4}}|{{hex:6}}|{{choice:a|b}}|{{iso}}|{{timestamp}}|é'
    const shape =
      /^\d\|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\|[567]\|0\.\d+\S*\|[A-Z]{4}\|[0-9a-f]{6}\|[ab]\|\d{4}-.*Z\|\d{13}\|é$/
    for (const { value } of take({ value: { kind: 'template', text }, ...plain }, 9))
      expect(value.toString()).toMatch(shape)
  })

  it('refuse a placeholder that nobody knows, or that makes no sense', () => {
    for (const text of ['{{nonsense}}', '{{int:9..1}}', '{{letters:many}}', '{{choice:}}'])
      expect(() => take({ value: { kind: 'template', text }, ...plain }, 1)).toThrow(UsageError)
  })
})
