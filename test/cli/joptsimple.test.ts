import { describe, expect, it } from 'vitest'
import { type Arity, readWords } from '../../src/cli/joptsimple.ts'

const arities = new Map<string, Arity>([
  ['list', 'none'],
  ['topic', 'required'],
  ['codec', 'optional'],
])

describe('words that joptsimple would read', () => {
  it.each([
    ['--topic a', [{ name: 'topic', value: 'a' }]],
    ['--topic=a=b', [{ name: 'topic', value: 'a=b' }]],
    ['-topic a', [{ name: 'topic', value: 'a' }]],
    ['--topic --list', [{ name: 'topic', value: '--list' }]],
    ['--topic= a', [{ name: 'topic', value: 'a' }]],
    ['--list=x --topic a', [{ name: 'list' }, { name: 'topic', value: 'a' }]],
    ['--codec lz4', [{ name: 'codec', value: 'lz4' }]],
    ['--codec --list', [{ name: 'codec' }, { name: 'list' }]],
    ['--codec', [{ name: 'codec' }]],
  ])('%s', (line, options) => {
    expect(readWords(line.split(' '), arities)).toEqual({ options, ignored: [] })
  })

  it('have no meaning without an option before them, nor after --', () => {
    const { options, ignored } = readWords(['a', '--list', 'b', '-', '--', '--topic', 'c'], arities)
    expect(options).toEqual([{ name: 'list' }])
    expect(ignored).toEqual(['a', 'b', '-', '--topic', 'c'])
  })

  it('are refused in its sentences, never guessed from a beginning', () => {
    expect(() => readWords(['--lis'], arities)).toThrow('lis is not a recognized option')
    expect(() => readWords(['--topic'], arities)).toThrow('Option topic requires an argument')
  })
})
