/** Input chunks → records of one topic. The hot path of the console producer. */
import { KtError } from '../errors.ts'
import type { Appender } from './appender.ts'
import type { Gate } from './gate.ts'
import { LineParser, type LineFormat } from './line-format.ts'
import { LineSplitter } from './lines.ts'
import { type Producer, RecordTooLargeError } from './producer.ts'

export interface LineJob {
  chunks: AsyncIterable<Buffer>
  format: LineFormat
  producer: Producer
  appender: Appender
  maxRecordBytes: number
  /** Where reading has to wait, if anywhere. */
  gate: Gate | undefined
  /** Ends reading; what was appended before is still delivered. */
  signal: AbortSignal
  /** A line that could not become a record, when `format.ignoresErrors` lets the run go on. */
  skipped(lineNumber: number, error: KtError): void
  /** Asked after each chunk: false when a delivery has failed and no more should be read. */
  mayGoOn(): boolean
}

export interface LinesRead {
  /** Lines seen, and bytes of input. */
  lines: number
  bytes: number
}

/**
 * Appends every line and counts it in `read`; resolves when the input has ended (or `mayGoOn` said no) with all of it appended, not
 * yet delivered. Throws KtError for the first line that cannot be sent, unless errors are ignored.
 */
export async function produceLines(read: LinesRead, job: LineJob): Promise<void> {
  const { chunks, format, producer, appender, maxRecordBytes, gate, signal } = job
  const splitter = new LineSplitter(maxRecordBytes)
  const parser = new LineParser(format)
  const isPlain = !format.parsesKey && !format.parsesHeaders && format.nullMarker === undefined
  let timestamp = Date.now()
  const mayAppend =
    gate === undefined
      ? () => producer.hasRoom && !signal.aborted
      : () => !gate.isShut && producer.hasRoom && !signal.aborted

  for await (const chunk of chunks) {
    read.bytes += chunk.length
    timestamp = Date.now()
    // A transaction may have ended while no input came.
    if (gate?.isShut === true) await gate.pass()
    splitter.push(chunk)
    while (!splitter.drain(appendLine, mayAppend)) {
      if (gate?.isShut === true) await gate.pass()
      else await producer.room(signal)
      if (signal.aborted || !job.mayGoOn()) return
    }
    producer.poke()
    if (signal.aborted || !job.mayGoOn()) return
  }
  splitter.end(appendLine)
  producer.poke()

  function appendLine(bytes: Buffer, start: number, end: number, tooLong: number): void {
    read.lines++
    if (isPlain && tooLong === 0) appendRecord(bytes, -1, -1, start, end)
    else appendParsed(bytes, start, end, tooLong)
  }

  function appendParsed(bytes: Buffer, start: number, end: number, tooLong: number): void {
    try {
      if (tooLong > 0) throw lineTooLong(tooLong, maxRecordBytes)
      parser.parse(bytes, start, end, read.lines)
    } catch (error) {
      return skipOrThrow(error)
    }
    appendRecord(bytes, parser.keyStart, parser.keyEnd, parser.valueStart, parser.valueEnd)
  }

  function appendRecord(
    bytes: Buffer,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    try {
      appender.append(bytes, keyStart, keyEnd, valueStart, valueEnd, parser.headers, timestamp, read.lines)
      gate?.appended()
    } catch (error) {
      skipOrThrow(error)
    }
  }

  function skipOrThrow(error: unknown): void {
    const located = error instanceof RecordTooLargeError ? withLine(error, read.lines) : error
    if (!(located instanceof KtError) || !format.ignoresErrors) throw located
    job.skipped(read.lines, located)
  }
}

function lineTooLong(bytes: number, maxRecordBytes: number): RecordTooLargeError {
  return new RecordTooLargeError(
    `a line of ${bytes} bytes is larger than max.request.size (${maxRecordBytes})`,
    {
      hint: 'raise it with --command-property max.request.size=BYTES, and max.message.bytes of the topic to match',
    },
  )
}

function withLine(error: RecordTooLargeError, line: number): RecordTooLargeError {
  return new RecordTooLargeError(`line ${line}: ${error.message}`, { hint: error.hint, cause: error })
}
