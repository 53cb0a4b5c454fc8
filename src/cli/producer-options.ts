/** The options of kafka-console-producer.sh that are client settings in disguise. */
import { count, flag, text } from './options.ts'

const INT32_MAX = 2_147_483_647
const heading = 'Delivery'

export const producerOptions = {
  'compression-codec': text('compress the batches; without a value gzip', {
    choices: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    bare: 'gzip',
    placeholder: 'CODEC',
    property: 'compression.type',
    heading,
  }),
  'request-required-acks': text('which acknowledgements count (default all)', {
    choices: ['0', '1', '-1', 'all'],
    placeholder: 'ACKS',
    property: 'acks',
    heading,
  }),
  sync: flag('send a record only when the one before is acknowledged', { heading }),
  'batch-size': count('bytes to collect for a partition before sending', {
    aliases: ['max-partition-memory-bytes'],
    placeholder: 'BYTES',
    property: 'batch.size',
    heading,
  }),
  timeout: count('how long a record may wait for its batch to fill', {
    placeholder: 'MS',
    property: 'linger.ms',
    heading,
  }),
  'request-timeout-ms': count('how long to wait for the answer to a request', {
    placeholder: 'MS',
    min: 1,
    property: 'request.timeout.ms',
    heading,
  }),
  'message-send-max-retries': count('how often to send a batch again', {
    max: INT32_MAX,
    property: 'retries',
    heading,
  }),
  'retry-backoff-ms': count('how long to wait before that', {
    placeholder: 'MS',
    property: 'retry.backoff.ms',
    heading,
  }),
  'max-block-ms': count('how long to wait for metadata or room', {
    placeholder: 'MS',
    property: 'max.block.ms',
    heading,
  }),
  'max-memory-bytes': count('how many bytes may wait to be sent', {
    placeholder: 'BYTES',
    min: 1,
    property: 'buffer.memory',
    heading,
  }),
  'metadata-expiry-ms': count('when to ask for metadata again', {
    placeholder: 'MS',
    property: 'metadata.max.age.ms',
    heading,
    isHidden: true,
  }),
  'socket-buffer-size': count('the TCP buffer', {
    placeholder: 'BYTES',
    property: 'send.buffer.bytes',
    heading,
    isHidden: true,
  }),
}
