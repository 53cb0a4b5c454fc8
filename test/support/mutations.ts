/** Damage as it happens to files and answers: bytes changed, lost and added. */
import fc from 'fast-check'

export type Change = { kind: 'set' | 'cut' | 'insert' | 'long'; at: number; value: number }

export const mutations = fc.array(
  fc.record<Change>({
    kind: fc.constantFrom('set', 'set', 'cut', 'insert', 'long'),
    at: fc.nat({ max: 2000 }),
    value: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  }),
  { minLength: 1, maxLength: 4 },
)

export function mutated(original: Buffer, changes: readonly Change[]): Buffer {
  let bytes = Buffer.from(original)
  for (const { kind, at: rawAt, value } of changes) {
    const at = rawAt % Math.max(bytes.length, 1)
    if (kind === 'set' && bytes.length > 0) bytes[at] = value & 0xff
    if (kind === 'long' && at + 4 <= bytes.length) bytes.writeInt32BE(value, at)
    if (kind === 'cut') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + (value & 0x3f))])
    if (kind === 'insert')
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(value & 0x3f, value), bytes.subarray(at)])
  }
  return bytes
}
