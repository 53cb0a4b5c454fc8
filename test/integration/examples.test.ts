import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { kt, runtimes } from '../support/cli.ts'
import { consume, newTopic, produce } from '../support/console.ts'

const folder = fileURLToPath(new URL('../../examples/', import.meta.url))

describe.each(runtimes)('the examples, with %s', (runtime) => {
  it('place keys that are IPv4 addresses by their last number', async () => {
    const topic = await newTopic('ipv4', { partitions: 4 })
    const args = ['--reader-property', 'parse.key=true', '--partitioner', `${folder}ipv4-partitioner.mjs`]
    const input = ['10.0.0.7\ta\n', '10.9.9.2\tb\n', '192.168.1.7\tc\n'].join('')
    expect((await produce(topic, input, args, { runtime })).code).toBe(0)
    const read = await consume(topic, ['-e', '--formatter-property', 'print.partition=true'])
    expect(read.stdout.split('\n').sort().join()).toBe(',Partition:2\tb,Partition:3\ta,Partition:3\tc')
    const { code, stderr } = await produce(topic, 'localhost\ta\n', args, { runtime })
    expect([code, stderr]).toEqual([1, expect.stringContaining('the key is no IPv4 address: localhost')])
  })

  it('put the time before each value, and count', async () => {
    const topic = await newTopic('stamped')
    const args = ['timestamp', 'counting'].flatMap((name) => [
      '--interceptor',
      `${folder}${name}-interceptor.mjs`,
    ])
    const { code, stderr } = await produce(topic, 'a\nb\n', args, { runtime })
    expect([code, stderr]).toEqual([0, 'successful sent: 2\nfailed sent: 0\n'])
    const { stdout } = await consume(topic, ['-e', '--formatter-property', 'print.timestamp=true'])
    for (const line of stdout.split('\n').slice(0, -1)) expect(line).toMatch(/^CreateTime:(\d+)\t\1,[ab]$/)
    expect(stdout.split('\n')).toHaveLength(3)
  })

  it('print only what they let through', async () => {
    const topic = await newTopic('errors')
    await produce(topic, 'all is well\nan error\n')
    const args = ['-e', '--interceptor', `${folder}consumer-interceptor.mjs`]
    expect((await consume(topic, args, { runtime })).stdout).toBe('AN ERROR\n')
  })
})

describe('the examples that run by one command', () => {
  const run = async (name: string) => {
    const env = { PATH: `${fileURLToPath(new URL('../../bin/', import.meta.url))}:${process.env['PATH']}` }
    const { code, stdout, stderr } = await kt(['sandbox', 'run', '--', 'sh', `${folder}${name}.sh`], { env })
    return { code, stderr, lines: stdout.split('\n').filter((line) => line !== '' && !line.startsWith('c')) }
  }

  it('stream a CSV file as it grows, is rotated, and its producer is killed', async () => {
    const lines = ['1 apples', '2 pears, green', '3 cherries', '4 plums', '5 grapes']
    expect(await run('csv-stream')).toMatchObject({ code: 0, lines })
  })

  it('put records aside that cannot be processed, and replay those that can be mended', async () => {
    expect(await run('dead-letters')).toMatchObject({
      code: 0,
      lines: [
        'put aside:',
        'reason=no JSON,from=payments-0@1: {"id":2,"amount":}',
        'reason=the amount is no number,from=payments-0@2: {"id":3,"amount":"7"}',
        'replayed:',
        'replayed=1: {"id":3,"amount":7}',
      ],
    })
  })

  it('transform exactly once, through kill -9', async () => {
    const lines = ['100000 totals for 100000 orders, 0 wrong']
    expect(await run('exactly-once')).toMatchObject({ code: 0, lines })
  })
})

it('are all shown here', () => {
  expect(readdirSync(folder).sort()).toEqual([
    'consumer-interceptor.mjs',
    'counting-interceptor.mjs',
    'csv-stream.sh',
    'dead-letters-aside.mjs',
    'dead-letters-replay.mjs',
    'dead-letters.sh',
    'exactly-once-map.mjs',
    'exactly-once.sh',
    'ipv4-partitioner.mjs',
    'perf-classic.yaml',
    'timestamp-interceptor.mjs',
  ])
})
