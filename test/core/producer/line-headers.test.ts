import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineFormat, LineParser } from '../../../src/core/producer/line-format.ts'
import { LineHeaders } from '../../../src/core/producer/line-headers.ts'
import { decodeHeaders } from '../../../src/core/records/headers.ts'

const format = lineFormat({ 'parse.headers': 'true', 'parse.key': 'true' })

/** As the lines of one chunk, one after the other. */
function parseAll(lines: readonly string[]): { headers: [string, string][]; key: string; value: string }[] {
  const parser = new LineParser(format)
  const chunk = Buffer.from(lines.map((line) => `${line}\n`).join(''))
  let start = 0
  return lines.map((line, index) => {
    const end = start + Buffer.byteLength(line)
    parser.parse(chunk, start, end, index + 1)
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = parser
    start = end + 1
    return {
      headers: decodeHeaders(parser.headers!).map(({ key, value }) => [`${key.toString()}`, `${value}`]),
      key: bytes.toString('utf8', keyStart, keyEnd),
      value: bytes.toString('utf8', valueStart, valueEnd),
    }
  })
}

const part = fc.oneof(
  fc.string({ maxLength: 8, unit: 'grapheme' }),
  fc.integer({ min: 60, max: 70 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 8185, max: 8200 }).map((length) => 'y'.repeat(length)),
)
const name = part.map((text) => text.replace(/[\t\n\r,:]/g, ''))
const content = part.map((text) => text.replace(/[\t\n\r,]/g, ''))

describe('the headers of lines', () => {
  it('are what was written, whatever their lengths and their number, and leave the other lines as they are', () => {
    const pairs = fc.array(fc.tuple(name, content), { minLength: 1, maxLength: 5 })
    const many = fc
      .constantFrom(64, 65, 200)
      .map((count) => new Array(count).fill(['a', 'b']) as [string, string][])
    const line = fc.record({ headers: fc.oneof(pairs, pairs, many), key: name, value: content })
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (records) => {
        const lines = records.map(
          ({ headers, key, value }) => `${headers.map((pair) => pair.join(':')).join(',')}\t${key}\t${value}`,
        )
        expect(parseAll(lines)).toEqual(records)
      }),
    )
  })

  it('that stand behind another line are not moved', () => {
    const bytes = Buffer.from('before\nsource:shop,trace:0123\tkey\tvalue\n')
    const headers = LineHeaders.of(format)!
    expect(headers.take(bytes, 7, bytes.length - 1)).toBe(bytes.indexOf('\t'))
    expect(headers.encoded).toMatchObject({ count: 2, bytes, start: 6, end: bytes.indexOf('\t') })
    expect(bytes.toString()).toBe('before\x0csource\x08shop\x0atrace\x080123\tkey\tvalue\n')
  })

  it.each(['a:1,b\tk\tv', 'a:1,\tk\tv', '\tk\tv', 'a:1,b:2'])('like %j change nothing', (line) => {
    const bytes = Buffer.from(`\n${line}`)
    expect(LineHeaders.of(format)!.take(bytes, 1, bytes.length)).toBe(-1)
    expect(bytes.toString()).toBe(`\n${line}`)
  })

  it.each([
    ['headers.separator', '||'],
    ['null.marker', 'NULL'],
  ])('are looked at more closely with %s=%s', (property, value) => {
    const closely = lineFormat({ 'parse.headers': 'true', [property]: value })
    expect(LineHeaders.of(closely)).toBeUndefined()
  })
})
