import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KtError, UsageError } from '../../../src/core/errors.ts'
import { OffsetFile } from '../../../src/core/consumer/offset-file.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kt-offsets-'))
  path = join(folder, 'offsets.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const orders = { topic: 'orders', partition: 0 }
const stored = { ...orders, topicId: 'id-1', offset: 42 }

describe('an offset file', () => {
  it('that is not there knows nothing', () => {
    const file = OffsetFile.open(path, 'cluster')
    expect(file.find(orders, 'id-1')).toBeUndefined()
    expect(file.outputBytes).toBeUndefined()
    expect(readdirSync(folder)).toEqual([])
  })

  it('gives back what was saved, partition by partition', () => {
    const file = OffsetFile.open(path, 'cluster', '/out')
    file.save([stored], 1000)
    file.save([{ ...stored, partition: 1, offset: 7 }], 2000)
    const again = OffsetFile.open(path, 'cluster', '/out')
    expect(again.find(orders, 'id-1')?.offset).toBe(42)
    expect(again.find({ ...orders, partition: 1 }, 'id-1')?.offset).toBe(7)
    expect(again.find({ ...orders, partition: 2 }, 'id-1')).toBeUndefined()
    expect(again.outputBytes).toBe(2000)
  })

  it('keeps the leader epoch beside the offset, and does without where there is none', () => {
    OffsetFile.open(path, 'cluster').save([
      { ...stored, leaderEpoch: 4 },
      { ...stored, partition: 1 },
    ])
    const file = OffsetFile.open(path, 'cluster')
    expect(file.find(orders, 'id-1')?.leaderEpoch).toBe(4)
    expect(file.find({ ...orders, partition: 1 }, 'id-1')?.leaderEpoch).toBeUndefined()
  })

  it('leaves nothing beside it', () => {
    OffsetFile.open(path, 'cluster').save([stored])
    expect(readdirSync(folder)).toEqual(['offsets.json'])
  })

  it('is whole though a write of it was cut off', () => {
    OffsetFile.open(path, 'cluster').save([stored])
    writeFileSync(`${path}.tmp`, '{"version":1,"clu')
    expect(OffsetFile.open(path, 'cluster').find(orders, 'id-1')?.offset).toBe(42)
  })

  it('of another cluster is refused, with the way out', () => {
    OffsetFile.open(path, 'that').save([stored])
    const open = () => OffsetFile.open(path, 'this')
    expect(open).toThrow(UsageError)
    expect(open).toThrow(`${path}: these offsets are of the cluster that, this is this`)
    expect(hintOf(open)).toContain('name another --offset-file')
  })

  it('of a topic that was made anew is refused, with the way out', () => {
    OffsetFile.open(path, 'cluster').save([stored])
    const file = OffsetFile.open(path, 'cluster')
    const ask = () => file.find(orders, 'id-2')
    expect(ask).toThrow('topic "orders" was deleted and created again since')
    expect(hintOf(ask)).toContain('remove this one to start anew')
  })

  it('that belongs to another output is refused: that other file would be cut', () => {
    OffsetFile.open(path, 'cluster', '/one').save([stored], 10)
    for (const output of ['/other', undefined])
      expect(() => OffsetFile.open(path, 'cluster', output)).toThrow('kept together with the output in /one')
  })

  it.each([
    '',
    'null',
    '[]',
    '{"version":1}',
    '{"version":2,"clusterId":"cluster","partitions":[]}',
    '{"version":1,"clusterId":"cluster","partitions":[null]}',
    '{"version":1,"clusterId":"cluster","partitions":[{"topic":"t","topicId":"i","partition":0,"offset":-1}]}',
    '{"version":1,"clusterId":"cluster","partitions":[{"topic":"t","topicId":"i","partition":0,"offset":"1"}]}',
    '{"version":1,"clusterId":"cluster","outputBytes":-1,"partitions":[]}',
    '{"version":1,"clusterId":"cluster","outputBytes":1e300,"partitions":[]}',
  ])('that is broken is refused: %s', (text) => {
    writeFileSync(path, text)
    expect(() => OffsetFile.open(path, 'cluster')).toThrow(`${path}: this is no offset file of kt`)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('that cannot be written is an error that names it', () => {
    const file = OffsetFile.open(join(folder, 'gone', 'offsets.json'), 'cluster')
    expect(() => file.save([stored])).toThrow(KtError)
    expect(() => file.save([stored])).toThrow('the offsets cannot be stored')
  })
})

function hintOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    return (error as KtError).hint
  }
  return undefined
}
