/** Chunks of input → records of one topic. The hot path of the console producer. */
import { KtError } from '../errors.ts'
import type { EncodedHeaders } from '../records/batch-writer.ts'
import type { Appender } from './appender.ts'
import type { Gate } from './gate.ts'
import type { LineRun, Splitter } from './lines.ts'
import type { Producer } from './producer.ts'
import { tooLarge } from './too-large.ts'
import type { RecordParser } from './record-parser.ts'

export interface LineJob {
  chunks: AsyncIterable<Buffer>
  splitter: Splitter
  /** Makes a record of what the splitter finds; undefined: all of it is the value. */
  parser: RecordParser | undefined
  /** Goes on with the next line when one cannot become a record. */
  ignoresErrors: boolean
  /** What the splitter finds, as messages call it: line. */
  unit: string
  producer: Producer
  appender: Appender
  maxRecordBytes: number
  /** Where reading has to wait, if anywhere. */
  gate: Gate | undefined
  /** Ends reading; what was appended before is still delivered. */
  signal: AbortSignal
  /** A line that could not become a record, when `ignoresErrors` lets the run go on. */
  skipped(lineNumber: number, error: KtError): void
  /** Asked after each chunk: false when a delivery has failed and no more should be read. */
  mayGoOn(): boolean
}

export interface LinesRead {
  /** Lines (or what the input consists of instead) seen, and bytes of input. */
  lines: number
  bytes: number
}

/**
 * Appends every line and counts it in `read`; resolves when the input has ended (or `mayGoOn` said no) with all of it appended, not
 * yet delivered. Throws KtError for the first line that cannot be sent, unless errors are ignored.
 */
export async function produceLines(read: LinesRead, job: LineJob): Promise<void> {
  const { chunks, splitter, parser, unit, producer, appender, maxRecordBytes, gate, signal } = job
  let timestamp = Date.now()
  const mustStop = () => signal.aborted || !job.mayGoOn()
  const run: LineRun = {
    at: 0,
    end: 0,
    most: 0,
    longest: maxRecordBytes,
    timestamp: 0,
    position: 0,
    lines: 0,
  }
  const visitMany = parser === undefined && appender.appendLines !== undefined ? appendLines : undefined

  for await (const chunk of chunks) {
    read.bytes += chunk.length
    timestamp = Date.now()
    appender.refresh()
    splitter.push(chunk)
    do {
      await roomAndGate()
      if (mustStop()) return
    } while (!splitter.drain(appendLine, visitMany))
    producer.poke()
    if (mustStop()) return
  }
  // Half a line that an interrupt has cut off is no record.
  if (mustStop()) return
  await roomAndGate()
  splitter.end(appendLine)
  producer.poke()

  /** The gate comes last: a transaction may have ended while no input, or no room, came. */
  async function roomAndGate(): Promise<void> {
    if (signal.aborted) return
    if (!producer.hasRoom) await producer.room(signal)
    while (gate?.isShut === true) await gate.pass()
  }

  function appendLine(bytes: Buffer, start: number, end: number, tooLong: number): boolean {
    read.lines++
    if (parser === undefined && tooLong === 0)
      return appendRecord(bytes, -1, -1, start, end, null, timestamp, -1)
    return appendParsed(bytes, start, end, tooLong)
  }

  /** As many at once as go into the batch that is open. */
  function appendLines(at: number, end: number): number {
    run.at = at
    run.end = end
    run.most = gate?.most ?? Infinity
    if (run.most <= 0) return at
    run.timestamp = timestamp
    run.position = read.lines + 1
    run.lines = 0
    appender.appendLines!(run)
    read.lines += run.lines
    gate?.appended(run.lines)
    return run.at
  }

  function appendParsed(bytes: Buffer, start: number, end: number, tooLong: number): boolean {
    try {
      if (tooLong > 0) throw tooLarge(unit, tooLong, maxRecordBytes)
      if (!parser!.parse(bytes, start, end, read.lines)) return true
    } catch (error) {
      return skipOrThrow(error)
    }
    const { keyStart, keyEnd, valueStart, valueEnd, headers, partition } = parser!
    const time = Number.isNaN(parser!.timestamp) ? timestamp : parser!.timestamp
    return appendRecord(parser!.bytes, keyStart, keyEnd, valueStart, valueEnd, headers, time, partition)
  }

  /** Whether the next line may follow at once. Interrupts are looked for after each chunk: nothing comes between its lines. */
  function appendRecord(
    bytes: Buffer,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
    headers: EncodedHeaders | null,
    time: number,
    partition: number,
  ): boolean {
    const { dropped } = appender
    try {
      appender.append(
        bytes, keyStart, keyEnd, valueStart, valueEnd, headers, time, partition, read.lines,
      ) // prettier-ignore
      if (gate === undefined) return producer.hasRoom
      if (appender.dropped === dropped) gate.appended()
      return producer.hasRoom && !gate.isShut
    } catch (error) {
      return skipOrThrow(error)
    }
  }

  function skipOrThrow(error: unknown): true {
    const located = error instanceof KtError ? withLine(error, unit, read.lines) : error
    if (!(located instanceof KtError) || !job.ignoresErrors) throw located
    job.skipped(read.lines, located)
    return true
  }
}

/** Parsers name their lines themselves, and the column where they know it. */
function withLine(error: KtError, unit: string, line: number): KtError {
  const { message, hint } = error
  if (message.startsWith(`line ${line}: `) || message.startsWith(`line ${line}, `)) return error
  return new KtError(`${unit} ${line}: ${message}`, { hint, cause: error })
}
