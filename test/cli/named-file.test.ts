import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/core/errors.ts'
import { readNamedFile, readNamedText } from '../../src/cli/named-file.ts'

describe('a file that a person named', () => {
  it('is read as bytes and as text', () => {
    const path = fileURLToPath(import.meta.url)
    expect(readNamedText(path)).toContain('is read as bytes and as text')
    expect(readNamedFile(path).toString()).toBe(readNamedText(path))
  })

  it.each([
    ['/no/such/file', '/no/such/file: cannot be read: no such file or directory'],
    [tmpdir(), `${tmpdir()}: cannot be read: illegal operation on a directory`],
  ])('is wrong usage where it cannot be read: %s', (path, sentence) => {
    expect(() => readNamedText(path)).toThrow(new UsageError(sentence))
  })
})
