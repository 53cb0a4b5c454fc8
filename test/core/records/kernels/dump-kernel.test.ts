import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import { BatchText } from '../../../../src/cli/log/batch-text.ts'
import { OutputBuffer } from '../../../../src/cli/records/output-buffer.ts'
import { type Batch, readBatches } from '../../../../src/core/records/batch-reader.ts'
import { ATTRIBUTES_AT, BASE_OFFSET_AT, LOG_APPEND_TIME_BIT } from '../../../../src/core/records/layout.ts'
import { DumpKernel } from '../../../../src/core/records/kernels/dump-kernel.ts'
import { RecordCursor } from '../../../../src/core/records/record-cursor.ts'
import { mutations } from '../../../support/mutations.ts'
import { batchOf, damaged, type PlainRecord } from '../support.ts'

afterEach(() => vi.unstubAllGlobals())

const ascii = fc
  .oneof(fc.nat(40), fc.integer({ min: 14, max: 18 }))
  .map((length) => Buffer.alloc(length, 'value '))
const odd = fc.constantFrom(Buffer.from('ü'), Buffer.from('fifteen bytes.. ü'), Buffer.from([0xff, 0]))
const field = fc.oneof(
  { weight: 20, arbitrary: ascii },
  { weight: 1, arbitrary: odd },
  { weight: 2, arbitrary: fc.constant(null) },
)
const header = fc.tuple(ascii, field)
const record: fc.Arbitrary<PlainRecord> = fc.record({
  timestamp: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4e12 }), fc.nat(99_999_999)),
  key: field,
  value: field,
  headers: fc.oneof(
    { weight: 20, arbitrary: fc.constant<PlainRecord['headers']>([]) },
    { weight: 1, arbitrary: fc.array(header, { maxLength: 2 }) },
  ),
})
const place = fc.record({
  baseOffset: fc.constantFrom(0n, 7n, 99_999_995n, 9_007_199_254_740_000n),
  baseSequence: fc.constantFrom(-1, 0, 2_147_483_640),
  isAppendTime: fc.boolean(),
})

/** What is printed of the batch, and what is wrong with it; `isPlain` without WebAssembly. */
function dump(batch: Batch, isPlain: boolean): { text: string; error: string | undefined; gaps: unknown } {
  vi.stubGlobal('WebAssembly', isPlain ? undefined : WEB_ASSEMBLY)
  const out = new OutputBuffer({ write: () => Promise.resolve() } as never)
  const options = { isDeep: true, printsContents: true, skipsMetadata: false } as const
  const text = new BatchText(
    { ...options, decoder: undefined, keyDecoder: undefined, valueDecoder: undefined },
    out,
  )
  let error: string | undefined
  try {
    // More than the buffer should hold stays in it.
    for (const _full of text.records(batch)) continue
  } catch (thrown) {
    error = (thrown as Error).message
  }
  return { text: out.bytes.toString('latin1', 0, out.length), error, gaps: text.gaps }
}

const WEB_ASSEMBLY = globalThis.WebAssembly

it('prints what is printed one by one: any key, value, offset, sequence and timestamp', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 9, maxLength: 120 }),
      place,
      async (records, { baseOffset, baseSequence, isAppendTime }) => {
        const whole = await batchOf(records, { baseSequence, producerId: 5n, producerEpoch: 0 })
        whole.writeBigInt64BE(baseOffset, BASE_OFFSET_AT)
        if (isAppendTime) whole[ATTRIBUTES_AT + 1]! |= LOG_APPEND_TIME_BIT
        const [batch] = readBatches(whole, 't-0')
        expect(dump(batch!, false)).toEqual(dump(batch!, true))
      },
    ),
    { numRuns: 300 },
  )
})

it('prints as much of a damaged batch, and says the same of the rest', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 20, maxLength: 40 }),
      mutations,
      async (records, changes) => {
        const [batch] = readBatches(damaged(await batchOf(records), changes), 't-0')
        expect(dump(batch!, false)).toEqual(dump(batch!, true))
      },
    ),
    { numRuns: 1000 },
  )
})

it('takes many records at once, and none of those that have a key, value or headers of another kind', async () => {
  const usual = Array.from({ length: 5000 }, (_, at) => ({
    timestamp: at,
    key: Buffer.from('k'),
    value: Buffer.alloc(at % 300, 'v'),
    headers: [],
  }))
  const words = {
    offset: 'o',
    keySize: 'ks',
    valueSize: 'vs',
    sequence: 's',
    headerKeys: 'h',
    key: 'k',
    payload: 'p',
  }
  const runsOver = async (records: PlainRecord[]) => {
    const [batch] = readBatches(await batchOf(records), 't-0')
    const cursor = new RecordCursor()
    const kernel = DumpKernel.open(words)!
    cursor.open(batch!)
    const runs: number[] = []
    while (cursor.left > 0) {
      runs.push(kernel.run(cursor, 't'))
      if (runs.at(-1) === 0) cursor.next()
    }
    return runs
  }
  const runs = await runsOver(usual)
  expect(runs.length).toBeLessThan(100)
  expect(runs.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(4990)
  const odd = { ...usual[0]!, value: Buffer.from('ü') }
  expect(new Set(await runsOver(usual.map(() => odd)))).toEqual(new Set([0]))
})
