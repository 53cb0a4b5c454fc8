import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonFormatter } from '../../../src/cli/records/json-formatter.ts'
import { type Told, written } from './support.ts'

const plain: Told = {
  headers: [],
  key: null,
  value: null,
  partition: 3,
  offset: 1234,
  timestamp: 1700000000123,
  timestampType: 'CreateTime',
  epoch: 4,
}

interface Field {
  value: string | null
  valueEncoding?: string
}

const field = fc.option(
  fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text).toString('hex')),
  ),
  { nil: null },
)

describe('a record as JSON', () => {
  it('has fixed keys on one line', async () => {
    const line = (await written(jsonFormatter(), { ...plain, key: '6b', value: '76' })).toString()
    expect(line).toBe(
      '{"topic":"t","partition":3,"offset":1234,"timestamp":1700000000123,"timestampType":"CreateTime","leaderEpoch":4,"key":"k","value":"v","headers":[]}\n',
    )
  })

  it('keeps text readable and marks what is not text', async () => {
    const text = (await written(jsonFormatter(), { ...plain, key: 'fffe', value: Buffer.from('"ü"\n').toString('hex') })).toString() // prettier-ignore
    expect(text).toContain('"key":"//4=","keyEncoding":"base64","value":"\\"ü\\"\\n","headers"')
  })

  it('gives back every byte of key, value and headers', async () => {
    const told = fc.record({ key: field, value: field, headers: fc.array(fc.tuple(fc.string(), field)) })
    await fc.assert(
      fc.asyncProperty(told, async ({ key, value, headers }) => {
        const line = (await written(jsonFormatter(), { ...plain, key, value, headers })).toString()
        expect(line.indexOf('\n')).toBe(line.length - 1)
        const read = JSON.parse(line) as Record<string, never> & { headers: (Field & { key: string })[] }
        expect(bytesOf({ value: read['key']!, valueEncoding: read['keyEncoding']! })).toBe(key)
        expect(bytesOf(read as unknown as Field)).toBe(value)
        expect(read.headers.map((header) => [header.key, bytesOf(header)])).toEqual(
          headers.map(([name, content]) => [Buffer.from(name).toString(), content]),
        )
      }),
      { numRuns: 500 },
    )
  })
})

function bytesOf({ value, valueEncoding }: Field): string | null {
  if (value === null) return null
  return Buffer.from(value, valueEncoding === 'base64' ? 'base64' : 'utf8').toString('hex')
}
