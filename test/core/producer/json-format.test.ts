import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EnvelopeParser } from '../../../src/core/producer/json-format.ts'
import { decodeHeaders } from '../../../src/core/records/headers.ts'

interface Found {
  key: string | null
  value: string | null
  headers: [string, string | null][]
  partition: number
  timestamp: number
}

const both = { partition: true, timestamp: true }

function parsed(parser: EnvelopeParser, line: string, position = 1): Found | undefined {
  // In the middle of other bytes, as a slice of a chunk stands.
  const bytes = Buffer.from(`xx${line}yy`)
  if (!parser.parse(bytes, 2, bytes.length - 2, position)) return undefined
  const text = (start: number, end: number) => (start < 0 ? null : parser.bytes.toString('utf8', start, end))
  const headers = parser.headers === null ? [] : decodeHeaders(parser.headers)
  return {
    key: text(parser.keyStart, parser.keyEnd),
    value: text(parser.valueStart, parser.valueEnd),
    headers: headers.map(({ key, value }) => [key.toString(), value?.toString() ?? null]),
    partition: parser.partition,
    timestamp: parser.timestamp,
  }
}

const one = (line: string, kept = both) => parsed(new EnvelopeParser(kept), line)

const HEAD = '{"topic":"t","partition":1,"offset":'
const whole = (offset: number, key: string, value: string, rest = '"headers":[]}') =>
  `${HEAD}${offset},"timestamp":${1000 + offset},"timestampType":"CreateTime","leaderEpoch":0,"key":${key},"value":${value},${rest}`

describe('a line of JSON as a record', () => {
  it.each([
    ['{"key":"k","value":"v"}', 'k', 'v'],
    [' { "value" : "v" } ', null, 'v'],
    ['{"value":null}', null, null],
    ['{"key":"","value":""}', '', ''],
    ['{"key":1,"value":true}', '1', 'true'],
    [
      '{"key":"k","value":{"any": ["json", 1.50, {}], "b":[[]]}}',
      'k',
      '{"any": ["json", 1.50, {}], "b":[[]]}',
    ],
    ['{"value":123456789012345678901234567890}', null, '123456789012345678901234567890'],
    ['{"value":{"a":1,"a":2}}', null, '{"a":1,"a":2}'],
    ['{"value":"\\u00e9\\ud83d\\ude00\\n\\"\\/\\\\"}', null, 'é😀\n"/\\'],
    ['{"value":"/+8=","valueEncoding":"base64"}', null, Buffer.from([0xff, 0xef]).toString()],
    ['{"valueEncoding":"base64","value":"aGk="}', null, 'hi'],
  ])('%s', (line, key, value) => {
    expect(one(line)).toMatchObject({ key, value })
  })

  it('is nothing where the line is empty', () => {
    expect(one('')).toBe(undefined)
    expect(one('  \t')).toBe(undefined)
  })

  it('keeps headers in order, also those that repeat, or takes them from an object', () => {
    const list =
      '[{"key":"a","value":"1"},{"key":"a","value":null},{"value":"YQ==","valueEncoding":"base64","key":"b"}]'
    expect(one(`{"value":"v","headers":${list}}`)?.headers).toEqual([['a', '1'], ['a', null], ['b', 'a']]) // prettier-ignore
    expect(one('{"value":"v","headers":{"a":"x","b":null,"c":{"d":1}}}')?.headers).toEqual([['a', 'x'], ['b', null], ['c', '{"d":1}']]) // prettier-ignore
    expect(one('{"value":"v","headers":null}')?.headers).toEqual([])
  })

  it('says partition and timestamp only where they are kept', () => {
    const line = '{"value":"v","partition":2,"timestamp":"2026-11-20T10:00:00Z"}'
    expect(one(line)).toMatchObject({ partition: 2, timestamp: Date.UTC(2026, 10, 20, 10) })
    expect(one(line, { partition: false, timestamp: false })).toMatchObject({ partition: -1, timestamp: NaN })
  })

  it.each([
    ['{"value":"v"', 'line 7, column 13: expected "," or "}", found the end'],
    ['{"key":"k" "value":"v"}', `line 7, column 12: expected "," or "}", found '"'`],
    ['{"value":"é", nope}', 'line 7, column 15: expected the name of a field, found "n"'],
    ['{"value":"v"} x', 'line 7, column 15: expected the end of the line, found "x"'],
    ['[1]', 'line 7, column 1: expected a record'],
    ['{"key":"k"}', 'line 7, column 1: a record has a "value"; null makes a tombstone'],
    ['{"value":1,"value":2}', 'line 7, column 12: "value" stands there twice'],
    ['{"payload":"v"}', 'line 7, column 2: no field of a record: "payload"'],
    ['{"value":"a\\q"}', 'line 7, column 12: no such escape'],
    ['{"value":"\\ud800"}', 'line 7, column 11: half of a surrogate pair is no text'],
    ['{"value":"\\u12"}', 'line 7, column 11: \\u takes four hexadecimal digits'],
    ['{"value":"a\tb"}', 'line 7, column 12: a control character must be written as an escape'],
    ['{"value":01}', 'line 7, column 10: a number begins with 0'],
    ['{"value":[1,]}', 'line 7, column 13: expected a value'],
    ['{"value":"!","valueEncoding":"base64"}', 'line 7, column 11: invalid base64'],
    ['{"value":"abc","valueEncoding":"base64"}', 'line 7, column 11: invalid base64'],
    ['{"value":"a","valueEncoding":"hex"}', 'line 7, column 30: the only encoding is "base64"'],
    ['{"value":null,"valueEncoding":"base64"}', 'line 7, column 31: what is said to be base64 is no text'],
    ['{"value":"v","headers":[{"key":"a"}]}', 'line 7, column 25: a header has a "value"'],
    ['{"value":"v","headers":[{"value":"a"}]}', 'line 7, column 25: a header has a "key"'],
    ['{"value":"v","headers":7}', 'line 7, column 24: "headers" is a list'],
    ['{"value":"v","partition":-1}', 'line 7, column 26: no partition is below 0'],
    ['{"value":"v","timestamp":"soon"}', 'line 7, column 26: "timestamp" is a whole number'],
    ['{"value":"v","offset":1.5}', 'line 7, column 23: "offset" is a whole number'],
    [`{"value":${'['.repeat(600)}`, 'nested deeper than 512'],
  ])('refuses %s', (line, message) => {
    expect(() => parsed(new EnvelopeParser(both), line, 7)).toThrow(message)
  })

  it('shows a long record shortened, around what is wrong', () => {
    const error = (line: string) => {
      try {
        one(line)
      } catch (thrown) {
        return (thrown as Error).message
      }
      return ''
    }
    expect(error(`{"value":"${'x'.repeat(200)}" ?}`)).toMatch(/column 213: .*: …x{20,}" \?\}$/)
    expect(error(`{?"value":"${'x'.repeat(200)}"}`)).toMatch(/column 2: .*: \{\?"value":"x+…$/)
  })

  it('tells of control characters without letting them speak to the terminal', () => {
    expect(() => one('{"value":"\u001b[31m"}')).toThrow('as an escape: {"value":"\\u001b[31m"}')
    expect(() => one('{"\u0085":1}')).toThrow('no field of a record: "\\u0085": {"\\u0085":1}')
  })

  it('refuses bytes that are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('{"value":"'), Buffer.of(0xff), Buffer.from('"}')])
    expect(() => new EnvelopeParser(both).parse(bytes, 0, bytes.length, 1)).toThrow('no valid UTF-8')
  })

  it('finds values exactly as JSON.parse does', () => {
    const parser = new EnvelopeParser(both)
    const record = fc.record(
      { key: fc.option(fc.string({ unit: 'binary' }), { nil: null }), value: fc.jsonValue({ noUnicodeString: false } as object), headers: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }) }, // prettier-ignore
      { requiredKeys: ['value'] },
    )
    fc.assert(
      fc.property(record, fc.constantFrom(0, 1), (given, indent) => {
        // White space between, but on one line.
        const line =
          indent === 0 ? JSON.stringify(given) : JSON.stringify(given, null, 1).replaceAll('\n', ' ')
        const found = parsed(parser, line)!
        const { key = null, value } = given
        expect(found.key).toBe(key)
        if (value === null || typeof value === 'string') expect(found.value).toBe(value)
        else expect(JSON.parse(found.value!)).toEqual(JSON.parse(JSON.stringify(value)))
        const names = Object.entries(given.headers ?? {})
        expect(found.headers).toEqual(names)
      }),
      { numRuns: 300 },
    )
  }, 30_000)
})

describe('lines like the one before', () => {
  it('are read the same, whatever differs in them', () => {
    const lines = [
      whole(1, '"k"', '"v"'),
      whole(2, '"k2"', '"v\\"2"'),
      whole(3, 'null', 'null'),
      whole(4, '""', '"é"'),
      whole(5, '"k"', '{"a":1}'),
      whole(6, '"k"', '"v"', '"headers":[{"key":"h","value":"1"}]}'),
      whole(7, '"k"', '"v"'),
      whole(8, '"k"', '"//8=","valueEncoding":"base64"'),
      whole(8, '"k"', '"aGk=","valueEncoding":"base64"'),
      whole(9, '"k"', '"v"'),
      whole(10, '"k"', '"v"').replace('"partition":1', '"partition":2'),
      whole(11, '"k"', '"v"').replace('"timestamp":1011', '"timestamp":-1'),
      whole(12, '"k"', '"v"').replace('"offset":12', '"offset": 12'),
      '{"value":"short"}',
      whole(13, '"k"', '"v"'),
    ]
    const parser = new EnvelopeParser(both)
    for (const line of lines) expect(parsed(parser, line)).toEqual(one(line))
    expect(parsed(parser, whole(14, '"k"', '"v"'))).toEqual({ key: 'k', value: 'v', headers: [], partition: 1, timestamp: 1014 }) // prettier-ignore
  })

  it('are read the same in whatever order lines of several kinds come', () => {
    const text = fc.oneof(fc.constantFrom('', 'abc', 'é"\\n', 'x'.repeat(70)), fc.string({ unit: 'binary' }))
    const encoded = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))
    const part = (name: string) =>
      fc.oneof(
        fc.option(text, { nil: null }).map((value) => ({ [name]: value })),
        encoded.map((value) => ({ [name]: value, [`${name}Encoding`]: 'base64' })),
      )
    const header = fc
      .tuple(part('key'), part('value'))
      .map(([key, value]) => ({ ...key, key: key.key ?? 'k', ...value }))
    const line = fc
      .record(
        {
          topic: fc.constantFrom('a', 'b'),
          partition: fc.nat(3),
          offset: fc.nat(),
          timestamp: fc.constantFrom(5, 1e12, -1, 1e15, '2026-11-20T10:00:00Z'),
          leaderEpoch: fc.constantFrom(0, 7, -1),
          key: part('key'),
          value: fc.oneof(
            part('value'),
            fc.jsonValue().map((value) => ({ value })),
          ),
          headers: fc.option(fc.array(header, { maxLength: 3 }), { nil: null }),
        },
        { requiredKeys: ['value'] },
      )
      .map(({ key, value, headers, ...place }) => JSON.stringify({ ...place, ...key, ...value, headers }))
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 12 }), (lines) => {
        const parser = new EnvelopeParser(both)
        // Twice, so that each is also met by what the others have taught.
        for (const each of [...lines, ...lines]) expect(parsed(parser, each)).toEqual(one(each))
      }),
      { numRuns: 100 },
    )
  }, 30_000)

  it.each([
    whole(2, '"k"', '"v'),
    whole(2, '"k"', '"v\\x"'),
    whole(2, '"k"', '"v"').slice(0, -1),
    `${whole(2, '"k"', '"v"')}x`,
    whole(2, '"k"', 'nul'),
    HEAD,
  ])('are refused as they would be alone: %s', (line) => {
    const parser = new EnvelopeParser(both)
    parsed(parser, whole(1, '"k"', '"v"'))
    let alone = ''
    try {
      one(line)
    } catch (error) {
      alone = (error as Error).message
    }
    expect(alone).not.toBe('')
    expect(() => parsed(parser, line)).toThrow(alone)
  })
})
