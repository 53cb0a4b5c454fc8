/**
 * A segment file (or a snapshot of KRaft, which is one) from its first byte to its last, batch by batch, in bounded memory.
 * Where bytes are no batch, they are handed out as a damaged range, and reading goes on at the next whole batch.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { CorruptDataError, KtError, UsageError } from '../errors.ts'
import { type Batch, hasValidCrc, readBatches } from '../records/batch-reader.ts'
import type { Crc32c } from '../records/crc32c.ts'
import { HEADER_BYTES, headerProblem, isLikelyHeader } from './batch-search.ts'

const WINDOW_BYTES = 4 * 1024 * 1024
/** Reading of candidates that turn out to be none ends here: what was made to look like batches costs no more than this. */
const SEARCH_BYTES = 1024 * 1024 * 1024

export interface Damage {
  /** The first and the last-but-one byte of it in the file. */
  start: number
  end: number
  why: string
  /** It reaches to the end of the file, as when a write was cut off. */
  isTail: boolean
}

export type Piece =
  | { batch: Batch; position: number; isValid: boolean; damage?: undefined }
  | { batch?: undefined; damage: Damage }

/** Bytes that can be read from anywhere. */
export interface ByteSource {
  sizeInBytes: number
  /** Reads up to `size` bytes from `position` on into `target` at `start`; how many it got. */
  read(target: Buffer, start: number, size: number, position: number): number
  close(): void
}

export class SegmentFile {
  readonly path: string
  readonly #source: ByteSource
  readonly #end: number
  readonly #crc32c: Crc32c
  #window: Buffer
  /** Where in the file the window begins, and how much of it is filled. */
  #windowAt = 0
  #filled = 0
  #position = 0
  #searchLeft = SEARCH_BYTES

  /** Reads `maxBytes` at most. Throws UsageError when there is no such file. */
  constructor(path: string, crc32c: Crc32c, maxBytes = Infinity, source = fileSource(path)) {
    this.path = path
    this.#source = source
    this.#crc32c = crc32c
    this.#end = Math.min(source.sizeInBytes, maxBytes)
    this.#window = Buffer.allocUnsafeSlow(Math.min(WINDOW_BYTES, this.#end))
  }

  /** How much of it is read. */
  get sizeInBytes(): number {
    return this.#end
  }

  /** Where the next piece begins. */
  get position(): number {
    return this.#position
  }

  /** Goes to a byte at which a batch begins. */
  seek(position: number): void {
    this.#position = position
  }

  /** Undefined at the end. The bytes of a batch are good until the next call. */
  next(): Piece | undefined {
    const left = this.#end - this.#position
    if (left <= 0) return undefined
    const at = this.#hold(Math.min(HEADER_BYTES, left))
    const problem = headerProblem(this.#window, at, left)
    if (problem !== undefined) return this.#damaged(problem)
    const size = 12 + this.#window.readInt32BE(at + 8)
    return this.#batch(size)
  }

  /** The batch that begins at this very byte, if one does; nothing is searched. Its bytes are good until the next call. */
  batchAt(position: number): Batch | undefined {
    const left = this.#end - position
    if (position < 0 || left <= 0) return undefined
    // Apart from the window: where an index leads to and fro, each look would fill it anew.
    const header = this.#read(position, Math.min(HEADER_BYTES, left))
    if (headerProblem(header, 0, left) !== undefined) return undefined
    const size = 12 + header.readInt32BE(8)
    this.#position = position
    const start = this.#hold(size)
    const batch = parsed(this.#window.subarray(start, start + size))
    return typeof batch === 'string' ? undefined : batch
  }

  close(): void {
    this.#source.close()
  }

  #batch(size: number): Piece {
    const position = this.#position
    const start = this.#hold(size)
    const bytes = this.#window.subarray(start, start + size)
    const batch = parsed(bytes)
    if (typeof batch === 'string') return this.#damaged(batch)
    const isValid = hasValidCrc(batch, this.#crc32c)
    // With a wrong checksum its length may be wrong too: believed only if something follows where it says.
    if (!isValid && !this.#followsSomething(position + size))
      return this.#damaged('the checksum does not match, and no batch follows where it ends')
    this.#position = position + size
    // The look ahead may have moved the window.
    return isValid ? { batch, position, isValid } : { batch: this.#again(position, size), position, isValid }
  }

  #again(position: number, size: number): Batch {
    const resume = this.#position
    this.#position = position
    const start = this.#hold(size)
    this.#position = resume
    return readBatches(this.#window.subarray(start, start + size), 'batch')[0]!
  }

  #followsSomething(position: number): boolean {
    const left = this.#end - position
    if (left === 0) return true
    const header = this.#read(position, Math.min(HEADER_BYTES, left))
    return isLikelyHeader(header, 0, left)
  }

  #damaged(why: string): Piece {
    const start = this.#position
    const end = this.#findBatch(start + 1)
    this.#position = end
    return { damage: { start, end, why, isTail: end === this.#end } }
  }

  /** The next position from `from` on at which a whole batch with the right checksum stands; else the end. */
  #findBatch(from: number): number {
    for (let at = from; at < this.#end;) {
      const bytes = this.#read(at, Math.min(WINDOW_BYTES, this.#end - at))
      const isLast = at + bytes.length === this.#end
      const last = isLast ? bytes.length : bytes.length - HEADER_BYTES
      for (let index = 0; index < last; index++) {
        // Two zeros begin every offset below 2^48.
        if (bytes[index] !== 0 || bytes[index + 1] !== 0) continue
        const left = this.#end - at - index
        if (left < HEADER_BYTES && left < 34) break
        if (index + HEADER_BYTES > bytes.length && bytes[index + 16] === 2) continue
        if (
          isLikelyHeader(bytes, index, left) &&
          this.#isBatch(at + index, bytes.readInt32BE(index + 8) + 12)
        )
          return at + index
      }
      at += last
    }
    return this.#end
  }

  #isBatch(position: number, size: number): boolean {
    this.#searchLeft -= size
    if (this.#searchLeft < 0) return false
    const batch = parsed(this.#read(position, size))
    return typeof batch !== 'string' && hasValidCrc(batch, this.#crc32c)
  }

  /** Brings `size` bytes from the position on into the window; where in it they begin. */
  #hold(size: number): number {
    const at = this.#position - this.#windowAt
    if (at >= 0 && at + size <= this.#filled) return at
    const kept = at >= 0 && at < this.#filled ? this.#filled - at : 0
    const target = size > this.#window.length ? Buffer.allocUnsafeSlow(size) : this.#window
    if (kept > 0) this.#window.copy(target, 0, at, this.#filled)
    this.#window = target
    this.#windowAt = this.#position
    const wanted = Math.min(target.length, this.#end - this.#position)
    this.#filled = kept + this.#fill(target, kept, wanted - kept, this.#position + kept)
    if (this.#filled < size) throw new KtError(`${this.path}: was cut while it was read`)
    return 0
  }

  #read(position: number, size: number): Buffer {
    const bytes = Buffer.allocUnsafe(size)
    return bytes.subarray(0, this.#fill(bytes, 0, size, position))
  }

  #fill(target: Buffer, start: number, size: number, position: number): number {
    let filled = 0
    while (filled < size) {
      const count = this.#source.read(target, start + filled, size - filled, position + filled)
      if (count === 0) break
      filled += count
    }
    return filled
  }
}

/** The batch, or why it is none. */
function parsed(bytes: Buffer): Batch | string {
  try {
    return readBatches(bytes, 'here')[0] ?? 'no batch'
  } catch (error) {
    if (error instanceof CorruptDataError) return error.message
    throw error
  }
}

function fileSource(path: string): ByteSource {
  const fd = openFile(path)
  return {
    sizeInBytes: fstatSync(fd).size,
    read: (target, start, size, position) => readSync(fd, target, start, size, position),
    close: () => closeSync(fd),
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : message
    throw new UsageError(`${path}: ${why}`, { cause: error })
  }
}
