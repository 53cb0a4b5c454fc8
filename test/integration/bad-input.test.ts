import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { closedPort, type RawServer, startRawServer } from '../broker/raw.ts'
import { type FakeBroker, startFakeBroker } from '../broker/index.ts'
import { Fetch } from '../../src/core/protocol/generated/apis/Fetch.ts'
import { batchOf } from '../core/records/support.ts'
import { kt, type KtResult, runtimes } from '../support/cli.ts'
import { consume, newTopic, produce, withBootstrap } from '../support/console.ts'

const COMMANDS: readonly (readonly string[])[] = [
  ['console-producer', 'orders'],
  ['console-consumer', 'orders', '--from-beginning'],
  ['topics', 'list'],
]

/** One sentence and at most one hint: no stack, nothing on stdout. */
function expectOneError({ stdout, stderr }: KtResult, command: string): void {
  expect(stdout).toBe('')
  const [sentence, ...rest] = stderr.trimEnd().split('\n')
  expect(sentence).toMatch(new RegExp(`^kt ${command}: `))
  expect(rest.length).toBeLessThanOrEqual(1)
  expect(rest.join('')).toMatch(/^($| {2}\S)/)
}

describe.each(COMMANDS)('kt %s', (...words) => {
  const command = words[0] === 'topics' ? 'topics list' : words[0]!
  const servers: RawServer[] = []
  afterAll(() => Promise.all(servers.map((server) => server.close())))

  const server = async (onConnection: Parameters<typeof startRawServer>[0]) => {
    const started = await startRawServer(onConnection)
    servers.push(started)
    return started.address
  }
  const tried = async (bootstrap: string, ...more: string[]) => {
    const result = await kt(withBootstrap([...words, ...more], bootstrap), { stdin: 'a line\n' })
    expectOneError(result, command)
    return result
  }

  it('names a port on which nobody listens', async () => {
    const port = await closedPort()
    const { code, stderr } = await tried(`127.0.0.1:${port}`)
    expect(code).toBe(3)
    expect(stderr).toContain(`127.0.0.1:${port}`)
    expect(stderr).toMatch(/refused/i)
  })

  it('names a host that does not exist', async () => {
    const { code, stderr } = await tried('no-such-host.invalid:9092')
    expect(code).toBe(3)
    expect(stderr).toContain('no-such-host.invalid')
  })

  it.each(['localhost', 'localhost:99999', 'localhost:port'])('refuses the address %s', async (address) => {
    const { code, stderr } = await tried(address)
    expect(code).toBe(2)
    expect(stderr).toContain(address)
  })

  it('names a broker that says nothing', async () => {
    const address = await server(() => {})
    const limit = command === 'console-producer' ? ['--command-property', 'socket.connection.setup.timeout.ms=500'] : ['--timeout', '500'] // prettier-ignore
    const { code, stderr } = await tried(address, ...limit)
    expect(code).toBe(3)
    expect(stderr).toContain(address)
  })

  it('names a server that speaks HTTP', async () => {
    const address = await server((socket) =>
      socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    )
    const { code, stderr } = await tried(address)
    expect(code).toBe(3)
    expect(stderr).toMatch(/HTTP/)
  })

  it('needs a cluster', async () => {
    const result = await kt(words)
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('no cluster given')
  })

  it('refuses an unknown client property, with the one that is near', async () => {
    const { code, stderr } = await tried('127.0.0.1:1', '--command-property', 'request.timeout.mss=1')
    expect(code).toBe(2)
    expect(stderr).toContain('request.timeout.mss')
    expect(stderr).toContain('request.timeout.ms')
  })

  it('reaches the cluster through the good one of two addresses', async () => {
    const topic = await newTopic('reached')
    const bootstrap = `127.0.0.1:${await closedPort()},${inject('bootstrap')}`
    const args = command === 'topics list' ? words : [command, topic]
    const ends = command === 'console-consumer' ? ['--timeout-ms', '100'] : []
    expect(await kt(withBootstrap([...args, ...ends], bootstrap))).toMatchObject({ code: 0 })
  })
})

describe('a file of client properties', () => {
  it('with an unknown one is used, and the unknown one warned of', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kt-bad-'))
    await writeFile(join(folder, 'client.properties'), 'acks=all\nackz=all\n')
    const topic = await newTopic('bad')
    const { code, stderr } = await produce(topic, 'a\n', [
      '--command-config',
      join(folder, 'client.properties'),
    ])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^warning: .*unknown client property "ackz".*\n$/)
    await rm(folder, { recursive: true })
  })

  it('that is not there is named', async () => {
    const { code, stderr } = await produce('orders', '', ['--command-config', '/no/such/file'])
    expect(code).toBe(2)
    expect(stderr).toContain('/no/such/file')
  })
})

describe.each(runtimes)('with %s', (runtime) => {
  it('an unknown topic is named, with the nearest that exists', async () => {
    const topic = await newTopic('orders')
    for (const command of ['console-producer', 'console-consumer']) {
      const { code, stderr } = await kt(withBootstrap([command, `${topic}x`]), { runtime })
      expect(code).toBe(1)
      expect(stderr).toBe(`kt ${command}: topic "${topic}x" does not exist\n  did you mean "${topic}"?\n`)
    }
  })

  it('a line too large for the broker is named with its number and size, and the others are stored', async () => {
    const topic = await newTopic('bad', { config: { 'max.message.bytes': '2000' } })
    const input = `before\n${'x'.repeat(5000)}\nafter\n`
    const sent = await produce(topic, input, [], { runtime })
    expect(sent.code).toBe(1)
    expect(sent.stderr).toMatch(/line 2: .*50\d\d bytes/)
    const { stdout } = await consume(topic, ['--max-messages', '2'])
    expect(stdout).toBe('before\nafter\n')
  })

  it('a line larger than max.request.size is named with its number and size; ignore.error goes on', async () => {
    const topic = await newTopic('bad')
    const input = `before\n${'x'.repeat(2_000_000)}\nafter\n`
    const strict = await produce(topic, input, [], { runtime })
    expect(strict.code).toBe(1)
    expect(strict.stderr).toContain(
      'line 2: a line of 2000000 bytes is larger than max.request.size (1048576)',
    )
    const lenient = await produce(topic, input, ['--reader-property', 'ignore.error=true'], { runtime })
    expect(lenient.stderr).toContain('line 2: a line of 2000000 bytes')
    expect((await consume(topic, ['--max-messages', '3'])).stdout).toBe('before\nbefore\nafter\n')
  })
})

describe('console-producer', () => {
  it('names a line without a separator; what came before it is stored', async () => {
    const topic = await newTopic('bad')
    const keyed = ['--reader-property', 'parse.key=true']
    const { code, stderr } = await produce(topic, 'k\tv\nplain\nk\tw\n', keyed)
    expect(code).toBe(1)
    expect(stderr).toContain("line 2: no key separator found: 'plain'")
    expect((await consume(topic, ['--max-messages', '1'])).stdout).toBe('v\n')
    expect(
      await produce(topic, 'plain\n', [...keyed, '--reader-property', 'ignore.error=true']),
    ).toMatchObject({ code: 0 })
  })

  it.each([
    [['--reader-property', 'parse.keys=true'], 'unknown reader property "parse.keys"'],
    [['--reader-property', 'parse.key'], 'KEY=VALUE'],
    [['--reader-property', 'null.marker=,'], 'may not be equal'],
    [['--compression-codec', 'brotli'], 'brotli'],
    [['--request-required-acks', '2'], '2'],
    [['--partition', '-1'], '-1'],
    [['--no-such-flag'], 'no-such-flag'],
    [['--file', '/no/such/file'], '/no/such/file'],
    [['--file', '/tmp'], 'directory'],
  ])('refuses %j before anything is sent', async (args, words) => {
    const topic = await newTopic('bad')
    const { code, stderr } = await produce(topic, 'a\n', args)
    expect(code).toBe(2)
    expect(stderr).toContain(words)
    expect((await consume(topic, ['--exit-at-end'])).stdout).toBe('')
  })

  it('names a partition that the topic does not have', async () => {
    const topic = await newTopic('bad', { partitions: 3 })
    const { code, stderr } = await produce(topic, 'a\n', ['--partition', '3'])
    expect(code).toBe(1)
    expect(stderr).toContain(`topic "${topic}" has no partition 3\n  its partitions are 0 to 2\n`)
  })
})

describe('console-consumer', () => {
  it.each([
    [['--formatter-property', 'print.keys=true'], 'print.key'],
    [['--formatter-property', 'value.deserializer=Nothing'], 'Nothing'],
    [['--max-messages', '0'], '--max-messages'],
    [['--offset', '3'], '--partition'],
    [['--isolation-level', 'serializable'], 'serializable'],
  ])('refuses %j', async (args, words) => {
    const { code, stderr } = await kt(withBootstrap(['console-consumer', 'orders', ...args]))
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  })

  it('names a partition that the topic does not have', async () => {
    const topic = await newTopic('bad', { partitions: 3 })
    const { code, stderr } = await kt(withBootstrap(['console-consumer', topic, '--partition', '99']))
    expect(code).toBe(1)
    expect(stderr).toContain(`has no partition 99`)
  })

  it('names a record that a deserializer does not take and shows it as hex, unless told to skip it', async () => {
    const topic = await newTopic('bad')
    await produce(topic, '12345678\nshort\nagain\n87654321\n')
    const args = ['--max-messages', '4', '--formatter-property', 'value.deserializer=LongDeserializer']
    const { code, stderr, stdout } = await consume(topic, args)
    expect([code, stdout]).toEqual([
      0,
      '3544952156018063160\n0x73686f7274\n0x616761696e\n4050765991979987505\n',
    ])
    expect(stderr.split('\n')).toEqual(
      expect.arrayContaining([
        `${topic}-0 at offset 1: long takes 8 bytes, not 5; such fields are shown as hex`,
        '2 fields could not be deserialized and are shown as hex',
      ]),
    )
    const skipping = await consume(topic, [...args.with(1, '2'), '--skip-message-on-error'])
    expect(skipping).toMatchObject({ code: 0, stdout: '3544952156018063160\n4050765991979987505\n' })
  })
})

describe.each(runtimes)('a damaged answer, with %s', (runtime) => {
  let broker: FakeBroker
  let batch: Buffer
  beforeAll(async () => {
    broker = await startFakeBroker({ topics: { damaged: 1 } })
    const values = ['first', 'second', 'third'].map((value) => Buffer.from(value))
    batch = await batchOf(values.map((value) => ({ timestamp: 1, key: null, value, headers: [] })))
    broker.state.topics.get('damaged')!.partitions[0]!.log.append(batch)
  })
  afterAll(() => broker.close())

  const read = () =>
    kt(['console-consumer', 'damaged', '--from-beginning', '--max-messages', '3', '--bootstrap-server', broker.address], { runtime }) // prettier-ignore

  const answerWith = (change: (bytes: Buffer) => Buffer) =>
    broker.on(Fetch, ({ topics }) => ({
      sessionId: 0,
      responses: topics.map(({ topic, topicId, partitions }) => ({
        topic,
        topicId,
        partitions: partitions.map(({ partition }) => ({
          partitionIndex: partition,
          highWatermark: 3n,
          lastStableOffset: 3n,
          logStartOffset: 0n,
          records: change(Buffer.from(batch)),
        })),
      })),
    }))

  it('that is whole after all is read', async () => {
    answerWith((bytes) => bytes)
    expect(await read()).toMatchObject({ code: 0, stdout: 'first\nsecond\nthird\n' })
  })

  it('with a byte flipped does not match its CRC', async () => {
    answerWith((bytes) => {
      bytes[70]! ^= 1
      return bytes
    })
    const { code, stdout, stderr } = await read()
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('kt console-consumer: damaged-0: the batch at offset 0 does not match its CRC\n')
  })

  it('cut off within its only batch is told', async () => {
    answerWith((bytes) => bytes.subarray(0, bytes.length - 3))
    const { code, stderr } = await read()
    expect(code).toBe(1)
    expect(stderr).toContain('damaged-0: the broker sent')
  })

  it('with an impossible batch length is told', async () => {
    answerWith((bytes) => {
      bytes.writeInt32BE(7, 8)
      return bytes
    })
    const { code, stderr } = await read()
    expect(code).toBe(1)
    expect(stderr).toContain('damaged-0: a batch claims a length of 7 bytes')
  })

  it('with an impossible frame length is told', async () => {
    broker.on(Fetch, () => ({ raw: Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1]) }))
    const { code, stderr } = await read()
    expect(code).toBeGreaterThan(0)
    expect(stderr).toContain('2147483647')
  })
})
