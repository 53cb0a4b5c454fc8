import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Meter, redrawn } from '../../src/cli/meter.ts'

const MEGABYTE = 2 ** 20
const reading = (size?: number) => ({ records: 5000, bytes: 10 * MEGABYTE, inFlight: 3, size })

describe('the line that shows how far a transfer is', () => {
  const drawn: string[] = []
  beforeEach(() => {
    vi.useFakeTimers()
    drawn.length = 0
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => drawn.push(String(text)) > 0)
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it('has records, rate and requests in flight, and what is left where the size is known', () => {
    const meters = [new Meter(() => reading()), new Meter(() => reading(40 * MEGABYTE))]
    vi.advanceTimersByTime(1800)
    for (const meter of meters) meter.start()
    vi.advanceTimersByTime(200)
    for (const meter of meters) meter.stop()
    expect(drawn.map((text) => text.replace('\r\u001b[2K', ''))).toEqual([
      '5000 records  5.0 MB/s  3 in flight',
      '5000 records  5.0 MB/s  3 in flight  25 %  6 s left',
      '',
      '',
    ])
  })

  it('is cut to the window, so that the next one can take its place', () => {
    expect(redrawn('5000 records  5.0 MB/s  3 in flight', 20)).toBe('\r\u001b[2K5000 records  5.0 M')
  })

  it('draws nothing when it was never started', () => {
    new Meter(() => reading()).stop()
    expect(drawn).toEqual([])
  })

  it('ends with counts and rates', () => {
    const meter = new Meter(() => reading())
    vi.advanceTimersByTime(2000)
    expect(meter.summary()).toBe('5000 records, 10.0 MB in 2.0 s: 2500 records/s, 5.0 MB/s')
  })
})
