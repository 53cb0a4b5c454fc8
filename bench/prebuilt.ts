/** Batches made once, to be sent over and over. */
import type { Channel } from '../src/core/cluster/channel.ts'
import type { Cluster } from '../src/core/cluster/cluster.ts'
import { closeSync, openSync, readSync } from 'node:fs'
import { PackedBuffers } from '../src/core/producer/packed-buffers.ts'
import { BatchWriter, type Sealing } from '../src/core/records/batch-writer.ts'
import { loadCodec } from '../src/core/records/compression.ts'
import { loadCrc32c } from '../src/core/records/crc32c.ts'
import type { Codec } from '../src/core/records/layout.ts'

/** Packed again and again as the producer does it, in memory that is used again. */
export class PrebuiltBatch extends BatchWriter {
  readonly #packed = new PackedBuffers()

  protected override takePackedBuffer(bytes: number): Buffer {
    return this.#packed.take(bytes)
  }

  /** What `seal` gave has been sent. */
  giveBack(whole: Buffer): void {
    this.#packed.give(Buffer.from(whole.buffer))
  }
}

/** `count` records, of the given lines in turn. */
export function filled(count: number, recordBytes: number, lines = [fillerLine(recordBytes)]): PrebuiltBatch {
  const writer = new PrebuiltBatch(Buffer.allocUnsafeSlow(count * (recordBytes + 30) + 200))
  for (let index = 0; index < count; index++) {
    const line = lines[index % lines.length]!
    writer.append(Date.now(), null, -1, -1, line, 0, line.length, null)
  }
  return writer
}

/** Without a producer's numbers where none are given. */
export async function sealed(
  writer: BatchWriter,
  codec: Codec,
  numbers: Partial<Sealing> = {},
): Promise<Buffer> {
  return writer.seal({ ...(await sealingOf(codec)), ...numbers })
}

/** Of a producer without a name and numbers. */
export async function sealingOf(codec: Codec): Promise<Sealing> {
  return {
    codec,
    compressor: await loadCodec(codec),
    crc32c: await loadCrc32c(),
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    isTransactional: false,
  }
}

/** Lines of `recordBytes`, without their ends. */
export function firstLines(file: string, count: number, recordBytes: number): Buffer[] {
  const bytes = Buffer.alloc(count * recordBytes)
  const descriptor = openSync(file, 'r')
  readSync(descriptor, bytes)
  closeSync(descriptor)
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * recordBytes, (index + 1) * recordBytes - 1),
  )
}

function fillerLine(recordBytes: number): Buffer {
  const text = 'the same line in each record of the batch, for it is the broker that is looked at '
  return Buffer.from(text.padEnd(recordBytes, '.').slice(0, recordBytes))
}

/** As many connections as a producer of ours uses: a broker works on one request of each at a time. */
export async function produceChannels(cluster: Cluster): Promise<Channel[]> {
  const { nodeId } = [...cluster.metadata.brokers.values()][0]!
  const purposes = ['produce', 'produce-2', 'produce-3'] as const
  return Promise.all(purposes.map((purpose) => cluster.channel(nodeId, purpose)))
}
