import { beforeAll, describe, expect, inject, it } from 'vitest'
import { consume, newTopic, produce } from '../support/console.ts'
import { java } from '../support/java.ts'
import { uniqueName } from '../support/names.ts'

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
/** Headers, key, value: each of them there, empty and null, as LineMessageReader reads them. */
const LINES = [
  'a:1,a:2\tk\tv',
  'h:\tk\t',
  'h:NULL\t\tv',
  'NULL\tNULL\tv',
  'NULL\tk\tNULL',
  'ü:é\tключ\t🔑 значение',
]
const RECORDS = [
  { key: 'k', value: 'v', headers: [{ key: 'a', value: '1' }, { key: 'a', value: '2' }] }, // prettier-ignore
  { key: 'k', value: '', headers: [{ key: 'h', value: '' }] },
  { key: '', value: 'v', headers: [{ key: 'h', value: null }] },
  { key: null, value: 'v', headers: [] },
  { key: 'k', value: null, headers: [] },
  { key: 'ключ', value: '🔑 значение', headers: [{ key: 'ü', value: 'é' }] },
]
const READER = ['parse.key=true', 'parse.headers=true', 'null.marker=NULL']
const properties = READER.flatMap((property) => ['--reader-property', property])
const REPEATED = 200
const input = Array.from({ length: REPEATED }, () => `${LINES.join('\n')}\n`).join('')

describe.each(CODECS)('what Java’s producer packs with %s', (codec) => {
  it('is read by kt, keys, headers and nulls', async () => {
    const topic = await newTopic('matrix')
    const args = ['--bootstrap-server', inject('bootstrap'), '--topic', topic, ...properties]
    expect((await java('org.apache.kafka.tools.ConsoleProducer', [...args, '--compression-codec', codec], { stdin: input })).code).toBe(0) // prettier-ignore
    for (const runtime of ['executable', 'node'] as const) {
      const { stdout } = await consume(topic, ['-e', '--output', 'json'], { runtime })
      const found = stdout.split('\n').slice(0, -1).map((line) => JSON.parse(line) as (typeof RECORDS)[number]) // prettier-ignore
      expect(found).toHaveLength(RECORDS.length * REPEATED)
      found.forEach((one, index) => expect(one).toMatchObject(RECORDS[index % RECORDS.length]!))
    }
  })
})

describe('what kt packs', () => {
  const prefix = uniqueName('packed')
  let printed: string[] = []

  // One JVM reads what was written with all codecs.
  beforeAll(async () => {
    const topics = await Promise.all(CODECS.map((codec) => newTopic(`${prefix}-${codec}`)))
    const envelopes = RECORDS.map((record) => JSON.stringify(record)).join('\n')
    const lines = Array.from({ length: REPEATED }, () => `${envelopes}\n`).join('')
    for (const [index, topic] of topics.entries()) {
      const packed = ['--input', 'json', '--compression-codec', CODECS[index]!]
      const runtime = index % 2 === 0 ? 'executable' : 'node'
      expect((await produce(topic, lines, packed, { runtime })).code).toBe(0)
    }
    const columns = ['print.key=true', 'print.headers=true'].flatMap((one) => ['--formatter-property', one])
    const count = String(RECORDS.length * REPEATED * CODECS.length)
    const args = ['--bootstrap-server', inject('bootstrap'), '--include', `${prefix}.*`, '--from-beginning']
    const { stdout } = await java('org.apache.kafka.tools.consumer.ConsoleConsumer', [...args, ...columns, '--max-messages', count]) // prettier-ignore
    printed = stdout.split('\n').slice(0, -1)
  })

  it('is read by Java’s consumer with every codec', () => {
    const expected = ['a:1,a:2\tk\tv', 'h:\tk\t', 'h:null\t\tv', 'NO_HEADERS\tnull\tv', 'NO_HEADERS\tk\tnull', 'ü:é\tключ\t🔑 значение'] // prettier-ignore
    expect(printed).toHaveLength(expected.length * REPEATED * CODECS.length)
    for (const line of expected)
      expect(printed.filter((one) => one === line)).toHaveLength(REPEATED * CODECS.length)
  })
})

it.each(['executable', 'node'] as const)(
  'zstd packs with every level that Kafka has (%s)',
  async (runtime) => {
    const topic = await newTopic('levels')
    const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join('')
    for (const level of [-131_072, -1, 0, 1, 22]) {
      const packed = ['--compression-codec', 'zstd', '--command-property', `compression.zstd.level=${level}`]
      expect(await produce(topic, lines, packed, { runtime })).toMatchObject({ code: 0 })
    }
    const { stdout } = await consume(topic, ['-e', '--from-beginning'], { runtime })
    expect(stdout).toBe(lines.repeat(5))
  },
)
