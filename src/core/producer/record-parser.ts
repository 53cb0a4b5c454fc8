/** Where the parts of a record stand; one parser, and no object of its own, serves all records of an input. */
import type { EncodedHeaders } from '../records/batch-writer.ts'

export interface RecordParser {
  /** What the positions point into: the bytes that were parsed, or others that the parser has made of them. */
  readonly bytes: Buffer
  /** -1, -1 is null. */
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueStart: number
  readonly valueEnd: number
  readonly headers: EncodedHeaders | null
  /** Epoch milliseconds; NaN where the record does not say. */
  readonly timestamp: number
  /** -1 where the record does not say. */
  readonly partition: number
  /**
   * Parses bytes[start, end), which stood at `position` of the input, and may change them and the byte before them, which
   * has been parsed. False: there is no record in them. Throws KtError.
   */
  parse(bytes: Buffer, start: number, end: number, position: number): boolean
}
