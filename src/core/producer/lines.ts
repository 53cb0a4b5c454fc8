/**
 * Chunks of input → lines as slices of the chunk. A line may span any number of chunks; only then is it
 * copied together. Rules: `\n` ends a line, a `\r` before it belongs to the line end (as for Java), an empty
 * line is an empty record, and the last line needs no newline.
 */
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d

/**
 * Called with bytes[start, end); for a line over the limit with `bytes` empty and its size in `tooLong`.
 * False: stop before the next line.
 */
export type LineVisitor = (bytes: Buffer, start: number, end: number, tooLong: number) => boolean

const EMPTY = Buffer.alloc(0)

/** Lines in the window that may become records all at once. Whoever takes some of them moves `at` on and says how many in `lines`. */
export interface LineRun {
  at: number
  end: number
  /** At most so many lines. */
  most: number
  /** None of more bytes than this. */
  longest: number
  timestamp: number
  /** Of the first line, in the input. */
  position: number
  lines: number
}

/** Called with bytes of the window that begin with a line; returns where the first one begins that is to be visited by itself. */
export type ManyVisitor = (start: number, end: number) => number

/** Room for a chunk at the beginning of a larger allocation (BufferPool). */
export interface InputWindow {
  arena: Buffer
  windowBytes: number
}

export interface Splitter {
  /** Takes the next chunk; everything in the one before must have been visited. It is referred to until then. */
  push(chunk: Buffer): void
  /**
   * Visits what is complete until there is no more (true) or the visitor stops (false): call again to go on. Lines in a window may
   * go to `visitMany` before.
   */
  drain(visit: LineVisitor, visitMany?: ManyVisitor): boolean
  /** The rest, where the input does not end as its parts do. */
  end(visit: LineVisitor): void
  /** Bytes pushed that no visitor has been given yet, once all is drained. */
  readonly pendingBytes: number
}

export class LineSplitter implements Splitter {
  /** Bytes of a line that began in an earlier chunk. */
  #carried: Buffer[] = []
  #carriedBytes = 0
  #chunk: Buffer = EMPTY
  /** What visitors are given: the chunk, or the arena whose beginning it has been copied to. */
  #bytes: Buffer = EMPTY
  #at = 0
  readonly #maxLineBytes: number
  readonly #window: InputWindow | undefined

  /**
   * A line of more than `maxLineBytes` is counted, not kept: memory does not grow with the input. With a
   * `window`, lines are slices of its arena, so that they can be moved within it.
   */
  constructor(maxLineBytes: number, window?: InputWindow) {
    this.#maxLineBytes = maxLineBytes
    this.#window = window
  }

  get pendingBytes(): number {
    return this.#carriedBytes
  }

  /** The next chunk; every line of the one before must have been taken. It is referred to until then. */
  push(chunk: Buffer): void {
    const window = this.#window
    this.#at = 0
    this.#chunk = this.#bytes = chunk
    if (window === undefined || chunk.length > window.windowBytes) return
    chunk.copy(window.arena)
    this.#bytes = window.arena
    this.#chunk = window.arena.subarray(0, chunk.length)
  }

  drain(visit: LineVisitor, visitMany?: ManyVisitor): boolean {
    const chunk = this.#chunk
    const many = this.#bytes === this.#window?.arena ? visitMany : undefined
    for (;;) {
      if (many !== undefined && this.#carriedBytes === 0) this.#at = many(this.#at, chunk.length)
      const at = this.#at
      const newline = chunk.indexOf(NEWLINE, at)
      if (newline < 0) {
        this.#carry(chunk.subarray(at))
        this.#chunk = this.#bytes = EMPTY
        this.#at = 0
        return true
      }
      this.#at = newline + 1
      const mayGoOn =
        this.#carriedBytes > 0
          ? this.#visitCarried(chunk.subarray(at, newline), visit)
          : this.#visit(this.#bytes, at, newline, visit)
      if (!mayGoOn) return false
    }
  }

  /** The last line, where the input does not end with a newline. */
  end(visit: LineVisitor): void {
    if (this.#carriedBytes > 0) this.#visitCarried(EMPTY, visit)
  }

  #visit(bytes: Buffer, start: number, newline: number, visit: LineVisitor): boolean {
    const end = newline > start && bytes[newline - 1] === CARRIAGE_RETURN ? newline - 1 : newline
    if (end - start > this.#maxLineBytes) return visit(EMPTY, 0, 0, end - start)
    return visit(bytes, start, end, 0)
  }

  #carry(rest: Buffer): void {
    this.#carriedBytes += rest.length
    if (rest.length === 0) return
    if (this.#carriedBytes > this.#maxLineBytes + 1) this.#carried = []
    // A copy: the chunk is the reader's, and is filled again.
    else this.#carried.push(Buffer.from(rest))
  }

  #visitCarried(rest: Buffer, visit: LineVisitor): boolean {
    const total = this.#carriedBytes + rest.length
    const parts = this.#carried
    this.#carried = []
    this.#carriedBytes = 0
    if (total > this.#maxLineBytes + 1) return visit(EMPTY, 0, 0, total)
    const line = Buffer.concat([...parts, rest], total)
    return this.#visit(line, 0, line.length, visit)
  }
}
