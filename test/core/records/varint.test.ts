import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from '../../../src/core/records/varint.ts'

/** Zigzag, then seven bits a byte, lowest first: written down over BigInt, with nothing to overflow. */
function reference(value: bigint): number[] {
  let rest = value < 0n ? -value * 2n - 1n : value * 2n
  const bytes: number[] = []
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return [...bytes, Number(rest)]
}

const edges32 = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)]
const edges53 = [...edges32, 2 ** 30, -(2 ** 30), -(2 ** 30) - 1, 2 ** 31, 2 ** 52, 2 ** 53 - 1, -(2 ** 52), -(2 ** 53) + 1] // prettier-ignore

describe('a varint', () => {
  it.each(edges32)('of %i is what the definition says', (value) => checkVarint(value))

  it('of any i32 is what the definition says', () => {
    fc.assert(fc.property(fc.integer(), checkVarint), { numRuns: 2000 })
  })
})

describe('a varlong', () => {
  it.each(edges53)('of %i is what the definition says', (value) => checkVarlong(value))

  it('of any whole number up to 2^53 is what the definition says', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), checkVarlong), { numRuns: 2000 })
  })
})

function checkVarint(value: number): void {
  const buffer = new Uint8Array(16)
  const end = writeVarint(buffer, 3, value)
  expect([...buffer.subarray(3, end)]).toEqual(reference(BigInt(value)))
  expect(sizeOfVarint(value)).toBe(end - 3)
}

function checkVarlong(value: number): void {
  const buffer = new Uint8Array(16)
  const end = writeVarlong(buffer, 3, value)
  expect([...buffer.subarray(3, end)]).toEqual(reference(BigInt(value)))
  expect(sizeOfVarlong(value)).toBe(end - 3)
}
