/** Prints the records that are searched for, and those around them. */
import type { PartitionPosition } from '../../core/consumer/position.ts'
import { copyOf, type RecordCursor } from '../../core/records/record-cursor.ts'
import type { RecordFilter } from '../../core/search/filter.ts'
import { Printer, type PrinterOptions } from './printer.ts'

export interface Search {
  filter: RecordFilter | undefined
  /** Only count the matches. */
  isCount: boolean
  /** Records of the same partition to print before and behind each match. */
  before: number
  after: number
  /** Stands between matches that are not neighbours, where records around them are printed; undefined: nothing does. */
  separator: string | undefined
}

/** How a partition stands to its last match. */
interface Surroundings {
  /** The last records that were not printed. */
  before: RecordCursor[]
  /** Records to print still, behind a match. */
  left: number
  /** Records between what was printed last and `before` were not printed. */
  hasGap: boolean
}

export class SearchingPrinter extends Printer {
  readonly #search: Search
  readonly #maxMatches: number
  readonly #out: PrinterOptions['out']
  readonly #surroundings = new Map<PartitionPosition, Surroundings>()
  /** Partitions whose last match is not followed by all that is to be printed behind it. */
  #open = 0
  /** Where the record printed last is from. */
  #lastPrinted: PartitionPosition | undefined

  constructor(options: PrinterOptions, search: Search) {
    super(options)
    this.#search = search
    this.#maxMatches = options.maxMessages
    this.#out = options.out
  }

  /** With records around a match, every record may be wanted. */
  mayWant(bytes: Uint8Array): boolean {
    const { filter, before, after } = this.#search
    return filter === undefined || before + after > 0 || filter.mayMatch(bytes)
  }

  /** Each record is looked at. */
  override many(): number {
    return 0
  }

  override record(cursor: RecordCursor, position: PartitionPosition): boolean {
    const { filter, isCount, before, after } = this.#search
    const isWanted = filter === undefined || filter.matches(cursor, position.topic, position.partition)
    if (before + after > 0 && !isCount) return this.#inContext(cursor, position, isWanted)
    if (!isWanted) return true
    if (!isCount) return super.record(cursor, position)
    this.count++
    return this.count < this.#maxMatches
  }

  #inContext(cursor: RecordCursor, position: PartitionPosition, isMatch: boolean): boolean {
    const around = this.#around(position)
    // Enough matches: what is left to print is what stands behind the last ones.
    if (isMatch && this.count < this.#maxMatches) this.#match(cursor, position, around)
    else if (around.left > 0) this.#follow(cursor, position, around)
    else this.#remember(cursor, around)
    return this.count < this.#maxMatches || this.#open > 0
  }

  #match(cursor: RecordCursor, position: PartitionPosition, around: Surroundings): void {
    this.#separate(position, around.hasGap)
    for (const earlier of around.before) this.print(earlier, position)
    this.print(cursor, position)
    this.count++
    around.before = []
    around.hasGap = false
    const { after } = this.#search
    if (around.left === 0 && after > 0) this.#open++
    around.left = after
  }

  #follow(cursor: RecordCursor, position: PartitionPosition, around: Surroundings): void {
    this.#separate(position, false)
    this.print(cursor, position)
    around.left--
    if (around.left === 0) this.#open--
  }

  #remember(cursor: RecordCursor, around: Surroundings): void {
    const { before } = this.#search
    if (around.before.length >= before) {
      around.hasGap = true
      around.before.shift()
    }
    if (before > 0) around.before.push(copyOf(cursor))
  }

  #separate(position: PartitionPosition, hasGap: boolean): void {
    const { separator } = this.#search
    const isElsewhere = this.#lastPrinted !== position
    if (this.#lastPrinted !== undefined && separator !== undefined && (isElsewhere || hasGap))
      this.#out.text(separator)
    this.#lastPrinted = position
  }

  #around(position: PartitionPosition): Surroundings {
    let around = this.#surroundings.get(position)
    if (around === undefined)
      this.#surroundings.set(position, (around = { before: [], left: 0, hasGap: false }))
    return around
  }
}
