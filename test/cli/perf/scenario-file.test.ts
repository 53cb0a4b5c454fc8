import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { consumeOptions } from '../../../src/cli/perf/consume-options.ts'
import { latencyOptions } from '../../../src/cli/perf/latency-options.ts'
import { produceOptions } from '../../../src/cli/perf/produce-options.ts'
import { parseScenario } from '../../../src/cli/perf/scenario-file.ts'

const options = { producer: produceOptions, consumer: consumeOptions, latency: latencyOptions }
const parse = (text: string) => parseScenario(text, 's.yaml', options)

describe('a scenario', () => {
  it('gives each step its options, those of all, and client properties', () => {
    const { steps } = parse(
      'defaults: {topic: t, num-records: 5}\nsteps:\n  - {acks: 1, linger.ms: 3, sync: true}\n  - {run: consumer, num-records: 9}\n',
    )
    expect(steps[0]).toMatchObject({
      kind: 'producer',
      values: { topic: 't', numRecords: 5, sync: true, commandProperty: { acks: '1', 'linger.ms': '3' } },
    })
    expect(steps[1]).toMatchObject({
      kind: 'consumer',
      line: 4,
      values: { topic: 't', numRecords: 9, timeout: 10_000 },
    })
  })

  it('makes a step of each combination of a matrix', () => {
    const { steps } = parse(
      'steps:\n  - name: m\n    topic: t\n    num-records: 1\n    matrix:\n      acks: [1, all]\n      record-size: [10, 20]\n',
    )
    expect(steps.map(({ name }) => name)).toEqual([
      'm acks=1 record-size=10',
      'm acks=1 record-size=20',
      'm acks=all record-size=10',
      'm acks=all record-size=20',
    ])
  })

  it.each([
    ['YAML that is none', 'steps:\n  - name: a\n   b: [1\n', 's.yaml:3: '],
    [
      'an unknown option',
      'steps:\n  - topic: t\n    num-recods: 3\n',
      's.yaml:3: "num-recods" is nothing known',
    ],
    ['an unknown word at the top', 'stepps: []\n', 's.yaml:1: "stepps" is nothing known'],
    [
      'an option with a wrong value',
      'steps:\n  - topic: t\n    num-records: many\n',
      's.yaml:3: num-records takes',
    ],
    ['a flag that is no flag', 'steps:\n  - sync: often\n', 's.yaml:2: sync is true or false'],
    ['an unknown kind', 'steps:\n  - run: juggler\n', 's.yaml:2: run is producer, consumer, latency'],
    ['no steps', 'title: x\n', 's.yaml:1: a scenario needs steps'],
    ['steps that are none', 'steps:\n  - 5\n', 's.yaml:2: a step is a list of NAME: VALUE'],
    [
      'a matrix without lists',
      'steps:\n  - matrix: {acks: 1}\n',
      's.yaml:2: the matrix needs a list for acks',
    ],
    ['an empty file', '', 's.yaml:1: '],
  ])('with %s is refused with the line', (_, text, message) => {
    expect(() => parse(text)).toThrow(message)
  })

  it('of the examples covers the classic comparisons', () => {
    const text = readFileSync(new URL('../../../examples/perf-classic.yaml', import.meta.url), 'utf8')
    const names = parse(text).steps.map(({ name }) => name)
    for (const wanted of [
      'acks=0',
      'acks=all',
      'batch.size=16384',
      'compression.type=zstd',
      '12 partitions',
      'sync',
    ])
      expect(names).toContain(wanted)
  })
})
