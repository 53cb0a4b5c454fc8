import { describe, expect, it } from 'vitest'
import { defaultFormatter } from '../../../src/cli/records/default-formatter.ts'
import { fixture } from '../../core/records/support.ts'
import { type Told, written } from './support.ts'

interface Case {
  format: Told
  properties: Record<string, string>
  output?: string
  error?: string
}

const cases = fixture<Case>('formats')

describe('the default formatter', () => {
  it.each(cases.filter(({ output }) => output !== undefined))(
    'prints $format.value with $properties as Kafka’s DefaultMessageFormatter does',
    async ({ format, properties, output }) => {
      const bytes = await written(defaultFormatter(properties), format)
      expect(bytes.toString('latin1')).toBe(Buffer.from(output!, 'hex').toString('latin1'))
    },
  )

  // Kafka gives a null to LongDeserializer & Co. as four bytes of text, which they refuse: here a null prints as null.
  const refused = cases.filter(({ error, format }) => error !== undefined && format.value !== null)
  it.each(refused)('refuses $format.value with $properties as Kafka does', async ({ format, properties }) => {
    await expect(written(defaultFormatter(properties), format)).rejects.toThrow(/ no | takes /)
  })

  it('names a property that does not exist, and the one that may be meant', () => {
    expect(() => defaultFormatter({ 'print.keys': 'true' })).toThrow(
      'unknown formatter property "print.keys"',
    )
  })

  it('names a deserializer that does not exist', () => {
    expect(() => defaultFormatter({ 'value.deserializer': 'com.example.Mine' })).toThrow(
      'no deserializer "com.example.Mine"',
    )
  })
})

describe('a deserializer that does not exist', () => {
  it.each(['key', 'value', 'headers'])('is refused for the %s, printed or not', (field) => {
    expect(() => defaultFormatter({ [`${field}.deserializer`]: 'nonsense' })).toThrow(
      'no deserializer "nonsense"',
    )
  })
})
