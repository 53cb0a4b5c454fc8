import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { kt, runtimes, spawnKt } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { consume, newTopic, produce, withBootstrap } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { uniqueName } from '../support/names.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}\n`).join('')

/** All that is in a topic now, at a level of isolation. */
async function held(
  topic: string,
  level = 'read_committed',
  bootstrap = inject('bootstrap'),
): Promise<string> {
  const { stdout } = await consume(topic, ['-e', '--isolation-level', level], { bootstrap })
  return stdout
}

/** The markers of a commit may follow the broker's answer to it. */
async function committed(topic: string, expected: string, bootstrap: string): Promise<void> {
  await eventually(async () => expect(await held(topic, 'read_committed', bootstrap)).toBe(expected))
}

/** Starts a producer, whose input stays open. */
function producing(topic: string, args: readonly string[], bootstrap = inject('bootstrap')) {
  const child = spawnKt(withBootstrap(['console-producer', topic, ...args], bootstrap))
  const heard = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (heard.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (heard.stderr += chunk.toString()))
  child.stdin.on('error', () => {})
  const closed = once(child, 'close').then(([code]) => code as number | null)
  return { child, heard, closed }
}

/** Waits for something that is seen from outside; the test's own time limit ends it. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}

let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'kt-delivery-'))))
afterAll(() => rmSync(folder, { recursive: true }))

function moduleFile(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe.each(['4.3.1', '3.9.2'] as const)('a transaction on Kafka %s', (version) => {
  let old: Cluster | undefined
  let bootstrap = ''
  beforeAll(async () => {
    if (version === '3.9.2') old = await startCluster({ version })
    bootstrap = old?.bootstrap ?? inject('bootstrap')
  })
  afterAll(() => old?.stop())
  const id = () => ['--transactional-id', uniqueName('tx')]

  it('is committed at the end of the input', async () => {
    const topic = await newTopic('tx', { bootstrap })
    const { child, closed, heard } = producing(topic, [...id(), '--report'], bootstrap)
    child.stdin.write('one\ntwo\n')
    await until(() => heard.stdout.split('\n').length === 3)
    expect(await held(topic, 'read_committed', bootstrap)).toBe('')
    expect(await held(topic, 'read_uncommitted', bootstrap)).toBe('one\ntwo\n')
    child.stdin.end('three')
    expect(await closed).toBe(0)
    await committed(topic, 'one\ntwo\nthree\n', bootstrap)
  })

  it('is committed every so many records', async () => {
    const topic = await newTopic('tx', { bootstrap })
    const args = [...id(), '--transaction-records', '3', '--report']
    const { code, stdout } = await produce(topic, numbers(7), args, { bootstrap })
    expect(code).toBe(0)
    // A marker takes an offset at the end of each transaction.
    expect(stdout.split('\n').map((line) => line.split('\t')[2])).toEqual(
      [...'012456'].concat('8', undefined!),
    )
    await committed(topic, numbers(7), bootstrap)
  })

  it('is committed after so long, also while no input comes', async () => {
    const topic = await newTopic('tx', { bootstrap })
    const { child, closed } = producing(topic, [...id(), '--transaction-duration-ms', '100'], bootstrap)
    child.stdin.write('one\n')
    await until(async () => (await held(topic, 'read_committed', bootstrap)) === 'one\n')
    child.stdin.end('two\n')
    expect(await closed).toBe(0)
    await committed(topic, 'one\ntwo\n', bootstrap)
  })

  it('is aborted as a whole by a line that is no record', async () => {
    const topic = await newTopic('tx', { bootstrap })
    const args = [...id(), '--transaction-records', '2', '--reader-property', 'parse.key=true', '--sync']
    const { code, stderr } = await produce(topic, 'k\ta\nk\tb\nk\tc\nbad\n', args, { bootstrap })
    expect(code).toBe(1)
    expect(stderr).toContain('2 of 4 records committed')
    expect(stderr).toContain('line 4: no key separator found')
    // What was given up with it is not blamed as well.
    expect(stderr).not.toContain('line 3')
    await committed(topic, 'a\nb\n', bootstrap)
  })

  it('is aborted by an interrupt, and by a record that was not delivered', async () => {
    const topic = await newTopic('tx', { bootstrap, config: { 'max.message.bytes': '1000' } })
    const { child, closed, heard } = producing(topic, [...id(), '--report'], bootstrap)
    child.stdin.write('one\n')
    await until(() => heard.stdout !== '')
    child.kill('SIGINT')
    expect(await closed).toBe(130)
    const large = await produce(topic, `two\n${'x'.repeat(3000)}\nthree\n`, [...id(), '--report'], {
      bootstrap,
    })
    expect(large.code).toBe(1)
    expect(large.stderr).toContain('line 2: ')
    expect(large.stderr).toContain('0 of 3 records committed')
    expect(await held(topic, 'read_committed', bootstrap)).toBe('')
    expect(await held(topic, 'read_uncommitted', bootstrap)).toContain('one\n')
  })

  it('of a producer that another has fenced says so at once, though no input comes', async () => {
    const same = id()
    for (let durationMs = 500; ; durationMs *= 4) {
      const topic = await newTopic('tx', { bootstrap })
      const args = [...same, '--transaction-duration-ms', String(durationMs)]
      const first = producing(topic, [...args, '--report'], bootstrap)
      first.child.stdin.write('lost\n')
      await until(() => first.heard.stdout !== '')
      // So that it does not commit while the other starts.
      first.child.kill('SIGSTOP')
      expect((await produce(topic, 'kept\n', args, { bootstrap })).code).toBe(0)
      first.child.kill('SIGCONT')
      if ((await held(topic, 'read_committed', bootstrap)).includes('lost')) {
        // On a busy machine it had committed already: with more time it does not.
        first.child.stdin.end()
        await first.closed
        continue
      }
      // Its input is still open.
      expect(await first.closed).toBe(1)
      expect(first.heard.stderr).toContain('0 of 1 records committed')
      expect(first.heard.stderr).toContain('There is a newer producer with the same transactionalId')
      expect(first.heard.stderr).not.toContain('could not be aborted')
      await committed(topic, 'kept\n', bootstrap)
      break
    }
  })

  it('left open by a kill -9 is aborted by the next start with its id', async () => {
    const topic = await newTopic('tx', { bootstrap })
    const same = id()
    const { child, closed, heard } = producing(topic, [...same, '--report'], bootstrap)
    child.stdin.write('lost\n')
    await until(() => heard.stdout !== '')
    child.kill('SIGKILL')
    await closed
    // The end of what is stable lies before it, until somebody ends it.
    const open = await produce(topic, 'later\n', [], { bootstrap })
    expect([open.code, await held(topic, 'read_committed', bootstrap)]).toEqual([0, ''])
    expect((await produce(topic, 'next\n', same, { bootstrap })).code).toBe(0)
    await committed(topic, 'later\nnext\n', bootstrap)
  })

  it('may not be open for longer than the broker allows', async () => {
    const topic = await newTopic('tx', { bootstrap })
    const args = [...id(), '--command-property', 'transaction.timeout.ms=999999999']
    const { code, stderr } = await produce(topic, 'x\n', args, { bootstrap })
    expect(code).toBe(1)
    expect(stderr).toContain('The transaction timeout is larger than the maximum value allowed by the broker')
    expect(stderr).toContain('transaction.max.timeout.ms')
  })
})

describe('a limit of transactions without an id', () => {
  it.each([['--transaction-records'], ['--transaction-duration-ms']])(
    'is wrong usage: %s',
    async (option) => {
      const { code, stderr } = await produce('any', 'x\n', [option, '3'])
      expect(code).toBe(2)
      expect(stderr).toContain('need --transactional-id')
    },
  )
})

describe('partitioners', () => {
  const keyed = Array.from({ length: 200 }, (_, index) => `key-${index}\t${index}\n`).join('')

  /** Where kcat 1.7.1 has put key-0, key-1, key-2 … of seven partitions. */
  const PLACED_BY_KCAT =
    '6035143033533525352013423326251253036020460426430151416151453161533204634645512124402633303026016225' +
    '6463425326261502621011605121233210003543632032302303643602514522315255446424224206502230060603256022'

  it('consistent-crc32 places keys as kcat does', async () => {
    const topic = await newTopic('crc', { partitions: 7 })
    const args = ['--reader-property', 'parse.key=true', '--partitioner', 'consistent-crc32']
    expect((await produce(topic, keyed, args)).code).toBe(0)
    const { stdout } = await consume(topic, ['-e', '--format', '%s %p\\n'])
    const placed = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' ').map(Number) as [number, number])
    const inOrder = placed.sort(([one], [other]) => one - other).map(([, partition]) => partition)
    expect(inOrder.join('')).toBe(PLACED_BY_KCAT)
  })

  it('round-robin and sticky do as they say', async () => {
    const topic = await newTopic('rr', { partitions: 3 })
    const args = ['--reader-property', 'parse.key=true', '--report']
    const turns = await produce(topic, 'k\ta\nk\tb\nk\tc\nk\td\n', [
      ...args,
      '--partitioner',
      'round-robin',
      '--sync',
    ])
    expect(turns.stdout.split('\n').map((line) => line.split('\t')[1])).toEqual([
      '0',
      '1',
      '2',
      '0',
      undefined,
    ])
    for (const stickily of [
      ['--partitioner', 'sticky'],
      ['--command-property', 'partitioner.ignore.keys=true'],
    ]) {
      const { stdout } = await produce(topic, keyed, [...args, ...stickily])
      expect(new Set(stdout.split('\n').map((line) => line.split('\t')[1]))).toHaveProperty('size', 2)
    }
  })

  it.each(runtimes)('a module decides, with %s', async (runtime) => {
    const topic = await newTopic('module', { partitions: 4 })
    const path = moduleFile(
      'last.mjs',
      `export default ({ topic, key, value, partitionCount, availablePartitions }) => {
         if (topic !== '${topic}' || partitionCount !== 4 || availablePartitions.length !== 4) throw new Error('what?')
         return key === null ? 0 : Number(value) % partitionCount
       }`,
    )
    const args = ['--reader-property', 'parse.key=true', '--partitioner', path, '--report']
    const { stdout, stderr } = await produce(topic, 'k\t5\nk\t7\nk\t2\n', args, { runtime })
    expect(stderr).toBe('')
    const partitions = stdout.split('\n').map((line) => line.split('\t')[1])
    expect(partitions.sort()).toEqual(['1', '2', '3', undefined])
  })

  it('a module may be TypeScript for the executable', async () => {
    const topic = await newTopic('module', { partitions: 4 })
    const path = moduleFile('two.ts', 'const two: number = 2\nexport default (): number => two')
    const { stdout } = await produce(topic, 'a\n', ['--partitioner', path, '--report'])
    expect(stdout.split('\t')[1]).toBe('2')
  })

  it('a module that fails for a line ends the run there, with what was read before delivered', async () => {
    const topic = await newTopic('module')
    const path = moduleFile(
      'fails.mjs',
      'export default ({ value }) => { const n = Number(value); if (n === 3) throw new Error("no 3"); return n > 9 ? n : 0 }',
    )
    const throws = await produce(topic, '1\n2\n3\n4\n', ['--partitioner', path])
    expect(throws.code).toBe(1)
    expect(throws.stderr).toContain('2 of 3 records acknowledged')
    expect(throws.stderr).toContain(`line 3: module ${path}: the partitioner threw: no 3`)
    const outside = await produce(topic, '10\n', ['--partitioner', path])
    expect([outside.code, outside.stderr]).toEqual([
      1,
      expect.stringContaining('the partitioner returned 10'),
    ])
    expect(await held(topic)).toBe('1\n2\n')
  })
})

describe('interceptors', () => {
  const CHANGES = `export function onSend(record) {
    const text = record.value.toString()
    return text === 'drop' ? null : { ...record, value: text.toUpperCase(), headers: [{ key: 'by', value: 'me' }] }
  }`
  const COUNTS = `let good = 0, bad = 0
    export function onAck({ error, value, offset }) { error === null && offset >= 0 && value ? good++ : bad++ }
    export const close = () => process.stderr.write(\`good \${good} bad \${bad}\\n\`)`

  it.each(runtimes)('change and drop records, and hear what became of them, with %s', async (runtime) => {
    const topic = await newTopic('intercepted')
    const args = [
      '--interceptor',
      moduleFile('changes.mjs', CHANGES),
      '--interceptor',
      moduleFile('counts.mjs', COUNTS),
    ]
    const { code, stderr } = await produce(topic, 'a\ndrop\nb\n', args, { runtime })
    expect([code, stderr]).toEqual([0, 'good 2 bad 0\n'])
    const read = await consume(topic, ['-e', '--formatter-property', 'print.headers=true'])
    expect(read.stdout).toBe('by:me\tA\nby:me\tB\n')
  })

  it('are closed though records were not delivered, and hear of those too', async () => {
    const topic = await newTopic('intercepted', { config: { 'max.message.bytes': '1000' } })
    const input = `a\n${'x'.repeat(3000)}\n`
    const counts = ['--interceptor', moduleFile('counts.mjs', COUNTS)]
    const plain = await produce(topic, input, counts)
    expect([plain.code, plain.stderr]).toEqual([1, expect.stringContaining('good 1 bad 1\n')])
    const aborted = await produce(topic, input, [...counts, '--transactional-id', uniqueName('tx')])
    expect([aborted.code, aborted.stderr]).toEqual([1, expect.stringMatching(/good 1 bad 1\n/)])
  })

  it('do not count what they drop as a record of a transaction', async () => {
    const topic = await newTopic('intercepted')
    const args = ['--interceptor', moduleFile('changes.mjs', CHANGES), '--transactional-id', uniqueName('tx')]
    const { stderr } = await produce(topic, 'a\ndrop\nb\n', [
      ...args,
      '--transaction-records',
      '2',
      '--verbose',
    ])
    expect(stderr).toContain('2 of 3 records committed')
  })

  it('show, change and drop what a consumer prints', async () => {
    const topic = await newTopic('intercepted')
    await produce(topic, 'a\ndrop\nb\n')
    const path = moduleFile(
      'consumes.mjs',
      `export const onConsume = (r) => r.value.toString() === 'drop' ? null : { ...r, value: \`\${r.offset}:\${r.value}\` }`,
    )
    expect((await consume(topic, ['-e', '--interceptor', path])).stdout).toBe('0:a\n2:b\n')
    const broken = moduleFile('broken.mjs', 'export function onConsume() { throw new Error("cannot") }')
    const { code, stderr } = await consume(topic, ['-e', '--interceptor', broken])
    expect(code).toBe(1)
    expect(stderr).toContain(`${topic}-0 at offset 0: module ${broken}: onConsume threw: cannot`)
  })
})

describe('--report', () => {
  it.each(['text', 'json'])('names where each record stands (%s)', async (style) => {
    const topic = await newTopic('report', { partitions: 3 })
    const keyed = Array.from({ length: 50 }, (_, index) => `${index}\t${index}\n`).join('')
    const { stdout } = await produce(topic, keyed, ['--reader-property', 'parse.key=true', '--report', style])
    const told = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        if (style === 'text') return line
        const { topic: name, partition, offset, timestamp } = JSON.parse(line) as Record<string, number>
        return [name, partition, offset, timestamp].join('\t')
      })
    const read = await consume(topic, ['-e', '--output', 'json'])
    const found = read.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, number>)
      .map(({ topic: name, partition, offset, timestamp }) => [name, partition, offset, timestamp].join('\t'))
    expect(found).toHaveLength(50)
    expect(told.sort()).toEqual(found.sort())
  })
})

describe('settings of a producer', () => {
  it('acks=0 asks for no answer, acks=1 and all for one', async () => {
    const topic = await newTopic('acks')
    for (const acks of ['0', '1', 'all']) {
      const { code, stdout } = await produce(topic, `${acks}\n`, [
        '--request-required-acks',
        acks,
        '--report',
      ])
      expect([code, stdout.split('\t')[2] === '-1']).toEqual([0, acks === '0'])
    }
    await until(async () => (await held(topic)) === '0\n1\nall\n')
  })

  it('--sync waits for each record before the next', async () => {
    const topic = await newTopic('sync')
    const { child, closed, heard } = producing(topic, [
      '--sync',
      '--report',
      '--command-property',
      'linger.ms=60000',
    ])
    child.stdin.write('a\nb\n')
    await until(() => heard.stdout.split('\n').length === 3)
    child.stdin.end()
    expect(await closed).toBe(0)
  })

  it('max.request.size names the line that is too large', async () => {
    const topic = await newTopic('large')
    const args = ['--command-property', 'max.request.size=500']
    const { code, stderr } = await produce(topic, `a\n${'x'.repeat(600)}\nb\n`, args)
    expect(code).toBe(1)
    expect(stderr).toContain('line 2: a line of 600 bytes is larger than max.request.size (500)')
    expect(await held(topic)).toBe('a\n')
  })

  it('a small buffer.memory and many chunks lose nothing', async () => {
    const topic = await newTopic('memory')
    const args = ['--max-memory-bytes', '40000', '--batch-size', '16384']
    expect((await produce(topic, numbers(20_000), args)).code).toBe(0)
    expect(await held(topic)).toBe(numbers(20_000))
  })
})

describe('kt', () => {
  it('has no partitioner of another name, and says which there are', async () => {
    const { code, stderr } = await kt(withBootstrap(['console-producer', 'any', '--partitioner', 'fair']))
    expect(code).toBe(2)
    expect(stderr).toContain('there are default, sticky, round-robin, murmur2-random, consistent-crc32')
  })
})
