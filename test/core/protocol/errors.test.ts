import { describe, expect, it } from 'vitest'
import { ApiError } from '../../../src/core/errors.ts'
import { apiError, errorOf } from '../../../src/core/protocol/errors.ts'
import { apiIndex } from '../../../src/core/protocol/generated/api-index.ts'
import { apis } from '../../../src/core/protocol/generated/all.ts'

describe('error codes', () => {
  it.each([
    [0, 'NONE', false],
    [-1, 'UNKNOWN_SERVER_ERROR', false],
    [3, 'UNKNOWN_TOPIC_OR_PARTITION', true],
    [6, 'NOT_LEADER_OR_FOLLOWER', true],
    [36, 'TOPIC_ALREADY_EXISTS', false],
    [45, 'OUT_OF_ORDER_SEQUENCE_NUMBER', false],
    [100, 'UNKNOWN_TOPIC_ID', true],
  ])('%i is %s', (code, name, isRetriable) => {
    expect(errorOf(code)).toMatchObject({ code, name, isRetriable })
  })

  it('of a newer Kafka are named by their number', () => {
    expect(errorOf(999)).toMatchObject({ code: 999, name: 'UNKNOWN_999', isRetriable: false })
  })

  it('become errors that say what was asked, why it failed and what to try', () => {
    const error = apiError(36, 'topics create: "orders"', 'add --if-not-exists')
    expect(error).toBeInstanceOf(ApiError)
    expect(error.message).toBe('topics create: "orders": Topic with this name already exists.')
    expect(error).toMatchObject({ code: 36, codeName: 'TOPIC_ALREADY_EXISTS', hint: 'add --if-not-exists' })
  })

  it('use the broker’s own words when it sent some', () => {
    expect(
      apiError(42, 'x', undefined, 'Replication factor: 3 larger than available brokers: 1.').message,
    ).toBe('x: Replication factor: 3 larger than available brokers: 1.')
  })
})

describe('the index of APIs', () => {
  it('agrees with the generated APIs', () => {
    const client = apiIndex.filter(({ isClientApi }) => isClientApi)
    expect(
      client.map(({ key, name, minVersion, maxVersion }) => [key, name, minVersion, maxVersion]),
    ).toEqual(
      [...apis]
        .sort((a, b) => a.key - b.key)
        .map(({ key, name, minVersion, maxVersion }) => [key, name, minVersion, maxVersion]),
    )
  })

  it('knows removed and broker-internal APIs by name', () => {
    expect(apiIndex.find(({ key }) => key === 4)).toMatchObject({ name: 'LeaderAndIsr', maxVersion: -1 })
    expect(apiIndex.find(({ key }) => key === 58)).toMatchObject({ name: 'Envelope', isClientApi: false })
  })
})
