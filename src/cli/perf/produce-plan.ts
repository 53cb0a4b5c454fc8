/** What the options of `kt perf producer` say together: the records, and the load. Throws UsageError. */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { readNamedFile, readNamedText } from '../named-file.ts'
import type { ProduceLoad } from '../../core/perf/produce.ts'
import {
  type KeySpec,
  mostKeys,
  type RecordSpec,
  type Share,
  type ValueSpec,
} from '../../core/perf/records.ts'
import { Random } from '../../core/perf/random.ts'
import { Template } from '../../core/perf/template.ts'
import type { ProduceValues } from './produce-options.ts'
import { byteRange, durationMs, rate, ratio } from './quantities.ts'

export interface ProducePlan {
  load: ProduceLoad
  /** Client properties that follow from the options. */
  overrides: Record<string, string>
  /** What Kafka's tool says before it begins. */
  preamble: string[]
}

const DEFAULT_RECORD_BYTES = 100
/** Kafka's own, where there is a transactional.id. */
const DEFAULT_TRANSACTION_MS = 3000

export function producePlan(values: ProduceValues, isScript: boolean): ProducePlan {
  if (isScript) checkAsKafkaDoes(values)
  const { topic, properties } = topicAndProperties(values)
  checkAmounts(values)
  const share = shareOf(values.worker)
  const preamble: string[] = []
  const value = valueSpec(values, preamble)
  const overrides = overridesOf(values, properties)
  const recordsPerSec = rate(values.throughput, 'throughput')
  const isTransactional = 'transactional.id' in overrides || givenId(values, properties) !== undefined
  const load: ProduceLoad = {
    topic,
    records: partOf(values.numRecords ?? Infinity, share),
    durationMs: values.duration === undefined ? undefined : durationMs(values.duration, 'duration'),
    recordsPerSec: recordsPerSec === undefined ? undefined : recordsPerSec / share.of,
    warmupRecords: partOf(values.warmupRecords, share),
    spec: { value, key: keySpec(values), headers: headersOf(values.headers) },
    share,
    partitioner: undefined,
    transactionMs: values.transactionDurationMs ?? (isTransactional ? DEFAULT_TRANSACTION_MS : undefined),
    isSync: values.sync,
  }
  if (values.warmupRecords > 0)
    preamble.push(
      `Warmup first ${values.warmupRecords} records. Steady state results will print after the complete test summary.`,
    )
  return { load, overrides, preamble }
}

/** Kafka's tool wants all of these (argparse4j's sentences). */
function checkAsKafkaDoes({ topic, numRecords, duration, ...values }: ProduceValues): void {
  if (topic === undefined) throw new UsageError('argument --topic is required')
  if (numRecords === undefined && duration === undefined)
    throw new UsageError('argument --num-records is required')
  const sources = [values.recordSize, values.payloadFile, values.payloadTemplate]
  if (sources.every((one) => one === undefined) && !values.payloadMonotonic)
    throw new UsageError('one of the arguments --record-size --payload-file --payload-monotonic is required')
}

function topicAndProperties(values: ProduceValues): { topic: string; properties: Record<string, string> } {
  const properties: Record<string, string> = {}
  const topics = values.topic === undefined ? [] : [values.topic]
  for (const word of values.words) {
    const at = word.indexOf('=')
    if (at > 0) properties[word.slice(0, at)] = word.slice(at + 1)
    else topics.push(word)
  }
  if (topics.length === 0) throw new UsageError('no topic given', { hint: 'kt perf producer TOPIC' })
  if (topics.length > 1) throw new UsageError(`one topic at a time, not ${topics.join(' and ')}`)
  return { topic: topics[0]!, properties }
}

function checkAmounts({ numRecords, duration, warmupRecords, sync, throughput }: ProduceValues): void {
  if (numRecords === undefined && duration === undefined)
    throw new UsageError('how many records? Neither --num-records nor --duration is given', {
      hint: 'e.g. --num-records 1000000, or --duration 30s',
    })
  if (numRecords !== undefined && warmupRecords >= numRecords)
    // Kafka's own sentence (org.apache.kafka.tools.ProducerPerformance).
    throw new UsageError(
      'The value for --warmup-records must be strictly fewer than the number of records in the test, --num-records.',
    )
  if (sync && rate(throughput, 'throughput') !== undefined)
    throw new UsageError('--sync and --throughput exclude each other: the acknowledgements set the pace')
}

/** `2/4`: the third of four. */
export function shareOf(raw: string | undefined): Share {
  const [, index = '0', of = '1'] = /^(\d+)\/(\d+)$/.exec(raw ?? '') ?? []
  return { index: Number(index), of: Number(of) }
}

/** What of `count` this worker does; together they do all of it. */
export function partOf(count: number, { index, of }: Share): number {
  if (count === Infinity) return count
  return Math.floor(count / of) + (index < count % of ? 1 : 0)
}

function valueSpec(values: ProduceValues, preamble: string[]): ValueSpec {
  const { recordSize, payloadFile, payloadMonotonic, payloadTemplate, compressible } = values
  const given = [
    recordSize !== undefined && '--record-size',
    payloadFile !== undefined && '--payload-file',
    payloadMonotonic && '--payload-monotonic',
    payloadTemplate !== undefined && '--payload-template',
  ].filter((name) => name !== false)
  if (given.length > 1) throw new UsageError(`${given.join(' and ')} exclude each other`)
  if (compressible !== undefined && given.length === 1 && recordSize === undefined)
    throw new UsageError(`--compressible says what random values are like, and ${given[0]} gives others`)
  if (payloadFile !== undefined) return { kind: 'listed', payloads: readPayloads(values, preamble) }
  if (payloadMonotonic) return { kind: 'counted' }
  if (payloadTemplate !== undefined) return templateSpec(payloadTemplate)
  return {
    kind: 'random',
    ...byteRange(recordSize ?? String(DEFAULT_RECORD_BYTES), 'record-size'),
    compressible: compressible === undefined ? undefined : ratio(compressible, 'compressible'),
  }
}

function templateSpec(raw: string): ValueSpec {
  const text = raw.startsWith('@') ? readNamedText(raw.slice(1)).replace(/\r?\n$/, '') : raw
  // Said before anything is connected to.
  new Template(text, new Random(1)).render(0)
  return { kind: 'template', text }
}

function readPayloads({ payloadFile, payloadDelimiter }: ProduceValues, preamble: string[]): Buffer[] {
  preamble.push(`Reading payloads from: ${resolve(payloadFile!)}`)
  const bytes = readNamedFile(payloadFile!)
  if (bytes.length === 0) throw new UsageError('File does not exist or empty file provided.')
  const delimiter = Buffer.from(payloadDelimiter === '\\n' ? '\n' : payloadDelimiter)
  const payloads = splitBy(bytes, delimiter)
  preamble.push(`Number of messages read: ${payloads.length}`)
  return payloads
}

/** What ends with the delimiter is not followed by an empty payload. */
function splitBy(bytes: Buffer, delimiter: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  let from = 0
  while (from < bytes.length) {
    const at = bytes.indexOf(delimiter, from)
    const end = at < 0 ? bytes.length : at
    pieces.push(bytes.subarray(from, end))
    from = at < 0 ? end : end + delimiter.length
  }
  return pieces
}

function keySpec({ keySize, keys }: ProduceValues): KeySpec | undefined {
  if (keySize === undefined && keys === undefined) return undefined
  const bytes = keySize ?? Math.max(8, String(keys! - 1).length)
  if (keys !== undefined && keys > mostKeys(bytes))
    throw new UsageError(`there are no ${keys} different keys of ${bytes} bytes`, {
      hint: 'raise --key-size',
    })
  return { bytes, distinct: keys }
}

const HEADER_BYTES = 8
const MAX_HEADERS = 1000

function headersOf(raw: string | undefined): RecordSpec['headers'] {
  if (raw === undefined) return []
  if (/^\d+$/.test(raw)) {
    const number = Number(raw)
    if (number > MAX_HEADERS) throw new UsageError(`--headers takes at most ${MAX_HEADERS} headers`)
    return Array.from({ length: number }, (_, index) => ({
      key: Buffer.from(`header-${index}`),
      value: Buffer.from('x'.repeat(HEADER_BYTES)),
    }))
  }
  return raw.split(',').map((pair) => {
    const [, key, value] = /^([^=:]+)[=:](.*)$/.exec(pair) ?? []
    if (key === undefined) throw new UsageError(`--headers takes a number or NAME=VALUE pairs, not "${pair}"`)
    return { key: Buffer.from(key), value: Buffer.from(value!) }
  })
}

function givenId(values: ProduceValues, properties: Record<string, string>): string | undefined {
  return (
    values.transactionalId ?? properties['transactional.id'] ?? values.commandProperty['transactional.id']
  )
}

function overridesOf(values: ProduceValues, properties: Record<string, string>): Record<string, string> {
  const overrides = { ...properties }
  const id = givenId(values, properties)
  if (id === undefined && values.transactionDurationMs !== undefined)
    overrides['transactional.id'] = `performance-producer-${randomUUID()}`
  return overrides
}
