import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { type Listing, Out, type OutputStyle } from '../../src/cli/output/index.ts'
import { toJson } from '../../src/cli/output/json.ts'
import { plainTable } from '../../src/cli/output/plain-table.ts'
import { OutputClosedError, Sink } from '../../src/cli/output/sink.ts'
import { renderTable } from '../../src/cli/output/table.ts'
import { KtError } from '../../src/core/errors.ts'

class MemorySink extends Sink {
  pieces: string[] = []
  override writeNow(text: string): void {
    this.pieces.push(text)
  }
}

interface Row {
  name: string
  size: number | null
  ids: number[]
}

const rows: Row[] = [
  { name: 'a', size: 5, ids: [1, 2] },
  { name: 'longer', size: null, ids: [] },
]
const listing: Listing<Row> = {
  name: 'things',
  rows,
  columns: [
    { title: 'NAME', value: ({ name }) => name },
    { title: 'SIZE', value: ({ size }) => size, align: 'right' },
    { title: 'IDS', value: ({ ids }) => ids },
  ],
}

async function said(style: OutputStyle, say: (out: Out) => Promise<void> | void, isTerminal = false) {
  const sink = new MemorySink(-1, 'stdout')
  const out = new Out(style, sink, { stdout: isTerminal, columns: 80 })
  await say(out)
  out.flush()
  return sink.pieces.join('')
}

describe('a listing', () => {
  const java = (given: readonly Row[]) => given.map(({ name }) => `Thing: ${name}`)

  it.each<[string, OutputStyle, Listing<Row>, string]>([
    ['a table for people', 'table', listing, 'NAME    SIZE  IDS\na          5  1,2\nlonger     -  -\n'],
    ['a document for programs', 'json', listing, `${JSON.stringify({ things: rows })}\n`],
    ['Kafka’s lines', 'java', { ...listing, java }, 'Thing: a\nThing: longer\n'],
    ['the table where Kafka has no lines', 'java', { ...listing, rows: [rows[0]!] }, 'NAME  SIZE  IDS\na        5  1,2\n'], // prettier-ignore
    ['an empty document', 'json', { ...listing, rows: [], whenEmpty: 'none' }, '{"things":[]}\n'],
    ['nothing where there is nothing', 'table', { ...listing, rows: [], whenEmpty: 'none' }, ''],
    ['no Kafka lines where there is nothing', 'java', { ...listing, rows: [], java }, ''],
  ])('is %s', async (_, style, what, text) => {
    expect(await said(style, (out) => out.list(what))).toBe(text)
  })

  it('says on a terminal that there is nothing', async () => {
    const empty = { ...listing, rows: [], whenEmpty: 'none' }
    expect(await said('table', (out) => out.list(empty), true)).toBe('none\n')
    expect(await said('table', (out) => out.list({ ...listing, rows: [] }), true)).toBe('')
  })
})

describe('a message', () => {
  it.each<[OutputStyle, string | undefined, string]>([
    ['table', 'done', 'done\n'],
    ['java', undefined, ''],
    ['json', 'done', '{"isDone":true}\n'],
    ['json', undefined, '{"isDone":true}\n'],
  ])('in the style %s with the text %j', async (style, text, expected) => {
    expect(await said(style, (out) => out.message({ isDone: true }, text))).toBe(expected)
  })
})

describe('a long output', () => {
  it('is written in pieces, all of it, in order', () => {
    const sink = new MemorySink(-1, 'stdout')
    const out = new Out('table', sink)
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`)
    for (const line of lines) out.line(line)
    out.flush()
    expect(sink.pieces.length).toBeGreaterThan(2)
    expect(sink.pieces.join('')).toBe(`${lines.join('\n')}\n`)
    out.flush()
    expect(sink.pieces.every((piece) => piece !== '')).toBe(true)
  })
})

describe('JSON', () => {
  it('has numbers while they are exact, and digits as text where a number would round', () => {
    expect(toJson({ small: 5n, large: 9007199254740993n, negative: -9007199254740993n })).toBe(
      '{"small":5,"large":"9007199254740993","negative":"-9007199254740993"}',
    )
  })
})

describe('a table', () => {
  it('stands under its titles, with nothing at the ends of lines', () => {
    const table = renderTable(['A', 'B'], ['left', 'right'], [['one', '1'], ['', '22']]) // prettier-ignore
    expect(table.split('\n')).toEqual(['A     B', 'one   1', '     22'])
  })

  it('keeps columns together where characters are wide', () => {
    const [, first, second] = renderTable(['A', 'B'], ['left', 'left'], [['日本', 'x'], ['abcd', 'y']]).split('\n') // prettier-ignore
    expect([first, second]).toEqual(['日本  x', 'abcd  y'])
  })

  it('is the same without cli-table3 where all is printable ASCII, and left to it otherwise', () => {
    const cell = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 })
    const row = fc.array(cell, { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (cells) => {
        const [titles, alignments] = [['NAME', 'N', 'A LONG TITLE'], ['left', 'right', 'left'] as const]
        expect(plainTable(titles, [...alignments], cells)).toBe(renderTable(titles, [...alignments], cells))
      }),
    )
    for (const odd of ['日本', 'two\nlines', 'a\ttab', '\x1b[31mred'])
      expect(plainTable(['A'], ['left'], [[odd]])).toBeUndefined()
  })
})

describe('a sink', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kt-sink-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('writes bytes as they are, and texts as UTF-8', async () => {
    const file = join(folder, 'bytes')
    const fd = openSync(file, 'w')
    const sink = new Sink(fd, 'bytes')
    await sink.write(Buffer.from([0, 0xff, 10]))
    await sink.write(Buffer.alloc(0))
    sink.writeNow('é\n')
    closeSync(fd)
    expect(readFileSync(file)).toEqual(Buffer.from([0, 0xff, 10, 0xc3, 0xa9, 10]))
  })

  it('names what cannot be written, and why', async () => {
    const fd = openSync('/dev/full', 'w')
    const sink = new Sink(fd, 'out.txt')
    await expect(sink.write(Buffer.from('x'))).rejects.toThrow(
      /^out\.txt: cannot write: no space left on device$/,
    )
    expect(() => sink.writeNow('x')).toThrow(KtError)
    closeSync(fd)
  })

  it('knows a pipe whose reader has gone, which is no failure', async () => {
    const pipe = join(folder, 'pipe')
    const made = spawn('mkfifo', [pipe])
    await once(made, 'close')
    const reader = openSync(pipe, 'r+')
    const fd = openSync(pipe, 'w')
    closeSync(reader)
    const sink = new Sink(fd, 'stdout')
    await expect(sink.write(Buffer.from('x'))).rejects.toThrow(OutputClosedError)
    expect(() => sink.writeNow('x')).toThrow(OutputClosedError)
    expect(new OutputClosedError('').exitCode).toBe(0)
    closeSync(fd)
  })

  it('waits while a pipe that does not block is full, and loses nothing', async () => {
    const pipe = join(folder, 'full')
    const made = spawn('mkfifo', [pipe])
    await once(made, 'close')
    const { O_RDWR, O_WRONLY, O_NONBLOCK } = (await import('node:fs')).constants
    const holder = openSync(pipe, O_RDWR)
    const fd = openSync(pipe, O_WRONLY | O_NONBLOCK)
    const reader = spawn('sh', ['-c', `sleep 0.1; head -c 300000 | wc -c`], {
      stdio: [holder, 'pipe', 'ignore'],
    })
    let counted = ''
    reader.stdout!.on('data', (chunk: Buffer) => (counted += chunk.toString()))
    const closed = once(reader, 'close')
    const sink = new Sink(fd, 'stdout')
    await sink.write(Buffer.alloc(200_000))
    sink.writeNow('x'.repeat(100_000))
    closeSync(fd)
    closeSync(holder)
    await closed
    expect(counted.trim()).toBe('300000')
  })
})
