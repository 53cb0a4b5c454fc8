/**
 * Which transactional batches were aborted, for read_committed. The broker lists the aborted transactions of
 * a fetch by producer id and first offset; an abort marker ends each (KIP-98, Java: CompletedFetch).
 */
import type { Batch } from '../records/batch-reader.ts'
import { RecordCursor } from '../records/record-cursor.ts'

export interface AbortedTransaction {
  producerId: bigint
  firstOffset: bigint
}

/** Type of a control record: key = version i16, type i16 (EndTxnMarker). */
const ABORT = 0

export class AbortedFilter {
  /** By first offset; brokers send them so, but nothing in the protocol says they must. */
  readonly #coming: AbortedTransaction[]
  readonly #active = new Set<bigint>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#coming = [...aborted].sort((one, other) => Number(one.firstOffset - other.firstOffset))
  }

  /** Batches must be shown in the order of their offsets. True for one whose records nobody may see. */
  isHidden(batch: Batch): boolean {
    // All that begin within this batch, not just the next: transactions overlap.
    while (this.#coming.length > 0 && this.#coming[0]!.firstOffset <= BigInt(batch.lastOffset))
      this.#active.add(this.#coming.shift()!.producerId)
    if (!batch.isControl) return batch.isTransactional && this.#active.has(batch.producerId)
    // Only a control batch can be a marker: a data record with the same key bytes is data.
    if (isAbortMarker(batch)) this.#active.delete(batch.producerId)
    return true
  }
}

function isAbortMarker(batch: Batch): boolean {
  const cursor = new RecordCursor()
  cursor.open(batch)
  if (!cursor.next() || cursor.keyEnd - cursor.keyStart < 4) return false
  const { bytes, keyStart } = cursor
  return ((bytes[keyStart + 2]! << 8) | bytes[keyStart + 3]!) === ABORT
}
