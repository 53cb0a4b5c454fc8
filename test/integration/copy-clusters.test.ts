/** `kt copy` between two clusters, each said in its own words. */
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { kt, spawnKt } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { newTopic, produce } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { recordsOf } from '../support/other-client.ts'
import { uniqueName } from '../support/names.ts'

let dir = ''
let other: Cluster
let words: string[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kt-two-'))
  other = await startCluster()
  const [from, to] = [join(dir, 'from.properties'), join(dir, 'to.properties')]
  writeFileSync(from, `bootstrap.servers=${inject('bootstrap')}\nfetch.max.bytes=1000000\n`)
  writeFileSync(to, `bootstrap.servers=${other.bootstrap}\n`)
  words = ['--from-command-config', from, '--to-command-config', to]
})
afterAll(async () => {
  await other.stop()
  await rm(dir, { recursive: true })
})

const here = (topic: string) => recordsOf(inject('bootstrap'), topic)
const there = (topic: string) => recordsOf(other.bootstrap, topic)
const keyed = ['--reader-property', 'parse.key=true']

function lines(count: number, word: string): string {
  return Array.from({ length: count }, (_, index) => `key-${index}\t${word} ${index}`).join('\n')
}

it('makes the topic there, goes on where its group was, and follows', async () => {
  const topic = await newTopic('both', { partitions: 3, config: { 'retention.ms': '123456789' } })
  const group = uniqueName('both')
  await produce(topic, lines(500, 'first'), keyed)
  const made = await kt(['copy', topic, topic, ...words, '--create', '--group', group])
  expect(made.stderr).toContain(`created topic ${topic} like ${topic} (3 partitions)`)
  expect(made.code).toBe(0)
  expect(there(topic)).toEqual(here(topic))
  const described = await kt(['topics', 'describe', topic, '--bootstrap-server', other.bootstrap])
  expect(described.stdout).toContain('retention.ms=123456789')

  await produce(topic, lines(50, 'second'), keyed)
  const again = await kt(['copy', topic, topic, ...words, '--group', group, '--output', 'json'])
  expect(JSON.parse(again.stdout)).toMatchObject({ copy: { recordsRead: 50, records: 50 } })

  const child = spawnKt(['copy', topic, topic, ...words, '--group', group, '--follow'])
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.stdout.resume()
  child.stderr.resume()
  await produce(topic, lines(10, 'third'), keyed)
  await eventually(() => expect(there(topic).length).toBeGreaterThanOrEqual(560))
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(there(topic)).toEqual(here(topic))
})

it('does not take one cluster for the other', async () => {
  const topic = await newTopic('only-here')
  await produce(topic, 'one')
  const missing = await kt(['copy', topic, topic, ...words])
  expect(missing.code).toBe(1)
  expect(missing.stderr).toContain(`topic "${topic}" does not exist`)
  expect(missing.stderr).toContain('--create makes it like the source')
  const once = await kt(['copy', topic, topic, ...words, '--exactly-once'])
  expect(once.code).toBe(2)
  expect(once.stderr).toContain('a transaction does not reach into another')
})
