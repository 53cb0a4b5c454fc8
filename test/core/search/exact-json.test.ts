import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExactly } from '../../../src/core/search/exact-json.ts'
import { where } from '../../../src/core/search/where.ts'
import { RecordCursor } from '../../../src/core/records/record-cursor.ts'

describe('numbers of JSON', () => {
  it.each<[string, unknown]>([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['9223372036854775808', 2 ** 63],
    ['1234567890123456.5', 1234567890123456.5],
    ['12345678901234567e2', 12345678901234567e2],
    [
      '{"a":[9007199254740993,1],"s":"1234567890123456"}',
      { a: [9007199254740993n, 1], s: '1234567890123456' },
    ],
    ['{"a":1,"a":9007199254740993}', { a: 9007199254740992 }],
  ])('%s', (text, value) => {
    expect(parseExactly(text)).toEqual(value)
  })

  it('are else as JSON.parse has them', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const rounded = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)
        expect(JSON.stringify(parseExactly(text), rounded)).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })
})

describe('a condition on whole numbers that a double would round', () => {
  const values = ['9007199254740992', '9007199254740993', '9007199254740994', '5'].map((id) => `{"id":${id}}`)
  it.each<[string, number[]]>([
    ['value.id == 9007199254740993', [1]],
    ['value.id > 9007199254740992', [1, 2]],
    ['value.id + 1 == 9007199254740994', [1]],
    ['value.id in [9007199254740992, 5]', [0, 3]],
    ['value.id > 4.5', [0, 1, 2, 3]],
    ['value.id * 1.0 > 4.5', [0, 1, 2, 3]],
  ])('%s', (condition, indexes) => {
    const filter = where(condition)
    const found = values.flatMap((value, index) => (filter.matches(cursorOn(value), 't', 0) ? [index] : []))
    expect(filter.notes()).toEqual([])
    expect(found).toEqual(indexes)
  })
})

function cursorOn(value: string): RecordCursor {
  const cursor = new RecordCursor()
  cursor.bytes = Buffer.from(value)
  cursor.valueStart = 0
  cursor.valueEnd = cursor.bytes.length
  return cursor
}
