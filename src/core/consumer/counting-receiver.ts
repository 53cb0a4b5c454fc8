/** `--commit every:N`: the reader stops after every N records, and what it has read is committed. */
import type { DeliveryReceiver } from './deliver-records.ts'

export interface SessionReceiver extends DeliveryReceiver {
  /** Resolves when all that was received is written out. */
  flushAll(): Promise<void>
}

/** As `receiver`, but with `commit`, which writes out and commits, after every `most` records. */
export function countingReceiver(
  receiver: SessionReceiver,
  most: number,
  commit: () => Promise<void>,
): SessionReceiver {
  let records = 0
  return {
    record: (cursor, position) => {
      records++
      return receiver.record(cursor, position)
    },
    dropped: () => {
      records++
      return receiver.dropped()
    },
    refused: (error, where) => receiver.refused(error, where),
    claim: (wanted) => receiver.claim(Math.max(1, Math.min(wanted, most - records))),
    settle: (claimed) => receiver.settle(claimed),
    flushAll: () => receiver.flushAll(),
    isFull: () => records >= most || receiver.isFull(),
    flush: () => {
      if (records < most) return receiver.flush()
      records = 0
      return commit()
    },
  }
}
