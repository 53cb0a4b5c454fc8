import { describe, expect, it } from 'vitest'
import { renderProperties, serverProperties } from '../../../src/core/sandbox/config.ts'

const nodes = [1, 2, 3].map((id) => ({ id, port: 9091 + id, controllerPort: 20_000 + id }))

function propertiesOf(count: number, overrides: Record<string, string> = {}, kafkaVersion = '4.3.1') {
  const [node] = nodes as [(typeof nodes)[number]]
  return serverProperties({ node, nodes: nodes.slice(0, count), kafkaVersion, dataDir: '/d', overrides })
}

describe('serverProperties', () => {
  it('replicates internal topics three times on three nodes, and needs two of them', () => {
    expect(propertiesOf(3)).toMatchObject({
      'offsets.topic.replication.factor': '3',
      'transaction.state.log.replication.factor': '3',
      'transaction.state.log.min.isr': '2',
      'share.coordinator.state.topic.replication.factor': '3',
      'share.coordinator.state.topic.min.isr': '2',
    })
  })

  it('keeps internal topics writable on a single node', () => {
    expect(propertiesOf(1)).toMatchObject({
      'offsets.topic.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
    })
  })

  it('listens on loopback only', () => {
    const { listeners, 'advertised.listeners': advertised } = propertiesOf(1)
    expect(listeners).toBe('PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:20001')
    expect(advertised).toBe('PLAINTEXT://127.0.0.1:9092')
  })

  it('names every node as a voter', () => {
    expect(propertiesOf(3)['controller.quorum.voters']).toBe(
      '1@127.0.0.1:20001,2@127.0.0.1:20002,3@127.0.0.1:20003',
    )
  })

  it('lets the person override what the sandbox chose', () => {
    expect(propertiesOf(1, { 'offsets.topic.num.partitions': '50' })['offsets.topic.num.partitions']).toBe(
      '50',
    )
  })

  it('does not tell Kafka 3 about share groups, which it does not know', () => {
    const names = Object.keys(propertiesOf(1, {}, '3.9.2'))
    expect(names.filter((name) => name.startsWith('share.'))).toEqual([])
  })
})

describe('renderProperties', () => {
  it('writes a backslash so that Java reads one', () => {
    expect(renderProperties({ a: 'C:\\x', b: '' })).toBe('a=C:\\\\x\nb=\n')
  })
})
