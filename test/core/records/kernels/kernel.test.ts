import { afterEach, expect, it, vi } from 'vitest'
import { BufferPool } from '../../../../src/core/producer/buffer-pool.ts'
import { kernelMemory, openKernel } from '../../../../src/core/records/kernels/kernel.ts'
import { ValueKernel } from '../../../../src/core/records/kernels/value-kernel.ts'

afterEach(() => vi.unstubAllGlobals())

it('an engine without WebAssembly has no kernels, and the same memory for batches', () => {
  vi.stubGlobal('WebAssembly', undefined)
  expect(kernelMemory(1000)).toBeUndefined()
  expect(ValueKernel.open(Buffer.from('null'), 0x0a)).toBeUndefined()
  const pool = new BufferPool(1000, 4000, 500)
  expect(pool.lineKernel).toBeUndefined()
  expect([pool.arena.length, pool.take(1000).buffer === pool.arena.buffer]).toEqual([4500, true])
})

it('an engine that does not take a kernel goes without it', () => {
  const notWasm = Buffer.from('no module').toString('base64')
  expect(openKernel(notWasm, kernelMemory(1000)!)).toBeUndefined()
})

it('the memory of a pool is what was asked for, also where pages are larger', () => {
  const pool = new BufferPool(1000, 4000, 500)
  expect(pool.lineKernel).toBeDefined()
  expect(pool.arena.length).toBe(4500)
})
