import { defineCommand, type Values } from '../cli/command.ts'
import { readPropertiesFile } from '../cli/client-settings.ts'
import { connectionOptions, timeoutOption } from '../cli/connection-options.ts'
import { checkTopics, groupOptions, type GroupPlan, groupPlan } from '../cli/consumer-group.ts'
import type { Context } from '../cli/context.ts'
import { count, flag, properties, text, texts } from '../cli/options.ts'
import { defaultFormatter } from '../cli/records/default-formatter.ts'
import type { Formatter } from '../cli/records/formatter.ts'
import { jsonFormatter } from '../cli/records/json-formatter.ts'
import { OutputBuffer } from '../cli/records/output-buffer.ts'
import type { Cluster } from '../core/cluster/cluster.ts'
import { type Fetched, Fetcher } from '../core/consumer/fetcher.ts'
import type { GroupSession, GroupSessionOptions } from '../core/consumer/group-session.ts'
import { EARLIEST, LATEST, listOffsets } from '../core/consumer/offsets.ts'
import { fetchOptions } from '../core/consumer/options.ts'
import type { PartitionPosition } from '../core/consumer/position.ts'
import { type Receiver, RecordReader } from '../core/consumer/read-records.ts'
import { startPositions, type StartOffset } from '../core/consumer/start.ts'
import { InterruptedError, KtError, UsageError } from '../core/errors.ts'
import type { GroupEvent } from '../core/group/events.ts'
import { loadCrc32c } from '../core/records/crc32c.ts'
import type { Settings } from '../core/settings.ts'

const FORMATTERS = [
  'org.apache.kafka.tools.consumer.DefaultMessageFormatter',
  'kafka.tools.DefaultMessageFormatter',
  'DefaultMessageFormatter',
]

const options = {
  topic: texts('topic to read; may be repeated', { placeholder: 'TOPIC' }),
  ...connectionOptions,
  ...timeoutOption,
  ...groupOptions,
  'from-beginning': flag('start with the first record instead of the next one'),
  partition: count('read only this partition', { max: 2_147_483_647 }),
  offset: text('start at this offset, or at earliest or latest (default latest)', { placeholder: 'OFFSET' }),
  'max-messages': count('end after this many records', { min: 1 }),
  'timeout-ms': count('end when no record has come for this long', { placeholder: 'MS' }),
  'isolation-level': text('read_committed leaves out aborted transactions', {
    choices: ['read_committed', 'read_uncommitted'],
    property: 'isolation.level',
    placeholder: 'LEVEL',
  }),
  output: text('lines as Kafka prints them, or a JSON object for each record', {
    choices: ['default', 'json'],
    default: 'default',
    placeholder: 'STYLE',
  }),
  'formatter-property': properties(
    'print.timestamp, print.key, print.offset, print.partition, print.epoch, print.headers, print.value, key.separator, line.separator, headers.separator, null.literal, key.deserializer, value.deserializer or headers.deserializer',
    { aliases: ['property'] },
  ),
  'formatter-config': text('file with formatter properties', { placeholder: 'FILE' }),
  formatter: text('Kafka’s formatter class', { isHidden: true, choices: FORMATTERS }),
  'key-deserializer': text('class for keys, e.g. LongDeserializer', { placeholder: 'CLASS' }),
  'value-deserializer': text('class for values', { placeholder: 'CLASS' }),
  'skip-message-on-error': flag('go on with the next record when one cannot be printed'),
}

export default defineCommand({
  operands: [{ name: 'topic', summary: 'topics to read', isVariadic: true }],
  options,
  description:
    'Prints each record as it arrives until interrupted, or until --max-messages or --timeout-ms says to end.',
  examples: [
    { line: 'kt console-consumer orders --from-beginning', does: 'all there is, then what comes' },
    { line: 'kt console-consumer orders --partition 0 --offset 42 --max-messages 1', does: 'one record' },
    {
      line: 'kt console-consumer orders --from-beginning --output json --timeout-ms 1000',
      does: 'as JSON lines',
    },
  ],
  run,
})

async function run(values: Values<typeof options>, context: Context): Promise<void> {
  const { topic: topics, partition } = values
  if (topics.length === 0 && values.include === undefined)
    throw new UsageError('no topic given', { hint: 'kt console-consumer TOPIC' })
  // Kafka's own sentence.
  if (topics.length > 0 && values.include !== undefined)
    throw new UsageError('Exactly one of --include/--topic is required.')
  if (partition !== undefined && topics.length > 1) throw new UsageError('--partition needs a single topic')
  const start = startOf(values)
  const formatter = await formatterOf(values)
  const settings = await context.settings()
  const group = await groupPlan(values, settings)
  const cluster = await context.cluster({}, { outlivesInterrupt: group !== undefined })
  if (group !== undefined) await checkTopics(cluster, group)
  const positions = group === undefined ? await startPositions(cluster, topics, partition, start) : []
  await consume(values, context, { cluster, settings, positions, formatter, group })
}

interface Reading {
  cluster: Cluster
  settings: Settings
  /** Without a group. */
  positions: PartitionPosition[]
  formatter: Formatter
  group: GroupPlan | undefined
}

async function consume(values: Values<typeof options>, context: Context, reading: Reading): Promise<void> {
  const { cluster, settings, positions, formatter, group } = reading
  const fetching = fetchOptions(settings)
  const fetcher = new Fetcher(cluster, fetching, {
    offsetOutOfRange: (position) => resetPosition(cluster, position, values.fromBeginning, context),
    note: (text) => context.note(text),
  })
  context.onExit(() => fetcher.close())
  const out = new OutputBuffer(context.out.sink)
  const receiver = new Printer(formatter, out, values.maxMessages ?? Infinity, values.skipMessageOnError)
  const reader = new RecordReader({
    isReadCommitted: fetching.isReadCommitted,
    crc32c: fetching.checksCrcs ? await loadCrc32c() : undefined,
  })
  for (const position of positions) fetcher.add(position)
  const session =
    group === undefined
      ? undefined
      : await openSession(
          { cluster, fetcher, reader, receiver, ...group },
          values.enableSystestEvents,
          context,
        )
  const handling: Handling = session ?? {
    read: (fetched) => reader.read(fetched, receiver),
    flush: () => receiver.flushAll(),
  }
  try {
    const pumping = pump(fetcher, handling, values.timeoutMs ?? Infinity, context.signal)
    await (session?.untilInterrupted(pumping, context.signal) ?? pumping)
  } finally {
    await (session?.end(context.signal) ?? out.drain())
    // Kafka's own words, on stderr as there.
    context.note(`Processed a total of ${receiver.count} messages`)
    if (values.enableSystestEvents) context.out.sink.writeNow('shutdown_complete\n')
  }
  // Ctrl-C is how this command usually ends: the line above is all there is to say.
  const { reason } = context.signal as { reason?: InterruptedError }
  if (context.signal.aborted) throw new InterruptedError('', reason?.exitCode)
}

async function openSession(
  options: Omit<GroupSessionOptions, 'note' | 'event'>,
  tellsEvents: boolean,
  context: Context,
): Promise<GroupSession> {
  const [{ GroupSession }, { eventLine }] = await Promise.all([
    import('../core/consumer/group-session.ts'),
    import('../core/group/events.ts'),
  ])
  const note = (text: string) => context.note(text)
  const event = (event: GroupEvent) => note(eventLine(event, Date.now()))
  const session = new GroupSession({ ...options, note, ...(tellsEvents ? { event } : {}) })
  session.start()
  return session
}

/** Who makes output of what was fetched: the group's session, or nobody but the reader. */
interface Handling {
  read(fetched: Fetched): Promise<boolean>
  flush(): Promise<void>
  /** Aborted when reading cannot go on; `read` and `flush` then throw why. */
  ended?: AbortSignal
}

const LONGEST_WAIT_MS = 60_000

async function pump(
  fetcher: Fetcher,
  handling: Handling,
  timeoutMs: number,
  interrupted: AbortSignal,
): Promise<void> {
  let lastRecordMs = Date.now()
  const { ended } = handling
  const signal = ended === undefined ? interrupted : AbortSignal.any([interrupted, ended])
  while (!interrupted.aborted) {
    // With nothing else to read, what was read must not wait in a buffer.
    if (!fetcher.hasArrived) await handling.flush()
    const leftMs = lastRecordMs + timeoutMs - Date.now()
    if (leftMs <= 0) return
    const answers = await fetcher.next(Math.min(leftMs, LONGEST_WAIT_MS), signal)
    for (const fetched of answers ?? []) {
      if (!(await handling.read(fetched))) return
    }
    if (answers !== undefined && answers.length > 0) lastRecordMs = Date.now()
  }
}

class Printer implements Receiver {
  count = 0
  readonly #formatter: Formatter
  readonly #out: OutputBuffer
  readonly #max: number
  readonly #skipsErrors: boolean

  constructor(formatter: Formatter, out: OutputBuffer, max: number, skipsErrors: boolean) {
    this.#formatter = formatter
    this.#out = out
    this.#max = max
    this.#skipsErrors = skipsErrors
  }

  record(...[cursor, position]: Parameters<Receiver['record']>): boolean {
    const { length } = this.#out
    try {
      this.#formatter.write(cursor, position.topic, position.partition, this.#out)
    } catch (error) {
      // Nothing of a record that cannot be printed stays in the output.
      this.#out.length = length
      if (!this.#skipsErrors)
        throw new KtError(`${position.name} at offset ${cursor.offset}: ${(error as Error).message}`, {
          cause: error,
        })
      return true
    }
    this.count++
    return this.count < this.#max
  }

  isFull(): boolean {
    return this.#out.isFull
  }

  flush(): Promise<void> {
    return this.#out.flush()
  }

  flushAll(): Promise<void> {
    return this.#out.drain()
  }
}

async function resetPosition(
  cluster: Cluster,
  position: PartitionPosition,
  fromBeginning: boolean,
  context: Context,
): Promise<void> {
  const { topic, partition, name, offset } = position
  const reset = cluster.settings.isSet('auto.offset.reset')
    ? cluster.settings['auto.offset.reset']
    : fromBeginning
      ? 'earliest'
      : 'latest'
  if (reset === 'none')
    throw new KtError(`${name} has no offset ${offset} any more, and auto.offset.reset is none`)
  const timestamp = reset === 'latest' ? LATEST : EARLIEST
  const [found] = await listOffsets(cluster, [{ topic, partition, timestamp }])
  position.seek(found!.offset)
  context.note(`${name}: offset ${offset} is out of range; reading on at ${found!.offset} (${reset})`)
}

function startOf({ fromBeginning, offset, partition }: Values<typeof options>): StartOffset {
  if (offset === undefined) return fromBeginning ? 'earliest' : 'latest'
  if (fromBeginning) throw new UsageError('--from-beginning and --offset exclude each other')
  if (offset === 'earliest' || offset === 'latest') return offset
  if (!/^\d+$/.test(offset) || !Number.isSafeInteger(Number(offset)))
    throw new UsageError(`--offset takes earliest, latest or a whole number, not "${offset}"`)
  if (partition === undefined) throw new UsageError('--offset with a number needs --partition')
  return Number(offset)
}

async function formatterOf(values: Values<typeof options>): Promise<Formatter> {
  const given: Record<string, string> = {
    ...(await readPropertiesFile(values.formatterConfig)),
    ...values.formatterProperty,
  }
  if (values.keyDeserializer !== undefined) given['key.deserializer'] = values.keyDeserializer
  if (values.valueDeserializer !== undefined) given['value.deserializer'] = values.valueDeserializer
  return values.output === 'json' ? jsonFormatter : defaultFormatter(given)
}
