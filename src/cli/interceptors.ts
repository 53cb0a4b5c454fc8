/** `--interceptor ./module.mjs` for producers: sees each record on its way out and each acknowledgement. */
import type { OnSend } from '../core/producer/appender.ts'
import type { Delivery } from '../core/producer/delivery.ts'
import { headersOf } from '../core/records/headers.ts'
import type { RecordCursor } from '../core/records/record-cursor.ts'
import { closeModules, guarded, loadModule } from './modules.ts'

/** A record as an interceptor is told of its fate. */
export interface Acknowledgement {
  topic: string
  partition: number
  /** -1 when it failed, or when nobody told (acks=0). */
  offset: number
  timestamp: number
  key: Buffer | null
  value: Buffer | null
  headers: { key: Buffer; value: Buffer | null }[]
  error: Error | null
}

/** What a producer's interceptor module may export; at least one of the functions. */
export interface ProducerInterceptorModule {
  onSend: OnSend
  onAck(acknowledgement: Acknowledgement): void
  close(): void | Promise<void>
}

export interface ProducerInterceptors {
  onSend: OnSend[]
  onDelivery(delivery: Delivery): void
  close(): Promise<void>
}

export async function producerInterceptors(paths: readonly string[]): Promise<ProducerInterceptors> {
  const modules = await Promise.all(
    paths.map(async (path) => {
      const names = ['onSend', 'onAck', 'close'] as const
      const { onSend, onAck, close } = await loadModule<ProducerInterceptorModule>(path, names)
      return {
        path,
        onSend: onSend && guarded(path, 'onSend', onSend),
        onAck: onAck && guarded(path, 'onAck', onAck),
        close,
      }
    }),
  )
  const listeners = modules.flatMap(({ onAck }) => (onAck === undefined ? [] : [onAck]))
  return {
    onSend: modules.flatMap(({ onSend }) => (onSend === undefined ? [] : [onSend])),
    onDelivery: (delivery) => {
      if (listeners.length === 0) return
      for (const acknowledgement of acknowledgementsOf(delivery))
        for (const listener of listeners) listener(acknowledgement)
    },
    close: () => closeModules(modules),
  }
}

function* acknowledgementsOf(delivery: Delivery): Generator<Acknowledgement> {
  const { topic, partition, baseOffset, logAppendTimeMs, error } = delivery
  const cursor = delivery.records()
  for (let index = 0; cursor.next(); index++) {
    yield {
      topic,
      partition,
      offset: baseOffset < 0 ? -1 : baseOffset + index,
      timestamp: logAppendTimeMs >= 0 ? logAppendTimeMs : cursor.timestamp,
      key: copyOf(cursor, cursor.keyStart, cursor.keyEnd),
      value: copyOf(cursor, cursor.valueStart, cursor.valueEnd),
      headers: cursor.headerCount === 0 ? [] : headersOf(cursor),
      error: error ?? null,
    }
  }
}

function copyOf({ bytes }: RecordCursor, start: number, end: number): Buffer | null {
  return start < 0 ? null : Buffer.from(bytes.subarray(start, end))
}
