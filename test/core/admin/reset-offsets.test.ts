import { describe, expect, it } from 'vitest'
import { parseDateTime, parseDuration } from '../../../src/core/admin/reset-offsets.ts'
import { parseTopicArgument } from '../../../src/core/admin/topic-arguments.ts'
import { partitionRules } from '../../../src/core/admin/topic-partition-filter.ts'

describe('the words of a reset', () => {
  it.each([
    ['PT1S', 1000],
    ['P1DT2H3M4.5S', 93_784_500],
    ['-PT1H', -3_600_000],
    ['PT-1M', -60_000],
  ])('the duration %s is %d ms', (raw, ms) => expect(parseDuration(raw)).toBe(ms))

  it.each(['P', 'PT', '1h', 'P1H', ''])('"%s" is no duration', (raw) =>
    expect(() => parseDuration(raw)).toThrow('is not a duration'),
  )

  it('a time without a zone is UTC', () => {
    expect(parseDateTime('2026-11-20T10:00:00.500')).toBe(Date.UTC(2026, 10, 20, 10, 0, 0, 500))
    expect(parseDateTime('2026-11-20T10:00:00.000+01:00')).toBe(Date.UTC(2026, 10, 20, 9))
    expect(() => parseDateTime('yesterday')).toThrow('is not a time')
  })

  it('a topic may name partitions', () => {
    expect(parseTopicArgument('a.b:0,12')).toEqual({ topic: 'a.b', partitions: [0, 12] })
    expect(parseTopicArgument('a')).toEqual({ topic: 'a', partitions: undefined })
    for (const raw of ['a:', ':1', 'a:x', 'a:1:2']) expect(() => parseTopicArgument(raw)).toThrow('Invalid')
  })
})

it('rules choose partitions, ranges without their end', () => {
  const isMeant = partitionRules('orders:1-3,pay.*:7,x:-1,:9')
  const chosen = (topic: string) =>
    Array.from({ length: 10 }, (_, n) => n).filter((partition) => isMeant({ topic, partition }))
  expect(chosen('orders')).toEqual([1, 2, 9])
  expect(chosen('payments')).toEqual([7, 9])
  expect(chosen('x')).toEqual([0, 9])
  expect(() => partitionRules('a:b')).toThrow('Invalid rule specification: a:b')
})
