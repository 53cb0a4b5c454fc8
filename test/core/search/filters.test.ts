import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import type { Batch } from '../../../src/core/records/batch-reader.ts'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import { BatchWriter } from '../../../src/core/records/batch-writer.ts'
import { loadCodec } from '../../../src/core/records/compression.ts'
import { loadCrc32c } from '../../../src/core/records/crc32c.ts'
import { encodeHeaders } from '../../../src/core/records/headers.ts'
import { RecordCursor } from '../../../src/core/records/record-cursor.ts'
import { all, not, type RecordFilter } from '../../../src/core/search/filter.ts'
import { headerIs, keyIs, keyMatches, valueMatches } from '../../../src/core/search/filters.ts'
import { compilePattern } from '../../../src/core/search/pattern.ts'
import { where } from '../../../src/core/search/where.ts'

interface Given {
  key?: string | null
  value?: string | null
  headers?: [string, string | null][]
}

const RECORDS: Given[] = [
  { key: 'apple', value: '{"n":1,"s":"red"}', headers: [['h', 'x']] },
  { key: 'pear', value: '{"n":2.5,"s":"green apple"}', headers: [['h', 'y'], ['h', 'x']] }, // prettier-ignore
  { key: null, value: 'apple pie' },
  { key: '', value: null, headers: [['header-only', null]] },
  { key: 'apple', value: '' },
]

describe('a filter', () => {
  it.each<[string, RecordFilter, number[]]>([
    ['key', keyIs(Buffer.from('apple')), [0, 4]],
    ['empty key', keyIs(Buffer.alloc(0)), [3]],
    ['key pattern', keyMatches(compilePattern('^p', 'key-matches')), [1]],
    ['plain text, in values only', valueMatches(compilePattern('apple', 'grep')), [1, 2]],
    ['pattern', valueMatches(compilePattern('"s":"(red|blue)"', 'grep')), [0]],
    ['pattern that an empty value matches', valueMatches(compilePattern('^$', 'grep')), [4]],
    ['header', headerIs(Buffer.from('h'), Buffer.from('x')), [0, 1]],
    ['header by name', headerIs(Buffer.from('header-only'), undefined), [3]],
    ['header with the empty value', headerIs(Buffer.from('header-only'), Buffer.alloc(0)), []],
    ['where', where('value.n > 1'), [1]],
    ['where on headers', where('headers.h == "x" && key == "pear"'), [1]],
    ['where on what is no JSON', where('value == "apple pie"'), [2]],
    ['where on null', where('value == null'), [3]],
    ['where on what may be missing', where('has(value.s)'), [0, 1]],
    [
      'where, reckoning with doubles and whole numbers',
      where('value.n * 2 == 5 || value.n % 2 == 1'),
      [0, 1],
    ],
    ['where by place', where('topic == "t" && partition == 3 && offset >= 4'), [4]],
    ['where by time', where('timestamp >= timestamp("1970-01-01T00:00:01.002Z")'), [2, 3, 4]],
    ['where with a pattern', where('key.matches("^(a+)+p") && value.s.matches("r.d")'), [0]],
    ['two', all([keyIs(Buffer.from('apple')), valueMatches(compilePattern('red', 'grep'))]), [0]],
    ['none of two', not(all([keyIs(Buffer.from('apple')), valueMatches(compilePattern('red', 'grep'))])), [1, 2, 3, 4]], // prettier-ignore
  ])('by %s finds the right records', async (_, filter, indexes) => {
    expect(await found(filter, RECORDS)).toEqual(indexes)
  })

  it('finds each of many hits, whatever stands between them', async () => {
    const records = Array.from({ length: 300 }, (_, index) => ({
      key: index % 7 === 0 ? 'needle' : 'k',
      value: index % 5 === 0 ? `needle${index}` : index % 11 === 0 ? 'a needle' : 'nothing',
      headers: index % 3 === 0 ? ([['needle', 'needle']] as [string, string][]) : [],
    }))
    const expected = records.flatMap(({ value }, index) => (value.includes('needle') ? [index] : []))
    expect(await found(valueMatches(compilePattern('needle', 'grep')), records)).toEqual(expected)
  })

  it('does not want a batch that does not contain what it looks for', async () => {
    const bytes = (await cursorOf(RECORDS)).bytes
    expect(valueMatches(compilePattern('cherry', 'grep')).mayMatch(bytes)).toBe(false)
    expect(valueMatches(compilePattern('cherry \\d', 'grep')).mayMatch(bytes)).toBe(false)
    expect(keyIs(Buffer.from('cherry')).mayMatch(bytes)).toBe(false)
    expect(headerIs(Buffer.from('h'), Buffer.from('cherry')).mayMatch(bytes)).toBe(false)
    expect(not(keyIs(Buffer.from('cherry'))).mayMatch(bytes)).toBe(true)
    expect(valueMatches(compilePattern('apple', 'grep')).mayMatch(bytes)).toBe(true)
  })

  it('needs time that grows with the text only', async () => {
    const records = [{ value: `${'a'.repeat(50_000)}!` }]
    // The runtimes' own engine would be busy for longer than the universe is old.
    expect(await found(valueMatches(compilePattern('(a+)+$', 'grep')), records)).toEqual([])
    expect(await found(where('value.matches("(a|aa)+$")'), records)).toEqual([])
  })
})

describe('a wrong pattern', () => {
  it.each([['(a)\\1'], ['a(?=b)'], ['('], ['[a'], ['*']])('is refused: %s', (raw) => {
    expect(() => compilePattern(raw, 'grep')).toThrow(UsageError)
    expect(() => compilePattern(raw, 'grep')).toThrow('--grep is no regular expression')
  })
})

describe('a wrong condition', () => {
  it.each([
    ['value.amount >', 14],
    ['value.amount >> 3', 14],
    ['valeu.amount > 3', 0],
    ['value.a == 1 && nope(2)', 16],
    ['key == "a', 7],
  ])('is shown with a mark under the fault: %s', (raw, column) => {
    let error: unknown
    try {
      where(raw)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(UsageError)
    const [line, mark] = (error as UsageError).excerpt!.split('\n')
    expect(line).toBe(raw)
    expect(mark).toBe(`${' '.repeat(column)}^`)
  })

  it('is one that is no condition', () => {
    expect(() => where('1 + 1')).toThrow('is a condition, not int')
  })

  it('is told of at the end, where only records show it', async () => {
    const filter = where('value.s > 3')
    expect(await found(filter, RECORDS)).toEqual([])
    expect(filter.notes()).toEqual([expect.stringContaining('2 records')])
  })

  it('is not one whose field is missing', async () => {
    const filter = where('value.other == 1')
    await found(filter, RECORDS.slice(0, 2))
    expect(filter.notes()).toEqual([])
  })
})

async function found(filter: RecordFilter, records: readonly Given[]): Promise<number[]> {
  const cursor = await cursorOf(records)
  const matches: number[] = []
  if (!filter.mayMatch(cursor.bytes)) return matches
  while (cursor.next()) if (filter.matches(cursor, 't', 3)) matches.push(cursor.offset)
  return matches
}

async function cursorOf(records: readonly Given[]): Promise<RecordCursor> {
  const cursor = new RecordCursor()
  cursor.open(await batchOf(records))
  return cursor
}

async function batchOf(records: readonly Given[]): Promise<Batch> {
  const writer = new BatchWriter(Buffer.alloc(1024 * 1024))
  for (const [index, { key = null, value = null, headers = [] }] of records.entries()) {
    const bytes = Buffer.from(`${key ?? ''}${value ?? ''}`)
    const keyEnd = Buffer.byteLength(key ?? '')
    const encoded = encodeHeaders(
      headers.map(([name, text]) => ({
        key: Buffer.from(name),
        value: text === null ? null : Buffer.from(text),
      })),
    )
    writer.append(
      1000 + index, key === null ? null : bytes, 0, keyEnd, value === null ? null : bytes, keyEnd, bytes.length,
      headers.length === 0 ? null : encoded,
    ) // prettier-ignore
  }
  const whole = await writer.seal({
    codec: 'none',
    compressor: await loadCodec('none'),
    crc32c: await loadCrc32c(),
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    isTransactional: false,
  })
  return readBatches(whole, 't-3')[0]!
}
