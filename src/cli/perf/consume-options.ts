/** The options of `kt perf consumer`: Kafka's own, in their 4.3 names and the older ones, and ours. */
import type { Values } from '../command.ts'
import { connectionOptions } from '../connection-options.ts'
import { count, flag, text } from '../options.ts'
import { reportOptions } from './report-options.ts'

const load = 'Load'

export const consumeOptions = {
  topic: text('the topic to read', { placeholder: 'TOPIC' }),
  include: text('read all topics whose name matches', { placeholder: 'REGEX' }),
  ...connectionOptions,
  group: text('read as a member of this group; without it, as none', {
    placeholder: 'GROUP',
    property: 'group.id',
  }),
  'num-records': count('end after so many records', { min: 1, aliases: ['messages'], heading: load }),
  duration: text('end after this long: 500ms, 30s, 5m or 1h', { placeholder: 'TIME', heading: load }),
  timeout: count('end when no record has come for so long', {
    placeholder: 'MS',
    min: 1,
    default: 10_000,
    heading: load,
  }),
  workers: count('processes to read with; their results become one', {
    min: 1,
    max: 256,
    default: 1,
    heading: load,
  }),
  'from-latest': flag('start with the next record, where nothing is committed', { heading: load }),
  'fetch-size': count('bytes to fetch from a partition at once', {
    placeholder: 'BYTES',
    min: 1,
    default: 1_048_576,
    heading: load,
    property: 'max.partition.fetch.bytes',
  }),
  'socket-buffer-size': count('the TCP buffer', {
    placeholder: 'BYTES',
    heading: load,
    property: 'receive.buffer.bytes',
  }),
  'show-detailed-stats': flag('a line for each interval, and none for the whole'),
  'hide-header': flag('no header above Kafka’s lines'),
  'date-format': text('how times are printed, as java.text.SimpleDateFormat says it', {
    placeholder: 'FORMAT',
    default: 'yyyy-MM-dd HH:mm:ss:SSS',
  }),
  'print-metrics': flag('print what the consumer counted, by the names of Kafka’s metrics'),
  ...reportOptions,
  worker: text('which worker of how many this process is', { isHidden: true, placeholder: 'I/N' }),
}

export type ConsumeValues = Values<typeof consumeOptions> & {
  /** What workers are called with, where it is not what this process was called with. */
  workerWords?: readonly string[] | undefined
}
