import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InitProducerId } from '../../src/core/protocol/generated/apis/InitProducerId.ts'
import { FakeLog } from '../broker/log.ts'
import { type FakeBroker, startFakeBroker } from '../broker/index.ts'
import { textBatch } from '../core/records/support.ts'
import { runCommand } from '../support/run-command.ts'

let broker: FakeBroker
beforeEach(async () => {
  broker = await startFakeBroker({ topics: { orders: 1, copy: 1 } })
  partitionsOf('orders')[0]!.log.append(await textBatch('a', 'b'))
})
afterEach(() => broker.close())

function partitionsOf(topic: string) {
  return broker.state.topics.get(topic)!.partitions
}

function copied(): bigint[] {
  return partitionsOf('copy').map(({ log }) => log.endOffset)
}

/** The producer is opened when all has been planned. */
function growWhenPlanned(): void {
  broker.on(InitProducerId, async () => {
    const log = new FakeLog()
    log.append(await textBatch('c'))
    partitionsOf('orders').push({ leader: 1, leaderEpoch: 0, log })
    return undefined
  })
}

describe('a topic that gets another partition while copying starts', () => {
  const copy = (...words: string[]) =>
    runCommand(['copy', 'orders', 'copy', '--output', 'json', ...words], [], { bootstrap: broker.address })

  it('is copied as it was when that was planned', async () => {
    growWhenPlanned()
    // What is known of the source is old by the time its offsets are asked for.
    const { stderr, code } = await copy('--from-command-property', 'metadata.max.age.ms=0')
    expect(stderr.filter((line) => !line.startsWith('{'))).toEqual([])
    expect(code).toBe(0)
    expect(partitionsOf('orders')).toHaveLength(2)
    expect(copied()).toEqual([2n])
  })
})
