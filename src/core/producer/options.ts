/** Settings → what the producer works with. */
import { UsageError } from '../errors.ts'
import type { Codec } from '../records/layout.ts'
import type { Settings } from '../settings.ts'

export interface ProducerOptions {
  acks: 0 | 1 | -1
  isIdempotent: boolean
  codec: Codec
  /** Undefined is the codec's own default. */
  compressionLevel: number | undefined
  batchBytes: number
  /** Somebody has set `batch.size`; else batches get smaller when many partitions share the memory. */
  isBatchSizeFixed: boolean
  /** Undefined: a batch grows while its broker is busy, and leaves an idle one when the input pauses (see Selection). */
  lingerMs: number | undefined
  bufferBytes: number
  maxRequestBytes: number
  maxInFlightPerConnection: number
  retries: number
  retryBackoffMs: number
  retryBackoffMaxMs: number
  deliveryTimeoutMs: number
  requestTimeoutMs: number
  maxBlockMs: number
  transactionalId: string | undefined
  transactionTimeoutMs: number
}

/** The largest number of requests whose order the broker can restore for an idempotent producer. */
const MAX_IDEMPOTENT_IN_FLIGHT = 5

/**
 * A batch may grow to this when `batch.size` is not set, and still fits into the `message.max.bytes` of a broker that
 * was left as it came. Kafka's 16 KiB cost a request for each 160 lines of 100 bytes.
 */
const DEFAULT_BATCH_BYTES = 1_000_000

/** Half of Kafka's: enough for every broker to have its requests in flight, and the rest would only be filled and wait. */
const DEFAULT_BUFFER_BYTES = 16 * 1024 * 1024

/** Throws UsageError where settings contradict each other, in the words of Kafka's ProducerConfig. */
export function producerOptions(settings: Settings): ProducerOptions {
  const acks = acksOf(settings['acks'])
  const transactionalId = settings['transactional.id'] ?? undefined
  const maxInFlightPerConnection = settings['max.in.flight.requests.per.connection']
  const isIdempotent = idempotence(settings, acks, maxInFlightPerConnection)
  if (transactionalId !== undefined && !isIdempotent)
    throw new UsageError('a transactional.id needs enable.idempotence=true and acks=all')
  const codec = settings['compression.type'] as Codec
  return {
    acks,
    isIdempotent,
    codec,
    compressionLevel: levelOf(settings, codec),
    batchBytes: settings.isSet('batch.size') ? settings['batch.size'] : DEFAULT_BATCH_BYTES,
    isBatchSizeFixed: settings.isSet('batch.size'),
    lingerMs: settings.isSet('linger.ms') ? settings['linger.ms'] : undefined,
    bufferBytes: settings.isSet('buffer.memory') ? settings['buffer.memory'] : DEFAULT_BUFFER_BYTES,
    maxRequestBytes: settings['max.request.size'],
    maxInFlightPerConnection,
    retries: settings['retries'],
    retryBackoffMs: settings['retry.backoff.ms'],
    retryBackoffMaxMs: settings['retry.backoff.max.ms'],
    deliveryTimeoutMs: settings['delivery.timeout.ms'],
    requestTimeoutMs: settings['request.timeout.ms'],
    maxBlockMs: settings['max.block.ms'],
    transactionalId,
    transactionTimeoutMs: settings['transaction.timeout.ms'],
  }
}

function acksOf(raw: string): 0 | 1 | -1 {
  if (raw === 'all' || raw === '-1') return -1
  return raw === '0' ? 0 : 1
}

/** On by default; an explicit wish that contradicts it is an error, a mere consequence turns it off. */
function idempotence(settings: Settings, acks: number, inFlight: number): boolean {
  if (!settings['enable.idempotence']) return false
  const reasons = []
  if (acks !== -1) reasons.push('acks=all')
  if (settings['retries'] === 0) reasons.push('retries above 0')
  if (inFlight > MAX_IDEMPOTENT_IN_FLIGHT)
    reasons.push(`max.in.flight.requests.per.connection of at most ${MAX_IDEMPOTENT_IN_FLIGHT}`)
  if (reasons.length > 0 && settings.isSet('enable.idempotence'))
    throw new UsageError(`enable.idempotence=true needs ${reasons.join(' and ')}`)
  return reasons.length === 0
}

function levelOf(settings: Settings, codec: Codec): number | undefined {
  const name = `compression.${codec}.level` as 'compression.gzip.level'
  if (codec === 'none' || codec === 'snappy') return undefined
  return settings.isSet(name) ? settings[name] : undefined
}
