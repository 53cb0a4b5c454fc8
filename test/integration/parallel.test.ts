import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kt, runtimes, spawnKt } from '../support/cli.ts'
import { newTopic, produce, withBootstrap } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { GroupMember } from '../support/group-member.ts'
import { uniqueName } from '../support/names.ts'

const PARTITIONS = 3
const EACH = 200

let folder = ''
let topic = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kt-parallel-'))
  topic = await newTopic('side-by-side', { partitions: PARTITIONS })
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const text = Array.from({ length: EACH }, (_, index) => `${partition}:${index}\n`).join('')
    await produce(topic, text, ['--partition', String(partition)])
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

function moduleFile(text: string): string {
  const path = join(folder, `${uniqueName('module')}.mjs`)
  writeFileSync(path, text)
  return path
}

/** Holds the records of partition 0 until those of the others have all been seen. */
const patient = () =>
  moduleFile(`
    let left = ${EACH * (PARTITIONS - 1)}
    let open
    const others = new Promise((resolve) => (open = resolve))
    export async function onConsume({ partition }) {
      if (partition === 0) await others
      else if (--left === 0) open()
    }`)

function expectInOrder(text: string): void {
  const lines = text.split('\n').slice(0, -1)
  expect(lines).toHaveLength(EACH * PARTITIONS)
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const own = lines.filter((line) => line.startsWith(`${partition}:`))
    expect(own).toEqual(Array.from({ length: EACH }, (_, index) => `${partition}:${index}`))
  }
}

describe('--parallel', () => {
  it.each(runtimes)('lets no partition wait for the module of another, with %s', async (runtime) => {
    const args = ['console-consumer', topic, '--from-beginning', '-e', '--parallel']
    const { code, stdout } = await kt(withBootstrap([...args, '--interceptor', patient()]), {
      runtime,
    })
    expect(code).toBe(0)
    expectInOrder(stdout)
    expect(stdout.indexOf('0:0\n')).toBeGreaterThan(stdout.indexOf(`${PARTITIONS - 1}:${EACH - 2}\n`))
  })

  it('hands a module max.poll.records of one partition at a time', async () => {
    const module = moduleFile(`
      export const onConsumeBatch = async (records) => {
        const [{ partition, offset }] = records
        await new Promise((resolve) => setTimeout(resolve, 1))
        const same = records.every((one, index) => one.partition === partition && one.offset === offset + index)
        return [{ ...records[0], value: partition + ' ' + offset + ' ' + records.length + ' ' + same }]
      }`)
    const poll = ['--command-property', 'max.poll.records=80', '--interceptor', module]
    const args = ['console-consumer', topic, '--from-beginning', '-e', '--parallel', ...poll]
    const { stdout } = await kt(withBootstrap(args))
    const expected = [0, 1, 2].flatMap((one) => [
      `${one} 0 80 true`,
      `${one} 160 40 true`,
      `${one} 80 80 true`,
    ])
    expect(stdout.split('\n').slice(0, -1).sort()).toEqual(expected)
  })

  it('ends after exactly as many records as were wanted', async () => {
    const module = moduleFile(`
      let seen = 0
      export const onConsume = () => new Promise((resolve) => setTimeout(resolve, 1)).then(() => void seen++)
      export const close = () => console.error('seen ' + seen)`)
    const args = ['console-consumer', topic, '--from-beginning', '--parallel', '--max-messages', '250']
    const { code, stdout, stderr } = await kt(withBootstrap([...args, '--interceptor', module]))
    expect([code, stdout.split('\n').length - 1]).toEqual([0, 250])
    expect(stderr).toBe('seen 250\nProcessed a total of 250 messages\n')
  })

  it('commits what is written of one partition while another waits for its module', async () => {
    const flag = join(folder, uniqueName('flag'))
    const module = moduleFile(`
      import { existsSync } from 'node:fs'
      export async function onConsume({ partition, offset }) {
        while (partition === 0 && offset === 5 && !existsSync(${JSON.stringify(flag)}))
          await new Promise((resolve) => setTimeout(resolve, 10))
      }`)
    const quick = ['--command-property', 'auto.commit.interval.ms=50']
    const group = ['--group', uniqueName('side-by-side'), '--from-beginning', '--parallel', ...quick]
    const member = new GroupMember(withBootstrap([topic, ...group, '--interceptor', module]))
    const committed = (partition: number) =>
      member
        .named('offsets_committed')
        .flatMap(({ offsets = [] }) => offsets)
        .filter((one) => one.partition === partition)
        .map(({ offset }) => offset)
        .at(-1)
    await eventually(() => expect([committed(0), committed(1), committed(2)]).toEqual([5, EACH, EACH]))
    // They are written before they are committed, but come through another pipe than the events.
    await eventually(() => expect(member.records).toHaveLength(2 * EACH + 5))
    writeFileSync(flag, '')
    await eventually(() => expect(committed(0)).toBe(EACH))
    await member.signal('SIGTERM')
    expectInOrder(`${member.records.join('\n')}\n`)
  })

  it('gives a partition up after the record that its module is at', async () => {
    const module = moduleFile(`
      export const onConsume = () => new Promise((resolve) => setTimeout(resolve, 100))`)
    const group = [topic, '--group', uniqueName('side-by-side'), '--from-beginning', '--parallel']
    const eager = ['--command-property', 'partition.assignment.strategy=range']
    const all = withBootstrap([...group, ...eager, '--interceptor', module])
    const first = new GroupMember(all)
    await eventually(() => expect(first.records.length).toBeGreaterThan(3))
    const second = new GroupMember(all)
    await eventually(() => expect(second.records.length).toBeGreaterThan(3))
    await Promise.all([first.signal('SIGTERM'), second.signal('SIGTERM')])
    // Nothing twice: what the first had written when it gave its partitions up was committed.
    const seen = [...first.records, ...second.records]
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('keeps offsets with the output through kill -9: each record once, in order', async () => {
    const [offsets, output] = [join(folder, 'own.json'), join(folder, 'own.txt')]
    const module = moduleFile(`
      export const onConsume = ({ partition }) =>
        partition === 0 ? new Promise((resolve) => setTimeout(resolve, 20)) : undefined`)
    const own = ['--offset-file', offsets, '--to', output, '--interceptor', module, '--parallel']
    const args = withBootstrap(['console-consumer', topic, '--from-beginning', ...own])
    for (let round = 0; round < 3; round++) {
      const before = existsSync(output) ? statSync(output).size : 0
      const child = spawnKt(args)
      const closed = once(child, 'close')
      await eventually(() => expect(existsSync(output) ? statSync(output).size : 0).toBeGreaterThan(before))
      child.kill('SIGKILL')
      await closed
    }
    expect((await kt([...args, '-e'])).code).toBe(0)
    expectInOrder(readFileSync(output, 'utf8'))
  })
})
