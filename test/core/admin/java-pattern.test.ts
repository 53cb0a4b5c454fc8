import { describe, expect, it } from 'vitest'
import { javaPattern } from '../../../src/core/admin/java-pattern.ts'
import { UsageError } from '../../../src/core/errors.ts'

const names = ['a', 'b', 'ab', 'aab', 'A', 'a.b', 'a-b', 'a_b', 'a+b', 'orders-1', 'orders-22', 'x]y']

// What java.util.regex.Pattern.matches says of `names`.
describe('a regular expression of Java', () => {
  it.each([
    ['a|b', ['a', 'b']],
    ['a.b', ['aab', 'a.b', 'a-b', 'a_b', 'a+b']],
    ['a\\.b', ['a.b']],
    ['\\Qa.b\\E', ['a.b']],
    ['\\Qa+b', ['a+b']],
    ['a\\-b', ['a-b']],
    ['a\\_b', ['a_b']],
    ['[a\\-_]*b', ['b', 'ab', 'aab', 'a-b', 'a_b']],
    ['(?i)a', ['a', 'A']],
    ['orders-\\d+', ['orders-1', 'orders-22']],
    ['orders-\\d{2}', ['orders-22']],
    ['a{1,2}b', ['ab', 'aab']],
    ['x[]]y', ['x]y']],
    ['x[^a]y', ['x]y']],
    ['x]y', ['x]y']],
    ['\\Aa\\z', ['a']],
    ['a+?b', ['ab', 'aab']],
    ['(?:a|b)', ['a', 'b']],
    ['(?!a).*', ['b', 'A', 'orders-1', 'orders-22', 'x]y']],
    ['\\p{Lu}', ['A']],
  ])('%s matches whole names', (source, matching) => {
    const pattern = javaPattern(source)
    expect(names.filter((name) => pattern.test(name))).toEqual(matching)
  })

  it.each(['*', '(', 'a{', '[a', 'a\\', 'a++', 'a*+', '[a&&b]', '[a[b]]', '\\p{IsAlphabetic2}', '(?x)a'])(
    'is refused rather than misread: %s',
    (source) => {
      expect(() => javaPattern(source)).toThrow(UsageError)
      expect(() => javaPattern(source)).toThrow('is not a regular expression')
    },
  )
})
