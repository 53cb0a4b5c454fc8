import { describe, expect, it } from 'vitest'
import { type PartitionDescription, replicationFactorOf } from '../../../src/core/admin/describe-topics.ts'
import * as health from '../../../src/core/admin/partition-health.ts'

const whole: PartitionDescription = {
  partition: 0,
  leader: 1,
  leaderEpoch: 0,
  replicas: [1, 2, 3],
  isr: [1, 2, 3],
  offlineReplicas: [],
  elr: [],
  lastKnownElr: [],
}
const live = new Set([1, 2, 3])

describe('a partition', () => {
  it('is under-replicated while a replica is not in sync', () => {
    expect(health.isUnderReplicated(whole)).toBe(false)
    expect(health.isUnderReplicated({ ...whole, isr: [1, 2] })).toBe(true)
  })

  it('is not under-replicated because of a replica that is only being added', () => {
    const reassignment = { addingReplicas: [3], removingReplicas: [] }
    expect(replicationFactorOf({ ...whole, reassignment })).toBe(2)
    expect(health.isUnderReplicated({ ...whole, isr: [1, 2], reassignment })).toBe(false)
  })

  it('counts all replicas again when its reassignment ended while we asked', () => {
    const reassignment = { addingReplicas: [9], removingReplicas: [] }
    expect(replicationFactorOf({ ...whole, reassignment })).toBe(3)
  })

  it('is unavailable without a leader, or with one that is down', () => {
    expect(health.isUnavailable(whole, live)).toBe(false)
    expect(health.isUnavailable({ ...whole, leader: null }, live)).toBe(true)
    expect(health.isUnavailable(whole, new Set([2, 3]))).toBe(true)
  })

  it('is under or at min.insync.replicas by the replicas in sync', () => {
    expect(health.isUnderMinIsr({ ...whole, isr: [1] }, 2)).toBe(true)
    expect(health.isUnderMinIsr({ ...whole, isr: [1, 2] }, 2)).toBe(false)
    expect(health.isUnderMinIsr({ ...whole, leader: null }, 2)).toBe(true)
    expect(health.isAtMinIsr({ ...whole, isr: [1, 2] }, 2)).toBe(true)
    expect(health.isAtMinIsr(whole, 2)).toBe(false)
  })
})
