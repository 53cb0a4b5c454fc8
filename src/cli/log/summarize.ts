/** `kt dump-log DIR`: the segments of a log, or of all logs below a broker's data directory. */
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { baseOffsetOf } from '../../core/log/file-names.ts'
import { unreadable } from '../named-file.ts'
import { SegmentFile } from '../../core/log/segment-file.ts'
import type { Crc32c } from '../../core/records/crc32c.ts'
import type { Context } from '../context.ts'
import { NAME, type Narrow } from '../output/narrow-table.ts'
import { timeOrDash } from '../records/times.ts'
import type { Findings } from './findings.ts'

/** To the day at least. */
const TIME: Narrow = { cutTo: 11, isOptional: true }

export interface SegmentSummary {
  log: string
  baseOffset: number
  /** -1 where it has no batch. */
  lastOffset: number
  sizeInBytes: number
  batches: number
  records: number
  /** Epoch milliseconds; -1 where no batch has one. */
  firstTimestamp: number
  lastTimestamp: number
  codecs: string[]
  magics: number[]
  damagedBytes: number
}

/** Prints a row for each segment. Throws UsageError for a directory without any. */
export async function summarize(
  directory: string,
  { context, crc32c, findings }: { context: Context; crc32c: Crc32c; findings: Findings },
): Promise<void> {
  const segments = segmentsIn(directory)
  const rows = segments.map((path) => {
    context.signal.throwIfAborted()
    return summaryOf(path, crc32c, findings)
  })
  await context.out.list({
    name: 'segments',
    rows,
    columns: [
      { title: 'LOG', value: ({ log }) => log, narrow: NAME },
      {
        title: 'BASE OFFSET',
        value: ({ baseOffset }) => baseOffset,
        align: 'right',
        narrow: { title: 'BASE' },
      },
      {
        title: 'LAST OFFSET',
        value: ({ lastOffset }) => (lastOffset < 0 ? '-' : lastOffset),
        align: 'right',
        narrow: { title: 'LAST' },
      },
      { title: 'BYTES', value: ({ sizeInBytes }) => sizeInBytes, align: 'right' },
      { title: 'BATCHES', value: ({ batches }) => batches, align: 'right', narrow: { isOptional: 'last' } },
      { title: 'RECORDS', value: ({ records }) => records, align: 'right' },
      { title: 'FIRST TIME', value: ({ firstTimestamp }) => timeOrDash(firstTimestamp), narrow: TIME },
      { title: 'LAST TIME', value: ({ lastTimestamp }) => timeOrDash(lastTimestamp), narrow: TIME },
      { title: 'CODECS', value: ({ codecs }) => codecs, narrow: { wrapTo: 7, isOptional: true } },
      {
        title: 'FORMAT',
        value: ({ magics }) => magics.map((magic) => `v${magic}`),
        narrow: { isOptional: true },
      },
      { title: 'DAMAGED', value: ({ damagedBytes }) => damagedBytes || '-', align: 'right' },
    ],
  })
}

function segmentsIn(directory: string): string[] {
  const own = logsIn(directory)
  if (own.length > 0) return own
  const below = readdirSync(directory, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => logsIn(join(directory, name)))
  if (below.length > 0) return below
  throw new UsageError(`${directory}: is no log: neither it nor a directory in it has segment files`, {
    hint: 'a log is named TOPIC-PARTITION and stands in log.dirs of its broker',
  })
}

function logsIn(directory: string): string[] {
  return namesIn(directory)
    .filter((name) => name.endsWith('.log') && baseOffsetOf(name) !== undefined)
    .sort()
    .map((name) => join(directory, name))
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    throw unreadable(directory, error)
  }
}

function summaryOf(path: string, crc32c: Crc32c, findings: Findings): SegmentSummary {
  const file = new SegmentFile(path, crc32c)
  const codecs = new Set<string>()
  const magics = new Set<number>()
  const summary: SegmentSummary = {
    log: basename(join(path, '..')),
    baseOffset: baseOffsetOf(path)!,
    lastOffset: -1,
    sizeInBytes: statSync(path).size,
    batches: 0,
    records: 0,
    firstTimestamp: -1,
    lastTimestamp: -1,
    codecs: [],
    magics: [],
    damagedBytes: 0,
  }
  try {
    for (let piece = file.next(); piece !== undefined; piece = file.next()) {
      if (piece.batch === undefined) {
        const { start, end, why } = piece.damage
        summary.damagedBytes += end - start
        findings.tell(path, `bytes ${start} to ${end} are damaged: ${why}`)
        continue
      }
      const { batch, isValid, position } = piece
      if (!isValid) findings.tell(path, `the checksum of the batch at byte ${position} does not match`)
      if (!isValid) summary.damagedBytes += batch.bytes.length
      summary.batches++
      summary.records += batch.recordsCount
      summary.lastOffset = batch.lastOffset
      if (summary.firstTimestamp < 0) summary.firstTimestamp = batch.baseTimestamp
      summary.lastTimestamp = Math.max(summary.lastTimestamp, batch.maxTimestamp)
      codecs.add(batch.codec)
      magics.add(batch.magic)
    }
  } finally {
    file.close()
  }
  return { ...summary, codecs: [...codecs], magics: [...magics] }
}
