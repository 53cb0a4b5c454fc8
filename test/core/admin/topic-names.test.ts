import { describe, expect, it } from 'vitest'
import {
  checkName,
  couldCollide,
  isInternal,
  patternSelectorOf,
  selectorOf,
} from '../../../src/core/admin/topic-names.ts'
import { UsageError } from '../../../src/core/errors.ts'

describe('a topic name', () => {
  it.each(['a', 'orders', 'A-z_0.9', '...', 'x'.repeat(249)])('may be %s', (name) => {
    expect(() => checkName(name)).not.toThrow()
  })

  it.each([
    ['', 'the empty string is not allowed'],
    ['.', "'.' is not allowed"],
    ['..', "'..' is not allowed"],
    ['a/b', "'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"],
    ['ä', "'ä' contains one or more characters other than"],
    ['a b', "'a b' contains one or more characters other than"],
    ['a\n', 'contains one or more characters other than'],
    ['x'.repeat(250), 'is longer than the max allowed length 249'],
  ])('cannot be %j', (name, why) => {
    expect(() => checkName(name)).toThrow(UsageError)
    expect(() => checkName(name)).toThrow(why)
  })

  it('could collide in metrics with a period or an underscore', () => {
    expect(['a.b', 'a_b', 'a-b'].map(couldCollide)).toEqual([true, true, false])
  })

  it('is internal where Kafka keeps its own things', () => {
    const names = ['__consumer_offsets', '__transaction_state', '__share_group_state', '__mine']
    expect(names.map(isInternal)).toEqual([true, true, true, false])
  })
})

describe('what a person means by a word', () => {
  it('is the one topic of that name, never another that a regular expression would match', () => {
    const { names, matches } = selectorOf('a.b')
    expect(names).toEqual(['a.b'])
    expect(['a.b', 'aXb', 'a.bc'].map(matches)).toEqual([true, false, false])
  })

  it('is each of the names between commas', () => {
    const { matches } = selectorOf('a.b,c')
    expect(['a.b', 'c', 'aXb'].map(matches)).toEqual([true, true, false])
  })

  it('is a regular expression for whole names where no topic could be called that', () => {
    const { names, matches } = selectorOf('orders-[0-9]+')
    expect(names).toBeUndefined()
    expect(['orders-12', 'orders-', 'my-orders-1'].map(matches)).toEqual([true, false, false])
  })

  it('is always a regular expression for the scripts of Kafka, with commas, blanks and quotes as they read them', () => {
    const { matches } = patternSelectorOf(` "a.b, c'`)
    expect(['a.b', 'aXb', 'c', 'd'].map(matches)).toEqual([true, true, true, false])
  })
})
