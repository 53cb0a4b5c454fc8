import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BatchWriter } from '../../../../src/core/records/batch-writer.ts'
import { kernelMemory } from '../../../../src/core/records/kernels/kernel.ts'
import { LineKernel } from '../../../../src/core/records/kernels/line-kernel.ts'

const WINDOW_BYTES = 64 * 1024
const memory = kernelMemory(4 * WINDOW_BYTES)!
const arena = Buffer.from(memory.buffer)

/** A batch with one record, as the kernel needs it, in the arena, between bytes that nobody may touch. */
function openBatch(bytes: number, timestamp: number): BatchWriter {
  arena.fill(0xee, WINDOW_BYTES)
  const batch = new BatchWriter(arena.subarray(2 * WINDOW_BYTES, 2 * WINDOW_BYTES + bytes), arena)
  batch.append(timestamp, null, -1, -1, Buffer.from('first'), 0, 5, null)
  return batch
}

/** What lines become one by one, until one does not fit, is too long, or has no newline. */
function expected(input: Buffer, bytes: number, timestamp: number, most: number, longest: number) {
  const batch = new BatchWriter(Buffer.alloc(bytes, 0xee))
  batch.append(timestamp - 3, null, -1, -1, Buffer.from('first'), 0, 5, null)
  let at = 0
  let lines = 0
  let valueBytes = 0
  while (lines < most) {
    const newline = input.indexOf(0x0a, at)
    if (newline < 0 || newline - at > longest) break
    const end = newline > at && input[newline - 1] === 0x0d ? newline - 1 : newline
    if (!batch.hasRoomFor(end - at)) break
    batch.append(timestamp, null, -1, -1, input, at, end, null)
    valueBytes += end - at
    at = newline + 1
    lines++
  }
  return { at, lines, valueBytes, records: Buffer.from(batch.buffer.subarray(0, batch.length)) }
}

const line = fc
  .tuple(
    fc.oneof(fc.nat(20), fc.integer({ min: 50, max: 70 }), fc.integer({ min: 14, max: 18 }), fc.nat(300)),
    fc.constantFrom('', '', '\r', '\r\r', 'ü'),
  )
  .map(([length, end]) => 'v'.repeat(length) + end)
const text = fc
  .tuple(fc.array(line, { maxLength: 80 }), fc.constantFrom('', '\n', 'half a line'))
  .map(([lines, end]) => Buffer.from(lines.map((one) => `${one}\n`).join('') + end))

it('makes the records that lines become one by one, and ends where their batch would', () => {
  let taken = 0
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 200, max: 8000 }),
      fc.constantFrom(Infinity, 5, 64),
      fc.constantFrom(8000, 60, 256),
      fc.constantFrom(1_700_000_000_000, 70),
      (input, bytes, most, longest, timestamp) => {
        const batch = openBatch(bytes, timestamp - 3)
        arena.fill(0x0a, 0, WINDOW_BYTES) // newlines of an earlier input
        arena.set(input)
        const wanted = expected(input, bytes, timestamp, most, longest)
        const kernel = LineKernel.open(memory)!
        expect(kernel.run(batch, 0, input.length, most, longest, timestamp)).toBe(wanted.lines)
        expect(kernel.takenBytes).toBe(wanted.at)
        expect(kernel.valueBytes).toBe(wanted.valueBytes)
        expect(batch.count).toBe(wanted.lines + 1)
        expect(batch.buffer.subarray(0, batch.length).equals(wanted.records)).toBe(true)
        const before = arena.subarray(WINDOW_BYTES, 2 * WINDOW_BYTES)
        const behind = arena.subarray(2 * WINDOW_BYTES + bytes)
        expect(before.every(isUntouched) && behind.every(isUntouched)).toBe(true)
        taken += wanted.lines
      },
    ),
    { numRuns: 500 },
  )
  expect(taken).toBeGreaterThan(1000)
})

it('leaves lines alone that are no part of a batch it can write to', () => {
  const kernel = LineKernel.open(memory)!
  arena.write('a\nb\n')
  const elsewhere = new BatchWriter(Buffer.alloc(1000))
  elsewhere.append(1, null, -1, -1, Buffer.from('first'), 0, 5, null)
  expect(kernel.run(elsewhere, 0, 4, Infinity, 8000, 1)).toBe(0)
  const earlier = openBatch(1000, 5)
  expect(kernel.run(earlier, 0, 4, Infinity, 8000, 4)).toBe(0)
  expect(kernel.run(new BatchWriter(arena.subarray(WINDOW_BYTES)), 0, 4, Infinity, 8000, 1)).toBe(0)
  expect(kernel.run(earlier, 0, 4, Infinity, 8000, 5)).toBe(2)
})

it('lets some lines pass after one that is too long, and goes on', () => {
  const kernel = LineKernel.open(memory)!
  const batch = openBatch(WINDOW_BYTES, 1)
  arena.write(`${'v'.repeat(9000)}\na\n`)
  const runs = Array.from({ length: 20 }, () => kernel.run(batch, 9001, 9003, 1, 8000, 1))
  expect(kernel.run(batch, 0, 9003, Infinity, 8000, 1)).toBe(0)
  const after = Array.from({ length: 20 }, () => kernel.run(batch, 9001, 9003, 1, 8000, 1))
  expect(runs).not.toContain(0)
  expect(after.indexOf(1)).toBeGreaterThan(5)
})

function isUntouched(byte: number): boolean {
  return byte === 0xee
}
