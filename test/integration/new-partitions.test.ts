import { expect, inject, it } from 'vitest'
import { kt, spawnKt } from '../support/cli.ts'
import { newTopic, produce, withBootstrap } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { recordsOf } from '../support/other-client.ts'
import { uniqueName } from '../support/names.ts'

const OFTEN = ['--command-property', 'metadata.max.age.ms=200']

function grow(topic: string): Promise<unknown> {
  return kt(withBootstrap(['topics', 'alter', topic, '--partitions', '2']))
}

/** Starts `kt` and collects what it says; `until` resolves when that has come to hold `text`. */
function started(args: string[]) {
  const child = spawnKt(withBootstrap(args))
  let said = ''
  const note = (chunk: Buffer) => void (said += chunk.toString())
  child.stdout.on('data', note)
  child.stderr.on('data', note)
  const ended = new Promise((resolve) => child.once('close', resolve))
  const until = (text: string) => eventually(() => expect(said).toContain(text))
  const end = () => {
    child.kill('SIGINT')
    return ended
  }
  return { until, end }
}

it('partitions added to a topic while it is read are read too, from their first record', async () => {
  const topic = await newTopic('grows')
  const { until, end } = started(['console-consumer', topic, '--from-beginning', ...OFTEN])
  await produce(topic, 'before')
  await until('before')
  await grow(topic)
  await produce(topic, 'in the new one', ['--partition', '1'])
  await until('in the new one')
  expect(await end()).toBe(130)
})

it('partitions added to a topic while it is copied wait until the target has them', async () => {
  const [from, to] = [await newTopic('grows'), await newTopic('grows-copy')]
  await produce(from, 'before')
  const { until, end } = started(['copy', from, to, '--follow', '--group', uniqueName('grows'), ...OFTEN])
  const copied = () => recordsOf(inject('bootstrap'), to)
  const untilCopied = (count: number) =>
    eventually(() => expect(copied().length).toBeGreaterThanOrEqual(count))
  // It has seen both topics with one partition.
  await untilCopied(1)
  await grow(from)
  await produce(from, 'in the new one', ['--partition', '1'])
  await until(
    `${from}-1 is new and waits: ${to} has no such partition (kt topics alter ${to} --partitions 2)`,
  )
  await grow(to)
  await until(`${from}-1 is new and is copied from its first record`)
  await untilCopied(2)
  expect(await end()).toBe(130)
  expect(copied()).toEqual(recordsOf(inject('bootstrap'), from))
})
