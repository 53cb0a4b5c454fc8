/** What a person meets who types into the console commands. Without tmux there is no terminal to type into. */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest'
import { kt, runtimes, spawnKt } from '../support/cli.ts'
import { consume, newTopic, produce, withBootstrap } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { java } from '../support/java.ts'
import { hasTerminal, openTerminal, type Terminal } from '../support/terminal.ts'

const opened: Terminal[] = []
afterEach(() => opened.splice(0).forEach((terminal) => terminal.close()))

const last = (lines: string[]) => lines[lines.length - 1]

if (hasTerminal)
  describe.each(runtimes)('on a terminal, with %s', (runtime) => {
    function open(...args: string[]): Terminal {
      const terminal = openTerminal(withBootstrap(args), runtime)
      opened.push(terminal)
      return terminal
    }

    it('the producer prompts for each line and has it in the topic before the next; Ctrl-D ends with 0', async () => {
      const topic = await newTopic('typed')
      const terminal = open('console-producer', topic)
      for (const [at, word] of ['first', 'second'].entries()) {
        await terminal.until((lines) => lines.length === at + 1 && last(lines) === '>')
        terminal.type(word)
        terminal.press('Enter')
        const { stdout } = await consume(topic, ['--max-messages', String(at + 1)])
        expect(stdout).toBe(['first\n', 'first\nsecond\n'][at])
      }
      await terminal.until((lines) => last(lines) === '>')
      terminal.press('C-d')
      expect(await terminal.ended()).toEqual(['>first', '>second', '>', 'exit 0'])
    })

    it('Ctrl-C ends the producer with 130 and tells how much was delivered, leaving half a line out', async () => {
      const topic = await newTopic('broken-off')
      const terminal = open('console-producer', topic)
      await terminal.until((lines) => last(lines) === '>')
      terminal.type('whole')
      terminal.press('Enter')
      await terminal.until((lines) => lines.length === 2 && last(lines) === '>')
      terminal.type('half')
      await terminal.until((lines) => last(lines) === '>half')
      terminal.press('C-c')
      const lines = await terminal.ended()
      expect(lines).toContain('1 of 1 records acknowledged')
      expect(lines).toContain('kt console-producer: interrupted')
      expect(last(lines)).toBe('exit 130')
      expect((await consume(topic, ['-e'])).stdout).toBe('whole\n')
    })

    it('the consumer shows each record as it arrives; Ctrl-C ends it with 130', async () => {
      const topic = await newTopic('shown')
      await produce(topic, 'first\n')
      const terminal = open('console-consumer', topic, '--from-beginning')
      await terminal.until((lines) => last(lines) === 'first')
      await produce(topic, 'second\n')
      await terminal.until((lines) => last(lines) === 'second')
      terminal.press('C-c')
      const lines = await terminal.ended()
      expect(lines.slice(0, 2)).toEqual(['first', 'second'])
      expect(lines.slice(-2)).toEqual([
        expect.stringContaining('Processed a total of 2 messages'),
        'exit 130',
      ])
    })

    it('topics delete asks; anything but yes leaves the topic there', async () => {
      const topic = await newTopic('asked')
      const question = `Delete topic ${topic} with all records? [y/N]`
      const isThere = async () => (await kt(withBootstrap(['topics', 'describe', topic]))).code === 0
      const unsure = open('topics', 'delete', topic)
      await unsure.until((lines) => last(lines)!.includes(question))
      unsure.press('Enter')
      expect(last(await unsure.ended())).toBe('exit 1')
      expect(await isThere()).toBe(true)
      for (const [key, code] of [
        ['C-c', 130],
        ['C-d', 1],
      ] as const) {
        const silent = open('topics', 'delete', topic)
        await silent.until((lines) => last(lines)!.includes(question))
        silent.press(key)
        expect(last(await silent.ended())).toBe(`exit ${code}`)
      }
      expect(await isThere()).toBe(true)
      const sure = open('topics', 'delete', topic)
      await sure.until((lines) => last(lines)!.includes(question))
      sure.type('y')
      sure.press('Enter')
      expect((await sure.ended()).slice(-2)).toEqual([`deleted topic ${topic}`, 'exit 0'])
      await eventually(async () => expect(await isThere()).toBe(false))
    })
  })

const folder = mkdtempSync(join(tmpdir(), 'kt-trimmed-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** As a retention or somebody else would: nothing before `offset` is left. */
async function deleteRecords(topic: string, offset: number): Promise<void> {
  const file = join(folder, `${topic}-${offset}.json`)
  writeFileSync(file, JSON.stringify({ partitions: [{ topic, partition: 0, offset }], version: 1 }))
  const args = ['--bootstrap-server', inject('bootstrap'), '--offset-json-file', file]
  const { code, stderr } = await java('org.apache.kafka.tools.DeleteRecordsCommand', args)
  expect({ code, stderr }).toMatchObject({ code: 0 })
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${from + index}\n`).join('')

describe.each(runtimes)('records that are deleted before they are read, with %s', (runtime) => {
  it('a stored offset in front of the first record is told; auto.offset.reset says where reading goes on', async () => {
    const topic = await newTopic('trimmed')
    await produce(topic, numbers(0, 10))
    const file = join(folder, `${topic}.offsets`)
    const run = (...args: string[]) =>
      kt(withBootstrap(['console-consumer', topic, '--offset-file', file, '-e', ...args]), { runtime })
    const stored = await run('--from-beginning', '--max-messages', '3')
    expect(stored).toMatchObject({ code: 0, stdout: numbers(0, 3) })
    await deleteRecords(topic, 6)

    const refused = await run('--command-property', 'auto.offset.reset=none')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr.split('\n')).toContain(
      `kt console-consumer: ${topic}-0 has no offset 3 (any more), and auto.offset.reset is none`,
    )
    expect(await run('--command-property', 'auto.offset.reset=earliest')).toMatchObject({
      code: 0,
      stdout: numbers(6, 10),
      stderr: `${topic}-0: offset 3 is out of range; reading on at 6 (earliest)\nProcessed a total of 4 messages\n`,
    })
  })

  it('a consumer that is held up by its reader is told, and reads on without the deleted ones', async () => {
    const topic = await newTopic('overtaken')
    const filler = 'x'.repeat(1000)
    const lines = Array.from({ length: 3000 }, (_, index) => `${index} ${filler}`)
    await produce(topic, `${lines.join('\n')}\n`, ['--batch-size', '10000'])
    const small = ['max.partition.fetch.bytes=20000', 'auto.offset.reset=earliest']
    const properties = small.flatMap((property) => ['--command-property', property])
    const args = ['console-consumer', topic, '--partition', '0', '--offset', '0', ...properties]
    const consumer = spawnKt(withBootstrap([...args, '-e']), { runtime })
    let [stdout, stderr] = ['', '']
    consumer.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const closed = once(consumer, 'close') as Promise<[number | null]>
    // One byte, and no more until the records are gone: what the pipe does not hold waits in the consumer.
    await once(consumer.stdout, 'readable')
    await deleteRecords(topic, 2900)
    consumer.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))

    expect(await closed).toEqual([0, null])
    expect(stderr).toMatch(/-0: offset \d+ is out of range; reading on at 2900 \(earliest\)\n/)
    const from = Number(/offset (\d+) is/.exec(stderr)![1])
    expect(from).toBeLessThan(2900)
    expect(stdout.split('\n')).toEqual([...lines.slice(0, from), ...lines.slice(2900), ''])
  })
})
