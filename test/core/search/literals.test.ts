import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { literalsOf } from '../../../src/core/search/literals.ts'
import { compilePattern } from '../../../src/core/search/pattern.ts'

describe('what a match must contain', () => {
  it.each([
    ['order-17', 'order-17', true],
    ['a\\.b\\[c', 'a.b[c', true],
    ['über ☃', 'über ☃', true],
    ['order-\\d+ shipped', ' shipped', false],
    ['^order$', 'order', false],
    ['orders?', 'order', false],
    ['ab*cd', 'cd', false],
    ['ab+cd', 'ab', false],
    ['ab{0,2}cd', 'cd', false],
    ['ab{2}', 'ab', false],
    ['x[a\\]b]longer', 'longer', false],
    ['[]a]xy[^]b]z', 'xy', false],
    ['(one|two) three', ' three', false],
    ['a(b(c|d))e|f', '', false],
    ['a|b', '', false],
    ['(?i)abc', '', false],
    ['\\Qa|b\\E', '', false],
    ['\\p{Greek}abc', 'abc', false],
    ['\\x41\\101bc', 'bc', false],
    ['\\d+', '', false],
    ['.*', '', false],
  ])('of %s is %j', (pattern, required, isWhole) => {
    expect(literalsOf(pattern)).toEqual({ required, isWhole })
  })

  it('never makes a pattern miss what the expression alone would find', () => {
    const atom = fc.constantFrom(
      'a', 'b', 'ab', '.', '\\.', '[ab]', '[^a]', '(a|b)', '(ab)', '\\d', '\\x61', '(?:b|)', '☃',
    ) // prettier-ignore
    const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{0,1}', '{2}', '+?', '*?')
    const piece = fc.tuple(atom, quantifier).map((parts) => parts.join(''))
    const pattern = fc
      .tuple(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.array(piece, { maxLength: 2 }))
      .map(([one, other]) => one.join('') + (other.length > 0 ? `|${other.join('')}` : ''))
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '1', '☃'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, text, (raw, value) => {
        const bytes = Buffer.from(`xx${value}yy`)
        const found = compilePattern(raw, 'grep').matches(bytes, 2, bytes.length - 2)
        expect(found).toBe(new RegExp(raw, 'u').test(value))
      }),
      { numRuns: 2000 },
    )
  })
})
