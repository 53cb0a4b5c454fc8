/** Kafka's system tests' producer: rising numbers, and a line of JSON for each acknowledgement (VerifiableProducer). */
import { knownTopic } from '../../core/cluster/known-topic.ts'
import { ApiError, InterruptedError, KtError, UsageError } from '../../core/errors.ts'
import { nowUs } from '../../core/perf/clock.ts'
import { Paced, Unpaced } from '../../core/perf/schedule.ts'
import { producerOptions } from '../../core/producer/options.ts'
import type { Delivery } from '../../core/producer/delivery.ts'
import { Producer } from '../../core/producer/producer.ts'
import { TopicRouter } from '../../core/producer/topic-router.ts'
import type { Context } from '../context.ts'
import { rate } from './quantities.ts'
import type { VerifiableProducerValues } from './verifiable-options.ts'

const RECORDS_PER_TURN = 500
const INTERRUPT_GRACE_MS = 5000

export async function runVerifiableProducer(
  values: VerifiableProducerValues,
  context: Context,
): Promise<void> {
  const { out, signal } = context
  const { topic } = values
  if (topic === undefined) throw new UsageError('argument --topic is required')
  const target = rate(values.throughput, 'throughput')
  const settings = await context.settings({}, { acks: values.acks, retries: '0' })
  const cluster = await context.cluster({}, { outlivesInterrupt: true })
  await knownTopic(cluster, topic, { isWritten: true, allowAutoTopicCreation: true })
  const texts = textsOf(values)
  let acked = 0
  let failed = 0
  const say = (event: Record<string, unknown>) =>
    out.line(JSON.stringify({ timestamp: Date.now(), ...event }))
  const producer = await Producer.open(cluster, producerOptions(settings), told)
  context.onExit(() => producer.close())
  const router = new TopicRouter(cluster, producer, topic)
  const most = values.maxMessages < 0 ? Infinity : values.maxMessages

  say({ name: 'startup_complete' })
  out.flush()
  const startedMs = Date.now()
  const sent = await sendAll()
  await settle()
  say({ name: 'shutdown_complete' })
  const throughput = {
    target_throughput: target ?? -1,
    avg_throughput: (1000 * acked) / Math.max(1, Date.now() - startedMs),
  }
  say({ name: 'tool_data', sent, acked, ...throughput })
  out.flush()
  if (signal.aborted) throw new InterruptedError('', (signal.reason as InterruptedError).exitCode)
  if (failed > 0) throw new KtError(`${failed} of ${sent} records were not delivered`)

  async function sendAll(): Promise<number> {
    const schedule = target === undefined ? new Unpaced() : new Paced(nowUs(), target)
    let createMs = values.messageCreateTime
    let position = 0
    while (position < most && !signal.aborted) {
      if (!producer.hasRoom) await producer.room(signal).catch(unlessInterrupted)
      const due = Math.min(most, schedule.due(), position + RECORDS_PER_TURN)
      for (; position < due && producer.hasRoom; position++) {
        const bytes = Buffer.from(texts.keyOf(position) ?? '')
        const value = Buffer.from(texts.valueOf(position))
        const hasKey = texts.keyOf(position) !== null
        const [keyStart, keyEnd] = hasKey ? [0, bytes.length] : [-1, -1]
        const queue = router.queueFor(bytes, keyStart, keyEnd, 0, value.length, null)
        const timestamp = createMs < 0 ? Date.now() : createMs
        if (createMs >= 0) createMs += Date.now() - startedMs
        producer.append(
          queue, timestamp, hasKey ? bytes : null, keyStart, keyEnd, value, 0, value.length, null, position,
        ) // prettier-ignore
      }
      producer.poke()
      out.flush()
      router.refreshIfChanged()
      await new Promise((resolve) =>
        position >= schedule.due() ? setTimeout(resolve, 1) : setImmediate(resolve),
      )
    }
    return position
  }

  /** What was sent may still be acknowledged after a signal, for a while. */
  async function settle(): Promise<void> {
    const flushing = producer.flush()
    if (!signal.aborted) return flushing
    let timer: NodeJS.Timeout | undefined
    await Promise.race([
      flushing,
      new Promise((resolve) => (timer = setTimeout(resolve, INTERRUPT_GRACE_MS))),
    ])
    clearTimeout(timer)
  }

  function unlessInterrupted(error: unknown): void {
    if (!signal.aborted) throw error as Error
  }

  function told({ partition, baseOffset, count, positionOf, error }: Delivery): void {
    for (let index = 0; index < count; index++) {
      const position = positionOf(index)
      const what = { key: texts.keyOf(position), value: texts.valueOf(position) }
      if (error === undefined) {
        acked++
        const offset = baseOffset < 0 ? -1 : baseOffset + index
        say({ name: 'producer_send_success', ...what, offset, topic, partition })
      } else {
        failed++
        say({
          name: 'producer_send_error',
          topic,
          ...what,
          exception: `class ${javaClassOf(error)}`,
          message: error.message,
        })
      }
    }
  }
}

function textsOf({ valuePrefix, repeatingKeys }: VerifiableProducerValues) {
  return {
    valueOf: (position: number) =>
      valuePrefix === undefined ? String(position) : `${valuePrefix}.${position}`,
    keyOf: (position: number) => (repeatingKeys === undefined ? null : String(position % repeatingKeys)),
  }
}

/** Kafka names its exceptions after their codes: NOT_ENOUGH_REPLICAS → NotEnoughReplicasException. */
function javaClassOf(error: KtError): string {
  if (!(error instanceof ApiError)) return error.name
  const words = error.codeName.split('_').map((word) => word[0]! + word.slice(1).toLowerCase())
  return `org.apache.kafka.common.errors.${words.join('')}Exception`
}
