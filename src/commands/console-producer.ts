import { defineCommand, type Values } from '../cli/command.ts'
import { connectionOptions } from '../cli/connection-options.ts'
import type { Context } from '../cli/context.ts'
import type { Input } from '../cli/input.ts'
import { inputFormat, inputOptions } from '../cli/input-options.ts'
import { count, properties, text, texts } from '../cli/options.ts'
import { PARTITIONERS, partitionerNamed } from '../cli/partitioners.ts'
import { producerOptions } from '../cli/producer-options.ts'
import { openInputs, produceFollowed, produceInputs } from '../cli/producing-inputs.ts'
import { Producing } from '../cli/producing.ts'
import { readPropertiesFile } from '../cli/client-settings.ts'
import { knownTopic } from '../core/cluster/known-topic.ts'
import { type KtError, UsageError } from '../core/errors.ts'
import { producerOptions as producerOptionsOf } from '../core/producer/options.ts'
import { TopicRouter } from '../core/producer/topic-router.ts'

const LINE_READERS = [
  'org.apache.kafka.tools.LineMessageReader',
  'kafka.tools.ConsoleProducer$LineMessageReader',
]

const LINE_FEED = 0x0a

const options = {
  topic: text('the topic to send to', { placeholder: 'TOPIC' }),
  ...connectionOptions,
  file: texts('read from FILE instead of stdin; may be repeated', { placeholder: 'FILE' }),
  'reader-property': properties(
    'parse.key, key.separator, parse.headers, headers.delimiter, headers.separator, headers.key.separator, null.marker or ignore.error',
    { aliases: ['property'] },
  ),
  'reader-config': text('file with reader properties', { placeholder: 'FILE' }),
  'line-reader': text('Kafka’s reader class', { isHidden: true, choices: LINE_READERS }),
  partition: count('send everything to one partition', { max: 2_147_483_647 }),
  partitioner: text(`how keys choose partitions: ${PARTITIONERS.join(', ')}, or ./module.mjs`, {
    placeholder: 'NAME',
  }),
  interceptor: texts('a module that sees each record and acknowledgement; may be repeated', {
    placeholder: 'MODULE',
  }),
  report: text('print topic, partition, offset and timestamp of each record', {
    choices: ['text', 'json'],
    bare: 'text',
    placeholder: 'STYLE',
  }),
  ...inputOptions,
  ...producerOptions,
  'transactional-id': text('send in transactions, committed at the end of the input', {
    placeholder: 'ID',
    heading: 'Transactions',
    property: 'transactional.id',
  }),
  'transaction-records': count('commit after this many records', { min: 1, heading: 'Transactions' }),
  'transaction-duration-ms': count('commit after this long', {
    min: 1,
    placeholder: 'MS',
    heading: 'Transactions',
  }),
}

export default defineCommand({
  operands: [{ name: 'topic', summary: 'the topic to send to' }],
  options,
  description:
    'Each line is a record; the newline, and a carriage return before it, are not part of it. An empty line is ' +
    'an empty record, and the last line needs no newline. Ends with 1 when a record was not delivered, and says ' +
    'which line it was.',
  examples: [
    { line: 'kt console-producer orders < orders.txt', does: 'a line, a record' },
    { line: 'kt console-producer orders --reader-property parse.key=true', does: 'key, tab, value' },
    { line: 'tail -f app.log | kt console-producer logs --compression-codec lz4', does: 'as lines come' },
  ],
  run,
})

async function run(values: Values<typeof options>, context: Context): Promise<void> {
  const { topic, partition } = values
  if (topic === undefined) throw new UsageError('no topic given', { hint: 'kt console-producer TOPIC' })
  const format = inputFormat(values, {
    ...(await readPropertiesFile(values.readerConfig)),
    ...values.readerProperty,
  })
  const { unit } = format
  const settings = await context.settings()
  const producing = producerOptionsOf(settings)
  checkLimits(values, producing.transactionalId)
  if (values.follow !== undefined && values.file.length > 0)
    throw new UsageError('--follow and --file exclude each other')
  if (values.offsetFile !== undefined && producing.transactionalId !== undefined)
    throw new UsageError('--offset-file and --transactional-id exclude each other')
  const usual = settings['partitioner.ignore.keys'] ? 'sticky' : 'default'
  const partitioner = await partitionerNamed(values.partitioner ?? usual, topic)
  const failed = new AbortController()
  const stop = AbortSignal.any([context.signal, failed.signal])
  const inputs = values.follow === undefined ? await openInputs(values.file, stop) : []
  // An interrupt ends the reading; what was read is still delivered.
  const cluster = await context.cluster({}, { outlivesInterrupt: true })
  await knownTopic(cluster, topic, { isWritten: true, allowAutoTopicCreation: context.isScript })
  const session = await Producing.open(cluster, context, {
    producing,
    interceptors: values.interceptor,
    report: values.report as 'text' | 'json' | undefined,
    isSync: values.sync,
    limits: { records: values.transactionRecords, durationMs: values.transactionDurationMs },
    size: sizeOf(inputs),
    onFailure: () => {
      if (!format.ignoresErrors) failed.abort()
    },
  })
  const router = new TopicRouter(cluster, session.producer, topic, { fixedPartition: partition, partitioner })
  const job = {
    session,
    producer: session.producer,
    appender: session.appender(router),
    gate: session.gate,
    maxRecordBytes: producing.maxRequestBytes,
    // What a followed file waits for ends with a failure too.
    signal: values.follow === undefined ? context.signal : stop,
    skipped: (line: number, error: KtError) =>
      context.note(`skipped: ${error.message.replace(new RegExp(`^(?!${unit} )`), `${unit} ${line}: `)}`),
    mayGoOn: () => !session.hasFailed || format.ignoresErrors,
  }
  const { follow } = values
  const isInteractive = context.terminal.stdin && values.file.length === 0 && context.terminal.stdout
  const chunks = inputs.map((input) => (isInteractive ? prompted(input.chunks) : input.chunks))
  await session.run(() =>
    follow === undefined
      ? produceInputs(chunks, format, job)
      : produceFollowed(follow, values.offsetFile, format, job, context),
  )
}

/** Bytes of all of them, where they are known. */
function sizeOf(inputs: readonly Input[]): number | undefined {
  return inputs.reduce<number | undefined>(
    (sum, { size }) => (sum === undefined || size === undefined ? undefined : sum + size),
    inputs.length === 0 ? undefined : 0,
  )
}

function checkLimits(values: Values<typeof options>, transactionalId: string | undefined): void {
  const { transactionRecords, transactionDurationMs } = values
  if (transactionalId !== undefined || (transactionRecords ?? transactionDurationMs) === undefined) return
  throw new UsageError('--transaction-records and --transaction-duration-ms need --transactional-id')
}

/** Kafka's prompt, before each line that is awaited; whatever is said next stands on a line of its own. */
async function* prompted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  process.stdout.write('>')
  for await (const chunk of chunks) {
    // Ctrl-D after half a line hands that over: the rest of it is still awaited.
    const isWhole = chunk[chunk.length - 1] === LINE_FEED
    yield chunk
    if (isWhole) process.stdout.write('>')
  }
  process.stdout.write('\n')
}
