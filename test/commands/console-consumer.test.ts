import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from '../../src/cli/program.ts'
import { Fetch } from '../../src/core/protocol/generated/apis/Fetch.ts'
import { type FakeBroker, startFakeBroker } from '../broker/index.ts'
import { withPatience } from '../support/eventually.ts'
import type { TestContext } from '../support/context.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'kt-console-consumer-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the words of kt console-consumer', () => {
  const parsed = async (...words: string[]) => (await parse(['console-consumer', ...words], '1')).invocation!

  it.each([
    [['orders'], { topic: ['orders'], fromBeginning: false, exitAtEnd: false, output: 'default' }],
    [['a', 'b'], { topic: ['a', 'b'] }],
    [['--topic', 'a', '--topic', 'b'], { topic: ['a', 'b'] }],
    [['--include', 'o.*'], { topic: [], include: 'o.*' }],
    [['x', '-b', 'h:1'], { bootstrapServer: 'h:1' }],
    [['x', '-e'], { exitAtEnd: true }],
    [['x', '--partition', '0:100,1:-5'], { partition: '0:100,1:-5' }],
    [['x', '--offset', '-5'], { offset: '-5' }],
    [['x', '--property', 'print.key=true'], { formatterProperty: { 'print.key': 'true' } }],
    [['x', '--formatter-property', 'key.separator=='], { formatterProperty: { 'key.separator': '=' } }],
    [
      ['x', '--consumer-property', 'a=1', '--command-property', 'b=2'],
      { commandProperty: { a: '1', b: '2' } },
    ],
    [['x', '--consumer.config', 'f'], { commandConfig: 'f' }],
    [['x', '--consumer-config', 'f'], { commandConfig: 'f' }],
    [['x', '--max-messages', '7', '--timeout-ms', '9'], { maxMessages: 7, timeoutMs: 9 }],
    [['x', '--max-messages', '-1', '--timeout-ms', '-1'], { maxMessages: Infinity, timeoutMs: Infinity }],
    [['x', '--formatter', 'kafka.tools.DefaultMessageFormatter'], { skipMessageOnError: false }],
  ])('%j', async (words, values) => {
    expect((await parsed(...words)).values).toMatchObject(values)
  })

  it.each([
    [['--isolation-level', 'read_committed'], { 'isolation.level': 'read_committed' }],
    [['--group', 'g'], { 'group.id': 'g' }],
    [['--timeout', '5'], { 'socket.connection.setup.timeout.ms': '5' }],
    [[], {}],
  ])('%j become client properties', async (words, properties) => {
    expect((await parsed('x', ...words)).clientProperties).toEqual(properties)
  })
})

let broker: FakeBroker
const opened: TestContext[] = []

beforeEach(async () => {
  broker = await startFakeBroker({ topics: { orders: 1, wide: 3, empty: 1 } })
})
afterEach(async () => {
  for (const { end } of opened.splice(0)) end()
  await broker.close()
})

const run = (...words: string[]): Promise<CommandResult> =>
  runCommand(['console-consumer', ...words], opened, { bootstrap: broker.address })

/** Lines into a partition, as kt's own producer puts them there: one batch each. */
async function fill(topic: string, partition: number, ...lines: string[]): Promise<void> {
  const file = join(folder, 'input.txt')
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  const words = ['console-producer', topic, '--partition', String(partition), '--sync', '--file', file]
  expect(await runCommand(words, opened, { bootstrap: broker.address })).toMatchObject({ code: 0 })
}

const total = (count: number) => `Processed a total of ${count} messages`

describe('what kt console-consumer refuses before it reads anything', () => {
  it.each([
    [[], 'no topic given'],
    [['orders', '--include', 'o.*'], 'Exactly one of --include/--topic is required.'],
    [['orders', 'wide', '--partition', '0'], '--partition needs a single topic'],
    [['orders', '--partition', 'x'], '--partition takes numbers, or NUMBER:OFFSET pairs, not "x"'],
    [['orders', '--partition', '0,0'], '--partition names partition 0 twice'],
    [['orders', '--partition', '0:x'], '--partition cannot be "x"'],
    [['orders', '--offset', '5'], '--offset with a number needs --partition'],
    [['orders', '--offset', 'first'], '--offset cannot be "first"'],
    [
      ['orders', '--offset', 'latest', '--from-beginning'],
      '--from-beginning and --offset exclude each other',
    ],
    [['orders', '--until', '5', '-e'], '--until and --exit-at-end exclude each other'],
    [['orders', '--until', '@noon'], '--until cannot be "@noon"'],
    [['orders', '--group', 'g', '--offset-file', 'f'], '--group and --offset-file exclude each other'],
    [['orders', '--group', 'g', '-e'], '--until and --exit-at-end are for reading without a group'],
    [
      ['orders', '--group', 'g', '--partition', '0'],
      'Options group and partition cannot be specified together.',
    ],
    [['orders', '--group', 'g', '--offset', 'earliest'], '--offset and a group exclude each other'],
    [
      ['orders', '--group', 'g', '--command-property', 'group.id=h'],
      'the group ids given with --group, as a property and in a file do not match: g, h',
    ],
    [['orders', '--commit', 'each'], '--commit needs a group to commit to'],
    [['orders', '--to', 'f'], '--to needs --offset-file'],
    [['orders', '--max-messages', '0'], '--max-messages takes a whole number of 1 or more, not "0"'],
    [['orders', '--isolation-level', 'serializable'], '--isolation-level takes one of'],
    [['orders', '--formatter', 'com.example.Formatter'], 'no formatter "com.example.Formatter"'],
    [['orders', '--output', 'yaml'], '--output takes one of default, json, csv, table, hex, raw, not "yaml"'],
    [['orders', '--output', 'csv', '--format', '%s'], '--output csv and --format exclude each other'],
    [
      ['orders', '--output', 'json', '--key-deserializer', 'long'],
      '--output json keeps the bytes as they are',
    ],
    [['orders', '--format', '%q'], '--format: there is no token "%q"'],
    [['orders', '--format', '%{json:a[}'], '--format: "a[" is no path'],
    [['orders', '--format-time', 'iso'], '--format-time goes with --format'],
    [['orders', '--property', 'print.kee=true'], 'print.kee'],
    [['orders', '--value-deserializer', 'NoSuchDeserializer'], 'NoSuchDeserializer'],
    [
      ['orders', '--from-beginning', '--command-property', 'auto.offset.reset=latest'],
      "Can't simultaneously specify --from-beginning and 'auto.offset.reset=latest'",
    ],
    [['orders', '--sync'], "unknown option '--sync'"],
  ])('%j: exit code 2 and why', async (words, why) => {
    const { code, stdout, stderr } = await run(...words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr[0]).toContain('kt console-consumer: ')
    expect(stderr[0]).toContain(why)
  })
})

describe('what comes of kt console-consumer', () => {
  it('-e reads what is there and ends', async () => {
    await fill('orders', 0, 'a', '', 'c')
    expect(await run('orders', '--from-beginning', '-e')).toEqual({
      code: 0,
      stdout: 'a\n\nc\n',
      stderr: [total(3)],
    })
    expect(await run('empty', '--from-beginning', '-e')).toEqual({ code: 0, stdout: '', stderr: [total(0)] })
    // Without a start there is nothing between the end and the end.
    expect(await run('orders', '-e')).toEqual({ code: 0, stdout: '', stderr: [total(0)] })
  })

  it('--partition reads those it names, each from its own start', async () => {
    await fill('wide', 0, 'a0', 'a1', 'a2')
    await fill('wide', 1, 'b0')
    await fill('wide', 2, 'c0', 'c1')
    const lines = async (...words: string[]) => (await run('wide', '-e', ...words)).stdout.split('\n').sort()
    expect(await lines('--partition', '0:1,2:-1')).toEqual(['', 'a1', 'a2', 'c1'])
    expect(await lines('--partition', '0,1', '--offset', 'earliest')).toEqual(['', 'a0', 'a1', 'a2', 'b0'])
    expect(await lines('--from-beginning')).toHaveLength(7)
  })

  it('--until ends in front of an offset', async () => {
    await fill('orders', 0, 'a', 'b', 'c')
    expect(await run('orders', '--from-beginning', '--until', '2')).toMatchObject({
      code: 0,
      stdout: 'a\nb\n',
    })
  })

  it('--max-messages and --timeout-ms end it', async () => {
    await fill('orders', 0, 'a', 'b', 'c')
    const first = await run('orders', '--from-beginning', '--max-messages', '2')
    expect(first).toEqual({ code: 0, stdout: 'a\nb\n', stderr: [total(2)] })
    await withPatience(500, async (timeoutMs) => {
      const all = await run('orders', '--from-beginning', '--timeout-ms', String(timeoutMs))
      expect(all).toEqual({ code: 0, stdout: 'a\nb\nc\n', stderr: [total(3)] })
    })
  })

  it('time spent on a slow reader of the output is not time without a record', async () => {
    await fill('orders', 0, 'a', 'b', 'c')
    // One record an answer, each asked for only when the one before is written, and none sooner than in 20 ms.
    broker.on(Fetch, () => ({ delayMs: 20 }))
    const small = ['--command-property', 'max.partition.fetch.bytes=1']
    await withPatience(400, async (timeoutMs) => {
      const words = ['orders', '--from-beginning', '--timeout-ms', String(timeoutMs), ...small]
      const slow = { bootstrap: broker.address, slowReaderMs: timeoutMs + 50 }
      const all = await runCommand(['console-consumer', ...words], opened, slow)
      expect(all).toMatchObject({ code: 0, stdout: 'a\nb\nc\n' })
    })
  })

  it('prints more than values when asked to', async () => {
    await fill('orders', 0, 'a')
    const lines = await run('orders', '--from-beginning', '-e', '--property', 'print.offset=true')
    expect(lines.stdout).toBe('Offset:0\ta\n')
    const { stdout } = await run('orders', '--from-beginning', '-e', '--output', 'json')
    expect(JSON.parse(stdout)).toMatchObject({ topic: 'orders', partition: 0, offset: 0, value: 'a' })
  })

  it('a record that its deserializer does not take: hex, told once and counted', async () => {
    await fill('orders', 0, 'eight by', 'x', 'yz')
    const words = ['orders', '--from-beginning', '-e', '--value-deserializer', 'LongDeserializer']
    const { code, stdout, stderr } = await run(...words)
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${0x6569676874206279n}\n0x78\n0x797a\n` })
    expect(stderr).toEqual([
      'orders-0 at offset 1: long takes 8 bytes, not 1; such fields are shown as hex',
      '2 fields could not be deserialized and are shown as hex',
      total(3),
    ])
    expect(await run(...words, '--skip-message-on-error')).toMatchObject({ code: 0, stderr: [total(1)] })
  })

  it('a topic, a partition or an offset that is not there: 1, with what is', async () => {
    await fill('orders', 0, 'a')
    expect(await run('order')).toMatchObject({
      code: 1,
      stderr: ['kt console-consumer: topic "order" does not exist', '  did you mean "orders"?'],
    })
    expect(await run('orders', '--partition', '4')).toMatchObject({ code: 1 })
    const far = await run('orders', '--partition', '0', '--offset', '9')
    expect(far).toMatchObject({ code: 1, stdout: '' })
    expect(far.stderr[0]).toBe('kt console-consumer: orders-0 has no offset 9')
  })
})

describe('an offset of --offset-file that is in the log no more', () => {
  const file = () => join(folder, 'offsets.json')
  /** Offset 1 is kept; then the log begins at 2. */
  async function trim(): Promise<void> {
    rmSync(file(), { force: true })
    await fill('orders', 0, 'a', 'b', 'c')
    await run('orders', '--from-beginning', '--max-messages', '1', '--offset-file', file())
    expect(readFileSync(file(), 'utf8')).toContain('"offset":1')
    const { log } = broker.state.topics.get('orders')!.partitions[0]!
    log.startOffset = 2n
  }

  it('is told, and reading goes on at the earliest', async () => {
    await trim()
    const words = ['--offset-file', file(), '--from-beginning', '-e']
    expect(await run('orders', ...words)).toEqual({
      code: 0,
      stdout: 'c\n',
      stderr: ['orders-0: offset 1 is out of range; reading on at 2 (earliest)', total(1)],
    })
  })

  it('ends with 1 where auto.offset.reset is none', async () => {
    await trim()
    const none = ['--command-property', 'auto.offset.reset=none']
    const { code, stdout, stderr } = await run('orders', '--offset-file', file(), '-e', ...none)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr[1]).toBe(
      'kt console-consumer: orders-0 has no offset 1 (any more), and auto.offset.reset is none',
    )
  })
})
