import { describe, expect, it } from 'vitest'
import { KtError } from '../../../src/core/errors.ts'
import type { Appender } from '../../../src/core/producer/appender.ts'
import { type Gate, SyncGate, TransactionGate } from '../../../src/core/producer/gate.ts'
import { LineSplitter } from '../../../src/core/producer/lines.ts'
import { produceLines } from '../../../src/core/producer/produce-lines.ts'
import type { Producer } from '../../../src/core/producer/producer.ts'

/** Writes down, in their order, what is appended, committed and begun. */
function diary({ commitMs = 0, failsAt = Infinity }: { commitMs?: number; failsAt?: number } = {}) {
  const entries: string[] = []
  let commits = 0
  const settle = () => new Promise((resolve) => setTimeout(resolve, commitMs))
  const producer = {
    hasRoom: true,
    window: undefined,
    poke: () => {},
    flush: async () => {
      entries.push('flush')
      await settle()
    },
    transaction: { begin: () => entries.push('begin') },
    commitTransaction: async () => {
      entries.push('commit …')
      await settle()
      if (++commits >= failsAt) throw new KtError('fenced')
      entries.push('… done')
    },
  } as unknown as Producer
  const appender: Appender = {
    dropped: 0,
    refresh: () => {},
    append(bytes, _keyStart, _keyEnd, start, end) {
      entries.push(bytes.toString('utf8', start, end))
      return false
    },
  }
  return { entries, producer, appender }
}

function lines(
  chunks: AsyncIterable<Buffer>,
  gate: Gate,
  { producer, appender }: ReturnType<typeof diary>,
  signal = new AbortController().signal,
) {
  const read = { lines: 0, bytes: 0 }
  const splitter = new LineSplitter(1000)
  const job = {
    chunks,
    splitter,
    parser: undefined,
    ignoresErrors: false,
    unit: 'line',
    producer,
    appender,
    gate,
    maxRecordBytes: 1000,
    signal,
  }
  return produceLines(read, { ...job, skipped: () => {}, mayGoOn: () => true })
}

/** Text is a chunk; a function does something before the next. */
async function* input(...chunks: (string | (() => unknown))[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    if (typeof chunk === 'string') yield Buffer.from(chunk)
    else await chunk()
  }
}

describe('--sync', () => {
  it('looks at no record before the one before is delivered', async () => {
    const book = diary()
    await lines(input('a\nb\n', 'c\nd'), new SyncGate(book.producer), book)
    expect(book.entries).toEqual(['a', 'flush', 'b', 'flush', 'c', 'flush', 'd'])
  })
})

describe('a transaction of so many records', () => {
  it('ends after exactly so many, wherever the chunks of input end', async () => {
    const book = diary()
    const gate = new TransactionGate(book.producer, { records: 2, durationMs: undefined })
    await lines(input('a\nb\nc\n', 'd\n', 'e'), gate, book)
    await gate.end()
    const one = ['commit …', '… done']
    expect(book.entries).toEqual(['begin', 'a', 'b', ...one, 'begin', 'c', 'd', ...one, 'begin', 'e', ...one])
    expect(gate.committed).toBe(5)
  })
})

describe('--sync in a transaction', () => {
  it('looks at no record before the one before is delivered, and commits when it is time', async () => {
    const book = diary()
    const gate = new TransactionGate(book.producer, { records: 2, durationMs: undefined, isSync: true })
    await lines(input('a\nb\nc\n'), gate, book)
    await gate.end()
    const one = ['commit …', '… done']
    expect(book.entries).toEqual(['begin', 'a', 'flush', 'b', ...one, 'begin', 'c', 'flush', ...one])
  })

  it('commits after the record that it waits for when the time is over meanwhile', async () => {
    const book = diary({ commitMs: 20 })
    const gate = new TransactionGate(book.producer, { records: undefined, durationMs: 5, isSync: true })
    await lines(input('a\nb\n'), gate, book)
    await gate.end()
    expect(book.entries.slice(0, 6)).toEqual(['begin', 'a', 'flush', 'commit …', '… done', 'begin'])
    expect(gate.committed).toBe(2)
  })
})

describe('a transaction of so many milliseconds', () => {
  it('is committed while no input comes', async () => {
    const book = diary()
    const gate = new TransactionGate(book.producer, { records: undefined, durationMs: 5 })
    const isCommitted = async () => {
      while (!book.entries.includes('… done')) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await lines(input('a\n', isCommitted, 'b\n'), gate, book)
    await gate.end()
    expect(book.entries.slice(0, 4)).toEqual(['begin', 'a', 'commit …', '… done'])
    expect(gate.committed).toBe(2)
  })

  it('takes no record while it is being committed, not even the last, unfinished line', async () => {
    const book = diary({ commitMs: 20 })
    const gate = new TransactionGate(book.producer, { records: undefined, durationMs: 5 })
    const isUnderWay = async () => {
      while (!book.entries.includes('commit …')) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await lines(input('a\nlast', isUnderWay), gate, book)
    await gate.end()
    const at = book.entries.indexOf('last')
    expect(book.entries.slice(0, at)).toContain('… done')
    const open = book.entries.slice(0, at).filter((entry) => entry === 'commit …').length
    const done = book.entries.slice(0, at).filter((entry) => entry === '… done').length
    expect(open).toBe(done)
  })

  it('that cannot be committed is told at once, though nobody reads', async () => {
    const book = diary({ failsAt: 1 })
    const gate = await new Promise<TransactionGate>((resolve) => {
      const gate = new TransactionGate(book.producer, { records: undefined, durationMs: 1 }, () =>
        resolve(gate),
      )
      gate.appended()
    })
    await expect(gate.end()).rejects.toThrow('fenced')
  })

  it('is not aborted while its commit is under way', async () => {
    const book = diary({ commitMs: 20 })
    const gate = new TransactionGate(book.producer, { records: 1, durationMs: undefined })
    gate.appended()
    void gate.pass()
    await gate.cancel()
    expect(book.entries).toEqual(['begin', 'commit …', '… done', 'begin'])
  })
})

describe('an interrupt', () => {
  it('leaves out the line of which only half has come', async () => {
    const book = diary()
    const interrupt = new AbortController()
    const stop = () => interrupt.abort()
    await lines(input('a\nhal', stop), new SyncGate(book.producer), book, interrupt.signal)
    expect(book.entries).toEqual(['a', 'flush'])
  })
})
