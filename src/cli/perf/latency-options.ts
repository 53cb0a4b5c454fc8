/** The options of `kt perf latency`: those of kafka-e2e-latency.sh, and ours. */
import type { Values } from '../command.ts'
import { connectionOptions, timeoutOption } from '../connection-options.ts'
import { count, text } from '../options.ts'
import { reportOptions } from './report-options.ts'

const load = 'Load'
const records = 'Records'

export const latencyOptions = {
  topic: text('the topic to send to and read from; created where it is not there', { placeholder: 'TOPIC' }),
  ...connectionOptions,
  ...timeoutOption,
  'num-records': count('how many records to send', { min: 1, heading: load }),
  duration: text('send for this long instead: 500ms, 30s, 5m or 1h', { placeholder: 'TIME', heading: load }),
  throughput: text('records per second; without it one at a time', { placeholder: 'RATE', heading: load }),
  'warmup-records': count('the first records, which are counted apart', { default: 0, heading: load }),
  'producer-acks': text('1 or all', {
    choices: ['1', 'all'],
    placeholder: 'ACKS',
    property: 'acks',
    heading: load,
  }),
  'record-size': count('bytes of a value', { min: 1, default: 100, heading: records, placeholder: 'BYTES' }),
  'record-key-size': count('bytes of a key; 0 is none', {
    default: 0,
    heading: records,
    placeholder: 'BYTES',
  }),
  'num-headers': count('headers of each record', { default: 0, max: 1000, heading: records }),
  'record-header-key-size': count('bytes of a header’s name', {
    default: 0,
    heading: records,
    placeholder: 'BYTES',
  }),
  'record-header-size': text('bytes of a header’s value; -1 is null', {
    default: '0',
    heading: records,
    placeholder: 'BYTES',
  }),
  ...reportOptions,
}

export type LatencyValues = Values<typeof latencyOptions>
