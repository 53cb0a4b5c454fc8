import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type InputWindow, LineSplitter } from '../../../src/core/producer/lines.ts'

interface Line {
  text: string
  tooLong: number
}

/** Pushes the chunks as a reader does that fills the same buffer again, and stops after each line if `isHalting`. */
function split(
  chunks: readonly Buffer[],
  maxLineBytes = 1 << 20,
  isHalting = false,
  window?: InputWindow,
): Line[] {
  const splitter = new LineSplitter(maxLineBytes, window)
  const lines: Line[] = []
  const visit = (bytes: Buffer, start: number, end: number, tooLong: number) => {
    lines.push({ text: bytes.toString('latin1', start, end), tooLong })
    return !isHalting
  }
  for (const chunk of chunks) {
    const shared = Buffer.from(chunk)
    splitter.push(shared)
    while (!splitter.drain(visit));
    shared.fill(0x2a)
  }
  splitter.end(visit)
  return lines
}

/** The rules in one line each: \n ends a line, a \r before it goes too, the last line needs none. */
function reference(text: string): string[] {
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  return lines.map((line) => line.replace(/\r$/, ''))
}

const texts = (lines: Line[]) => lines.map(({ text }) => text)

describe('lines', () => {
  it('are the same wherever the input is cut into chunks', () => {
    const text = fc.string({ unit: fc.constantFrom('\n', '\r', 'a', '\0', 'ÿ'), maxLength: 60 })
    fc.assert(
      fc.property(
        text,
        fc.array(fc.nat(20), { maxLength: 20 }),
        fc.boolean(),
        fc.nat(20),
        (input, sizes, isHalting, windowBytes) => {
          const bytes = Buffer.from(input, 'latin1')
          const chunks: Buffer[] = []
          let at = 0
          for (const size of [...sizes, bytes.length]) {
            chunks.push(bytes.subarray(at, at + size))
            at += size
          }
          const window = { arena: Buffer.alloc(40, '\n'), windowBytes }
          expect(texts(split(chunks, 1 << 20, isHalting))).toEqual(reference(input))
          expect(texts(split(chunks, 1 << 20, isHalting, window))).toEqual(reference(input))
        },
      ),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['a\nb\n', ['a', 'b']],
    ['a\nb', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['\n\n', ['', '']],
    ['\r\n', ['']],
    ['a\rb\n', ['a\rb']],
    ['a\r\r\n', ['a\r']],
    ['', []],
  ])('of %j are %j', (input, expected) => {
    expect(texts(split([Buffer.from(input)]))).toEqual(expected)
  })

  it('of 10 MB come whole over chunks of 64 KiB', () => {
    const line = Buffer.alloc(10_000_000, 'abcdefghij')
    const bytes = Buffer.concat([Buffer.from('first\n'), line, Buffer.from('\r\nlast')])
    const chunks = Array.from({ length: Math.ceil(bytes.length / 65536) }, (_, index) =>
      bytes.subarray(index * 65536, (index + 1) * 65536),
    )
    const [first, long, last] = texts(split(chunks, 20_000_000))
    expect([first, last]).toEqual(['first', 'last'])
    expect(long === line.toString()).toBe(true)
  })

  it('over the limit are counted and not kept, and those around them are whole', () => {
    const bytes = Buffer.from(`ok\n${'x'.repeat(100)}\nalso ok\n${'y'.repeat(11)}\n${'z'.repeat(10)}\r\nend`)
    for (const size of [1, 3, 7, 50, 1000]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      )
      const lines = split(chunks, 10)
      expect(texts(lines)).toEqual(['ok', '', 'also ok', '', 'z'.repeat(10), 'end'])
      expect(lines.map(({ tooLong }) => tooLong)).toEqual([0, 100, 0, 11, 0, 0])
    }
  })
})
