/** A function of the person's own between the topics: one record in, any number out. */
import { KtError } from '../errors.ts'
import { type Header, placeFields } from '../records/headers.ts'
import { ownFields } from '../records/own-fields.ts'
import { RecordCursor } from '../records/record-cursor.ts'

/** A record as the function sees it, and as it gives it back. */
export interface MappedRecord {
  topic: string
  /** Where it is read from; another number sends it there, null leaves the choice to the key. */
  partition: number | null
  offset: number
  /** Epoch milliseconds. */
  timestamp: number
  key: Buffer | null
  value: Buffer | null
  headers: Header[]
}

/** Null drops the record, nothing leaves it as it is (it may have been changed in place), a list makes several of it. */
export type MapFunction = (record: MappedRecord) => MappedRecord | MappedRecord[] | null | undefined | void

/** Where a record goes; undefined: by key. */
export class PlacedRecord extends RecordCursor {
  partition: number | undefined
}

/** What becomes of the record that the cursor stands on. */
export type RecordMap = (cursor: RecordCursor, topic: string, partition: number) => PlacedRecord[]

/** `map` as the copier wants it. It throws KtError where `map` gives back what is no record. */
export function recordMap(map: MapFunction, keepsPartition: boolean): RecordMap {
  return (cursor, topic, partition) => {
    const { offset, timestamp } = cursor
    const record: MappedRecord = { topic, partition, offset, timestamp, ...ownFields(cursor) }
    const answer = map(record)
    if (answer === null) return []
    const records = answer === undefined ? [record] : Array.isArray(answer) ? answer : [answer]
    return records.map((one) => place(one, cursor, partition, keepsPartition))
  }
}

function place(raw: MappedRecord, origin: RecordCursor, from: number, keepsPartition: boolean): PlacedRecord {
  if (typeof raw !== 'object' || raw === null)
    throw new KtError(`the map returned ${typeof raw} instead of a record`)
  const record = new PlacedRecord()
  record.offset = origin.offset
  record.timestamp = checkedTimestamp(raw.timestamp ?? origin.timestamp)
  const isMoved = raw.partition !== undefined && raw.partition !== from
  record.partition = isMoved ? (raw.partition ?? undefined) : keepsPartition ? from : undefined
  placeFields(record, raw)
  return record
}

function checkedTimestamp(timestamp: unknown): number {
  if (Number.isSafeInteger(timestamp)) return timestamp as number
  throw new KtError('the map returned a timestamp that is no number of milliseconds')
}
