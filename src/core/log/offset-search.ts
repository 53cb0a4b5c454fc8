/** Batches by offset, one after the other: what was passed is not read again for an offset that lies behind it. */
import type { Batch } from '../records/batch-reader.ts'
import type { SegmentFile } from './segment-file.ts'

/** An index as a broker writes it leads through the log once: one that leads through it more often than that is damaged. */
const MAX_PASSES = 16
const LEAST_BYTES = 64 * 1024 * 1024
/** What going back costs: what has been read ahead is lost. */
const BACK_BYTES = 1024 * 1024

export class OffsetSearch {
  readonly path: string
  readonly #log: SegmentFile
  #bytesLeft: number
  /** All batches from one byte of the log to another end below `#below`. */
  #from = 0
  #to = 0
  #below = 0

  constructor(log: SegmentFile) {
    this.path = log.path
    this.#log = log
    this.#bytesLeft = Math.max(log.sizeInBytes * MAX_PASSES, LEAST_BYTES)
  }

  /** It has read so much that what is left is not worth looking for. */
  get isExhausted(): boolean {
    return this.#bytesLeft < 0
  }

  /** The first batch from `position` on that reaches up to `offset`. Its bytes are good until the next call. */
  find(offset: number, position: number): Batch | undefined {
    const isPassed = position >= this.#from && position <= this.#to && this.#below <= offset
    if (!isPassed) this.#begin(position)
    this.#log.seek(this.#to)
    while (!this.isExhausted) {
      const piece = this.#log.next()
      if (piece === undefined) return undefined
      this.#bytesLeft -= this.#log.position - this.#to
      if (piece.batch !== undefined && piece.batch.lastOffset >= offset) return piece.batch
      if (piece.batch !== undefined) this.#below = Math.max(this.#below, piece.batch.lastOffset + 1)
      this.#to = this.#log.position
    }
    return undefined
  }

  #begin(rawPosition: number): void {
    const position = Math.max(rawPosition, 0)
    if (position < this.#to) this.#bytesLeft -= BACK_BYTES
    this.#from = position
    this.#to = position
    this.#below = 0
  }
}
