import { describe, expect, it } from 'vitest'
import type { ConsumeInterceptor } from '../../../src/core/consumer/consume-interceptors.ts'
import { DeliveryReader } from '../../../src/core/consumer/deliver-records.ts'
import type { Fetched } from '../../../src/core/consumer/fetched.ts'
import { PartitionPosition } from '../../../src/core/consumer/position.ts'
import { Printer } from '../../../src/cli/records/printer.ts'
import { defaultFormatter } from '../../../src/cli/records/default-formatter.ts'
import { OutputBuffer } from '../../../src/cli/records/output-buffer.ts'
import { Sink } from '../../../src/cli/output/sink.ts'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import { failureOf } from '../cluster/support.ts'
import { textBatch } from '../records/support.ts'

interface Setting {
  values?: string[]
  maxPollRecords?: number
  maxMessages?: number
  skipsErrors?: boolean
  isOver?: () => boolean
  signal?: AbortSignal
}

/** What comes of one fetch of `values` when `interceptors` look at it. */
async function delivered(interceptors: ConsumeInterceptor[], setting: Setting = {}) {
  const { values = ['a', 'b', 'c', 'd', 'e'], maxPollRecords = 2, maxMessages = Infinity } = setting
  const out = new OutputBuffer(new Sink(1, 'stdout'))
  const printer = new Printer({
    formatter: defaultFormatter({ 'line.separator': ' ' }),
    out,
    maxMessages,
    skipsErrors: setting.skipsErrors ?? false,
  })
  const position = new PartitionPosition('t', 0, 0)
  const batches = readBatches(await textBatch(...values), 't-0')
  const fetched: Fetched = {
    position,
    fromOffset: 0,
    nextOffset: values.length,
    batches,
    abortedTransactions: [],
    generation: 0,
  }
  const reader = new DeliveryReader({
    isReadCommitted: false,
    crc32c: undefined,
    interceptors,
    maxPollRecords,
    signal: setting.signal ?? new AbortController().signal,
  })
  const steps = reader.steps(fetched, printer, setting.isOver)
  let step = await steps.next()
  let count = 1
  for (; step.done !== true; count++) step = await steps.next()
  const text = out.bytes.subarray(0, out.length).toString()
  return { text, wantsMore: step.value, readOffset: position.readOffset, count, printer }
}

const shout: ConsumeInterceptor = {
  onConsume: (record) => ({ ...record, value: Buffer.from(String(record.value).toUpperCase()) }),
}

describe('a module that sees records one by one', () => {
  it('changes, drops and leaves them', async () => {
    const module: ConsumeInterceptor = {
      onConsume: (record) => {
        if (record.offset === 1) return null
        return record.offset === 2
          ? undefined
          : { ...record, value: Buffer.from(`<${String(record.value)}>`) }
      },
    }
    expect(await delivered([module])).toMatchObject({
      text: '<a> c <d> <e> ',
      readOffset: 5,
      wantsMore: true,
    })
  })

  it('may take its time, and the order stays', async () => {
    const slow: ConsumeInterceptor = {
      onConsume: async (record) => {
        await new Promise((resolve) => setTimeout(resolve, record.offset === 0 ? 5 : 0))
        return record
      },
    }
    expect((await delivered([slow, shout])).text).toBe('A B C D E ')
  })

  it('is not shown more records than are wanted', async () => {
    const seen: number[] = []
    const module = { onConsume: ({ offset }: { offset: number }) => void seen.push(offset) }
    const { wantsMore, readOffset } = await delivered([module], { maxMessages: 3 })
    expect([wantsMore, readOffset, seen]).toEqual([false, 3, [0, 1, 2]])
  })

  it('is not begun again after an interrupt', async () => {
    const interrupt = new AbortController()
    const module: ConsumeInterceptor = {
      onConsume: ({ offset }) => {
        if (offset === 1) interrupt.abort()
      },
    }
    expect(await delivered([module], { signal: interrupt.signal })).toMatchObject({
      text: 'a b ',
      readOffset: 2,
    })
  })

  it('is not begun again when its partition goes', async () => {
    let asked = 0
    expect(await delivered([shout], { isOver: () => ++asked > 3 })).toMatchObject({
      text: 'A B C ',
      readOffset: 3,
    })
  })

  it('ends the run where it throws, with all before it printed', async () => {
    const module: ConsumeInterceptor = {
      onConsume: ({ offset }) => {
        if (offset === 3) throw new Error('no')
      },
    }
    const failure = await failureOf(delivered([module]))
    expect(failure.message).toBe('t-0 at offset 3: no')
    expect((await delivered([module], { skipsErrors: true })).text).toBe('a b c e ')
  })

  it('that returns something else than bytes is told where', async () => {
    const module = {
      onConsume: (record: object) => ({ ...record, value: 5 }),
    } as unknown as ConsumeInterceptor
    expect((await failureOf(delivered([module]))).message).toMatch(/^t-0 at offset 0: .*value/)
  })
})

describe('a module that sees some records at once', () => {
  it('gets max.poll.records of them at most, a step each', async () => {
    const sizes: number[] = []
    const module = { onConsumeBatch: (records: object[]) => void sizes.push(records.length) }
    const { text, count } = await delivered([module])
    expect([text, sizes, count]).toEqual(['a b c d e ', [2, 2, 1], 3])
  })

  it('returns those to go on with, after the modules before it', async () => {
    const odd: ConsumeInterceptor = {
      onConsume: (record) => (record.offset === 3 ? null : record),
      onConsumeBatch: async (records) => {
        await Promise.resolve()
        return records.filter(({ offset }) => offset % 2 === 1)
      },
    }
    expect(await delivered([shout, odd], { maxPollRecords: 500 })).toMatchObject({
      text: 'B ',
      readOffset: 5,
    })
  })

  it('is stopped with the offsets it was given', async () => {
    const module: ConsumeInterceptor = {
      onConsumeBatch: () => Promise.reject(new Error('later')),
    }
    expect((await failureOf(delivered([module]))).message).toBe('t-0 at offsets 0 to 1: later')
    expect(await delivered([module], { skipsErrors: true })).toMatchObject({ text: '', readOffset: 5 })
  })

  it.each([
    ['a record it was not given', [{ offset: 9 }], 'offset 9'],
    ['a record twice', [{ offset: 0 }, { offset: 0 }], 'twice'],
    ['no array', 'x', 'neither an array nor nothing'],
    ['no records', [undefined], 'offset undefined'],
  ])('may not return %s', async (_what, answer, words) => {
    const module = { onConsumeBatch: () => answer } as unknown as ConsumeInterceptor
    expect((await failureOf(delivered([module]))).message).toContain(words)
  })
})

describe('records that several partitions wait for', () => {
  it('are claimed once: what others hold is waited for, and taken when they give it back', async () => {
    const { printer } = await delivered([], { values: ['a'], maxMessages: 4 })
    expect(await printer.claim(2)).toBe(2)
    const more = printer.claim(5)
    expect(await more).toBe(1)
    const late = printer.claim(5)
    printer.settle(1)
    expect(await late).toBe(1)
    printer.settle(3)
  })
})
