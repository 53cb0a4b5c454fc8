/** The user data of the sticky assignors: Kafka keeps these two layouts in Java alone (StickyAssignor, CooperativeStickyAssignor). */
import type { TopicPartition } from '../../consumer/offsets.ts'
import { CorruptDataError } from '../../errors.ts'
import { decodeMessage, encodeMessage, type Message } from '../../protocol/codec.ts'
import { fromTopics, toTopics, type TopicPartitions } from '../topic-partitions.ts'

export interface StickyData {
  partitions: TopicPartition[]
  /** -1: not said (version 0). */
  generation: number
}

interface StickyUserData {
  previousAssignment: TopicPartitions[]
  generation: number
}

const schema: Message<StickyUserData> = {
  name: 'StickyAssignorUserData',
  minVersion: 0,
  maxVersion: 1,
  flexible: 'none',
  fields: [
    [
      'previousAssignment',
      [
        {
          fields: [
            ['topic', 'string', '0+'],
            ['partitions', ['int32'], '0+'],
          ],
        },
      ],
      '0+',
    ],
    ['generation', 'int32', '1+', { default: -1 }],
  ],
}

export function writeStickyData(partitions: readonly TopicPartition[], generation: number): Buffer {
  return encodeMessage(schema, 1, { previousAssignment: toTopics(partitions), generation })
}

/** What cannot be read counts as no memory, as in Kafka: another member's mistake must not stop the group. */
export function readStickyData(bytes: Buffer | null): StickyData {
  const data = bytes === null ? undefined : (decoded(1, bytes) ?? decoded(0, bytes))
  if (data === undefined) return { partitions: [], generation: -1 }
  return { partitions: fromTopics(data.previousAssignment), generation: data.generation }
}

export function writeCooperativeData(generation: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(generation)
  return bytes
}

/** -1 where there is none. */
export function readCooperativeData(bytes: Buffer | null): number {
  return bytes !== null && bytes.length >= 4 ? bytes.readInt32BE(0) : -1
}

// The data carries no version: the longer layout is tried first.
function decoded(version: number, bytes: Buffer): StickyUserData | undefined {
  try {
    return decodeMessage(schema, version, bytes)
  } catch (error) {
    if (error instanceof CorruptDataError) return undefined
    throw error
  }
}
