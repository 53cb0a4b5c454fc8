import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consume, newTopic, produce } from '../support/console.ts'

interface Field {
  value: string | null
  valueEncoding?: string
}

interface Envelope extends Field {
  key: string | null
  keyEncoding?: string
  partition: number
  timestamp: number
  headers: (Field & { key: string; keyEncoding?: string })[]
}

/** Any bytes, of which some are text, some are not, and some need escapes in JSON. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.from(some)),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u0000', '\u001f', 'é', '😀', 'a'), maxLength: 30 }).map((text) => Buffer.from(text)), // prettier-ignore
  fc.json({ maxDepth: 2 }).map((text) => Buffer.from(text)),
)
const nullable = fc.option(bytes, { nil: null })

const record = fc.record({
  key: nullable,
  value: nullable,
  partition: fc.integer({ min: 0, max: 2 }),
  timestamp: fc.oneof(
    fc.constantFrom(0, 1, 2 ** 31, 2 ** 42, Number.MAX_SAFE_INTEGER - 1),
    fc.integer({ min: 0, max: 2 ** 43 }),
  ),
  // Some names repeat, and some are no text.
  headers: fc.array(fc.tuple(fc.oneof(fc.constantFrom('a', 'b', '').map((name) => Buffer.from(name)), bytes), nullable), { maxLength: 4 }), // prettier-ignore
})

/** As docs/record.schema.json says it, by Buffer and JSON alone. */
function envelopeOf({ key, value, partition, timestamp, headers }: RecordOf<typeof record>): Envelope {
  return {
    partition,
    timestamp,
    ...field('key', key),
    ...field('value', value),
    headers: headers.map(([name, content]) => ({ ...field('key', name), ...field('value', content) })),
  } as unknown as Envelope
}

type RecordOf<T> = T extends fc.Arbitrary<infer R> ? R : never

function field(name: string, content: Buffer | null): Record<string, string | null> {
  if (content === null) return { [name]: null }
  const text = content.toString()
  if (Buffer.from(text).equals(content)) return { [name]: text }
  return { [name]: content.toString('base64'), [`${name}Encoding`]: 'base64' }
}

/** The same text is the same record: everything but topic, offset and epoch. */
function keptOf(line: string): unknown {
  const { topic, offset, leaderEpoch, ...kept } = JSON.parse(line) as Record<string, unknown>
  return [typeof topic, typeof offset, leaderEpoch, kept]
}

const linesOf = (text: string) => text.split('\n').slice(0, -1)

const KEEP = ['--input', 'json', '--keep', 'partition,timestamp']
const ANY_TIME = { 'message.timestamp.after.max.ms': '9223372036854775807', 'message.timestamp.before.max.ms': '9223372036854775807' } // prettier-ignore
const spec = { partitions: 3, config: { ...ANY_TIME, 'retention.ms': '-1' } }

describe.each([
  ['none', 'executable'],
  ['gzip', 'node'],
  ['snappy', 'executable'],
  ['lz4', 'node'],
  ['zstd', 'executable'],
] as const)('records packed with %s (%s)', (codec, runtime) => {
  it('survive consume → produce → consume unchanged, whatever they are', async () => {
    const [first, second] = [await newTopic('trip', spec), await newTopic('trip', spec)]
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 300, maxLength: 400 }), async (records) => {
        const envelopes = records.map(envelopeOf)
        const input = `${envelopes.map((envelope) => JSON.stringify(envelope)).join('\n')}\n`
        const packed = ['--compression-codec', codec]
        expect(await produce(first, input, [...KEEP, ...packed], { runtime })).toMatchObject({ code: 0, stderr: '' }) // prettier-ignore
        const read = await consume(first, ['-e', '--output', 'json'], { runtime })
        expect(read.code).toBe(0)

        // What was read is what was written, partition by partition in its order.
        for (const partition of [0, 1, 2]) {
          const written = envelopes.filter((one) => one.partition === partition)
          const found = linesOf(read.stdout)
            .map((line) => JSON.parse(line) as Envelope)
            .filter((one) => one.partition === partition)
            .map(({ key, keyEncoding, value, valueEncoding, timestamp, headers }) => ({ key, keyEncoding, value, valueEncoding, timestamp, partition, headers })) // prettier-ignore
          expect(found).toEqual(written)
        }

        expect((await produce(second, read.stdout, [...KEEP, ...packed], { runtime })).code).toBe(0)
        const again = await consume(second, ['-e', '--output', 'json'], { runtime })
        const [before, after] = [read, again].map(({ stdout }) => linesOf(stdout).map(keptOf).sort(byText))
        expect(after).toEqual(before)
      }),
      // A run of kt takes hundreds of records: few runs see many. Both topics grow, so it is one.
      { numRuns: 1, endOnFailure: true },
    )
  })
})

function byText(one: unknown, other: unknown): number {
  const [left, right] = [JSON.stringify(one), JSON.stringify(other)]
  return left < right ? -1 : left > right ? 1 : 0
}
