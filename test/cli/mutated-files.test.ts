/** Files beside the segments, as `kt dump-log` takes them, with their bytes changed: told or printed, and nothing else. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  dumpOffsetIndex,
  dumpTimeIndex,
  type IndexOptions,
  type Tools,
} from '../../src/cli/log/dump-index.ts'
import { dumpSegment } from '../../src/cli/log/dump-segment.ts'
import {
  dumpAborted,
  dumpLeaderEpochs,
  dumpOffsets,
  dumpProducerSnapshot,
} from '../../src/cli/log/dump-small.ts'
import { Findings } from '../../src/cli/log/findings.ts'
import { DECODERS } from '../../src/cli/log/record-decoders.ts'
import { Sink } from '../../src/cli/output/sink.ts'
import { OutputBuffer } from '../../src/cli/records/output-buffer.ts'
import { SegmentFile } from '../../src/core/log/segment-file.ts'
import { loadCrc32c } from '../../src/core/records/crc32c.ts'
import { mutated, mutations } from '../support/mutations.ts'

const fixtures = fileURLToPath(new URL('../fixtures/log/', import.meta.url))
const ofBroker = (name: string) => readFileSync(`${fixtures}broker/${name}`)
const folder = mkdtempSync(join(tmpdir(), 'kt-mutated-'))
const at = (suffix: string) => join(folder, `00000000000000000000.${suffix}`)
const crc32c = await loadCrc32c()
copyFileSync(`${fixtures}v2/00000000000000000000.log`, at('log'))

afterAll(() => rmSync(folder, { recursive: true }))

const checkpoint = join(folder, '00000000000000002200-0000000002.checkpoint')
const options: IndexOptions = {
  checksSanityOnly: false,
  verifiesOnly: false,
  maxMessageSize: 1 << 20,
  isJson: false,
}
const decoding = {
  decoder: DECODERS.metadata,
  keyDecoder: undefined,
  valueDecoder: undefined,
  maxBytes: undefined,
}
const segment = { ...decoding, isDeep: true, printsContents: true, skipsMetadata: false, isJson: false }
const signal = new AbortController().signal

type Dump = (bytes: Buffer, tools: Tools) => void | Promise<void>

const KINDS: [kind: string, original: Buffer, dump: Dump][] = [
  ['.index', indexes().offsets, (bytes, tools) => dumpOffsetIndex(at('index'), bytes, options, tools)],
  [
    '.timeindex',
    indexes().times,
    (bytes, tools) => dumpTimeIndex(at('timeindex'), bytes, indexes().offsets, options, tools),
  ],
  [
    '.timeindex beside a damaged .index',
    indexes().offsets,
    (bytes, tools) => dumpTimeIndex(at('timeindex'), indexes().times, bytes, options, tools),
  ],
  [
    '.txnindex',
    ofBroker('00000000000000000000.txnindex'),
    (bytes, tools) => dumpAborted(at('txnindex'), bytes, false, tools),
  ],
  [
    '.snapshot',
    ofBroker('00000000000000002952.snapshot'),
    (bytes, tools) => dumpProducerSnapshot(at('snapshot'), bytes, false, tools),
  ],
  [
    '.checkpoint',
    ofBroker('00000000000000002200-0000000002.checkpoint'),
    (bytes, tools) => {
      writeFileSync(checkpoint, bytes)
      return dumpSegment(checkpoint, { ...segment, signal }, tools)
    },
  ],
  [
    'leader-epoch-checkpoint',
    Buffer.from('0\n2\n0 0\n3 120\n'),
    (bytes, tools) => dumpLeaderEpochs('it', bytes, false, tools),
  ],
  [
    'recovery-point-offset-checkpoint',
    ofBroker('recovery-point-offset-checkpoint'),
    (bytes, tools) => dumpOffsets('it', bytes, false, tools),
  ],
]

describe('what is beside the segments', () => {
  it.each(KINDS)('is printed without a finding where it is whole: %s', async (_, original, dump) => {
    const { told, printed } = await dumped(original, dump)
    expect(told.filter((line) => !line.startsWith('Non-consecutive'))).toEqual([])
    expect(printed).toBeGreaterThan(20)
  })

  // Each kind in a turn of its own, so that a failure names it.
  it.each(KINDS)(
    'is printed or told of, whatever its bytes: %s',
    async (_, original, dump) => {
      await fc.assert(
        fc.asyncProperty(mutations, async (changes) => {
          const { told, printed } = await dumped(mutated(original, changes), dump)
          // Not more than a line for each entry.
          expect(told.join('\n').split('\n').length).toBeLessThan(500)
          expect(printed).toBeLessThan(200_000)
        }),
        { numRuns: 800, seed: 20261121 },
      )
    },
    120_000,
  )
})

/** Throws what the dump throws: damage is told, and never thrown. */
async function dumped(bytes: Buffer, dump: Dump): Promise<{ told: string[]; printed: number }> {
  const told: string[] = []
  const sink = new CountingSink(-1, 'nowhere')
  const out = new OutputBuffer(sink)
  await dump(bytes, { out, crc32c, findings: new Findings((text) => void told.push(text)) })
  await out.drain()
  return { told, printed: sink.bytes }
}

class CountingSink extends Sink {
  bytes = 0
  override async write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length
  }
}

/** As a broker would have written them for the log: an entry for each batch that is newer than those before. */
function indexes(): { offsets: Buffer; times: Buffer } {
  const offsets: number[] = []
  const times: Buffer[] = []
  let newest = -1
  const log = new SegmentFile(at('log'), crc32c)
  for (let piece = log.next(); piece !== undefined; piece = log.next()) {
    const { lastOffset, maxTimestamp } = piece.batch!
    if (maxTimestamp > newest) {
      newest = maxTimestamp
      const entry = Buffer.alloc(12)
      entry.writeBigInt64BE(BigInt(maxTimestamp))
      entry.writeInt32BE(lastOffset, 8)
      times.push(entry)
    }
    if (offsets.length > 0 || lastOffset > 0)
      offsets.push(lastOffset, 'position' in piece ? piece.position : 0)
  }
  log.close()
  const bytes = Buffer.alloc(offsets.length * 4)
  offsets.forEach((value, index) => bytes.writeInt32BE(value, index * 4))
  return { offsets: bytes, times: Buffer.concat(times) }
}
