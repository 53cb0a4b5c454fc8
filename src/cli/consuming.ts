/** One run of the console consumer: from what is fetched to what is written, committed and told. */
import type { Cluster } from '../core/cluster/cluster.ts'
import { type Fetched, Fetcher } from '../core/consumer/fetcher.ts'
import type { GroupSession, GroupSessionOptions } from '../core/consumer/group-session.ts'
import { fetchOptions } from '../core/consumer/options.ts'
import type { PartitionPosition } from '../core/consumer/position.ts'
import { RecordReader } from '../core/consumer/read-records.ts'
import { InterruptedError, KtError } from '../core/errors.ts'
import type { GroupEvent } from '../core/group/events.ts'
import { type OffsetReset, resetOffsets } from '../core/group/offset-reset.ts'
import { loadCrc32c } from '../core/records/crc32c.ts'
import type { Settings } from '../core/settings.ts'
import type { GroupPlan } from './consumer-group.ts'
import type { ConsumerInterceptors } from './consumer-interceptors.ts'
import type { Context } from './context.ts'
import type { OffsetKeeper } from './offset-keeper.ts'
import { Printer } from './records/printer.ts'
import type { Formatter } from './records/formatter.ts'
import { OutputBuffer } from './records/output-buffer.ts'
import type { Sink } from './output/sink.ts'
import { StatsTable } from './stats-table.ts'

export interface ConsumeOptions {
  cluster: Cluster
  settings: Settings
  formatter: Formatter
  sink: Sink
  /** Without a group. */
  positions: PartitionPosition[]
  /** The positions have ends, at which reading is over. */
  hasEnd: boolean
  group: GroupPlan | undefined
  keeper: OffsetKeeper | undefined
  /** What to do when an offset is not in the log (any more). */
  reset: OffsetReset
  maxMessages: number
  timeoutMs: number
  skipsErrors: boolean
  tellsEvents: boolean
  interceptors: ConsumerInterceptors
  showsStats: boolean
  /** Calls `add` for partitions that are found later (`--include`). */
  watch?: (add: (position: PartitionPosition) => void) => void
}

export async function consume(context: Context, options: ConsumeOptions): Promise<void> {
  const { cluster, settings, positions, group, keeper, formatter, maxMessages, skipsErrors } = options
  const fetching = fetchOptions(settings)
  const fetcher = new Fetcher(cluster, fetching, {
    offsetOutOfRange: (position) => resetPosition(options, position, context),
    truncated: (position, endOffset) => tellTruncation(options, position, endOffset, context),
    note: (text) => context.note(text),
  })
  context.onExit(() => fetcher.close())
  const printer = new Printer({ formatter, out: new OutputBuffer(options.sink), maxMessages, skipsErrors })
  const reader = new RecordReader({
    isReadCommitted: fetching.isReadCommitted,
    crc32c: fetching.checksCrcs ? await loadCrc32c() : undefined,
  })
  for (const position of positions) if (position.offset < position.endOffset) fetcher.add(position)
  options.watch?.((position) => fetcher.add(position))
  const session =
    group && (await openSession({ cluster, fetcher, reader, receiver: printer, ...group }, options, context))
  const handling: Handling = session ?? alone(reader, printer, keeper)
  const stats = options.showsStats ? new StatsTable(fetcher.positions, context.note) : undefined
  stats?.start()
  try {
    const pumping = pump(fetcher, handling, options, context.signal)
    await (session?.untilInterrupted(pumping, context.signal) ?? pumping)
  } finally {
    stats?.stop()
    await (session?.end(context.signal) ?? handling.flush())
    await options.interceptors.close()
    // Kafka's own words, on stderr as there.
    context.note(`Processed a total of ${printer.count} messages`)
    if (options.tellsEvents) context.out.sink.writeNow('shutdown_complete\n')
  }
  // Ctrl-C is how this usually ends: the line above is all there is to say.
  const { reason } = context.signal as { reason?: InterruptedError }
  if (context.signal.aborted) throw new InterruptedError('', reason?.exitCode)
}

/** Who makes output of what was fetched: the group's session, or nobody but the reader. */
interface Handling {
  read(fetched: Fetched): Promise<boolean>
  flush(): Promise<void>
  /** Aborted when reading cannot go on; `read` and `flush` then throw why. */
  ended?: AbortSignal
}

function alone(reader: RecordReader, printer: Printer, keeper: OffsetKeeper | undefined): Handling {
  const flush = async () => {
    await printer.flushAll()
    await keeper?.save()
  }
  return {
    flush,
    read: async (fetched) => {
      const { position, nextOffset } = fetched
      const wantsMore = await reader.read(fetched, printer).catch((error: unknown) => {
        // What was printed before it counts: the output and the offsets kept with it belong together.
        if (position.readOffset >= 0) keeper?.note(position, position.readOffset)
        throw error
      })
      // A record that was the last one wanted may stand in the middle of a batch.
      keeper?.note(position, wantsMore ? Math.min(nextOffset, position.endOffset) : position.readOffset)
      if (keeper?.isDue === true) await flush()
      return wantsMore
    },
  }
}

async function openSession(
  options: Omit<GroupSessionOptions, 'note' | 'event'>,
  { tellsEvents, interceptors }: ConsumeOptions,
  context: Context,
): Promise<GroupSession> {
  const [{ GroupSession }, { eventLine }] = await Promise.all([
    import('../core/consumer/group-session.ts'),
    import('../core/group/events.ts'),
  ])
  const note = (text: string) => context.note(text)
  const event = (event: GroupEvent) => {
    if (tellsEvents) note(eventLine(event, Date.now()))
    interceptors.onEvent(event)
  }
  const session = new GroupSession({ ...options, note, event })
  session.start()
  return session
}

const LONGEST_WAIT_MS = 60_000

/** Ends when interrupted, when enough was read, when nothing came for `timeoutMs`, or when all ends are reached. */
async function pump(
  fetcher: Fetcher,
  handling: Handling,
  { timeoutMs, positions, group, hasEnd }: ConsumeOptions,
  interrupted: AbortSignal,
): Promise<void> {
  let lastRecordMs = Date.now()
  const { ended } = handling
  const signal = ended === undefined ? interrupted : AbortSignal.any([interrupted, ended])
  // Without any partition (of --include) there is nothing to read up to.
  const endsByOffset =
    group === undefined && hasEnd && positions.every(({ endOffset }) => endOffset !== Infinity)
  while (!interrupted.aborted) {
    if (endsByOffset && fetcher.positions.length === 0) return
    // With nothing else to read, what was read must not wait in a buffer.
    const flushedMs = Date.now()
    if (!fetcher.hasArrived) await handling.flush()
    // A slow reader of our output is not a silent topic: what came meanwhile is still to be read.
    lastRecordMs += Date.now() - flushedMs
    const leftMs = lastRecordMs + timeoutMs - Date.now()
    if (leftMs <= 0) return
    const answers = (await fetcher.next(Math.min(leftMs, LONGEST_WAIT_MS), signal)) ?? []
    for (const fetched of answers) {
      if (!(await handling.read(fetched))) return
      if (fetched.nextOffset >= fetched.position.endOffset) fetcher.remove(fetched.position)
    }
    if (answers.some(({ batches }) => batches.length > 0)) lastRecordMs = Date.now()
  }
}

async function resetPosition(
  { cluster, reset }: ConsumeOptions,
  position: PartitionPosition,
  context: Context,
): Promise<void> {
  const { topic, partition, name, offset } = position
  if (reset.strategy === 'none')
    throw new KtError(`${name} has no offset ${offset} (any more), and auto.offset.reset is none`, {
      hint: 'set auto.offset.reset to earliest, latest or by_duration:PT1H, or start elsewhere with --offset',
    })
  const [found] = await resetOffsets(cluster, [{ topic, partition }], reset)
  position.seek(found!.offset)
  context.note(
    `${name}: offset ${offset} is out of range; reading on at ${found!.offset} (${reset.strategy})`,
  )
}

async function tellTruncation(
  { reset }: ConsumeOptions,
  { name, offset }: PartitionPosition,
  endOffset: number,
  context: Context,
): Promise<void> {
  const what = `${name}: the log was truncated from offset ${offset} to ${endOffset} by an unclean election`
  if (reset.strategy !== 'none') return context.note(`${what}; reading on at ${endOffset}`)
  throw new KtError(`${what}, and auto.offset.reset is none`)
}
