/** Modules that look at what is read, change or drop it, one by one or some at a time. */
import { KtError } from '../errors.ts'
import type { Batch } from '../records/batch-reader.ts'
import type { IncomingRecord } from './incoming-record.ts'

type Left<T> = T | null | undefined | void

export interface ConsumeInterceptor {
  /** Returns the record to go on with, null to drop it, or nothing to leave it as it is. */
  onConsume?: ((record: IncomingRecord) => Left<IncomingRecord> | Promise<Left<IncomingRecord>>) | undefined
  /** Some records of one partition, in order; returns those to go on with, or nothing to leave them as they are. */
  onConsumeBatch?:
    ((records: IncomingRecord[]) => Left<IncomingRecord[]> | Promise<Left<IncomingRecord[]>>) | undefined
}

/** A record on its way through the modules; null: dropped. */
export interface Held {
  batch: Batch
  offset: number
  timestamp: number
  record: IncomingRecord | null
}

/** Through one module: single records before batches. Nothing is awaited where nothing has to be. */
export function passOne(interceptor: ConsumeInterceptor, slice: Held[]): Promise<void> | undefined {
  const { onConsume, onConsumeBatch } = interceptor
  const one = onConsume && eachRecord(onConsume, slice, 0)
  if (onConsumeBatch === undefined) return one
  return one === undefined ? batchOf(onConsumeBatch, slice) : one.then(() => batchOf(onConsumeBatch, slice))
}

function eachRecord(
  onConsume: NonNullable<ConsumeInterceptor['onConsume']>,
  slice: Held[],
  from: number,
): Promise<void> | undefined {
  for (let index = from; index < slice.length; index++) {
    const held = slice[index]!
    if (held.record === null) continue
    const answer = onConsume(held.record)
    if (isPromise(answer))
      return answer.then((left) => {
        if (left !== undefined) held.record = left
        return eachRecord(onConsume, slice, index + 1)
      })
    if (answer !== undefined) held.record = answer as IncomingRecord | null
  }
  return undefined
}

async function batchOf(
  onConsumeBatch: NonNullable<ConsumeInterceptor['onConsumeBatch']>,
  slice: Held[],
): Promise<void> {
  const records = slice.flatMap(({ record }) => record ?? [])
  if (records.length === 0) return
  const left: unknown = await onConsumeBatch([...records])
  if (left === undefined) return
  if (left !== null && !Array.isArray(left))
    throw new KtError('onConsumeBatch returned neither an array nor nothing')
  const byOffset = new Map((left ?? []).map((record: IncomingRecord) => [record?.offset, record]))
  if (byOffset.size < (left?.length ?? 0)) throw new KtError('onConsumeBatch returned an offset twice')
  for (const held of slice) {
    const record = byOffset.get(held.offset)
    byOffset.delete(held.offset)
    held.record = held.record === null ? null : (record ?? null)
  }
  const [foreign] = byOffset.keys()
  if (byOffset.size > 0)
    throw new KtError(`onConsumeBatch returned a record with the offset ${foreign}, which it was not given`)
}

function isPromise(answer: unknown): answer is Promise<IncomingRecord | null | undefined> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function'
}
