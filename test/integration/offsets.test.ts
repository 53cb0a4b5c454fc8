import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { kt, runtimes, spawnKt, type Runtime } from '../support/cli.ts'
import { newTopic, produce, withBootstrap } from '../support/console.ts'
import { eventually, withPatience } from '../support/eventually.ts'
import { uniqueName } from '../support/names.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}\n`).join('')
const lines = (text: string) => text.split('\n').slice(0, -1)

function read(topic: string, args: readonly string[], runtime: Runtime = 'executable') {
  return kt(withBootstrap(['console-consumer', topic, ...args]), { runtime })
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10))
}

let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'kt-own-'))))
afterAll(() => rmSync(folder, { recursive: true }))

describe('where to start and to stop', () => {
  let topic = ''
  /** Between the records 4 and 5. */
  let betweenMs = 0
  beforeAll(async () => {
    topic = await newTopic('bounds')
    await produce(topic, '0\n1\n2\n3\n4\n')
    betweenMs = Date.now() + 1
    await until(() => Date.now() > betweenMs)
    await produce(topic, '5\n6\n7\n8\n9\n')
  })

  it.each([
    ['--offset earliest -e', '0123456789'],
    ['--offset latest -e', ''],
    ['--from-beginning -e', '0123456789'],
    ['--offset -3 -e', '789'],
    ['--offset -1000 -e', '0123456789'],
    ['--partition 0 --offset 4 -e', '456789'],
    ['--partition 0:7 -e', '789'],
    ['--partition 0:10 -e', ''],
    ['--partition 0:-2 -e', '89'],
    ['--offset @-1h -e', '0123456789'],
    ['--offset @BETWEEN -e', '56789'],
    ['--offset @ISO -e', '56789'],
    ['--offset earliest --until @BETWEEN', '01234'],
    ['--offset earliest --until latest', '0123456789'],
    ['--offset earliest --until earliest', ''],
    ['--offset earliest --until -2', '01234567'],
    ['--offset 2 --partition 0 --until 5', '234'],
    ['--offset earliest --max-messages 4', '0123'],
    ['--offset -4 --until -2 --max-messages 9', '67'],
  ])('%s reads "%s"', async (raw, digits) => {
    const args = raw.replace('BETWEEN', String(betweenMs)).replace('ISO', new Date(betweenMs).toISOString())
    const { code, stdout } = await read(topic, args.split(' '))
    expect([code, lines(stdout).join('')]).toEqual([0, digits])
  })

  it.each([
    ['--offset 11 --partition 0', 1, 'has no offset 11'],
    ['--partition 1 -e', 1, 'has no partition 1'],
    ['--partition 0,0', 2, 'names partition 0 twice'],
    ['--offset 3', 2, '--offset with a number needs --partition'],
    ['--offset soon', 2, '--offset cannot be "soon"'],
    ['--until soon', 2, '--until cannot be "soon"'],
    ['--until 3 -e', 2, 'exclude each other'],
    ['--from-beginning --offset 3', 2, 'exclude each other'],
    ['--to out', 2, '--to needs --offset-file'],
  ])('%s is refused', async (args, exitCode, message) => {
    const { code, stderr } = await read(topic, args.split(' '))
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(message)])
  })

  it('--timeout-ms ends when nothing comes any more', async () => {
    await withPatience(300, async (timeoutMs) => {
      const { code, stdout } = await read(topic, ['--offset', '-2', '--timeout-ms', String(timeoutMs)])
      expect([code, stdout]).toEqual([0, '8\n9\n'])
    })
  })

  it('several topics are read to their ends', async () => {
    const other = await newTopic('bounds', { partitions: 3 })
    await produce(other, 'other\n')
    const { stdout } = await kt(withBootstrap(['console-consumer', topic, other, '--offset', '-1', '-e']))
    expect(lines(stdout).sort()).toEqual(['9', 'other'])
  })
})

describe('the end of a partition', () => {
  it('is reached where nothing was ever written', async () => {
    const topic = await newTopic('empty', { partitions: 3 })
    expect(await read(topic, ['--from-beginning', '-e'])).toMatchObject({ code: 0, stdout: '' })
    expect(
      await kt(withBootstrap(['console-consumer', '--include', uniqueName('none'), '-e'])),
    ).toMatchObject({
      code: 0,
      stdout: '',
    })
  })

  it('is reached behind markers and aborted records', async () => {
    const topic = await newTopic('marked')
    const id = ['--transactional-id', uniqueName('tx')]
    await produce(topic, 'a\n', id)
    // The marker may follow the broker's answer to the commit.
    for (const level of ['read_committed', 'read_uncommitted'])
      await eventually(async () =>
        expect((await read(topic, ['--from-beginning', '-e', '--isolation-level', level])).stdout).toBe(
          'a\n',
        ),
      )
    const child = spawnKt(withBootstrap(['console-producer', topic, ...id, '--report']))
    const closed = once(child, 'close')
    child.stdin.write('b\n')
    await once(child.stdout, 'data')
    child.kill('SIGINT')
    expect(await closed).toEqual([130, null])
    for (const [level, all] of [
      ['read_committed', 'a\n'],
      ['read_uncommitted', 'a\nb\n'],
    ] as const)
      expect((await read(topic, ['--from-beginning', '-e', '--isolation-level', level])).stdout).toBe(all)
  })

  it('is reached though compaction has left nothing before it', async () => {
    const config = {
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.001',
      'delete.retention.ms': '0',
      'min.compaction.lag.ms': '0',
    }
    const topic = await newTopic('compacted', { config })
    const keyed = ['--reader-property', 'parse.key=true', '--reader-property', 'null.marker=NULL']
    await produce(topic, 'k\t1\nk\t2\nk\t3\n', keyed)
    const { code, stdout } = await read(topic, ['--partition', '0:1', '-e'])
    expect([code, stdout]).toEqual([0, '2\n3\n'])
  })
})

describe('--include', () => {
  it('reads topics that come to match, from their first record', async () => {
    const prefix = uniqueName('joins')
    const first = await newTopic(prefix)
    await produce(first, 'first\n')
    const args = ['console-consumer', '--include', `${prefix}.*`, '--from-beginning', '--max-messages', '2']
    const child = spawnKt(withBootstrap([...args, '--command-property', 'metadata.max.age.ms=100']))
    let heard = ''
    child.stdout.on('data', (chunk: Buffer) => (heard += chunk.toString()))
    const closed = once(child, 'close')
    await until(() => heard === 'first\n')
    await produce(await newTopic(prefix), 'second\n')
    expect(await closed).toEqual([0, null])
    expect(heard).toBe('first\nsecond\n')
  })
})

describe('offsets of one’s own', () => {
  const own = () => {
    const name = uniqueName('own')
    const [offsets, output] = [join(folder, `${name}.json`), join(folder, `${name}.txt`)]
    return { offsets, output, args: ['--offset-file', offsets, '--to', output] }
  }

  it.each(runtimes)(
    'survive kill -9 at any moment with each record once and in order, with %s',
    async (runtime) => {
      const topic = await newTopic('own', { partitions: 2 })
      const { args, output, offsets } = own()
      const [rounds, count] = [6, 10_000]
      const more = (round: number) => {
        const keyed = Array.from({ length: count }, (_, index) => round * count + index)
        const text = keyed.map((number) => `${number}\t${number}\n`).join('')
        return produce(topic, text, ['--reader-property', 'parse.key=true'])
      }
      // Small answers, so that there are many moments to be killed at.
      const small = ['--command-property', 'max.partition.fetch.bytes=20000', '--from-beginning']
      let kills = 0
      for (let round = 0; round < rounds; round++) {
        await more(round)
        const child = spawnKt(withBootstrap(['console-consumer', topic, ...args, ...small]), { runtime })
        const closed = once(child, 'close')
        const before = existsSync(output) ? statSync(output).size : 0
        // Some progress, then at whatever it is doing.
        await until(() => existsSync(output) && statSync(output).size > before)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
        if (child.kill('SIGKILL')) kills++
        await closed
      }
      expect(kills).toBe(rounds)
      const { code } = await read(topic, [...args, '-e'], runtime)
      expect(code).toBe(0)
      const found = lines(readFileSync(output, 'utf8')).map(Number)
      expect(found).toHaveLength(60_000)
      expect(new Set(found).size).toBe(60_000)
      // Each partition's are in order: what remains when one partition's are taken out is ascending.
      const { stdout } = await read(topic, ['--partition', '0', '--offset', 'earliest', '-e'])
      const ofFirst = new Set(lines(stdout).map(Number))
      const isAscending = (list: number[]) =>
        list.every((one, index) => index === 0 || one > list[index - 1]!)
      expect(isAscending(found.filter((one) => ofFirst.has(one)))).toBe(true)
      expect(isAscending(found.filter((one) => !ofFirst.has(one)))).toBe(true)
      expect(JSON.parse(readFileSync(offsets, 'utf8'))).toMatchObject({
        outputBytes: readFileSync(output).length,
      })
    },
  )

  it('go on where they stand, also in the middle of a batch', async () => {
    const topic = await newTopic('own')
    const { args, output, offsets } = own()
    await produce(topic, numbers(10))
    await read(topic, [...args, '--from-beginning', '--max-messages', '3'])
    expect(JSON.parse(readFileSync(offsets, 'utf8'))).toMatchObject({ partitions: [{ topic, offset: 3 }] })
    await read(topic, [...args, '-e'])
    expect(readFileSync(output, 'utf8')).toBe(numbers(10))
  })

  it('remember the start, so that nothing that comes after a crash is missed', async () => {
    const topic = await newTopic('own')
    const { args, output, offsets } = own()
    await produce(topic, 'before\n')
    const child = spawnKt(withBootstrap(['console-consumer', topic, ...args]))
    await until(() => existsSync(offsets))
    child.kill('SIGKILL')
    await once(child, 'close')
    await produce(topic, 'after\n')
    await read(topic, [...args, '-e'])
    expect(readFileSync(output, 'utf8')).toBe('after\n')
  })

  it('with stdout repeat records after a crash, and lose none', async () => {
    const topic = await newTopic('own')
    const { offsets } = own()
    await produce(topic, numbers(30_000))
    const args = ['--offset-file', offsets, '--from-beginning']
    const child = spawnKt(
      withBootstrap([
        'console-consumer',
        topic,
        ...args,
        '--command-property',
        'max.partition.fetch.bytes=20000',
      ]),
    )
    let heard = ''
    child.stdout.on('data', (chunk: Buffer) => (heard += chunk.toString()))
    const closed = once(child, 'close')
    await until(() => heard.length > 1000)
    child.kill('SIGKILL')
    await closed
    const rest = await read(topic, [...args, '-e'])
    const seen = new Set([...lines(heard), ...lines(rest.stdout)])
    for (let index = 0; index < 30_000; index++) if (!seen.has(String(index))) expect(index).toBe('seen')
  })

  it('of a record that cannot be printed stand before it', async () => {
    const topic = await newTopic('own')
    const { args, output } = own()
    await produce(topic, 'a\nb\nc\n')
    const broken = join(folder, 'breaks.mjs')
    writeFileSync(
      broken,
      'export function onConsume({ value }) { if (String(value) === "c") throw new Error("no") }',
    )
    const failed = await read(topic, [...args, '--from-beginning', '-e', '--interceptor', broken])
    expect([failed.code, readFileSync(output, 'utf8')]).toEqual([1, 'a\nb\n'])
    await read(topic, [...args, '-e'])
    expect(readFileSync(output, 'utf8')).toBe('a\nb\nc\n')
  })

  it('of another cluster, of a topic made anew, or without their output are refused, with the way out', async () => {
    const topic = await newTopic('own')
    const { args, output, offsets } = own()
    await produce(topic, 'a\n')
    await read(topic, [...args, '--from-beginning', '-e'])
    const stored = readFileSync(offsets, 'utf8')
    const refusal = async (given: readonly string[] = args) => {
      const { code, stderr, stdout } = await read(topic, [...given, '-e'])
      expect(stdout).toBe('')
      return { code, stderr }
    }

    const { clusterId } = JSON.parse(stored) as { clusterId: string }
    writeFileSync(offsets, stored.replace(clusterId, 'another'))
    expect(await refusal()).toEqual({
      code: 2,
      stderr: expect.stringMatching(/of the cluster another, this is .*\n.*another --offset-file/),
    })
    writeFileSync(offsets, '{"vers')
    expect((await refusal()).stderr).toContain('this is no offset file of kt')
    writeFileSync(offsets, stored)

    writeFileSync(join(folder, 'other.txt'), 'somebody else’s text')
    const other = await refusal(['--offset-file', offsets, '--to', join(folder, 'other.txt')])
    expect(other).toEqual({ code: 2, stderr: expect.stringContaining(`output in ${output}`) })
    expect(readFileSync(join(folder, 'other.txt'), 'utf8')).toBe('somebody else’s text')
    writeFileSync(output, '')
    expect(await refusal()).toEqual({ code: 1, stderr: expect.stringContaining('has 0 bytes, but') })
    writeFileSync(output, 'not ours\n')
    const fresh = await refusal(['--offset-file', `${offsets}.new`, '--to', output])
    expect(fresh).toEqual({ code: 2, stderr: expect.stringContaining('is not empty, and no stored offsets') })

    await kt(withBootstrap(['topics', 'delete', topic, '--yes']))
    await until(
      async () =>
        (await kt(withBootstrap(['topics', 'create', topic]), { env: { KT: inject('bootstrap') } })).code ===
        0,
    )
    expect((await refusal()).stderr).toContain(`topic "${topic}" was deleted and created again since`)
  })
})
