import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Batch, readBatches } from '../../../../src/core/records/batch-reader.ts'
import { ValueKernel } from '../../../../src/core/records/kernels/value-kernel.ts'
import { RecordCursor } from '../../../../src/core/records/record-cursor.ts'
import { mutations } from '../../../support/mutations.ts'
import { batchOf, damaged, type PlainRecord } from '../support.ts'

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  // Around the blocks of 16 bytes, and around lengths of one and two bytes.
  fc.uint8Array({ minLength: 14, maxLength: 18 }),
  fc.uint8Array({ minLength: 60, maxLength: 140 }),
)
const field = fc.option(bytes, { nil: null })
const record: fc.Arbitrary<PlainRecord> = fc.record({
  timestamp: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4e12 })),
  key: field,
  value: field,
  headers: fc.array(fc.tuple(bytes, field), { maxLength: 3 }),
})

interface Read {
  values: string
  offset: number
  error: string | undefined
}

/** Values as lines, with `many` for who takes several at once; what went wrong, and at which offset. */
function read(batch: Batch, many: (cursor: RecordCursor, lines: Buffer[]) => number): Read {
  const cursor = new RecordCursor()
  const lines: Buffer[] = []
  let error: string | undefined
  try {
    cursor.open(batch)
    for (;;) {
      if (many(cursor, lines) > 0) continue
      if (!cursor.next()) break
      const { valueStart, valueEnd } = cursor
      lines.push(
        valueStart < 0 ? Buffer.from('null') : Buffer.from(cursor.bytes.subarray(valueStart, valueEnd)),
      )
      lines.push(Buffer.from('\n'))
    }
  } catch (thrown) {
    error = (thrown as Error).message
  }
  return { values: Buffer.concat(lines).toString('latin1'), offset: cursor.offset, error }
}

const kernel = () => ValueKernel.open(Buffer.from('null'), 0x0a)!
const takeBy =
  (one: ValueKernel, most = Infinity, endOffset = Infinity) =>
  (cursor: RecordCursor, lines: Buffer[]) => {
    const count = one.run(cursor, most, endOffset)
    if (count > 0) lines.push(Buffer.from(one.bytes.subarray(one.linesStart, one.linesEnd)))
    return count
  }
const oneByOne = () => 0

it('takes records of all kinds, and prints what the cursor would', async () => {
  const shared = kernel()
  let taken = 0
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 60 }), async (records) => {
      const [batch] = readBatches(await batchOf(records), 't-0')
      const many = read(batch!, (cursor, lines) => {
        const count = takeBy(shared)(cursor, lines)
        taken += count
        return count
      })
      expect(many).toEqual(read(batch!, oneByOne))
    }),
  )
  expect(taken).toBeGreaterThan(100)
})

it('finds what is damaged where the cursor does, and says nothing else', async () => {
  const shared = kernel()
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 9, maxLength: 30 }),
      mutations,
      async (records, changes) => {
        const [batch] = readBatches(damaged(await batchOf(records), changes), 't-0')
        expect(read(batch!, takeBy(shared))).toEqual(read(batch!, oneByOne))
      },
    ),
    { numRuns: 2000 },
  )
})

it('leaves a record that is larger than its memory, and goes on behind it', async () => {
  const sizes = [...Array<number>(20).fill(10), 70_000, 65_530, 200_000, ...Array<number>(100).fill(1000)]
  const records = sizes.map((size, at) => ({
    timestamp: 1,
    key: null,
    value: Buffer.alloc(size, at),
    headers: [],
  }))
  const [batch] = readBatches(await batchOf(records), 't-0')
  expect(read(batch!, takeBy(kernel())).values).toBe(read(batch!, oneByOne).values)
})

it('ends below the end offset, and at the most that is wanted', async () => {
  const records = Array.from({ length: 100 }, () => ({
    timestamp: 1,
    key: null,
    value: Buffer.from('v'),
    headers: [],
  }))
  const whole = await batchOf(records)
  whole.writeBigInt64BE(5000n, 0)
  const [batch] = readBatches(whole, 't-0')
  const cursor = new RecordCursor()
  cursor.open(batch!)
  expect(kernel().run(cursor, 40, Infinity)).toBe(40)
  expect([cursor.offset, cursor.nextOffset, cursor.left]).toEqual([5039, 5040, 60])
  expect(kernel().run(cursor, Infinity, 5070)).toBe(30)
  expect(cursor.nextOffset).toBe(5070)
  expect(kernel().run(cursor, Infinity, 5070)).toBe(0)
  expect(cursor.next() && cursor.offset).toBe(5070)
})

it('prints the text for null that it was opened with, and needs none that is long', async () => {
  const records = Array.from({ length: 10 }, () => ({ timestamp: 1, key: null, value: null, headers: [] }))
  const [batch] = readBatches(await batchOf(records), 't-0')
  const cursor = new RecordCursor()
  cursor.open(batch!)
  const none = ValueKernel.open(Buffer.from('(nothing)'), 0x7c)!
  expect(none.run(cursor, Infinity, Infinity)).toBe(10)
  expect(Buffer.from(none.bytes.subarray(none.linesStart, none.linesEnd)).toString()).toBe(
    '(nothing)|'.repeat(10),
  )
  expect(ValueKernel.open(Buffer.alloc(2000), 0x0a)).toBeUndefined()
})
