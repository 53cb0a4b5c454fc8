import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { partitionForKey } from '../../src/core/producer/partitioner.ts'
import type { KtResult } from '../support/cli.ts'
import { kt } from '../support/cli.ts'
import { consume, newTopic, produce, withBootstrap } from '../support/console.ts'
import { recordsOf } from '../support/other-client.ts'

const COUNT = 2000
const values = Array.from(
  { length: COUNT },
  (_, index) =>
    `{"id":${index},"amount":${index % 20},"text":"order-${index} of ${index % 7 === 0 ? 'Ada' : 'Bob'}"}`,
)
const keyOf = (index: number) => `k${index % 50}`

let topic = ''
beforeAll(async () => {
  topic = await newTopic('search', { partitions: 3 })
  const lines = values.map((value, index) => `x:${index % 3}\t${keyOf(index)}\t${value}`).join('\n')
  const parsed = ['--reader-property', 'parse.key=true', '--reader-property', 'parse.headers=true']
  // Some batches of different kinds.
  const half = lines.indexOf('\n', lines.length / 2)
  await produce(topic, lines.slice(0, half), [
    ...parsed,
    '--compression-codec',
    'lz4',
    '--batch-size',
    '8000',
  ])
  await produce(topic, lines.slice(half + 1), parsed)
})

const search = (args: string[]) => consume(topic, ['--exit-at-end', ...args])
const sorted = (lines: readonly string[]) => [...lines].sort()
const linesOf = ({ stdout }: KtResult) => stdout.split('\n').slice(0, -1)
const where = (isWanted: (index: number) => boolean) => sorted(values.filter((_, index) => isWanted(index)))

describe('a search', () => {
  it.each<[string[], (index: number) => boolean]>([
    [['--grep', 'order-17'], (index) => values[index]!.includes('order-17')],
    [['--grep', 'order-1[79]\\d? of A'], (index) => /order-1[79]\d? of A/.test(values[index]!)],
    [['--key', 'k7'], (index) => keyOf(index) === 'k7'],
    [['--key-matches', '^k4.$'], (index) => /^k4.$/.test(keyOf(index))],
    [['--header', 'x=2'], (index) => index % 3 === 2],
    [['--where', 'value.amount > 17 && headers.x == "1"'], (index) => index % 20 > 17 && index % 3 === 1],
    [
      ['--grep', 'Ada', '--key', 'k3', '--invert-match'],
      (index) => !(index % 7 === 0 && keyOf(index) === 'k3'),
    ],
    [['--grep', 'Ada', '--where', 'value.id < 100'], (index) => index % 7 === 0 && index < 100],
  ])('by %j prints just what matches', async (args, isWanted) => {
    const found = await search(args)
    expect(found.code).toBe(0)
    expect(sorted(linesOf(found))).toEqual(where(isWanted))
    expect((await search([...args, '--count'])).stdout).toBe(`${where(isWanted).length}\n`)
  })

  it('finds what grep finds in what another client reads', async () => {
    const input = recordsOf(inject('bootstrap'), topic)
      .map(({ payload }) => `${payload}\n`)
      .join('')
    const { stdout } = spawnSync('grep', ['-E', 'order-[0-9]*5 of B'], { encoding: 'utf8', input })
    const found = linesOf(await search(['--grep', 'order-[0-9]*5 of B']))
    expect(sorted(found)).toEqual(sorted(stdout.split('\n').slice(0, -1)))
    expect(found.length).toBeGreaterThan(100)
  })

  it('for a key reads its partition only, and says which', async () => {
    const key = Buffer.from('k7')
    const partition = partitionForKey(key, 0, key.length, 3)
    expect((await search(['--key', 'k7'])).stderr).toContain(`reading partition ${partition} of 3`)
  })

  it('ends with the last match that is wanted', async () => {
    const found = await search(['--grep', 'Ada', '--max-messages', '3'])
    expect(linesOf(found)).toHaveLength(3)
    expect(found.stderr).toContain('Processed a total of 3 messages')
  })

  it('prints what stands around a match, once, with a line between what does not touch', async () => {
    const single = await newTopic('search')
    await produce(single, Array.from({ length: 30 }, (_, index) => `n${index}`).join('\n'))
    const around = async (args: string[]) =>
      linesOf(await kt(withBootstrap(['console-consumer', single, '--from-beginning', '-e', ...args])))
    const grep = ['--grep', '^n(3|5|20)$']
    expect(await around([...grep, '-C', '1'])).toEqual([
      'n2',
      'n3',
      'n4',
      'n5',
      'n6',
      '--',
      'n19',
      'n20',
      'n21',
    ])
    expect(await around([...grep, '-A', '2'])).toEqual([
      'n3',
      'n4',
      'n5',
      'n6',
      'n7',
      '--',
      'n20',
      'n21',
      'n22',
    ])
    expect(await around([...grep, '-B', '3'])).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', '--', 'n17', 'n18', 'n19', 'n20']) // prettier-ignore
    expect(await around([...grep, '-A', '1', '--max-messages', '1'])).toEqual(['n3', 'n4'])
  })

  it('agrees with grep about what stands around any match', async () => {
    const single = await newTopic('search')
    const lines = Array.from({ length: 300 }, (_, index) => `n${(index * 7919) % 300}`)
    await produce(single, lines.join('\n'))
    const { stdout } = spawnSync('grep', ['-B2', '-A3', 'n1.$'], {
      input: `${lines.join('\n')}\n`,
      encoding: 'utf8',
    })
    const args = [
      'console-consumer',
      single,
      '--from-beginning',
      '-e',
      '--grep',
      'n1.$',
      '-B',
      '2',
      '-A',
      '3',
    ]
    expect((await kt(withBootstrap(args))).stdout).toBe(stdout)
  })
})

describe('partitions', () => {
  it('are merged by their timestamps', async () => {
    const { stdout } = await search(['--merge', '--formatter-property', 'print.timestamp=true', '--formatter-property', 'print.value=false']) // prettier-ignore
    const times = [...stdout.matchAll(/CreateTime:(\d+)/g)].map(([, time]) => Number(time))
    expect(times).toHaveLength(COUNT)
    expect(times).toEqual([...times].sort((one, other) => one - other))
  })

  it('are merged while they are written, too', async () => {
    const live = await newTopic('search', { partitions: 4 })
    await produce(live, 'one\ntwo\nthree', ['--partition', '2'])
    const reading = consume(live, ['--merge', '--max-messages', '4'])
    await produce(live, 'four', ['--partition', '0'])
    expect(linesOf(await reading)).toEqual(['one', 'two', 'three', 'four'])
  })

  it('together have a tail', async () => {
    const tail = linesOf(await kt(withBootstrap(['console-consumer', topic, '--tail', '5'])))
    const merged = linesOf(await search(['--merge']))
    expect(tail).toEqual(merged.slice(-5))
    const some = linesOf(
      await kt(withBootstrap(['console-consumer', topic, '--tail', '50', '--grep', 'Ada'])),
    )
    expect(some).toEqual(merged.slice(-50).filter((line) => line.includes('Ada')))
  })
})

describe('a search that cannot be', () => {
  it.each<[string[], string]>([
    [['--grep', '(a)\\1'], 'no regular expression'],
    [['--where', 'value.n >'], 'unexpected token'],
    [['--invert-match'], 'needs something to invert'],
    [['-C', '2'], 'need something to match'],
    [['--merge', '--group', 'g'], '--merge and --group exclude each other'],
    [['--tail', '2', '--offset', 'earliest'], '--tail says itself'],
    [['--header', '=x'], '--header takes NAME'],
  ])('is refused: %j', async (args, sentence) => {
    const { code, stderr } = await kt(withBootstrap(['console-consumer', topic, ...args]))
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)])
  })

  it('has a mark under the fault', async () => {
    const { stderr } = await kt(withBootstrap(['console-consumer', topic, '--where', 'value.n >> 2']))
    expect(stderr).toContain('  value.n >> 2\n           ^\n')
  })
})
