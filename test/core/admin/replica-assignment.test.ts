import { describe, expect, it } from 'vitest'
import { parseReplicaAssignment } from '../../../src/core/admin/replica-assignment.ts'

describe('a replica assignment', () => {
  it('has the brokers of each partition in their order', () => {
    expect(parseReplicaAssignment('1:2,2:3, 3 : 1')).toEqual([
      [1, 2],
      [2, 3],
      [3, 1],
    ])
  })

  it.each([
    ['1:1', 'broker 1 twice'],
    ['1:2,3', 'partition 1 has different replication factor'],
    ['1:x', '"x" in "1:x" is not a broker\'s id'],
    ['', "is not a broker's id"],
    ['1,,2', "is not a broker's id"],
    ['-1', "is not a broker's id"],
  ])('is refused: %j', (raw, why) => {
    expect(() => parseReplicaAssignment(raw)).toThrow(why)
  })
})
