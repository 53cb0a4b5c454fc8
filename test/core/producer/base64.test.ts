import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeBase64 } from '../../../src/core/producer/base64.ts'

function decoded(text: string): Buffer | undefined {
  const bytes = Buffer.from(`?${text}`)
  // Where it stands, as an envelope is read.
  const end = decodeBase64(bytes, 1, bytes.length, bytes, 1)
  return end < 0 ? undefined : bytes.subarray(1, end)
}

it('decodes in place what the runtime has encoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (given) => {
      expect(decoded(Buffer.from(given).toString('base64'))).toEqual(Buffer.from(given))
    }),
  )
})

it.each(['a', 'ab', 'abc', 'ab=c', '====', 'a===', 'ab==ab==', 'abc!', 'ab-_', 'ab\ncd', 'ébc='])(
  'refuses %j',
  (text) => {
    expect(decoded(text)).toBe(undefined)
  },
)
