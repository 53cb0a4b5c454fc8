import { expect, it, vi } from 'vitest'
import { DirectAppender } from '../../../src/core/producer/appender.ts'
import type { Gate } from '../../../src/core/producer/gate.ts'
import { LineSplitter } from '../../../src/core/producer/lines.ts'
import { produceLines } from '../../../src/core/producer/produce-lines.ts'
import { TopicRouter } from '../../../src/core/producer/topic-router.ts'
import { Produce } from '../../../src/core/protocol/generated/apis/Produce.ts'
import { startProducing, valuesIn, valuesOf } from './support.ts'

const LINES = Array.from({ length: 5000 }, (_, at) => `${at} ${'v'.repeat(at % 90)}`)

/** `text` as chunks of `chunkBytes` to the topic `t`. */
async function produce(
  text: string,
  chunkBytes: number,
  { gate, properties = {} }: { gate?: Gate; properties?: Record<string, string> } = {},
) {
  const on = await startProducing({ 'max.in.flight.requests.per.connection': '1', ...properties })
  const { cluster, producer } = on
  const maxRecordBytes = cluster.settings['max.request.size']
  const input = Buffer.from(text)
  const read = { lines: 0, bytes: 0 }
  await produceLines(read, {
    chunks: (async function* () {
      for (let at = 0; at < input.length; at += chunkBytes) yield input.subarray(at, at + chunkBytes)
    })(),
    splitter: new LineSplitter(maxRecordBytes, producer.window),
    parser: undefined,
    ignoresErrors: false,
    unit: 'line',
    producer,
    appender: new DirectAppender(producer, new TopicRouter(cluster, producer, 't')),
    maxRecordBytes,
    gate,
    signal: new AbortController().signal,
    skipped: () => {},
    mayGoOn: () => true,
  })
  await producer.flush()
  return { ...on, read }
}

it.each([7, 1000, 65_536])(
  'lines in chunks of %d bytes are records in their order, and keep their numbers',
  async (chunkBytes) => {
    const { brokers, stored, read } = await produce(`${LINES.join('\n')}\n`, chunkBytes)
    expect(await valuesOf(brokers[0]!)).toEqual(LINES)
    expect(stored).toEqual(LINES.map((_, at) => at + 1))
    expect(read.lines).toBe(LINES.length)
  },
)

it('lines of all lengths go through small batches and little memory', async () => {
  const long = LINES.map((line, at) => (at % 500 === 3 ? 'x'.repeat(9000 + at) : line))
  const properties = { 'batch.size': '1000', 'buffer.memory': '40000' }
  const { brokers, stored } = await produce(long.join('\r\n'), 65_536, { properties })
  expect(await valuesOf(brokers[0]!)).toEqual(long)
  expect(stored).toEqual(long.map((_, at) => at + 1))
})

it('a line that is too large is told by its number, with all before it appended', async () => {
  const text = [...LINES, 'x'.repeat(2_000_000), 'after'].join('\n')
  await expect(produce(text, 65_536)).rejects.toThrow(/^line 5001: a line of 2000000 bytes/)
})

it('a gate shuts behind the record that it wants to shut behind, not later', async () => {
  let open = 0
  const passes: number[] = []
  let total = 0
  const gate: Gate = {
    get isShut() {
      return open >= 700
    },
    get most() {
      return 700 - open - 1
    },
    appended(records = 1) {
      open += records
      total += records
    },
    pass() {
      passes.push(total)
      open = 0
      return Promise.resolve()
    },
  }
  await produce(LINES.join('\n'), 65_536, { gate })
  expect(passes).toEqual([700, 1400, 2100, 2800, 3500, 4200, 4900])
  expect(total).toBe(5000)
})

it('a batch ends at the same record whether its lines come at once or one by one', async () => {
  const properties = { 'batch.size': '2000', 'linger.ms': '10000' }
  const counts = async (chunkBytes: number) => {
    const { brokers } = await produce(LINES.join('\n'), chunkBytes, { properties })
    const sent = brokers[0]!.requestsOf(Produce).flatMap(({ topicData }) => topicData[0]!.partitionData)
    return Promise.all(sent.map(async ({ records }) => (await valuesIn(records!)).length))
  }
  // After 64 ms in a batch a record's time takes another byte.
  const clock = vi.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000)
  try {
    expect(await counts(65_536)).toEqual(await counts(30))
  } finally {
    clock.mockRestore()
  }
})
