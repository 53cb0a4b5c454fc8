import { describe, expect, it } from 'vitest'
import { count, flag, type Option, properties, text, texts, wholeNumber } from '../../src/cli/options.ts'
import { UsageError } from '../../src/core/errors.ts'

const codec = text('', { choices: ['gzip', 'lz4'], bare: 'gzip' })
const batch = count('', { min: 1, max: 100 })

describe('an option that was written', () => {
  it.each<[string, Option<unknown>, string[], unknown]>([
    ['a flag is true', flag(''), ['true'], true],
    ['the last text wins', text(''), ['a', 'b'], 'b'],
    ['a text may be empty', text(''), [''], ''],
    ['a choice is taken as it is', codec, ['lz4'], 'lz4'],
    ['all texts are kept, in order', texts(''), ['b', 'a', 'b'], ['b', 'a', 'b']],
    ['the last number wins', batch, ['1', '100'], 100],
    ['a number may have a sign and zeros', batch, ['+007'], 7],
    ['without bounds a number is anything from 0 on', count(''), ['0'], 0],
    ['the largest exact number', count(''), ['9007199254740991'], Number.MAX_SAFE_INTEGER],
    ['below 0 where min says so', count('', { min: -5 }), ['-5'], -5],
    ['properties are put together, the last of a name wins', properties(''), ['a=1', 'b=2', 'a=3'], { a: '3', b: '2' }], // prettier-ignore
    ['a property’s value may hold = and blanks', properties(''), ['a== b '], { a: '= b ' }],
    ['a property’s value may be empty', properties(''), ['a='], { a: '' }],
    ['blanks around a property’s name are none of it', properties(''), [' a =1'], { a: '1' }],
  ])('%s', (_, option, raw, value) => {
    expect(option.parse(raw, 'name')).toEqual(value)
  })

  it.each<[Option<unknown>, string, string]>([
    [codec, 'zip', '--name takes one of gzip, lz4, not "zip"'],
    [texts('', { choices: ['a'] }), 'b', '--name takes one of a, not "b"'],
    [batch, '0', '--name takes a whole number from 1 to 100, not "0"'],
    [batch, '101', '--name takes a whole number from 1 to 100, not "101"'],
    [count(''), '-1', '--name takes a whole number of 0 or more, not "-1"'],
    [count(''), '1.5', '--name takes a whole number of 0 or more, not "1.5"'],
    [count(''), '1e3', '--name takes a whole number of 0 or more, not "1e3"'],
    [count(''), '0x10', '--name takes a whole number of 0 or more, not "0x10"'],
    [count(''), '', '--name takes a whole number of 0 or more, not ""'],
    [count(''), '9007199254740993', '--name takes a whole number of 0 or more'],
    [properties(''), 'a', '--name takes KEY=VALUE, not "a"'],
    [properties(''), '=1', '--name takes KEY=VALUE, not "=1"'],
  ])('%#: %s', (option, raw, message) => {
    expect(() => option.parse([raw], 'name')).toThrow(UsageError)
    expect(() => option.parse([raw], 'name')).toThrow(message)
  })

  it('is refused when one of several is wrong', () => {
    expect(() => texts('', { choices: ['a'] }).parse(['a', 'b'], 'name')).toThrow('not "b"')
  })
})

describe('an option that was not written', () => {
  it.each<[string, Option<unknown>, unknown]>([
    ['a flag is false', flag(''), false],
    ['a text is not there', text(''), undefined],
    ['a text is its default', text('', { default: 'a' }), 'a'],
    ['a number is not there', count(''), undefined],
    ['a number is its default', count('', { default: 7 }), 7],
    ['texts are none', texts(''), []],
    ['properties are none', properties(''), {}],
    // A bare `--name` has a meaning; no `--name` has none.
    ['what the bare name means is not meant', codec, undefined],
  ])('%s', (_, { defaultValue }, value) => {
    expect(defaultValue).toEqual(value)
  })
})

describe('wholeNumber', () => {
  it('names the option and the bounds', () => {
    expect(wholeNumber('5', 'x')).toBe(5)
    expect(() => wholeNumber('five', 'x', { min: 1, max: 9 })).toThrow(
      '--x takes a whole number from 1 to 9, not "five"',
    )
  })
})
