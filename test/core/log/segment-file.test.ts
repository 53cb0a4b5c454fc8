import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { BatchText } from '../../../src/cli/log/batch-text.ts'
import { DECODERS } from '../../../src/cli/log/record-decoders.ts'
import { OutputBuffer } from '../../../src/cli/records/output-buffer.ts'
import { Sink } from '../../../src/cli/output/sink.ts'
import { CorruptDataError } from '../../../src/core/errors.ts'
import { type Piece, SegmentFile } from '../../../src/core/log/segment-file.ts'
import { loadCodec } from '../../../src/core/records/compression.ts'
import { loadCrc32c } from '../../../src/core/records/crc32c.ts'
import { CODECS } from '../../../src/core/records/layout.ts'
import { mutated, mutations } from '../../support/mutations.ts'

const fixtures = fileURLToPath(new URL('../../fixtures/log/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'kt-segments-'))
const path = join(folder, '00000000000000000000.log')
const crc32c = await loadCrc32c()
for (const codec of CODECS) await loadCodec(codec)
const segments = ['v0', 'v1', 'v2'].map((format) =>
  readFileSync(`${fixtures}${format}/00000000000000000000.log`),
)

const output = new OutputBuffer(new Sink(-1, 'nowhere'))
const fields = { keyDecoder: undefined, valueDecoder: undefined }
const printer = new BatchText(
  { isDeep: true, printsContents: true, skipsMetadata: false, decoder: DECODERS.offsets, ...fields },
  output,
)

afterAll(() => rmSync(folder, { recursive: true }))

describe('a segment file', () => {
  it('is read to its last byte in every message format', () => {
    for (const bytes of segments) {
      const pieces = piecesOf(bytes)
      expect(pieces.every(({ batch }) => batch !== undefined)).toBe(true)
      expect(sizeOf(pieces)).toBe(bytes.length)
    }
  })

  it('tells the range of damaged bytes and goes on at the next batch', () => {
    const bytes = Buffer.from(segments[2]!)
    const [first, second, third] = piecesOf(bytes)
    bytes.fill(0xff, second!.at, third!.at)
    const pieces = piecesOf(bytes)
    expect(pieces[1]).toMatchObject({ at: first!.size, size: second!.size, batch: undefined })
    expect(pieces[2]).toMatchObject({ at: third!.at, size: third!.size })
    expect(pieces).toHaveLength(piecesOf(segments[2]!).length)
  })

  it('shows a batch whose records were changed, and says that its checksum is wrong', () => {
    const bytes = Buffer.from(segments[2]!)
    bytes[70]! ^= 1
    writeFileSync(path, bytes)
    const file = new SegmentFile(path, crc32c)
    expect(file.next()).toMatchObject({ isValid: false, position: 0 })
    expect(file.next()).toMatchObject({ isValid: true })
    file.close()
  })

  it('takes a batch that was cut off for a damaged tail', () => {
    const bytes = segments[2]!.subarray(0, segments[2]!.length - 5)
    const last = piecesOf(bytes).at(-1)!
    expect(last).toMatchObject({ batch: undefined, isTail: true })
    expect(last.at + last.size).toBe(bytes.length)
  })

  it('neither stops early nor breaks on 10,000 mutated files', () => {
    fc.assert(
      fc.property(fc.constantFrom(...segments), mutations, (original, changes) => {
        const bytes = mutated(original, changes)
        return sizeOf(piecesOf(bytes, printer)) === bytes.length
      }),
      { numRuns: 10_000, seed: 20261121 },
    )
  }, 120_000)
})

interface Shown {
  at: number
  size: number
  batch: Piece['batch']
  isTail?: boolean
}

/** All pieces, printed too where there is something to print with. Their batches are only good for being there. */
function piecesOf(bytes: Buffer, text?: BatchText): Shown[] {
  const file = new SegmentFile('memory', crc32c, Infinity, {
    sizeInBytes: bytes.length,
    read: (target, start, size, position) => bytes.copy(target, start, position, position + size),
    close: () => {},
  })
  const pieces: Shown[] = []
  for (let piece = file.next(); piece !== undefined; piece = file.next()) {
    if (piece.batch === undefined) {
      const { start, end, isTail } = piece.damage
      pieces.push({ at: start, size: end - start, batch: undefined, isTail })
      continue
    }
    pieces.push({ at: piece.position, size: piece.batch.bytes.length, batch: piece.batch })
    // Whole ones are printed in other tests, and unpacking them takes most of the time.
    if (text !== undefined && !piece.isValid) print(text, piece)
  }
  file.close()
  return pieces
}

function print(text: BatchText, { batch, position, isValid }: Extract<Piece, { damage?: undefined }>): void {
  text.batch(batch, position, isValid)
  try {
    for (const _ of text.records(batch)) continue
  } catch (error) {
    expect(error).toBeInstanceOf(CorruptDataError)
  }
  // Nobody reads it: what was printed is thrown away.
  output.length = 0
}

/** What the pieces cover, when they follow each other without a gap; else -1. */
function sizeOf(pieces: readonly Shown[]): number {
  let end = 0
  for (const { at, size } of pieces) {
    if (at !== end || size <= 0) return -1
    end = at + size
  }
  return end
}
