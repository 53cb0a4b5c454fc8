/** The options of `kt perf producer`: Kafka's own, in their 4.3 names and the older ones, and ours. */
import type { Values } from '../command.ts'
import { connectionOptions, timeoutOption } from '../connection-options.ts'
import { count, flag, text, texts } from '../options.ts'
import { reportOptions } from './report-options.ts'

const perfConnectionOptions = {
  ...connectionOptions,
  'command-property': {
    ...connectionOptions['command-property'],
    aliases: [...connectionOptions['command-property'].aliases!, 'producer-props'],
  },
}

const records = 'Records'
const load = 'Load'
const transactions = 'Transactions'

export const produceOptions = {
  topic: text('the topic to send to', { placeholder: 'TOPIC' }),
  ...perfConnectionOptions,
  ...timeoutOption,
  'num-records': count('how many records to send', { min: 1, heading: load }),
  duration: text('send for this long instead: 500ms, 30s, 5m or 1h', { placeholder: 'TIME', heading: load }),
  throughput: text('records per second; -1 is as fast as possible', {
    placeholder: 'RATE',
    default: '-1',
    heading: load,
  }),
  'warmup-records': count('the first records, which are counted apart', { default: 0, heading: load }),
  workers: count('processes to send from; their results become one', {
    min: 1,
    max: 256,
    default: 1,
    heading: load,
  }),
  sync: flag('send a record only when the one before is acknowledged', { heading: load }),
  partitions: count('create the topic with so many partitions', { min: 1, heading: load }),
  'replication-factor': count('of the topic that is created', { min: 1, max: 32767, heading: load }),
  'record-size': text('bytes of a value, or a range such as 50..2000 (default 100)', {
    placeholder: 'BYTES',
    heading: records,
  }),
  'payload-file': text('take the values from FILE, in no order', { placeholder: 'FILE', heading: records }),
  'payload-delimiter': text('what stands between the values in that file', {
    placeholder: 'TEXT',
    default: '\\n',
    heading: records,
  }),
  'payload-monotonic': flag('the values are 0, 1, 2, …', { heading: records }),
  'payload-template': text('values from a text with {{seq}}, {{uuid}}, {{int:1..9}} …; @FILE reads it', {
    placeholder: 'TEMPLATE',
    heading: records,
  }),
  compressible: text('share of each value that a codec can take away, 0 to 1', {
    placeholder: 'RATIO',
    heading: records,
  }),
  'key-size': count('bytes of a key; without it records have none', {
    min: 1,
    max: 1_000_000,
    heading: records,
  }),
  keys: count('how many different keys there are', { min: 1, heading: records }),
  headers: text('headers of each record: how many, or NAME=VALUE,NAME=VALUE', {
    placeholder: 'HEADERS',
    heading: records,
  }),
  'transactional-id': text('send in transactions', {
    placeholder: 'ID',
    heading: transactions,
    property: 'transactional.id',
  }),
  'transaction-duration-ms': count('commit after this long (default 3000)', {
    placeholder: 'MS',
    min: 1,
    heading: transactions,
  }),
  'print-metrics': flag('print what the producer counted, by the names of Kafka’s metrics'),
  ...reportOptions,
  worker: text('which worker of how many this process is', { isHidden: true, placeholder: 'I/N' }),
  words: texts('what stands behind --producer-props', { isHidden: true }),
}

export type ProduceValues = Values<typeof produceOptions> & {
  /** What workers are called with, where it is not what this process was called with. */
  workerWords?: readonly string[] | undefined
}
