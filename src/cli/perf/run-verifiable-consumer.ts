/** Kafka's system tests' consumer: a line of JSON for whatever happens to a member of a group (VerifiableConsumer). */
import { untilInterrupted } from '../../core/cluster/interruption.ts'
import { knownTopic } from '../../core/cluster/known-topic.ts'
import { Fetcher } from '../../core/consumer/fetcher.ts'
import type { SessionReceiver } from '../../core/consumer/counting-receiver.ts'
import { GroupSession } from '../../core/consumer/group-session.ts'
import { fetchOptions } from '../../core/consumer/options.ts'
import type { PartitionPosition } from '../../core/consumer/position.ts'
import { RecordReader } from '../../core/consumer/read-records.ts'
import { InterruptedError, KtError, UsageError } from '../../core/errors.ts'
import type { CommitPolicy } from '../../core/group/commit-policy.ts'
import { eventLine } from '../../core/group/events.ts'
import { parseOffsetReset, resetOffsets } from '../../core/group/offset-reset.ts'
import { groupOptions } from '../../core/group/options.ts'
import { errorOf } from '../../core/protocol/errors.ts'
import { loadCrc32c } from '../../core/records/crc32c.ts'
import type { RecordCursor } from '../../core/records/record-cursor.ts'
import type { Context } from '../context.ts'
import type { VerifiableConsumerValues } from './verifiable-options.ts'

interface Seen {
  count: number
  minOffset: number
  maxOffset: number
}

const WAIT_MS = 60_000

export async function runVerifiableConsumer(
  values: VerifiableConsumerValues,
  context: Context,
): Promise<void> {
  const { out, signal, note, isVerbose } = context
  const { topic, maxMessages, enableAutocommit } = values
  if (topic === undefined) throw new UsageError('argument --topic is required')
  const defaults = { 'group.protocol': values.groupProtocol, 'auto.offset.reset': values.resetPolicy }
  const settings = await context.settings({}, defaults)
  if (settings['group.id'] === null) throw new UsageError('argument --group-id is required')
  const cluster = await context.cluster({}, { outlivesInterrupt: true })
  // One that is not there is waited for, as Kafka's tool does; one that may not be read would be for ever.
  const { errorCode } = await cluster.metadata.topic(topic)
  if (errorOf(errorCode).name === 'TOPIC_AUTHORIZATION_FAILED') await knownTopic(cluster, topic)
  const fetching = fetchOptions(settings)
  const reset = parseOffsetReset(settings['auto.offset.reset'])
  const fetcher = new Fetcher(cluster, fetching, {
    async offsetOutOfRange(position) {
      if (reset.strategy === 'none')
        throw new KtError(`${position.name} has no offset ${position.offset} (any more)`)
      const [found] = await resetOffsets(cluster, [position], reset)
      position.seek(found!.offset)
    },
    truncated: () => Promise.resolve(),
    note,
  })
  context.onExit(() => fetcher.close())
  const reader = new RecordReader({ isReadCommitted: fetching.isReadCommitted, crc32c: await loadCrc32c() })
  const commit: CommitPolicy = enableAutocommit
    ? { when: 'interval', intervalMs: settings['auto.commit.interval.ms'] }
    : { when: 'end' }
  const seen = new Map<PartitionPosition, Seen>()
  let consumed = 0
  const say = (line: string) => {
    out.line(line)
    out.flush()
  }
  const tell = (event: Record<string, unknown>) => say(JSON.stringify({ timestamp: Date.now(), ...event }))
  const session = new GroupSession({
    ...{ cluster, fetcher, reader, group: groupOptions(settings), wanted: { names: [topic] }, reset, commit },
    isAsync: false,
    isParallel: false,
    receiver: receiver(),
    note,
    // Under autocommit Kafka's tool hears nothing of its commits.
    event: (event) => {
      if (!enableAutocommit || event.name !== 'offsets_committed') say(eventLine(event, Date.now()))
    },
  })

  tell({ name: 'startup_complete' })
  session.start()
  try {
    await untilInterrupted(pump(), signal)
  } finally {
    if (signal.aborted) tell({ name: 'shutdown_requested' })
    await session.end(signal)
    tell({ name: 'shutdown_complete' })
    if (!signal.aborted) tell({ name: 'shutdown_requested' })
  }
  if (signal.aborted) throw new InterruptedError('', (signal.reason as InterruptedError).exitCode)

  async function pump(): Promise<void> {
    const either = AbortSignal.any([signal, session.ended])
    let wantsMore = maxMessages !== 0
    while (wantsMore && !signal.aborted) {
      const answers = (await fetcher.next(WAIT_MS, either)) ?? []
      for (const fetched of answers) wantsMore = wantsMore && (await session.read(fetched))
      if (session.ended.aborted) await session.flush()
      if (seen.size === 0) continue
      tellSeen()
      if (!enableAutocommit) await session.commit()
    }
  }

  function tellSeen(): void {
    const partitions = [...seen].map(([{ topic: name, partition }, one]) => ({
      topic: name,
      partition,
      ...one,
    }))
    seen.clear()
    if (partitions.length === 0) return
    tell({ name: 'records_consumed', count: partitions.reduce((sum, one) => sum + one.count, 0), partitions })
  }

  function receiver(): SessionReceiver {
    return {
      record(cursor, position) {
        const { offset } = cursor
        const one = seen.get(position)
        if (one === undefined) seen.set(position, { count: 1, minOffset: offset, maxOffset: offset })
        else {
          one.count++
          one.maxOffset = offset
        }
        if (isVerbose) out.line(recordLine(cursor, position))
        consumed++
        return maxMessages < 0 || consumed < maxMessages
      },
      isFull: () => false,
      flush: () => Promise.resolve(),
      // What is committed has been told of before.
      flushAll: () => Promise.resolve(tellSeen()),
      claim: (most) => Promise.resolve(most),
      settle: () => {},
      dropped: () => true,
      refused: (error) => {
        throw error as Error
      },
    }
  }
}

function recordLine(cursor: RecordCursor, { topic, partition }: PartitionPosition): string {
  const { bytes, keyStart, keyEnd, valueStart, valueEnd, offset } = cursor
  const textOf = (start: number, end: number) =>
    start < 0 ? null : Buffer.from(bytes.subarray(start, end)).toString()
  const texts = { key: textOf(keyStart, keyEnd), value: textOf(valueStart, valueEnd) }
  return JSON.stringify({ timestamp: Date.now(), name: 'record_data', ...texts, topic, partition, offset })
}
