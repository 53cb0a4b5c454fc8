import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvRows } from '../../../src/core/producer/csv.ts'
import { DelimiterSplitter, WholeInput } from '../../../src/core/producer/delimiter.ts'
import { withFixedFields } from '../../../src/core/producer/fixed-fields.ts'
import type { Splitter } from '../../../src/core/producer/lines.ts'
import { decodeHeaders } from '../../../src/core/records/headers.ts'

/** `text` in chunks cut at `cuts`. */
function cut(text: string | Buffer, cuts: number[]): Buffer[] {
  const bytes = Buffer.from(text)
  const at = [0, ...cuts.map((one) => one % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

function partsOf(splitter: Splitter, chunks: Buffer[]): (string | number)[] {
  const parts: (string | number)[] = []
  const visit = (bytes: Buffer, start: number, end: number, tooLong: number) => {
    parts.push(tooLong > 0 ? tooLong : bytes.toString('latin1', start, end))
    return true
  }
  for (const chunk of chunks) {
    splitter.push(Buffer.from(chunk))
    splitter.drain(visit)
  }
  splitter.end(visit)
  return parts
}

const cuts = fc.array(fc.nat(1000), { maxLength: 5 })

describe('a delimiter of any bytes', () => {
  it('parts the input wherever chunks end', () => {
    const parts = fc.array(fc.string({ unit: fc.constantFrom('a', '-', '\n', '\0') }), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(parts, fc.constantFrom('\0', '\r\n', '--', '-a-'), cuts, (given, delimiter, where) => {
        const text = given.join(delimiter)
        const expected = text.split(delimiter)
        // What ends the input ends a part, and begins no other.
        if (expected.at(-1) === '') expected.pop()
        expect(partsOf(new DelimiterSplitter(Buffer.from(delimiter), 1000), cut(text, where))).toEqual(
          expected,
        )
      }),
    )
  })

  it('counts what is too long, and keeps no more of it than may be', () => {
    const splitter = new DelimiterSplitter(Buffer.from('|'), 10)
    expect(partsOf(splitter, cut(`a|${'x'.repeat(500)}|b`, [30, 60, 200]))).toEqual(['a', 500, 'b'])
  })

  it('knows how much is no part yet', () => {
    const splitter = new DelimiterSplitter(Buffer.from('|'), 10)
    splitter.push(Buffer.from('ab|cd'))
    splitter.drain(() => true)
    expect(splitter.pendingBytes).toBe(2)
  })
})

describe('the whole input', () => {
  it('is one part, also when there is nothing in it, unless it is too long', () => {
    expect(partsOf(new WholeInput(10), cut('a\nb\n', [1, 3]))).toEqual(['a\nb\n'])
    expect(partsOf(new WholeInput(10), [])).toEqual([''])
    expect(partsOf(new WholeInput(10), cut('x'.repeat(11), [5]))).toEqual([11])
  })
})

describe('CSV', () => {
  type Told = { skipped?: string[]; columns?: string[]; keyColumn?: string; maxRowBytes?: number }

  async function rowsOf(chunks: Buffer[], { skipped, columns, keyColumn, maxRowBytes = 10_000 }: Told = {}) {
    const told = skipped && ((_row: number, error: Error) => void skipped.push(error.message))
    const rows = new CsvRows({ keyColumn, columns, maxRowBytes, skipped: told })
    const lines: unknown[] = []
    async function* given() {
      for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk))
    }
    for await (const text of rows.lines(given()))
      for (const line of text.toString().split('\n').slice(0, -1))
        lines.push(line === '' ? '' : JSON.parse(line))
    return { lines, rows }
  }

  it('makes an object of each row, its fields in the order of the columns', async () => {
    const { lines } = await rowsOf(cut('\ufeffb,1,"a ""q"""\r\n1,"x\r\ny",é\n\n"",2,3', []), {
      keyColumn: '1',
    })
    expect(lines).toEqual([
      { key: 'x\r\ny', value: { b: '1', 1: 'x\r\ny', 'a "q"': 'é' } },
      { key: '2', value: { b: '', 1: '2', 'a "q"': '3' } },
    ])
  })

  it('gives the same rows wherever chunks end', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é', ' ') })
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(table, cuts, fc.constantFrom('\n', '\r\n'), async (cells, where, end) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
        const text = ['x,y', ...cells.map((row) => row.map(quoted).join(','))].join(end) + end
        const { lines } = await rowsOf(cut(text, where))
        expect(lines).toEqual(cells.map(([x, y]) => ({ value: { x, y } })))
      }),
      { numRuns: 200 },
    )
  })

  it('gives a row as soon as its newline is there, and knows what is left', async () => {
    const rows = new CsvRows({ keyColumn: undefined, maxRowBytes: 100, skipped: undefined })
    const seen: number[] = []
    async function* given() {
      yield await Promise.resolve(Buffer.from('a\n1\n2'))
      seen.push(rows.pendingBytes)
    }
    const iterator = rows.lines(given())
    expect((await iterator.next()).value?.toString()).toBe('{"value":{"a":"1"}}\n')
    expect((await iterator.next()).value?.toString()).toBe('{"value":{"a":"2"}}\n')
    expect(seen).toEqual([1])
  })

  it('reads on in the middle of a file with the columns of its beginning', async () => {
    const { lines } = await rowsOf(cut('1,2\n', []), { columns: ['a', 'b'], keyColumn: 'b' })
    expect(lines).toEqual([{ key: '2', value: { a: '1', b: '2' } }])
  })

  it.each([
    ['a,b\n1,2\n1,2,3\n', 'row 2, line 3: 3 columns instead of 2: 1,2,3'],
    ['a,b\n1\n', 'row 1, line 2: 1 column instead of 2: 1'],
    ['a,a\n', 'the header row names the column "a" twice'],
    ['a,b\n"1,2\n', 'row 1: Quote Not Closed'],
    ['a,b\n1,2"3\n', 'row 1: Invalid Opening Quote'],
    ['a,b\n"LONG', 'row 1, line 2: is longer than 10000 bytes'],
  ])('refuses %j', async (text, message) => {
    await expect(rowsOf(cut(text.replace('LONG', 'x'.repeat(20_000)), []))).rejects.toThrow(message)
  })

  it('names a key column that is not there', async () => {
    await expect(rowsOf(cut('a,b\n', []), { keyColumn: 'c' })).rejects.toThrow('there is no column "c"')
  })

  it('leaves rows out that are none when told to, and counts them', async () => {
    const skipped: string[] = []
    const { lines } = await rowsOf(cut('a,b\n1,2,3\n4,5\n6\n', []), { skipped })
    expect(lines).toEqual(['', { value: { a: '4', b: '5' } }, ''])
    expect(skipped.map((one) => one.slice(0, 13))).toEqual(['row 1, line 2', 'row 3, line 4'])
  })
})

describe('fields for all records', () => {
  const nothing = { key: undefined, timestamp: undefined, headers: [], areTombstones: false }
  const bytes = Buffer.from('..line..')
  const header = { key: Buffer.from('h'), value: Buffer.from('1') }

  it('cost nothing where there are none', () => {
    expect(withFixedFields(undefined, nothing)).toBe(undefined)
  })

  it('are key, timestamp and headers', () => {
    const parser = withFixedFields(undefined, {
      ...nothing,
      key: Buffer.from('K'),
      timestamp: 5,
      headers: [header],
    })!
    parser.parse(bytes, 2, 6, 1)
    expect(parser.bytes.toString('utf8', parser.keyStart, parser.keyEnd)).toBe('K')
    expect(parser.bytes.toString('utf8', parser.valueStart, parser.valueEnd)).toBe('line')
    expect(parser.timestamp).toBe(5)
    expect(decodeHeaders(parser.headers!)).toEqual([header])
  })

  it('make a key of a line whose value is null', () => {
    const parser = withFixedFields(undefined, { ...nothing, areTombstones: true })!
    parser.parse(bytes, 2, 6, 1)
    expect([parser.keyStart, parser.keyEnd, parser.valueStart]).toEqual([2, 6, -1])
  })
})
