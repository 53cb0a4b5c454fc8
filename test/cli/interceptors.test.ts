import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { producerInterceptors } from '../../src/cli/interceptors.ts'
import { InterceptingAppender, type OnSend } from '../../src/core/producer/appender.ts'
import { TopicRouter } from '../../src/core/producer/topic-router.ts'
import { addTopic } from '../broker/index.ts'
import { fakeCluster, open } from '../core/cluster/support.ts'
import { producerOptions } from '../../src/core/producer/options.ts'
import { Producer } from '../../src/core/producer/producer.ts'
import { readBatches } from '../../src/core/records/batch-reader.ts'
import { headersOf } from '../../src/core/records/headers.ts'
import { RecordCursor } from '../../src/core/records/record-cursor.ts'

let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'kt-interceptors-'))))
afterAll(() => rmSync(folder, { recursive: true }))

/** What arrives of a record `key`/`value` that `onSend` has seen. */
async function sent(onSend: OnSend) {
  const [broker] = await fakeCluster(1)
  addTopic(broker!.state, 't', 2)
  const cluster = await open(broker!.address)
  await cluster.metadata.topic('t')
  const producer = await Producer.open(cluster, producerOptions(cluster.settings), () => {})
  try {
    const appender = new InterceptingAppender(producer, new TopicRouter(cluster, producer, 't'), [onSend])
    appender.append(Buffer.from('keyvalue'), 0, 3, 3, 8, null, 1000, -1, 1)
    await producer.flush()
    const found = broker!.state.topics.get('t')!.partitions.flatMap(({ log }, partition) =>
      log.batches.flatMap(({ bytes }) =>
        readBatches(bytes, 't').map((batch) => {
          const cursor = new RecordCursor()
          cursor.open(batch)
          cursor.next()
          const text = (start: number, end: number) =>
            start < 0 ? null : Buffer.from(cursor.bytes.subarray(start, end)).toString()
          const headers = headersOf(cursor).map(({ key, value }) => `${key}=${value}`)
          const { keyStart, keyEnd, valueStart, valueEnd, timestamp } = cursor
          return {
            partition,
            key: text(keyStart, keyEnd),
            value: text(valueStart, valueEnd),
            headers,
            timestamp,
          }
        }),
      ),
    )
    return { found, dropped: appender.dropped }
  } finally {
    producer.close()
  }
}

describe('onSend', () => {
  it('may leave a record as it is, change it in place, or hand back another', async () => {
    const asItIs = await sent(() => {})
    expect(asItIs.found).toMatchObject([{ key: 'key', value: 'value', headers: [], timestamp: 1000 }])
    const inPlace = await sent((record) => void (record.value = Buffer.from('new')))
    expect(inPlace.found).toMatchObject([{ key: 'key', value: 'new' }])
    const another = await sent((record) => ({
      ...record,
      partition: 1,
      key: null,
      timestamp: 5,
      value: 'text' as unknown as Buffer,
      headers: [{ key: 'h' as unknown as Buffer, value: 'v' as unknown as Buffer }],
    }))
    expect(another.found).toEqual([
      { partition: 1, key: null, value: 'text', headers: ['h=v'], timestamp: 5 },
    ])
  })

  it('may drop a record', async () => {
    expect(await sent(() => null)).toEqual({ found: [], dropped: 1 })
  })

  it.each([
    ['a number', () => 5, 'returned number instead of a record'],
    [
      'a value of another kind',
      (record: object) => ({ ...record, value: 5 }),
      'a value that is neither text',
    ],
    ['a partition that there is not', (record: object) => ({ ...record, partition: 2 }), 'no partition 2'],
    ['half a partition', (record: object) => ({ ...record, partition: 0.5 }), 'no partition 0.5'],
    [
      'a timestamp that is none',
      (record: object) => ({ ...record, timestamp: 'now' }),
      'a timestamp that is no',
    ],
    [
      'headers that are none',
      (record: object) => ({ ...record, headers: { a: 1 } }),
      'headers that are no array',
    ],
    [
      'a header without a key',
      (record: object) => ({ ...record, headers: [{ value: 'x' }] }),
      'without a key',
    ],
  ])('that hands back %s is an error', async (_what, onSend, message) => {
    await expect(sent(onSend as OnSend)).rejects.toThrow(message)
  })
})

describe('interceptors', () => {
  it('are told which of them could not be closed', async () => {
    const path = join(folder, 'close.mjs')
    writeFileSync(path, 'export async function close() { throw new Error("still busy") }')
    const { close, onSend } = await producerInterceptors([path])
    expect(onSend).toEqual([])
    await expect(close()).rejects.toThrow(`module ${path}: close threw: still busy`)
  })
})
