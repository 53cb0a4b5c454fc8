/** `.index` and `.timeindex`: their entries, and whether the log beside them agrees. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { baseOffsetOf } from '../../core/log/file-names.ts'
import {
  type OffsetEntry,
  OffsetIndexFile,
  type TimeEntry,
  TimeIndexFile,
} from '../../core/log/index-files.ts'
import { OffsetSearch } from '../../core/log/offset-search.ts'
import { SegmentFile } from '../../core/log/segment-file.ts'
import type { Batch } from '../../core/records/batch-reader.ts'
import { loadCodec } from '../../core/records/compression.ts'
import type { Crc32c } from '../../core/records/crc32c.ts'
import { RecordCursor } from '../../core/records/record-cursor.ts'
import { toJson } from '../output/json.ts'
import type { OutputBuffer } from '../records/output-buffer.ts'
import { damageIn } from './batch-text.ts'
import type { Findings } from './findings.ts'

export interface IndexOptions {
  /** Only the check that a broker makes when it starts. */
  checksSanityOnly: boolean
  verifiesOnly: boolean
  /** A batch larger than this is not looked at. */
  maxMessageSize: number
  isJson: boolean
}

export interface Tools {
  out: OutputBuffer
  crc32c: Crc32c
  findings: Findings
}

export async function dumpOffsetIndex(
  path: string,
  bytes: Buffer,
  options: IndexOptions,
  tools: Tools,
): Promise<void> {
  const { out, findings } = tools
  const index = new OffsetIndexFile(bytes, offsetIn(path))
  if (index.count === 0 && !options.isJson) return out.text(`${path} is empty.\n`)
  if (options.checksSanityOnly) return tellSanity(path, index.problem(resolve(path)), tools)
  const log = logBeside(path, tools)
  const mismatches: [number, number][] = []
  let unwritten = 0
  try {
    for (const entry of index.entries()) {
      const found = lastOffsetAt(log, entry, options, findings)
      if (found !== undefined && found !== entry.offset) {
        mismatches.push([entry.offset, found])
        if (entry.position === 0 && entry.offset === index.baseOffset) unwritten++
      }
      if (!options.verifiesOnly) writeEntry(path, options, entry, out)
      if (out.isFull) await out.flush()
    }
  } finally {
    log.close()
  }
  // In Kafka's order: the last first.
  const lines = mismatches.reverse().map(([index, log]) => `  Index offset: ${index}, log offset: ${log}`)
  findings.list(`Mismatches in :${resolve(path)}`, lines, unwritten)
}

function writeEntry(
  path: string,
  { isJson }: IndexOptions,
  entry: OffsetEntry | TimeEntry,
  out: OutputBuffer,
): void {
  if (isJson) return out.text(`${toJson({ type: 'entry', file: path, ...entry })}\n`)
  const text =
    'position' in entry
      ? `offset: ${entry.offset} position: ${entry.position}`
      : `timestamp: ${entry.timestamp} offset: ${entry.offset}`
  out.ascii(`${text}\n`)
}

function lastOffsetAt(
  log: SegmentFile,
  { offset, position }: OffsetEntry,
  { maxMessageSize }: IndexOptions,
  findings: Findings,
): number | undefined {
  const batch = log.batchAt(position)
  const where = `the index has offset ${offset} at byte ${position}`
  if (batch === undefined) findings.tell(log.path, `${where}, where no batch begins`)
  else if (batch.bytes.length > maxMessageSize)
    findings.tell(
      log.path,
      `${where}, where a batch of ${batch.bytes.length} bytes begins: more than --max-message-size`,
    )
  else return batch.lastOffset
  return undefined
}

interface TimeErrors {
  mismatches: string[]
  outOfOrder: string[]
  notFound: string[]
}

export async function dumpTimeIndex(
  path: string,
  bytes: Buffer,
  offsetIndexBytes: Buffer,
  options: IndexOptions,
  tools: Tools,
): Promise<void> {
  const { out, findings } = tools
  const baseOffset = offsetIn(path)
  const times = new TimeIndexFile(bytes, baseOffset)
  if (options.checksSanityOnly) return tellSanity(path, times.problem(resolve(path)), tools)
  const offsets = new OffsetIndexFile(offsetIndexBytes, baseOffset)
  const log = logBeside(path, tools)
  const search = new OffsetSearch(log)
  const errors: TimeErrors = { mismatches: [], outOfOrder: [], notFound: [] }
  /** How many of the errors are about zeros that stand where nothing has been written yet. */
  const unwritten = { mismatches: 0, outOfOrder: 0, notFound: 0 }
  let previous = -1
  try {
    for (const entry of times.entries()) {
      const before = sizesOf(errors)
      if (!search.isExhausted) await checkTime(entry, previous, { search, offsets, errors, findings })
      if (entry.timestamp === 0 && entry.offset === times.baseOffset)
        for (const kind of KINDS) unwritten[kind] += errors[kind].length - before[kind]
      if (!options.verifiesOnly) writeEntry(path, options, entry, out)
      previous = entry.timestamp
      if (out.isFull) await out.flush()
    }
  } finally {
    log.close()
  }
  const where = resolve(path)
  for (const kind of KINDS) findings.list(`${HEADINGS[kind]} in :${where}`, errors[kind], unwritten[kind])
}

const KINDS = ['mismatches', 'outOfOrder', 'notFound'] as const
const HEADINGS = {
  mismatches: 'Found timestamp mismatch',
  outOfOrder: 'Found out of order timestamp',
  notFound: 'The following indexed offsets are not found',
}

function sizesOf({ mismatches, outOfOrder, notFound }: TimeErrors) {
  return { mismatches: mismatches.length, outOfOrder: outOfOrder.length, notFound: notFound.length }
}

async function checkTime(
  { timestamp, offset }: TimeEntry,
  previous: number,
  {
    search,
    offsets,
    errors,
    findings,
  }: { search: OffsetSearch; offsets: OffsetIndexFile; errors: TimeErrors; findings: Findings },
): Promise<void> {
  const batch = search.find(offset, offsets.lookup(offset))
  if (search.isExhausted)
    return findings.tell(
      search.path,
      `the time index leads to and fro: not looked at from offset ${offset} on`,
    )
  if (batch === undefined || batch.lastOffset !== offset) {
    errors.notFound.push(`Indexed offset: ${offset}, found log offset: ${batch?.lastOffset ?? -1}`)
    return
  }
  try {
    const newest = await newestIn(batch)
    if (newest !== timestamp)
      errors.mismatches.push(`  Index timestamp: ${timestamp}, log timestamp: ${newest}`)
  } catch (error) {
    findings.tell(search.path, `the batch that ends at offset ${offset}: ${damageIn(error)}`)
  }
  if (previous >= timestamp)
    errors.outOfOrder.push(`  Index timestamp: ${timestamp}, Previously indexed timestamp: ${previous}`)
}

async function newestIn(batch: Batch): Promise<number> {
  if (batch.codec !== 'none') await loadCodec(batch.codec)
  const cursor = new RecordCursor()
  cursor.open(batch)
  let newest = -1
  while (cursor.next()) newest = Math.max(newest, cursor.timestamp)
  return newest
}

function tellSanity(path: string, problem: string | undefined, { out, findings }: Tools): void {
  if (problem === undefined) out.text(`${path} passed sanity check.\n`)
  else findings.tell(path, problem)
}

function logBeside(path: string, { crc32c }: Tools): SegmentFile {
  const log = path.replace(/\.[^.]*$/, '.log')
  if (!existsSync(log))
    throw new UsageError(`${path}: ${log} is not there, and an index is checked against its log`, {
      hint: '--index-sanity-check does without',
    })
  return new SegmentFile(log, crc32c)
}

function offsetIn(path: string): number {
  const offset = baseOffsetOf(path)
  if (offset !== undefined) return offset
  throw new UsageError(`${path}: its name does not begin with the offset of its segment`)
}
