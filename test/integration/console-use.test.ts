import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { kt, ktPath, runtimes, spawnKt, type Runtime } from '../support/cli.ts'
import { consume, newTopic, produce, withBootstrap } from '../support/console.ts'

import { eventually, HANGS_AFTER_MS, withPatience } from '../support/eventually.ts'
/** Collects what a process says, and waits for parts of it. */
function listen(child: ReturnType<typeof spawnKt>) {
  const heard = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (heard.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (heard.stderr += chunk.toString()))
  const closed = once(child, 'close') as Promise<[number | null, string | null]>
  return {
    heard,
    closed,
    until: (isSaid: () => boolean): Promise<void> =>
      eventually(() => {
        if (!isSaid()) throw new Error(`it did not say that: ${JSON.stringify(heard)}`)
      }),
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}\n`).join('')

describe.each(runtimes)('with %s', (runtime) => {
  it('a record is printed as it arrives, while the producer’s input stays open', async () => {
    const topic = await newTopic('live')
    const consumer = spawnKt(withBootstrap(['console-consumer', topic, '--from-beginning']), { runtime })
    const producer = spawnKt(withBootstrap(['console-producer', topic]), { runtime })
    const [reading, writing] = [listen(consumer), listen(producer)]
    for (const word of ['first', 'second', 'third']) {
      producer.stdin.write(`${word}\n`)
      await reading.until(() => reading.heard.stdout.endsWith(`${word}\n`))
    }
    expect(reading.heard.stdout).toBe('first\nsecond\nthird\n')
    producer.stdin.end()
    expect(await writing.closed).toEqual([0, null])
    consumer.kill('SIGINT')
    expect(await reading.closed).toEqual([130, null])
    expect(reading.heard.stderr).toBe('Processed a total of 3 messages\n')
  })

  it('a producer hears an interrupt while its input never pauses and has no end', async () => {
    const topic = await newTopic('endless')
    const args = withBootstrap(['console-producer', topic])
    const producer = spawn('sh', ['-c', 'exec "$0" "$@" </dev/zero', ktPath, ...args], {
      env: { ...process.env, KT_RUNTIME: runtime },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const writing = listen(producer)
    await eventually(() => {
      const [, read] = /rchar: (\d+)/.exec(readFileSync(`/proc/${producer.pid}/io`, 'utf8'))!
      expect(Number(read)).toBeGreaterThan(500_000_000)
    })
    producer.kill('SIGINT')
    expect(await writing.closed).toEqual([130, null])
    expect(writing.heard.stderr).toContain('0 of 0 records acknowledged')
  })

  it('an interrupted producer delivers what it has read, says how much, and ends with 130', async () => {
    const topic = await newTopic('interrupted')
    const args = ['console-producer', topic, '--command-property', 'linger.ms=60000']
    const producer = spawnKt(withBootstrap(args), { runtime })
    const writing = listen(producer)
    // More than a pipe holds: once all of it is gone from here, the producer has read some.
    await new Promise((resolve) => producer.stdin.write(numbers(40_000), resolve))
    producer.kill('SIGINT')
    expect(await writing.closed).toEqual([130, null])
    const [, acknowledged, read] = /(\d+) of (\d+) records acknowledged/
      .exec(writing.heard.stderr)!
      .map(Number)
    expect(acknowledged).toBeGreaterThan(1000)
    expect(acknowledged).toBe(read)
    const all = ['--max-messages', String(read)]
    expect((await consume(topic, all)).stdout).toBe(numbers(read!))
    expect((await consume(topic, ['--exit-at-end'])).stderr).toContain(`a total of ${read} messages`)
  })

  it('a consumer whose reader goes away ends quietly with 0', async () => {
    const topic = await newTopic('closed')
    await produce(topic, numbers(100_000))
    const command = `"$@" | head -1; exit \${PIPESTATUS[0]}`
    const { code, stdout, stderr } = await bash(command, runtime, [
      'console-consumer',
      topic,
      '--from-beginning',
    ])
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '0\n', stderr: '' })
  })

  it('a producer without stdin ends with 0', async () => {
    const topic = await newTopic('closed')
    const { code, stderr } = await bash('"$@" <&-', runtime, ['console-producer', topic])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

/** Runs a line of bash with the command as its arguments. */
async function bash(line: string, runtime: Runtime, args: string[]) {
  const { spawn } = await import('node:child_process')
  const { text } = await import('node:stream/consumers')
  const { fileURLToPath } = await import('node:url')
  const launcher = fileURLToPath(new URL('../../bin/kt', import.meta.url))
  const child = spawn('bash', ['-c', line, 'bash', launcher, ...withBootstrap(args)], {
    env: { ...process.env, KT_RUNTIME: runtime, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: HANGS_AFTER_MS,
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: (await closed)[0], stdout, stderr }
}

describe('console-consumer', () => {
  it('ends after --max-messages, or when nothing has come for --timeout-ms', async () => {
    const topic = await newTopic('limits')
    await produce(topic, numbers(10))
    const some = await consume(topic, ['--max-messages', '3'])
    expect(some).toMatchObject({ code: 0, stdout: numbers(3), stderr: 'Processed a total of 3 messages\n' })
    await withPatience(700, async (timeoutMs) => {
      const all = await consume(topic, ['--timeout-ms', String(timeoutMs)])
      expect(all).toMatchObject({
        code: 0,
        stdout: numbers(10),
        stderr: 'Processed a total of 10 messages\n',
      })
    })
  })

  it('reads one partition from an offset', async () => {
    const topic = await newTopic('offsets', { partitions: 3 })
    await produce(topic, numbers(10), ['--partition', '1'])
    const args = ['console-consumer', topic, '--partition', '1', '--offset', '7', '--max-messages', '3']
    const { stdout, code } = await kt(withBootstrap(args))
    expect([stdout, code]).toEqual(['7\n8\n9\n', 0])
  })

  it('reads several topics', async () => {
    const topics = await Promise.all([newTopic('several'), newTopic('several')])
    for (const topic of topics) await produce(topic, `in ${topic}\n`)
    const args = ['console-consumer', ...topics, '--from-beginning', '--max-messages', '2']
    const { stdout } = await kt(withBootstrap(args))
    expect(stdout.split('\n').slice(0, -1).sort()).toEqual(topics.map((topic) => `in ${topic}`).sort())
  })

  it('starts with the next record when nothing else is said', async () => {
    const topic = await newTopic('latest')
    await produce(topic, 'before\n')
    const child = spawnKt(withBootstrap(['console-consumer', topic, '--max-messages', '1']))
    const reading = listen(child)
    // Until it has found the end of the topic each record may still count as one before.
    let ended = false
    void reading.closed.then(() => (ended = true))
    while (!ended) await produce(topic, 'after\n')
    expect(await reading.closed).toEqual([0, null])
    expect(reading.heard.stdout).toBe('after\n')
  })
})
