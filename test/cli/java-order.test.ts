import { describe, expect, it } from 'vitest'
import { javaHashOrder } from '../../src/cli/output/java-order.ts'

const words = [
  'alpha',
  'beta',
  'gamma',
  'delta',
  'epsilon',
  'zeta',
  'eta',
  'theta',
  'iota',
  'kappa',
  'lambda',
  'mu',
  'nu',
]

// What `new HashMap<String, …>()` and `new HashMap<String, …>(3)` of OpenJDK 17 give for `words` and its first three.
describe('the order of a hash map of Java', () => {
  it('holds for a map that grew', () => {
    expect(javaHashOrder(words, String)).toEqual([
      'zeta',
      'iota',
      'nu',
      'delta',
      'mu',
      'theta',
      'epsilon',
      'lambda',
      'eta',
      'alpha',
      'kappa',
      'beta',
      'gamma',
    ])
  })
  it('holds for a map made for its size', () => {
    expect(javaHashOrder(words.slice(0, 3), String, 3)).toEqual(['beta', 'gamma', 'alpha'])
  })
})
