/** `.log` files and snapshots of KRaft. */
import { basename, resolve } from 'node:path'
import { baseOffsetOf, snapshotIdOf } from '../../core/log/file-names.ts'
import { type Damage, SegmentFile } from '../../core/log/segment-file.ts'
import { loadCodec } from '../../core/records/compression.ts'
import type { Batch } from '../../core/records/batch-reader.ts'
import type { Crc32c } from '../../core/records/crc32c.ts'
import type { OutputBuffer } from '../records/output-buffer.ts'
import { BatchJson } from './batch-json.ts'
import { BatchText, type BatchTextOptions, damageIn } from './batch-text.ts'
import type { Findings } from './findings.ts'

export interface SegmentOptions extends BatchTextOptions {
  maxBytes: number | undefined
  isJson: boolean
  signal: AbortSignal
}

/** Writes all of it to `out`; damage goes to `findings`. */
export async function dumpSegment(
  path: string,
  options: SegmentOptions,
  { out, crc32c, findings }: { out: OutputBuffer; crc32c: Crc32c; findings: Findings },
): Promise<void> {
  if (!options.isJson) out.text(startText(path))
  const file = new SegmentFile(path, crc32c, options.maxBytes)
  const writer = options.isJson ? new BatchJson(path, options, out) : new BatchText(options, out)
  try {
    for (let piece = file.next(); piece !== undefined; piece = file.next()) {
      options.signal.throwIfAborted()
      if (piece.batch === undefined) tellDamage(piece.damage, path, { options, out, findings })
      else await writeBatch(piece.batch, piece.position, piece.isValid)
      if (out.isFull) await out.flush()
    }
  } finally {
    file.close()
  }
  // Compaction leaves such gaps too, so they are no damage.
  const gaps = writer.gaps.map(([one, next]) => `  ${one} is followed by ${next}`)
  findings.remark(`Non-consecutive offsets in ${resolve(path)}`, gaps)

  async function writeBatch(batch: Batch, position: number, isValid: boolean): Promise<void> {
    if (!isValid) findings.tell(path, `the checksum of the batch at byte ${position} does not match`)
    writer.batch(batch, position, isValid)
    if (!options.isDeep) return
    if (batch.codec !== 'none') await loadCodec(batch.codec)
    try {
      for (const _ of writer.records(batch)) await out.flush()
    } catch (error) {
      findings.tell(path, `bytes ${position} to ${position + batch.bytes.length}: ${damageIn(error)}`)
    }
  }
}

function startText(path: string): string {
  const name = basename(path)
  if (name === 'bootstrap.checkpoint') return 'KRaft bootstrap snapshot\n'
  const snapshot = snapshotIdOf(path)
  if (snapshot !== undefined) return `Snapshot end offset: ${snapshot.offset}, epoch: ${snapshot.epoch}\n`
  const offset = baseOffsetOf(path)
  return offset === undefined ? '' : `Log starting offset: ${offset}\n`
}

function tellDamage(
  { start, end, why, isTail }: Damage,
  path: string,
  { options, out, findings }: { options: SegmentOptions; out: OutputBuffer; findings: Findings },
): void {
  // A file that is read in part has no end to speak of.
  if (isTail && options.maxBytes !== undefined) return
  // Kafka's own sentence; only where it would come that far.
  if (isTail && !options.isJson)
    out.text(`Found ${end - start} invalid bytes at the end of ${basename(path)}\n`)
  findings.tell(path, `bytes ${start} to ${end} are damaged: ${why}`)
}
