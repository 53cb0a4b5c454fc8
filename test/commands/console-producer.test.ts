import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from '../../src/cli/program.ts'
import { Produce } from '../../src/core/protocol/generated/apis/Produce.ts'
import { type FakeBroker, startFakeBroker } from '../broker/index.ts'
import { eventually } from '../support/eventually.ts'
import type { TestContext } from '../support/context.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'kt-console-producer-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the words of kt console-producer', () => {
  const parsed = async (...words: string[]) => (await parse(['console-producer', ...words], '1')).invocation!

  it.each([
    [['orders'], { topic: 'orders', sync: false, compressionCodec: undefined, readerProperty: {} }],
    [['--topic', 'orders'], { topic: 'orders' }],
    [['x', '-b', 'h:1'], { bootstrapServer: 'h:1' }],
    [['x', '--broker-list', 'h:1,i:2'], { bootstrapServer: 'h:1,i:2' }],
    [['x', '--sync', '--partition', '3'], { sync: true, partition: 3 }],
    [
      ['x', '--property', 'parse.key=true', '--reader-property', 'key.separator=='],
      { readerProperty: { 'parse.key': 'true', 'key.separator': '=' } },
    ],
    [
      ['x', '--producer-property', 'a=1', '--command-property', 'b=2'],
      { commandProperty: { a: '1', b: '2' } },
    ],
    [['x', '--producer.config', 'f'], { commandConfig: 'f' }],
    [['x', '--producer-config', 'f'], { commandConfig: 'f' }],
    [['x', '--command-config', 'f'], { commandConfig: 'f' }],
    [['x', '--report'], { report: 'text' }],
    [['x', '--report', 'json'], { report: 'json' }],
    [['x', '--interceptor', 'a.mjs', '--interceptor', 'b.mjs'], { interceptor: ['a.mjs', 'b.mjs'] }],
  ])('%j', async (words, values) => {
    expect((await parsed(...words)).values).toMatchObject(values)
  })

  it.each([
    [['--batch-size', '100'], { 'batch.size': '100' }],
    [['--max-partition-memory-bytes', '100'], { 'batch.size': '100' }],
    [['--compression-codec'], { 'compression.type': 'gzip' }],
    [['--compression-codec', 'zstd'], { 'compression.type': 'zstd' }],
    [['--request-required-acks', '-1'], { acks: '-1' }],
    [['--timeout', '5'], { 'linger.ms': '5' }],
    [['--request-timeout-ms', '5'], { 'request.timeout.ms': '5' }],
    [['--message-send-max-retries', '0'], { retries: '0' }],
    [['--retry-backoff-ms', '5'], { 'retry.backoff.ms': '5' }],
    [['--max-block-ms', '5'], { 'max.block.ms': '5' }],
    [['--max-memory-bytes', '5'], { 'buffer.memory': '5' }],
    [['--metadata-expiry-ms', '5'], { 'metadata.max.age.ms': '5' }],
    [['--socket-buffer-size', '5'], { 'send.buffer.bytes': '5' }],
    [['--transactional-id', 't'], { 'transactional.id': 't' }],
    // Of one's own only what was written: a default of the option must not win over a file.
    [[], {}],
  ])('%j become client properties', async (words, properties) => {
    expect((await parsed('x', ...words)).clientProperties).toEqual(properties)
  })
})

let broker: FakeBroker
const opened: TestContext[] = []

beforeEach(async () => {
  broker = await startFakeBroker({ topics: { orders: 1, wide: 3 } })
})
afterEach(async () => {
  for (const { end } of opened.splice(0)) end()
  await broker.close()
})

function run(words: string[], input = ''): Promise<CommandResult> {
  const file = join(folder, 'input.txt')
  writeFileSync(file, input)
  return runCommand(['console-producer', ...words, '--file', file], opened, { bootstrap: broker.address })
}

const ended = (topic: string) =>
  broker.state.topics.get(topic)!.partitions.map(({ log }) => Number(log.endOffset))

describe('what kt console-producer refuses before it sends anything', () => {
  it.each([
    [[], 'no topic given'],
    [['orders', '--partition', '-1'], '--partition takes a whole number from 0 to 2147483647, not "-1"'],
    [['orders', '--compression-codec', 'brotli'], '--compression-codec takes one of none, gzip'],
    [['orders', '--request-required-acks', '2'], '--request-required-acks takes one of 0, 1, -1, all'],
    [['orders', '--batch-size', '1e3'], '--batch-size takes a whole number'],
    [['orders', '--reader-property', 'parse.key'], '--reader-property takes KEY=VALUE, not "parse.key"'],
    [['orders', '--line-reader', 'com.example.Reader'], '--line-reader takes one of'],
    [['orders', '--report', 'xml'], '--report takes one of text, json, not "xml"'],
    [['orders', '--transaction-records', '5'], 'need --transactional-id'],
    [['orders', '--transaction-duration-ms', '5'], 'need --transactional-id'],
    [['orders', '--transactional-id', 't', '--request-required-acks', '1'], 'needs enable.idempotence=true'],
    [['orders', '--command-property', 'batch.sise=1'], 'batch.sise'],
    [['orders', '--partitioner', 'nope'], 'nope'],
    [['orders', '--reader-config', join(folder, 'none')], 'cannot be read'],
    [['orders', '--keep', 'partition'], '--keep goes with --input json only'],
    [['orders', '--input', 'json', '--keep', 'offset'], '--keep takes partition and timestamp, not "offset"'],
    [['orders', '--key-column', 'id'], '--key-column goes with --input csv only'],
    [['orders', '--input', 'raw', '--delimiter', 'x'], '--delimiter goes with --input lines or json only'],
    [['orders', '--delimiter', '\\q'], '--delimiter: there is no escape "\\q"'],
    [['orders', '--header', 'name'], '--header takes KEY=VALUE, not "name"'],
    [['orders', '--timestamp', 'soon'], '--timestamp takes milliseconds or a time'],
    [['orders', '--tombstones', '--key', 'k'], '--tombstones makes keys of lines'],
    [['orders', '--offset-file', 'f'], '--offset-file goes with --follow'],
    [['orders', '--follow', 'f'], '--follow and --file exclude each other'],
    [['orders', 'more'], 'too many arguments'],
    [['orders', '--from-beginning'], "unknown option '--from-beginning'"],
  ])('%j: exit code 2 and why', async (words, why) => {
    const { code, stdout, stderr } = await run(words, 'line\n')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr[0]).toContain('kt console-producer: ')
    expect(stderr[0]).toContain(why)
    expect(ended('orders')).toEqual([0])
  })

  it('an input file that is not there', async () => {
    const words = ['console-producer', 'orders', '--file', join(folder, 'none')]
    const { code, stderr } = await runCommand(words, opened, { bootstrap: broker.address })
    expect({ code, line: stderr[0] }).toEqual({
      code: 2,
      line: expect.stringContaining('none: cannot be opened: no such file or directory'),
    })
  })
})

describe('what comes of kt console-producer', () => {
  it('each line is a record, and nothing is said about it', async () => {
    expect(await run(['orders'], 'a\n\nlast')).toEqual({ code: 0, stdout: '', stderr: [] })
    expect(ended('orders')).toEqual([3])
  })

  it('--sync sends a record when the one before is acknowledged', async () => {
    expect((await run(['orders', '--sync'], '1\n2\n3\n')).code).toBe(0)
    expect(broker.requestsOf(Produce)).toHaveLength(3)
    expect(ended('orders')).toEqual([3])
  })

  it('--partition sends all to that one', async () => {
    await run(['wide', '--partition', '1'], '1\n2\n')
    expect(ended('wide')).toEqual([0, 2, 0])
  })

  it('--request-required-acks 0 sends without waiting for answers', async () => {
    expect(await run(['orders', '--request-required-acks', '0'], '1\n2\n')).toMatchObject({ code: 0 })
    await eventually(() => expect(broker.requestsOf(Produce)[0]).toMatchObject({ acks: 0 }))
  })

  it('--report tells where each record went', async () => {
    const { stdout } = await run(['orders', '--report'], 'a\nb\n')
    expect(stdout).toMatch(/^orders\t0\t0\t\d{13}\norders\t0\t1\t\d{13}\n$/)
    const { stdout: more } = await run(['orders', '--report', 'json'], 'c\n')
    expect(JSON.parse(more)).toEqual({
      topic: 'orders',
      partition: 0,
      offset: 2,
      timestamp: expect.any(Number),
    })
  })

  it('a topic that is not there: 1, with the nearest', async () => {
    const { code, stderr } = await run(['order'], 'a\n')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: ['kt console-producer: topic "order" does not exist', '  did you mean "orders"?'],
    })
  })

  it('a line that the broker refuses: 1, with the number of the line', async () => {
    broker.on(Produce, ({ topicData }) => ({
      responses: topicData.map(({ name, topicId, partitionData }) => ({
        name,
        topicId,
        // INVALID_RECORD
        partitionResponses: partitionData.map(({ index }) => ({ index, errorCode: 87, baseOffset: -1n })),
      })),
    }))
    const { code, stderr } = await run(['orders'], 'a\n')
    expect(code).toBe(1)
    expect(stderr[0]).toMatch(/^line 1: orders-0: This record has failed the validation/)
    expect(stderr[1]).toBe('0 of 1 records acknowledged')
    expect(stderr[2]).toBe('kt console-producer: 1 of 1 records were not delivered')
  })

  it('a line without a separator: 1, what came before it is stored; with ignore.error it is a value without a key', async () => {
    const keyed = ['orders', '--property', 'parse.key=true', '--property', 'key.separator=:']
    const refused = await run(keyed, 'k:v\nnone\nk:w\n')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('1 of 2 records acknowledged')
    expect(refused.stderr[1]).toMatch(/^kt console-producer: .*line 2/)
    expect(ended('orders')).toEqual([1])
    const ignoring = await run([...keyed, '--property', 'ignore.error=true'], 'k:v\nnone\nk:w\n')
    expect(ignoring).toEqual({ code: 0, stdout: '', stderr: [] })
    expect(ended('orders')).toEqual([4])
  })

  it('JSON that is none: 1, with line, column and the record; with ignore.error it is left out', async () => {
    const input = '{"value":"a"}\n{"value":"b"\n{"value":"c"}\n'
    const told = 'line 2, column 13: expected "," or "}", found the end: {"value":"b"'
    const first = await run(['orders', '--input', 'json'], input)
    expect(first).toMatchObject({ code: 1, stdout: '' })
    expect(first.stderr).toContain(`kt console-producer: ${told}`)
    expect(ended('orders')).toEqual([1])
    const second = await run(['orders', '--input', 'json', '--reader-property', 'ignore.error=true'], input)
    expect(second).toMatchObject({ code: 0, stderr: [`skipped: ${told}`] })
    expect(ended('orders')).toEqual([3])
  })

  it('a row of CSV with a column too few: 1, with its row and line; what came before it is stored', async () => {
    const { code, stderr } = await run(['orders', '--input', 'csv'], 'a,b\n1,2\n3\n')
    expect(code).toBe(1)
    expect(stderr).toContain('kt console-producer: row 2, line 3: 1 column instead of 2: 3')
    expect(ended('orders')).toEqual([1])
  })

  it('--keep partition sends each record where it says, and names one that is not there', async () => {
    const lines = [2, 0, 2].map((partition) => `{"partition":${partition},"value":"v"}\n`).join('')
    expect(await run(['wide', '--input', 'json', '--keep', 'partition'], lines)).toMatchObject({ code: 0 })
    expect(ended('wide')).toEqual([1, 0, 2])
    const { code, stderr } = await run(
      ['wide', '--input', 'json', '--keep', 'partition'],
      '{"partition":9,"value":"v"}',
    )
    expect(code).toBe(1)
    expect(stderr.join(' ')).toContain('line 1: topic "wide" has no partition 9')
  })
})
