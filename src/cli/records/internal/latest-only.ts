/** The compacted view: of each key the last record, and nothing of keys whose last record is a tombstone. */
import { RecordCursor } from '../../../core/records/record-cursor.ts'
import type { Formatter } from '../formatter.ts'

interface Kept {
  topic: string
  partition: number
  batch: RecordCursor['batch']
  offset: number
  timestamp: number
  /** Key and value, one after the other. */
  bytes: Buffer
  keyBytes: number
}

/** Keeps one record for each living key in memory, and hands them to `inner` at the end, by partition and offset. */
export function latestOnly(inner: Formatter): Formatter {
  const kept = new Map<string, Kept>()
  return {
    write(cursor, topic, partition) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd, batch, offset, timestamp } = cursor
      if (keyStart < 0) return
      const keyBytes = keyEnd - keyStart
      const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      const key = `${partition} ${view.toString('latin1', keyStart, keyEnd)}`
      if (valueStart < 0) return void kept.delete(key)
      const copy = Buffer.allocUnsafe(keyBytes + valueEnd - valueStart)
      view.copy(copy, 0, keyStart, keyEnd)
      view.copy(copy, keyBytes, valueStart, valueEnd)
      // The bytes of the batch are used again for others: only what it says of itself is kept.
      const header = batch && { ...batch, bytes: EMPTY }
      kept.set(key, { topic, partition, batch: header, offset, timestamp, bytes: copy, keyBytes })
    },
    async end(out) {
      const inOrder = [...kept.values()].sort(
        (one, other) => one.partition - other.partition || one.offset - other.offset,
      )
      const cursor = new RecordCursor()
      for (const one of inOrder) {
        place(cursor, one)
        inner.write(cursor, one.topic, one.partition, out)
        if (out.isFull) await out.flush()
      }
      await inner.end?.(out)
    },
  }
}

const EMPTY = Buffer.alloc(0)

function place(cursor: RecordCursor, { bytes, keyBytes, batch, offset, timestamp }: Kept): void {
  cursor.bytes = bytes
  cursor.batch = batch
  cursor.offset = offset
  cursor.timestamp = timestamp
  cursor.keyStart = 0
  cursor.keyEnd = keyBytes
  cursor.valueStart = keyBytes
  cursor.valueEnd = bytes.length
  cursor.headerCount = 0
}
