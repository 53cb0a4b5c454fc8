import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import { ListOffsets } from '../../../src/core/protocol/generated/apis/ListOffsets.ts'
import { parseOffsetSpec, parsePartitions, resolveOffsets } from '../../../src/core/consumer/offset-spec.ts'
import { addTopic } from '../../broker/index.ts'
import { failureOf, fakeBroker, open } from '../cluster/support.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const parse = (raw: string) => parseOffsetSpec(raw, 'offset', NOW)
const at = (timestampMs: number) => ({ at: 'time', timestampMs })

describe('an offset in words', () => {
  it.each([
    ['earliest', { at: 'earliest' }],
    ['latest', { at: 'latest' }],
    ['0', { at: 'offset', offset: 0 }],
    ['42', { at: 'offset', offset: 42 }],
    ['-5', { at: 'before-end', count: 5 }],
    ['-0', { at: 'before-end', count: 0 }],
    ['@2026-11-20T10:00Z', at(Date.UTC(2026, 10, 20, 10))],
    ['@2026-11-20T10:00:30.5+01:00', at(Date.UTC(2026, 10, 20, 9, 0, 30, 500))],
    ['@1700000000000', at(1_700_000_000_000)],
    ['@-1h', at(NOW - 3_600_000)],
    ['@-1.5m', at(NOW - 90_000)],
    ['@-250ms', at(NOW - 250)],
    ['@-2w', at(NOW - 14 * 86_400_000)],
  ])('%s is understood', (raw, spec) => {
    expect(parse(raw)).toEqual(spec)
  })

  it.each([
    '',
    'first',
    '1.5',
    '+3',
    '--5',
    '0x10',
    '@',
    '@yesterday',
    '@-1y',
    '@12',
    '99999999999999999999',
  ])('"%s" is refused, with what there is', (raw) => {
    expect(() => parse(raw)).toThrow(UsageError)
    expect(() => parse(raw)).toThrow(`--offset cannot be "${raw}"`)
  })
})

describe('partitions in words', () => {
  it('may each have a start of their own', () => {
    expect(parsePartitions('0:100, 1:-5,2:earliest,7')).toEqual([
      { partition: 0, spec: { at: 'offset', offset: 100 } },
      { partition: 1, spec: { at: 'before-end', count: 5 } },
      { partition: 2, spec: { at: 'earliest' } },
      { partition: 7, spec: undefined },
    ])
  })

  it('may start at a time with colons in it', () => {
    const [one] = parsePartitions('3:@2026-11-20T10:00:00Z')
    expect(one).toEqual({ partition: 3, spec: at(Date.UTC(2026, 10, 20, 10)) })
  })

  it.each(['', ',', 'a', '-1', '0:', '1,,2', '4294967296', '0,0', '0:x'])('"%s" are refused', (raw) => {
    expect(() => parsePartitions(raw)).toThrow(UsageError)
  })
})

describe('what an offset means now', () => {
  async function resolver(properties: Record<string, string> = {}) {
    const broker = await fakeBroker()
    addTopic(broker.state, 't', 1)
    // 100 to 199 are there; a record of the time 5000 has offset 150; up to 180 is stable.
    broker.on(ListOffsets, ({ topics, isolationLevel }) => ({
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp }) => {
          const end = isolationLevel === 1 ? 180n : 200n
          const byTime = timestamp <= 5000n ? 150n : -1n
          const offset = timestamp === -2n ? 100n : timestamp === -1n ? end : byTime
          return { partitionIndex, offset, timestamp: -1n }
        }),
      })),
    }))
    const cluster = await open(broker.address, properties)
    await cluster.metadata.topic('t')
    return async (raw: string) => {
      const spec = parse(raw)
      const [found] = await resolveOffsets(cluster, [{ topic: 't', partition: 0, spec }])
      return found!.offset
    }
  }

  it('is found for every kind of it', async () => {
    const resolve = await resolver()
    expect(await resolve('earliest')).toBe(100)
    expect(await resolve('latest')).toBe(200)
    expect(await resolve('-5')).toBe(195)
    expect(await resolve('120')).toBe(120)
    expect(await resolve('200')).toBe(200)
    expect(await resolve('@1970-01-01T00:00:05Z')).toBe(150)
  })

  it('is the first record when fewer are there than one goes back', async () => {
    expect(await (await resolver())('-5000')).toBe(100)
  })

  it('is the end when no record is that young', async () => {
    expect(await (await resolver())('@-1h')).toBe(200)
  })

  it('is the last stable offset for the end under read_committed', async () => {
    const resolve = await resolver({ 'isolation.level': 'read_committed' })
    expect(await resolve('latest')).toBe(180)
    expect(await resolve('-5')).toBe(175)
  })

  it('is an error for a number that the log does not have', async () => {
    const resolve = await resolver()
    for (const raw of ['99', '201']) {
      const { message, hint } = await failureOf(resolve(raw))
      expect(message).toBe(`t-0 has no offset ${raw}`)
      expect(hint).toBe('its records have the offsets 100 to 199, and 200 is next')
    }
  })
})
