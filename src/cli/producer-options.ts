/** The options of kafka-console-producer.sh that are client settings in disguise. */
import type { Values } from './command.ts'
import { count, flag, properties, text } from './options.ts'

const INT32_MAX = 2_147_483_647
const heading = 'Delivery'

export const producerOptions = {
  'compression-codec': text('compress the batches; without a value gzip', {
    choices: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    bare: 'gzip',
    placeholder: 'CODEC',
    heading,
  }),
  'request-required-acks': text('which acknowledgements count (default all)', {
    choices: ['0', '1', '-1', 'all'],
    placeholder: 'ACKS',
    heading,
  }),
  sync: flag('send a record only when the one before is acknowledged', { heading }),
  'batch-size': count('bytes to collect for a partition before sending', {
    aliases: ['max-partition-memory-bytes'],
    placeholder: 'BYTES',
    heading,
  }),
  timeout: count('how long a record may wait for its batch to fill', { placeholder: 'MS', heading }),
  'request-timeout-ms': count('how long to wait for the answer to a request', {
    placeholder: 'MS',
    min: 1,
    heading,
  }),
  'message-send-max-retries': count('how often to send a batch again', { max: INT32_MAX, heading }),
  'retry-backoff-ms': count('how long to wait before that', { placeholder: 'MS', heading }),
  'max-block-ms': count('how long to wait for metadata or room', { placeholder: 'MS', heading }),
  'max-memory-bytes': count('how many bytes may wait to be sent', { placeholder: 'BYTES', min: 1, heading }),
  'metadata-expiry-ms': count('when to ask for metadata again', {
    placeholder: 'MS',
    heading,
    isHidden: true,
  }),
  'socket-buffer-size': count('the TCP buffer', { placeholder: 'BYTES', heading, isHidden: true }),
  'producer-property': properties('one client property', { isHidden: true }),
  'producer-config': text('file with client properties', { isHidden: true, aliases: ['producer.config'] }),
}

const PROPERTY_OF = {
  compressionCodec: 'compression.type',
  requestRequiredAcks: 'acks',
  batchSize: 'batch.size',
  timeout: 'linger.ms',
  requestTimeoutMs: 'request.timeout.ms',
  messageSendMaxRetries: 'retries',
  retryBackoffMs: 'retry.backoff.ms',
  maxBlockMs: 'max.block.ms',
  maxMemoryBytes: 'buffer.memory',
  metadataExpiryMs: 'metadata.max.age.ms',
  socketBufferSize: 'send.buffer.bytes',
} as const

/** What the person gave, as Kafka's producer properties. */
export function producerProperties(values: Values<typeof producerOptions>): Record<string, string> {
  const given: Record<string, string> = {}
  for (const [option, property] of Object.entries(PROPERTY_OF)) {
    const value = values[option as keyof typeof PROPERTY_OF]
    if (value !== undefined) given[property] = String(value)
  }
  return given
}
