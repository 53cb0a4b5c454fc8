import { defineCommand, type Values } from '../cli/command.ts'
import { connectionOptions } from '../cli/connection-options.ts'
import type { Context } from '../cli/context.ts'
import { DeliveryReport } from '../cli/delivery-report.ts'
import { openInput } from '../cli/input.ts'
import { count, properties, text } from '../cli/options.ts'
import { producerOptions, producerProperties } from '../cli/producer-options.ts'
import { knownTopic } from '../core/cluster/known-topic.ts'
import { KtError, UsageError } from '../core/errors.ts'
import { lineFormat } from '../core/producer/line-format.ts'
import { producerOptions as producerOptionsOf } from '../core/producer/options.ts'
import { type LinesRead, produceLines } from '../core/producer/produce-lines.ts'
import { type Delivery, Producer } from '../core/producer/producer.ts'
import { TopicRouter } from '../core/producer/topic-router.ts'
import { parseProperties } from '../core/settings.ts'

const LINE_READERS = [
  'org.apache.kafka.tools.LineMessageReader',
  'kafka.tools.ConsoleProducer$LineMessageReader',
]

const options = {
  topic: text('the topic to send to', { placeholder: 'TOPIC' }),
  ...connectionOptions,
  file: text('read from FILE instead of stdin', { placeholder: 'FILE' }),
  partition: count('send everything to one partition', { max: 2_147_483_647 }),
  'reader-property': properties(
    'parse.key, key.separator, parse.headers, headers.delimiter, headers.separator, headers.key.separator, null.marker or ignore.error',
    { aliases: ['property'] },
  ),
  'reader-config': text('file with reader properties', { placeholder: 'FILE' }),
  'line-reader': text('Kafka’s reader class', { isHidden: true, choices: LINE_READERS }),
  ...producerOptions,
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
  const format = lineFormat(await readerProperties(values))
  const overrides = { ...values.producerProperty, ...producerProperties(values) }
  const settings = await context.settings(overrides)
  const producing = producerOptionsOf(settings)
  const input = await openInput(values.file ?? '-', context.signal)
  const cluster = await context.cluster(overrides)
  await knownTopic(cluster, topic, { allowAutoTopicCreation: context.isScript })

  const report = new DeliveryReport()
  const deliver = (delivery: Delivery) => {
    if (delivery.error !== undefined) report.add(delivery)
  }
  const producer = await Producer.open(cluster, producing, deliver)
  context.onExit(() => producer.close())
  const router = new TopicRouter(cluster, producer, topic, partition)
  const isInteractive = context.terminal.stdin && values.file === undefined

  let failure: unknown
  const startedMs = Date.now()
  const read: LinesRead = { lines: 0, bytes: 0 }
  try {
    await produceLines(read, {
      chunks: isInteractive && context.terminal.stdout ? prompted(input.chunks) : input.chunks,
      format,
      producer,
      router,
      isSync: values.sync,
      maxRecordBytes: producing.maxRequestBytes,
      signal: context.signal,
      skipped: (line, error) =>
        context.note(`skipped: ${error.message.replace(/^(?!line )/, `line ${line}: `)}`),
      mayGoOn: () => report.failedCount === 0 || format.ignoresErrors,
    })
  } catch (error) {
    failure = error
  }
  // Whatever happened to the reading: what was accepted is delivered, or told.
  await producer.flush()
  for (const line of report.lines()) context.note(line)
  const { acknowledged, bytes } = producer.counts
  const isTold = context.signal.aborted || report.failedCount > 0 || failure !== undefined
  if (isTold) context.note(`${acknowledged} of ${read.lines} records acknowledged`)
  else if (context.isVerbose) context.note(summary(acknowledged, bytes, Date.now() - startedMs))
  if (context.signal.aborted) throw context.signal.reason
  if (failure !== undefined) throw failure
  if (report.failedCount > 0)
    throw new KtError(`${report.failedCount} of ${read.lines} records were not delivered to ${topic}`, {
      hint: report.firstError?.hint,
    })
}

async function readerProperties(values: Values<typeof options>): Promise<Record<string, string>> {
  const { readerConfig, readerProperty } = values
  if (readerConfig === undefined) return readerProperty
  const { readFile } = await import('node:fs/promises')
  const content = await readFile(readerConfig, 'utf8').catch((error: Error) => {
    throw new UsageError(`${readerConfig}: cannot be read: ${error.message}`)
  })
  return { ...parseProperties(content), ...readerProperty }
}

/** Kafka's prompt, before each line that is awaited. */
async function* prompted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  process.stdout.write('>')
  for await (const chunk of chunks) {
    yield chunk
    process.stdout.write('>')
  }
}

function summary(records: number, bytes: number, ms: number): string {
  const seconds = Math.max(ms, 1) / 1000
  const rate = Math.round(records / seconds)
  return `${records} records acknowledged, ${rate} records/s, ${(bytes / seconds / 1024 / 1024).toFixed(2)} MB/s`
}
