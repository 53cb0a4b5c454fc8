/** One run of the console consumer: from what is fetched to what is written, committed and told. */
import type { Cluster } from '../core/cluster/cluster.ts'
import { untilInterrupted } from '../core/cluster/interruption.ts'
import { Fetcher } from '../core/consumer/fetcher.ts'
import type { GroupSession, GroupSessionOptions } from '../core/consumer/group-session.ts'
import { type FetchOptions, fetchOptions } from '../core/consumer/options.ts'
import type { PartitionPosition } from '../core/consumer/position.ts'
import { watchPartitions } from '../core/consumer/partition-watch.ts'
import { type Reader, RecordReader } from '../core/consumer/read-records.ts'
import { InterruptedError, KtError } from '../core/errors.ts'
import type { GroupEvent } from '../core/group/events.ts'
import { Mutex } from '../core/group/mutex.ts'
import { type OffsetReset, resetOffsets } from '../core/group/offset-reset.ts'
import { loadCrc32c } from '../core/records/crc32c.ts'
import type { Settings } from '../core/settings.ts'
import type { GroupPlan } from './consumer-group.ts'
import type { ConsumerInterceptors } from './consumer-interceptors.ts'
import type { Context } from './context.ts'
import type { OffsetKeeper } from './offset-keeper.ts'
import { type Handling, haveEnds, pump, pumpParallel } from './pump.ts'
import { merging } from './merging.ts'
import { Printer } from './records/printer.ts'
import { SearchingPrinter } from './records/searching-printer.ts'
import type { Formatter } from './records/formatter.ts'
import { OutputBuffer } from './records/output-buffer.ts'
import type { SearchPlan } from './search-plan.ts'
import type { Sink } from './output/sink.ts'
import { startStats } from './stats-table.ts'

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
  /** Each partition is read by a worker of its own. */
  isParallel: boolean
  /** Says at the end how many records there were, unless false. */
  tellsTotal?: boolean
  /** Undefined: all records, as they come. */
  search?: SearchPlan | undefined
  /** The topics whose new partitions are read too, with fresh metadata; undefined: of none. */
  watchedTopics?: (() => Promise<readonly string[]>) | undefined
}

export async function consume(context: Context, options: ConsumeOptions): Promise<void> {
  const { cluster, settings, positions, group, keeper, formatter, maxMessages, skipsErrors, isParallel } =
    options
  const fetching = { ...fetchOptions(settings), keepsRecords: isParallel }
  const fetcher = new Fetcher(cluster, fetching, {
    offsetOutOfRange: (position) => resetPosition(options, position, context),
    truncated: (position, endOffset) => tellTruncation(options, position, endOffset, context),
    note: (text) => context.note(text),
  })
  context.onExit(() => fetcher.close())
  const printing = { formatter, out: new OutputBuffer(options.sink), maxMessages, skipsErrors }
  const { search } = options
  const printer = search === undefined ? new Printer(printing) : new SearchingPrinter(printing, search)
  const reader = await readerFor(options, fetching, context.signal)
  for (const position of positions) if (position.offset < position.endOffset) fetcher.add(position)
  const { watchedTopics: topics } = options
  if (topics !== undefined)
    context.onExit(watchPartitions({ cluster, topics, known: positions, add: (one) => join(one) }))
  const session =
    group &&
    (await openSession(
      { cluster, fetcher, reader, isParallel, receiver: printer, ...group },
      options,
      context,
    ))
  const merge =
    search?.isMerged === true
      ? merging({ ...search, fetcher, reader, printer, positions, isReadCommitted: fetching.isReadCommitted })
      : undefined
  const handling: Handling = session ?? merge ?? alone(reader, printer, keeper)
  const stats = options.showsStats ? await startStats(fetcher.positions, context.note) : undefined
  try {
    const { signal } = context
    const ends = group === undefined && options.hasEnd && haveEnds(positions)
    const pumping = { timeoutMs: options.timeoutMs, endsByOffset: ends, interrupted: signal }
    await untilInterrupted((isParallel ? pumpParallel : pump)(fetcher, handling, pumping), signal)
    await merge?.end()
    if (!signal.aborted) await printer.end()
  } finally {
    stats?.stop()
    await (session?.end(context.signal) ?? merge?.end() ?? handling.flush())
    await options.interceptors.close()
    if (search?.isCount === true) options.sink.writeNow(`${printer.count}\n`)
    for (const line of search?.filter?.notes() ?? []) context.note(line)
    for (const line of formatter.notes?.() ?? []) context.note(line)
    // Kafka's own words, on stderr as there.
    if (options.tellsTotal !== false) context.note(`Processed a total of ${printer.count} messages`)
    if (options.tellsEvents) context.out.sink.writeNow('shutdown_complete\n')
  }
  // Ctrl-C is how this usually ends: the line above is all there is to say.
  const { reason } = context.signal as { reason?: InterruptedError }
  if (context.signal.aborted) throw new InterruptedError('', reason?.exitCode)

  /** Where it starts is kept at once: it must not start elsewhere after a crash. */
  function join(position: PartitionPosition): true {
    keeper?.note(position, position.offset)
    fetcher.add(position)
    return true
  }
}

function alone(reader: Reader<Printer>, printer: Printer, keeper: OffsetKeeper | undefined): Handling {
  const turns = new Mutex()
  const touched = new Set<PartitionPosition>()
  const save = async () => {
    // Noted in one go: the output and the offsets kept with it belong together, others may be printing meanwhile.
    for (const position of touched) note(position)
    const { totalBytes } = printer
    await printer.flushAll()
    await keeper?.save(totalBytes)
  }
  // A record that was the last one wanted, or that could not be printed, may stand in the middle of a batch.
  const note = (position: PartitionPosition) => {
    if (position.readOffset >= 0) keeper?.note(position, Math.min(position.readOffset, position.endOffset))
  }
  const flush = () => turns.run(save)
  return {
    flush,
    read: async (fetched) => {
      if (keeper !== undefined) touched.add(fetched.position)
      const steps = reader.steps(fetched, printer)
      for (;;) {
        const { done, value } = await steps.next()
        if (keeper?.isDue === true) await flush()
        if (done === true) return value
      }
    },
  }
}

/** Records as objects only for modules that want to see them. */
async function readerFor(
  { interceptors, settings }: ConsumeOptions,
  { isReadCommitted, checksCrcs }: FetchOptions,
  signal: AbortSignal,
): Promise<Reader<Printer>> {
  const checks = { isReadCommitted, crc32c: checksCrcs ? await loadCrc32c() : undefined, signal }
  if (interceptors.onConsume.length === 0) return new RecordReader(checks)
  const { DeliveryReader } = await import('../core/consumer/deliver-records.ts')
  return new DeliveryReader({
    ...checks,
    interceptors: interceptors.onConsume,
    maxPollRecords: settings['max.poll.records'],
  })
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
