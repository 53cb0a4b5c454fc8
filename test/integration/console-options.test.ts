import { describe, expect, it } from 'vitest'
import consumer from '../../src/commands/console-consumer.ts'
import producer from '../../src/commands/console-producer.ts'
import { scripts } from '../../src/commands/index.ts'
import { java } from '../support/java.ts'

/** What every script takes, besides its own. */
const COMMON = ['help', 'version']

describe.each([
  ['kafka-console-producer', 'org.apache.kafka.tools.ConsoleProducer', producer],
  ['kafka-console-consumer', 'org.apache.kafka.tools.consumer.ConsoleConsumer', consumer],
])('%s', (script, mainClass, { options }) => {
  it('takes every option that Kafka’s help names, old spellings too', async () => {
    const { stdout, stderr } = await java(mainClass, ['--help'])
    const theirs = [...`${stdout}\n${stderr}`.matchAll(/^--([a-z][a-z.-]*)/gm)].map(([, name]) => name!)
    expect(theirs.length).toBeGreaterThan(20)
    const ours = new Set([
      ...COMMON,
      ...Object.entries(options).flatMap(([name, { aliases = [] }]) => [name, ...aliases]),
      ...Object.keys(scripts[script]?.obsolete ?? {}),
      ...(scripts[script]?.ignored ?? []),
    ])
    expect(theirs.filter((name) => !ours.has(name))).toEqual([])
  })
})
