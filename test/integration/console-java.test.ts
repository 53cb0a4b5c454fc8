import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { kt } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { consume, newTopic, produce, withBootstrap } from '../support/console.ts'
import { java } from '../support/java.ts'

const PRODUCER = 'org.apache.kafka.tools.ConsoleProducer'
const CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer'

// Without the epoch: Java's console consumer loses it before it prints, and 3.9 has no such column.
const COLUMNS = ['timestamp', 'partition', 'offset', 'headers', 'key', 'value']
const ALL = [...COLUMNS.map((column) => `print.${column}=true`), 'key.separator=|', 'headers.separator=;']
const INPUT = 'a:1,a:2\tk1\tv1\nh:x\tk2\tv2\nNULL\tNULL\tno key\nh:1\tk3\tNULL\nh:ü\tключ\t🔑 значение\n'
const READER = ['parse.key=true', 'parse.headers=true', 'null.marker=NULL']

const KINDS = { '4.3.1': '--reader-property --formatter-property', '3.9.2': '--property --property' } as const

describe.each(['4.3.1', '3.9.2'] as const)('beside Kafka’s tools of %s', (version) => {
  const [readerFlag, formatterFlag] = KINDS[version].split(' ') as [string, string]
  let old: Cluster | undefined
  let bootstrap = ''

  beforeAll(async () => {
    if (version === '3.9.2') old = await startCluster({ version })
    bootstrap = old?.bootstrap ?? inject('bootstrap')
  })
  afterAll(() => old?.stop())

  const flags = (flag: string, properties: readonly string[]) => properties.flatMap((one) => [flag, one])

  const javaProduce = async (topic: string, args: readonly string[]) => {
    // Until 4.0 it was written in Scala.
    const producer = version === '3.9.2' ? 'kafka.tools.ConsoleProducer' : PRODUCER
    const all = ['--bootstrap-server', bootstrap, '--topic', topic, ...args]
    expect(await java(producer, all, { stdin: INPUT, version })).toMatchObject({ code: 0 })
  }

  const javaConsume = (topic: string, count: number, args: readonly string[]) =>
    java(
      CONSUMER,
      [
        '--bootstrap-server',
        bootstrap,
        '--topic',
        topic,
        '--from-beginning',
        '--max-messages',
        String(count),
        ...args,
      ],
      { version },
    )

  it('prints what Java’s producer sent exactly as Java’s consumer does', async () => {
    const topic = await newTopic('java', { bootstrap })
    await javaProduce(topic, flags(readerFlag, READER))
    const theirs = await javaConsume(topic, 5, flags(formatterFlag, ALL))
    const ours = await consume(topic, ['--max-messages', '5', ...flags('--formatter-property', ALL)], {
      bootstrap,
    })
    expect(theirs.stdout.split('\n')).toHaveLength(6)
    expect(ours.stdout).toBe(theirs.stdout)
  })

  it('sends what Java’s consumer prints as if Java’s producer had sent it', async () => {
    const [theirs, ours] = [await newTopic('java', { bootstrap }), await newTopic('java', { bootstrap })]
    await javaProduce(theirs, flags(readerFlag, READER))
    const sent = await produce(
      ours,
      INPUT,
      [...flags('--reader-property', READER), '--compression-codec', 'lz4'],
      { bootstrap },
    )
    expect(sent).toMatchObject({ code: 0, stderr: '' })
    const untimed = ALL.filter((property) => !property.startsWith('print.timestamp'))
    const read = [
      await javaConsume(theirs, 5, flags(formatterFlag, untimed)),
      await javaConsume(ours, 5, flags(formatterFlag, untimed)),
    ]
    expect(read[0]!.stdout.split('\n')).toHaveLength(6)
    expect(read[1]!.stdout).toBe(read[0]!.stdout)
  })
})

describe('beside Kafka’s tools', () => {
  const bootstrap = () => inject('bootstrap')
  const KEYED = Array.from(
    { length: 300 },
    (_, index) => `key-${index}-${'ключ🔑'.slice(0, index % 6)}\tv${index}\n`,
  ).join('')

  it('keys go to the partitions that Java chooses', async () => {
    const topics = [
      await newTopic('keys', { partitions: 12 }),
      await newTopic('keys', { partitions: 12 }),
    ] as const
    const args = [
      '--bootstrap-server',
      bootstrap(),
      '--topic',
      topics[0],
      '--reader-property',
      'parse.key=true',
    ]
    await java(PRODUCER, args, { stdin: KEYED })
    await produce(topics[1], KEYED, ['--reader-property', 'parse.key=true'])
    const placed = await Promise.all(
      topics.map(async (topic) => {
        const printed = [
          '--formatter-property',
          'print.partition=true',
          '--formatter-property',
          'print.key=true',
        ]
        const { stdout } = await consume(topic, ['--max-messages', '300', ...printed])
        return stdout.split('\n').sort()
      }),
    )
    expect(placed[1]).toHaveLength(301)
    expect(placed[1]).toEqual(placed[0])
  })

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])(
    'reads what Java packed with %s, and Java reads ours',
    async (codec) => {
      const [theirs, ours] = [await newTopic('codec'), await newTopic('codec')]
      const input = Array.from(
        { length: 3000 },
        (_, index) => `a line like the others ${index % 700}\n`,
      ).join('')
      const packed = ['--compression-codec', codec]
      await java(PRODUCER, ['--bootstrap-server', bootstrap(), '--topic', theirs, ...packed], {
        stdin: input,
      })
      expect((await consume(theirs, ['--max-messages', '3000'])).stdout).toBe(input)
      expect((await consume(theirs, ['--max-messages', '3000'], { runtime: 'node' })).stdout).toBe(input)
      for (const runtime of ['node', 'executable'] as const) {
        expect(await produce(ours, input, packed, { runtime })).toMatchObject({ code: 0 })
      }
      const args = [
        '--bootstrap-server',
        bootstrap(),
        '--topic',
        ours,
        '--from-beginning',
        '--max-messages',
        '6000',
      ]
      expect((await java(CONSUMER, args)).stdout).toBe(input + input)
    },
  )

  it('read_committed shows what transactions of Java’s committed, without their markers', async () => {
    const topic = await newTopic('transactions')
    await produce(topic, 'outside\n')
    const args = ['--topic', topic, '--num-records', '100', '--throughput', '-1', '--record-size', '10']
    const props = ['--producer-props', `bootstrap.servers=${bootstrap()}`]
    const { code, stderr } = await java('org.apache.kafka.tools.ProducerPerformance', [...args, ...props, '--transactional-id', topic, '--transaction-duration-ms', '50']) // prettier-ignore
    expect({ code, stderr }).toMatchObject({ code: 0 })
    await produce(topic, 'after\n')
    const read = ['--max-messages', '102', '--isolation-level', 'read_committed']
    const lines = (await consume(topic, read)).stdout.split('\n')
    expect([lines[0], lines[101], lines.length]).toEqual(['outside', 'after', 103])
  })

  it('a start before the first record that is left is told, and reading goes on there', async () => {
    const topic = await newTopic('deleted')
    await produce(topic, Array.from({ length: 10 }, (_, index) => `${index}\n`).join(''))
    const file = JSON.stringify({ partitions: [{ topic, partition: 0, offset: 6 }], version: 1 })
    const { mkdtemp, writeFile, rm } = await import('node:fs/promises')
    const folder = await mkdtemp('/tmp/kt-deleted-')
    await writeFile(`${folder}/offsets.json`, file)
    await java('org.apache.kafka.tools.DeleteRecordsCommand', ['--bootstrap-server', bootstrap(), '--offset-json-file', `${folder}/offsets.json`]) // prettier-ignore
    await rm(folder, { recursive: true })
    expect((await consume(topic, ['--max-messages', '4'])).stdout).toBe('6\n7\n8\n9\n')
    const early = ['console-consumer', topic, '--partition', '0', '--offset', '2', '--max-messages', '1']
    const { code, stderr } = await kt(withBootstrap(early))
    expect(code).toBe(1)
    expect(stderr).toContain(`${topic}-0 has no offset 2`)
  })
})
