import { describe, expect, it } from 'vitest'
import { lineFormat, LineParser } from '../../../src/core/producer/line-format.ts'
import { LineSplitter } from '../../../src/core/producer/lines.ts'
import { decodeHeaders } from '../../../src/core/records/headers.ts'
import { fixture } from '../records/support.ts'

interface Case {
  lines: string
  properties: Record<string, string>
  records: { key: string | null; value: string | null; headers: { key: string; value: string | null }[] }[]
  error?: string
}

const cases = fixture<Case>('lines')

function parseAll(lines: Buffer, properties: Record<string, string>): Case['records'] {
  const parser = new LineParser(lineFormat(properties))
  const splitter = new LineSplitter(1 << 20)
  const records: Case['records'] = []
  const visit = (bytes: Buffer, start: number, end: number) => {
    parser.parse(bytes, start, end, records.length + 1)
    const { keyStart, keyEnd, valueStart, valueEnd } = parser
    const headers = parser.headers === null ? [] : decodeHeaders(parser.headers)
    records.push({
      key: keyStart < 0 ? null : bytes.toString('hex', keyStart, keyEnd),
      value: valueStart < 0 ? null : bytes.toString('hex', valueStart, valueEnd),
      headers: headers.map(({ key, value }) => ({
        key: Buffer.from(key).toString(),
        value: value === null ? null : Buffer.from(value).toString('hex'),
      })),
    })
    return true
  }
  splitter.push(lines)
  splitter.drain(visit)
  splitter.end(visit)
  return records
}

describe('lines with reader properties', () => {
  it.each(cases.filter(({ error }) => error === undefined))(
    '$lines with $properties become the records of Kafka’s LineMessageReader',
    ({ lines, properties, records }) => {
      expect(parseAll(Buffer.from(lines), properties)).toEqual(records)
    },
  )

  it.each(cases.filter(({ error }) => error !== undefined))(
    '$lines with $properties are refused as by Kafka: $error',
    ({ lines, properties, error }) => {
      const words = /may not be equal|header key|key separator|headers delimiter/i.exec(error!)![0]
      expect(() => parseAll(Buffer.from(lines), properties)).toThrow(new RegExp(words, 'i'))
    },
  )

  it('of bytes that are no text stay the same bytes', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x09, 0x00, 0xc3, 0x28, 0x0a])
    expect(parseAll(bytes, { 'parse.key': 'true' })).toEqual([{ key: 'fffe', value: '00c328', headers: [] }])
  })

  it('that cannot be read name the line and its text', () => {
    expect(() => parseAll(Buffer.from('k\tv\nplain\n'), { 'parse.key': 'true' })).toThrow(
      "line 2: no key separator found: 'plain'",
    )
  })
})

describe('reader properties', () => {
  it('that do not exist are refused', () => {
    expect(() => lineFormat({ 'parse.keys': 'true' })).toThrow('unknown reader property "parse.keys"')
    expect(() => lineFormat({ 'parse.kye': 'true' })).toThrow(
      expect.objectContaining({ hint: 'did you mean "parse.key"?' }),
    )
  })

  it('with an empty separator are refused', () => {
    expect(() => lineFormat({ 'key.separator': '' })).toThrow('key.separator must not be empty')
  })
})
