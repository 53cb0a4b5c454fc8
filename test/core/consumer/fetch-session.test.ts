import { describe, expect, it } from 'vitest'
import { FetchSession, type SessionPartition } from '../../../src/core/consumer/fetch-session.ts'
import { PartitionPosition } from '../../../src/core/consumer/position.ts'

describe('a fetch session', () => {
  it('tells the broker of a partition that was given back as new, and to forget nothing', () => {
    const session = new FetchSession()
    const [before, other, again] = [0, 1, 0].map((partition) => asked(partition))
    session.request([before!, other!])
    session.answered(7)
    const { changed, forgotten } = session.request([other!, again!])
    expect(changed).toEqual([again])
    expect(forgotten).toEqual([])
  })

  it('lets the broker forget a partition that is not read any more', () => {
    const session = new FetchSession()
    const [gone, other] = [0, 1].map((partition) => asked(partition))
    session.request([gone!, other!])
    session.answered(7)
    const { changed, forgotten } = session.request([other!])
    expect(changed).toEqual([])
    expect(forgotten).toEqual([{ position: gone!.position, topicId: 'id' }])
  })
})

function asked(partition: number): SessionPartition {
  const position = new PartitionPosition('t', partition, 5)
  return { position, topicId: 'id', offset: 5, currentLeaderEpoch: 0, lastFetchedEpoch: -1 }
}
