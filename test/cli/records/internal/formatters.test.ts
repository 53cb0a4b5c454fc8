import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fittedRows } from '../../../../src/cli/records/internal/fitted-rows.ts'
import { jsonLines } from '../../../../src/cli/records/internal/json-lines.ts'
import { internalFormatter } from '../../../../src/cli/records/internal/kafka-formatters.ts'
import { latestOnly } from '../../../../src/cli/records/internal/latest-only.ts'
import { tableRows } from '../../../../src/cli/records/internal/table-rows.ts'
import { offsetsTopic } from '../../../../src/cli/records/internal/topics.ts'
import type { Formatter } from '../../../../src/cli/records/formatter.ts'
import { OutputBuffer } from '../../../../src/cli/records/output-buffer.ts'
import { Sink } from '../../../../src/cli/output/sink.ts'
import { widthOf } from '../../../../src/cli/output/text-width.ts'
import { encodeVersioned } from '../../../../src/core/protocol/codec.ts'
import { ConsumerProtocolSubscription } from '../../../../src/core/protocol/generated/data/ConsumerProtocolSubscription.ts'
import { GroupMetadataKey } from '../../../../src/core/protocol/generated/group-coordinator/GroupMetadataKey.ts'
import { GroupMetadataValue } from '../../../../src/core/protocol/generated/group-coordinator/GroupMetadataValue.ts'
import { OffsetCommitKey } from '../../../../src/core/protocol/generated/group-coordinator/OffsetCommitKey.ts'
import { OffsetCommitValue } from '../../../../src/core/protocol/generated/group-coordinator/OffsetCommitValue.ts'
import { encodeMessage } from '../../../../src/core/protocol/codec.ts'
import { KtError } from '../../../../src/core/errors.ts'
import { coordinatorPartition } from '../../../../src/core/records/internal/coordinator-partition.ts'
import { RecordCursor } from '../../../../src/core/records/record-cursor.ts'

const out = new OutputBuffer(new Sink(-1, 'nowhere'))

function keyed(type: number, message: Buffer): Buffer {
  const head = Buffer.alloc(2)
  head.writeInt16BE(type)
  return Buffer.concat([head, message])
}

const commitKey = (group: string, topic = 'orders', partition = 3) =>
  keyed(1, encodeMessage(OffsetCommitKey, 0, { group, topic, partition }))
const commitValue = (version: number, metadata = '') =>
  encodeVersioned(OffsetCommitValue, version, {
    offset: 9007199254740n,
    leaderEpoch: version < 3 ? -1 : 12,
    metadata,
    commitTimestamp: 1700000000123n,
    ...(version === 4 ? { topicId: 'OHxCwcjSS9OmAoCK3WFKdw' } : {}),
  })

function textOf(formatter: Formatter, key: Buffer | null, value: Buffer | null, offset = 7): string {
  const cursor = new RecordCursor()
  cursor.bytes = Buffer.concat([key ?? Buffer.alloc(0), value ?? Buffer.alloc(0)])
  cursor.offset = offset
  cursor.timestamp = 1700000000456
  cursor.keyStart = key === null ? -1 : 0
  cursor.keyEnd = key?.length ?? -1
  cursor.valueStart = value === null ? -1 : (key?.length ?? 0)
  cursor.valueEnd = value === null ? -1 : cursor.bytes.length
  out.length = 0
  formatter.write(cursor, '__consumer_offsets', 2, out)
  return out.bytes.toString('utf8', 0, out.length)
}

const commits = () => internalFormatter('org.apache.kafka.tools.consumer.OffsetsMessageFormatter')!

describe('a table in a window', () => {
  const metadata = 'what the client wanted to keep beside its offset, at some length'
  it.each([50, 60, 80, 100, 150])(
    'of %i columns is no wider, and loses nothing but whole columns',
    (columns) => {
      const formatter = fittedRows(offsetsTopic, columns)
      const text = textOf(formatter, commitKey('billing-of-the-northern-region'), commitValue(4, metadata))
      const [titles, ...lines] = text.trimEnd().split('\n')
      expect(Math.max(...[titles!, ...lines].map(widthOf))).toBeLessThanOrEqual(columns)
      expect(titles).toMatch(/^PART +OFFSET .*GROUP +WHAT$/)
      const column = (title: string, next?: string) =>
        lines
          .map((line) =>
            line.slice(titles!.indexOf(title), next === undefined ? undefined : titles!.indexOf(next)).trim(),
          )
          .join('')
      expect(column('GROUP', 'WHAT')).toBe('billing-of-the-northern-region')
      expect(column('WHAT').replaceAll(' ', '')).toBe(
        `orders-3 → 9007199254740, epoch 12, "${metadata}"`.replaceAll(' ', ''),
      )
      void formatter.end?.(out)
      const note = out.bytes.toString('utf8', 0, out.length).slice(text.length)
      expect(note).toBe(titles!.includes('TIME') ? '' : 'no room for TIME\n')
    },
  )
})

describe('OffsetsMessageFormatter', () => {
  it.each([0, 1, 2, 3, 4])('prints commits of version %i in the words of Kafka’s', (version) => {
    const value = JSON.parse(textOf(commits(), commitKey('billing'), commitValue(version, 'x'))) as unknown
    const data = { offset: 9007199254740, metadata: 'x', commitTimestamp: 1700000000123 }
    const since3 = version < 3 ? {} : { leaderEpoch: 12 }
    const ofOne = version === 1 ? { expireTimestamp: -1 } : {}
    const since4 = version < 4 ? {} : { topicId: 'OHxCwcjSS9OmAoCK3WFKdw' }
    expect(value).toEqual({
      key: { type: 1, data: { group: 'billing', topic: 'orders', partition: 3 } },
      value: { version, data: { ...data, ...since3, ...ofOne, ...since4 } },
    })
  })

  it('escapes what JSON escapes, with the upper-case digits of Java', () => {
    const text = textOf(commits(), commitKey('a"b\u001f'), commitValue(4, 'ä\n'))
    expect(text).toContain('"group":"a\\"b\\u001F"')
    expect(text).toContain('"metadata":"ä\\n"')
  })

  it('gives the same text on the fast way and by the schema', () => {
    const plain = textOf(commits(), commitKey('group'), commitValue(4, 'meta'))
    const slow = textOf(commits(), commitKey('gröup'), commitValue(4, 'meta'))
    expect(slow.replace('ö', 'o')).toBe(plain)
  })

  it('leaves out other types, and prints tombstones', () => {
    const group = keyed(2, encodeMessage(GroupMetadataKey, 0, { group: 'g' }))
    expect(textOf(commits(), group, null)).toBe('')
    expect(textOf(commits(), keyed(99, Buffer.alloc(3)), null)).toBe('')
    expect(textOf(commits(), commitKey('g'), null)).toMatch(/"partition":3}},"value":null}$/)
  })
})

describe('kt offsets dump', () => {
  const subscription = encodeVersioned(ConsumerProtocolSubscription, 0, {
    topics: ['orders'],
    userData: null,
  })
  const member = { memberId: 'm-1', clientId: 'c', clientHost: '/h', rebalanceTimeout: 1, sessionTimeout: 2 }
  const value = encodeVersioned(GroupMetadataValue, 3, {
    protocolType: 'consumer',
    generation: 4,
    protocol: 'range',
    leader: 'm-1',
    members: [{ ...member, subscription, assignment: Buffer.alloc(0) }],
  })
  const key = keyed(2, encodeMessage(GroupMetadataKey, 0, { group: 'billing' }))

  it('decodes what members subscribed to', () => {
    const line = JSON.parse(textOf(jsonLines(offsetsTopic), key, value)) as { value: { members: unknown[] } }
    expect(line.value.members[0]).toMatchObject({ subscription: { topics: ['orders'] }, assignment: '' })
    expect(textOf(tableRows(offsetsTopic), key, value)).toContain('m-1 reads orders, has nothing')
  })

  it('shows what cannot be read with the reason, and counts it', () => {
    const lines = jsonLines(offsetsTopic)
    expect(textOf(lines, commitKey('g'), Buffer.from([0, 9]))).toContain(
      '"error":"OffsetCommitValue version 9',
    )
    expect(lines.unreadable).toBe(1)
  })

  it('keeps the latest of each key, and nothing of deleted ones', async () => {
    const latest = latestOnly(commits())
    textOf(latest, commitKey('gone'), commitValue(4), 1)
    textOf(latest, commitKey('kept'), commitValue(4, 'old'), 2)
    textOf(latest, commitKey('kept'), commitValue(4, 'new'), 3)
    textOf(latest, commitKey('gone'), null, 4)
    out.length = 0
    await latest.end!(out)
    const text = out.bytes.toString('utf8', 0, out.length)
    expect(text.match(/"group":"\w+"/g)).toEqual(['"group":"kept"'])
    expect(text).toContain('"metadata":"new"')
  })

  it('finds the partition of a group as Java does', () => {
    expect(coordinatorPartition('billing', 50)).toBe(Math.abs(javaHash('billing')) % 50)
    // Its hash is the lowest integer, which has no positive counterpart.
    expect(coordinatorPartition('polygenelubricants', 50)).toBe(0)
  })

  it('neither breaks nor hangs on 10,000 mutated records', () => {
    const keys = [commitKey('billing'), key, keyed(8, Buffer.from('0003666f6f00036d2d31', 'hex'))]
    const values = [commitValue(3, 'a'), commitValue(4, 'bb'), value]
    const change = fc.record({ at: fc.nat({ max: 120 }), byte: fc.nat({ max: 255 }), cut: fc.boolean() })
    const kinds = [jsonLines(offsetsTopic), tableRows(offsetsTopic), commits()]
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.constantFrom(...values),
        fc.array(change, { maxLength: 3 }),
        change,
        (key, value, inValue, inKey) => {
          const changedKey = changed(key, inKey)
          const changedValue = inValue.reduce(changed, value)
          for (const kind of kinds) tolerant(() => textOf(kind, changedKey, changedValue))
        },
      ),
      { numRuns: 10_000, seed: 20261121 },
    )
  }, 60_000)
})

function changed(bytes: Buffer, { at, byte, cut }: { at: number; byte: number; cut: boolean }): Buffer {
  const copy = Buffer.from(cut ? bytes.subarray(0, at) : bytes)
  if (!cut && copy.length > 0) copy[at % copy.length] = byte
  return copy
}

/** Kafka's formatters refuse what they cannot read; that is an error for a person, and no other. */
function tolerant(run: () => void): void {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(KtError)
  }
}

function javaHash(text: string): number {
  return [...text].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, 0)
}
