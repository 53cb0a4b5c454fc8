import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AbortedFilter } from '../../../src/core/consumer/aborted.ts'
import type { Batch } from '../../../src/core/records/batch-reader.ts'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import { batchOf, fixture } from '../records/support.ts'

const markers = fixture<{ name: string; base64: string }>('batches')
const abort = markerNamed('v2-abort')
const commit = markerNamed('v2-commit')

describe('read_committed', () => {
  it('hides an aborted transaction up to its marker, and shows what the same producer sends after it', async () => {
    const filter = new AbortedFilter([{ producerId: 7n, firstOffset: 10n }])
    expect(filter.isHidden(await data(7n, 10))).toBe(true)
    expect(filter.isHidden(await data(7n, 11))).toBe(true)
    expect(filter.isHidden(marker(abort, 7n, 12))).toBe(true)
    expect(filter.isHidden(await data(7n, 13))).toBe(false)
  })

  it('does not take a data record with the key of an abort marker for one', async () => {
    const filter = new AbortedFilter([{ producerId: 7n, firstOffset: 0n }])
    expect(filter.isHidden(await data(7n, 0, Buffer.from([0, 0, 0, 0])))).toBe(true)
    expect(filter.isHidden(await data(7n, 1))).toBe(true)
  })

  it('knows every aborted transaction when reading starts in the middle of several that overlap', async () => {
    const aborted = [5n, 6n, 7n].map((producerId, index) => ({ producerId, firstOffset: BigInt(index) }))
    const filter = new AbortedFilter(aborted)
    for (const producerId of [7n, 6n, 5n]) expect(filter.isHidden(await data(producerId, 5))).toBe(true)
  })

  it('takes a list that is in no order', async () => {
    const filter = new AbortedFilter([
      { producerId: 5n, firstOffset: 20n },
      { producerId: 6n, firstOffset: 3n },
    ])
    expect(filter.isHidden(await data(6n, 4))).toBe(true)
    expect(filter.isHidden(await data(5n, 5))).toBe(false)
    expect(filter.isHidden(await data(5n, 21))).toBe(true)
  })

  it('shows records outside of transactions, and never a marker', async () => {
    const filter = new AbortedFilter([{ producerId: 7n, firstOffset: 0n }])
    expect(filter.isHidden(await data(7n, 0, null, false))).toBe(false)
    expect(filter.isHidden(marker(commit, 8n, 1))).toBe(true)
  })

  it('ends an aborted transaction with its marker only, not with the commit of another', async () => {
    const filter = new AbortedFilter([{ producerId: 7n, firstOffset: 0n }])
    expect(filter.isHidden(await data(7n, 0))).toBe(true)
    filter.isHidden(marker(commit, 8n, 1))
    expect(filter.isHidden(await data(7n, 2))).toBe(true)
  })

  it('agrees with a plain model for any interleaving of transactions, whatever the order of the list', async () => {
    const one = fc.record({ producer: fc.bigInt(1n, 3n), ends: fc.constantFrom('no', 'abort', 'commit') })
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, { maxLength: 30 }),
        fc.infiniteStream(fc.nat()),
        async (steps, random) => {
          const { batches, aborted, visible } = await history(steps)
          const shuffled = [...aborted].sort(() => (random.next().value! % 2) - 0.5)
          const filter = new AbortedFilter(shuffled)
          expect(batches.filter((batch) => !filter.isHidden(batch)).map((batch) => batch.baseOffset)).toEqual(visible) // prettier-ignore
        },
      ),
      { numRuns: 200 },
    )
  })
})

/** A log of transactional batches and markers, the list a broker would send with it, and who may be seen. */
async function history(steps: { producer: bigint; ends: string }[]) {
  const batches: Batch[] = []
  const aborted: { producerId: bigint; firstOffset: bigint }[] = []
  const open = new Map<bigint, number[]>()
  const visible: number[] = []
  for (const { producer, ends } of [
    ...steps,
    ...[1n, 2n, 3n].map((producer) => ({ producer, ends: 'commit' })),
  ]) {
    const offset = batches.length
    const mine = open.get(producer) ?? []
    if (ends === 'no' || mine.length === 0) {
      batches.push(await data(producer, offset))
      open.set(producer, [...mine, offset])
      continue
    }
    batches.push(marker(ends === 'abort' ? abort : commit, producer, offset))
    if (ends === 'abort') aborted.push({ producerId: producer, firstOffset: BigInt(mine[0]!) })
    else visible.push(...mine)
    open.delete(producer)
  }
  for (const left of open.values()) visible.push(...left)
  return { batches, aborted, visible: visible.sort((a, b) => a - b) }
}

async function data(
  producerId: bigint,
  offset: number,
  key: Buffer | null = null,
  isTransactional = true,
): Promise<Batch> {
  const record = { timestamp: 1, key, value: Buffer.from('v'), headers: [] }
  const bytes = await batchOf([record], { producerId, producerEpoch: 0, baseSequence: 0, isTransactional })
  return at(readBatches(bytes, 't-0')[0]!, offset)
}

function marker(batch: Batch, producerId: bigint, offset: number): Batch {
  return at({ ...batch, producerId }, offset)
}

function at(batch: Batch, offset: number): Batch {
  return { ...batch, baseOffset: offset, lastOffset: offset }
}

function markerNamed(wanted: string): Batch {
  const { base64 } = markers.find(({ name }) => name === wanted)!
  return readBatches(Buffer.from(base64, 'base64'), 't-0')[0]!
}
