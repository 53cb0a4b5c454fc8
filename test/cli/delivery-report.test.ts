import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeliveryReport, rangesOf } from '../../src/cli/delivery-report.ts'
import { KtError } from '../../src/core/errors.ts'

describe('a report of what was not delivered', () => {
  it('names each reason once, with its lines', () => {
    const report = new DeliveryReport()
    report.addLines([5, 6], new KtError('too large'))
    report.addLines([3], new KtError('no leader'))
    report.addLines([7, 12], new KtError('too large'))
    expect(report.lines()).toEqual(['lines 5-7,12: too large', 'line 3: no leader'])
    expect([report.failedCount, report.firstError!.message]).toEqual([5, 'too large'])
  })

  it('stays short, whatever fails', () => {
    const report = new DeliveryReport()
    for (let line = 1; line <= 25; line++) report.addLines([line], new KtError(`reason ${line}`))
    expect(report.lines()).toHaveLength(11)
    expect(report.lines()[10]).toBe('… and 15 further reasons')
    const odd = Array.from({ length: 100 }, (_, index) => 2 * index + 1)
    expect(rangesOf(odd)).toBe('1,3,5,7,9,11,13,15,… (100 in all)')
  })
})

describe('ranges', () => {
  it('hold every number, and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(9), { maxLength: 8 }), (numbers) => {
        const held = rangesOf(numbers)
          .split(',')
          .filter((range) => range !== '')
          .flatMap((range) => {
            const [from = 0, to = from] = range.split('-').map(Number)
            return Array.from({ length: to - from + 1 }, (_, index) => from + index)
          })
        expect(held).toEqual([...numbers].sort())
      }),
    )
  })
})
