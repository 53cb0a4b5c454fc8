/** The small files: state of producers, aborted transactions, checkpoints in text. */
import { CorruptDataError } from '../../core/errors.ts'
import { abortedEntries, ABORTED_ENTRY_BYTES } from '../../core/log/index-files.ts'
import { checkpointedOffsets, leaderEpochs, producerEntries } from '../../core/log/small-files.ts'
import { toJson } from '../output/json.ts'
import { sequenceAfter } from './batch-words.ts'
import type { Tools } from './dump-index.ts'

export function dumpProducerSnapshot(path: string, bytes: Buffer, isJson: boolean, tools: Tools): void {
  told(path, tools, () => {
    for (const entry of producerEntries(bytes, tools.crc32c)) {
      if (isJson) tools.out.text(`${toJson({ type: 'producer', file: path, ...entry })}\n`)
      else tools.out.text(`${producerText(entry)}\n`)
    }
  })
}

type Producer = ReturnType<typeof producerEntries>[number]

function producerText({
  producerId,
  epoch,
  coordinatorEpoch,
  currentTxnFirstOffset,
  timestamp,
  ...last
}: Producer): string {
  const first = currentTxnFirstOffset < 0n ? 'OptionalLong.empty' : `OptionalLong[${currentTxnFirstOffset}]`
  const head = `producerId: ${producerId} producerEpoch: ${epoch} coordinatorEpoch: ${coordinatorEpoch} currentTxnFirstOffset: ${first} lastTimestamp: ${timestamp}`
  if (last.lastOffset < 0n) return head
  return `${head} firstSequence: ${sequenceBefore(last.lastSequence, last.offsetDelta)} lastSequence: ${last.lastSequence} lastOffset: ${last.lastOffset} offsetDelta: ${last.offsetDelta} timestamp: ${timestamp}`
}

function sequenceBefore(sequence: number, decrement: number): number {
  return sequence < decrement ? sequenceAfter(0x7fff_ffff, sequence - decrement + 1) : sequence - decrement
}

export function dumpAborted(path: string, bytes: Buffer, isJson: boolean, { out, findings }: Tools): void {
  for (const entry of abortedEntries(bytes)) {
    if (entry.version !== 0)
      findings.tell(path, `an entry has the version ${entry.version}, and 0 is the only one`)
    if (isJson) out.text(`${toJson({ type: 'aborted', file: path, ...entry })}\n`)
    else
      out.text(
        `version: ${entry.version} producerId: ${entry.producerId} firstOffset: ${entry.firstOffset} lastOffset: ${entry.lastOffset} lastStableOffset: ${entry.lastStableOffset}\n`,
      )
  }
  const rest = bytes.length % ABORTED_ENTRY_BYTES
  if (rest > 0)
    findings.tell(
      path,
      `bytes ${bytes.length - rest} to ${bytes.length} are damaged: an entry has ${ABORTED_ENTRY_BYTES} bytes`,
    )
}

export function dumpLeaderEpochs(path: string, bytes: Buffer, isJson: boolean, tools: Tools): void {
  told(path, tools, () => {
    for (const entry of leaderEpochs(bytes.toString()))
      tools.out.text(
        isJson
          ? `${toJson({ type: 'epoch', file: path, ...entry })}\n`
          : `epoch: ${entry.epoch} startOffset: ${entry.startOffset}\n`,
      )
  })
}

export function dumpOffsets(path: string, bytes: Buffer, isJson: boolean, tools: Tools): void {
  told(path, tools, () => {
    for (const entry of checkpointedOffsets(bytes.toString()))
      tools.out.text(
        isJson
          ? `${toJson({ type: 'offset', file: path, ...entry })}\n`
          : `topic: ${entry.topic} partition: ${entry.partition} offset: ${entry.offset}\n`,
      )
  })
}

function told(path: string, { findings }: Tools, write: () => void): void {
  try {
    write()
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error
    findings.tell(path, error.message)
  }
}
