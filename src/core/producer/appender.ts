/** The last step of an input: a record, as slices or as an object, to a partition's batch. */
import { KtError } from '../errors.ts'
import type { EncodedHeaders } from '../records/batch-writer.ts'
import {
  bytesFrom,
  checkedHeaders,
  copyOfHeaders,
  decodeHeaders,
  encodeHeaders,
  type Header,
} from '../records/headers.ts'
import type { LineRun } from './lines.ts'
import type { Producer } from './producer.ts'
import type { TopicRouter } from './topic-router.ts'

export interface Appender {
  /** Records that an interceptor has dropped. */
  readonly dropped: number
  /** Takes over what has become known of the topic, such as partitions added to it. */
  refresh(): void
  /**
   * Key and value are slices of `bytes` (a negative start is null); a negative `partition` leaves the choice to the
   * partitioner; `position` is where the record stood in the input.
   */
  append(
    bytes: Buffer,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
    headers: EncodedHeaders | null,
    timestamp: number,
    partition: number,
    position: number,
  ): void
  /** Appends some of the lines of `run`, each of which is a value, and moves it on; what is left is for `append`. */
  appendLines?(run: LineRun): void
}

/** Straight into the batch. Hot path. */
export class DirectAppender implements Appender {
  readonly dropped = 0
  readonly #producer: Producer
  readonly #router: TopicRouter

  constructor(producer: Producer, router: TopicRouter) {
    this.#producer = producer
    this.#router = router
  }

  append(
    bytes: Buffer,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
    headers: EncodedHeaders | null,
    timestamp: number,
    partition: number,
    position: number,
  ): void {
    const router = this.#router
    const queue =
      partition < 0
        ? router.queueFor(bytes, keyStart, keyEnd, valueStart, valueEnd, headers)
        : router.queueOf(partition)
    const key = keyStart < 0 ? null : bytes
    const value = valueStart < 0 ? null : bytes
    this.#producer.append(
      queue, timestamp, key, keyStart, keyEnd, value, valueStart, valueEnd, headers, position,
    ) // prettier-ignore
  }

  appendLines(run: LineRun): void {
    const router = this.#router
    const queue = router.keyless
    if (queue !== undefined) router.took(this.#producer.appendLines(queue, run))
  }

  refresh(): void {
    this.#router.refreshIfChanged()
  }
}

/** A record as modules of one's own see it. */
export interface OutgoingRecord {
  topic: string
  /** Undefined leaves the choice to the partitioner. */
  partition?: number | null | undefined
  key: Buffer | null
  value: Buffer | null
  headers: Header[]
  /** Epoch milliseconds. */
  timestamp: number
}

/** Changes a record, or drops it by returning null. Undefined leaves it as it is (it may have been changed in place). */
export type OnSend = (record: OutgoingRecord) => OutgoingRecord | null | undefined | void

/** Makes an object of each record for those who want to see it, then appends what they leave of it. */
export class InterceptingAppender implements Appender {
  readonly #producer: Producer
  readonly #router: TopicRouter
  readonly #onSend: readonly OnSend[]
  dropped = 0

  constructor(producer: Producer, router: TopicRouter, onSend: readonly OnSend[]) {
    this.#producer = producer
    this.#router = router
    this.#onSend = onSend
  }

  append(
    bytes: Buffer,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
    headers: EncodedHeaders | null,
    timestamp: number,
    partition: number,
    position: number,
  ): void {
    let record: OutgoingRecord = {
      topic: this.#router.topic,
      partition: partition < 0 ? undefined : partition,
      key: keyStart < 0 ? null : Buffer.from(bytes.subarray(keyStart, keyEnd)),
      value: valueStart < 0 ? null : Buffer.from(bytes.subarray(valueStart, valueEnd)),
      headers: headers === null ? [] : decodeHeaders(copyOfHeaders(headers)),
      timestamp,
    }
    for (const onSend of this.#onSend) {
      const changed = onSend(record)
      if (changed === null) {
        this.dropped++
        return
      }
      record = changed ?? record
    }
    this.#appendObject(checked(record), position)
  }

  refresh(): void {
    this.#router.refreshIfChanged()
  }

  #appendObject(record: OutgoingRecord, position: number): void {
    const key = bytesFrom(record.key, 'key')
    const value = bytesFrom(record.value, 'value')
    const joined = Buffer.concat([key ?? NOTHING, value ?? NOTHING])
    const keyEnd = key?.length ?? 0
    const keyAt = [key === null ? -1 : 0, key === null ? -1 : keyEnd] as const
    const valueAt = [value === null ? -1 : keyEnd, value === null ? -1 : joined.length] as const
    const headers = record.headers.length === 0 ? null : encodeHeaders(record.headers)
    const queue =
      record.partition === undefined || record.partition === null
        ? this.#router.queueFor(joined, ...keyAt, ...valueAt, headers)
        : this.#router.queueOf(record.partition)
    this.#producer.append(
      queue, record.timestamp, key && joined, ...keyAt, value && joined, ...valueAt, headers, position,
    ) // prettier-ignore
  }
}

const NOTHING = Buffer.alloc(0)

/** What a module hands back may be anything. Throws KtError for what is no record. */
function checked(record: OutgoingRecord): OutgoingRecord {
  const raw = record as { timestamp?: unknown; headers?: unknown } | number | string | boolean
  if (typeof raw !== 'object') throw new KtError(`an interceptor returned ${typeof raw} instead of a record`)
  const { timestamp = Date.now(), headers = [] } = raw
  if (!Number.isSafeInteger(timestamp))
    throw new KtError('an interceptor returned a timestamp that is no number of milliseconds')
  return { ...record, timestamp: timestamp as number, headers: checkedHeaders(headers) }
}
