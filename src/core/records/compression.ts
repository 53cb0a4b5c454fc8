/**
 * The four codecs of record batches, each from a library that is loaded when the codec is first met.
 * Formats as in org.apache.kafka.common.compress: gzip; snappy in xerial's block stream; the LZ4 frame
 * format with independent blocks; zstd frames, which Java writes without their content size.
 */
import { CorruptDataError } from '../errors.ts'
import { checkBound, joined } from './frame-bytes.ts'
import type { Codec } from './layout.ts'
import { compressLz4, type Lz4Library, uncompressLz4 } from './lz4-frame.ts'
import { compressXerial, uncompressXerial } from './xerial.ts'
import { zstdFrames } from './zstd-frames.ts'

export interface Compressor {
  /**
   * The packed bytes, in parts that follow each other. Levels mean what the codec's own library means by them; codecs
   * without levels ignore it.
   */
  compress(bytes: Uint8Array, level?: number): Promise<readonly Uint8Array[]> | readonly Uint8Array[]
  /** Throws CorruptDataError when `bytes` are not of the codec or grow beyond `maxBytes`. */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array
}

/** No batch may unpack to more than this: a small hostile one could otherwise ask for all memory. */
export const MAX_UNPACKED_BYTES = 256 * 1024 * 1024

const loaded = new Map<Codec, Compressor>()

/** The codec's functions, if `loadCodec` has been awaited for it. */
export function loadedCodec(codec: Codec): Compressor | undefined {
  return loaded.get(codec)
}

export async function loadCodec(codec: Codec): Promise<Compressor> {
  const known = loaded.get(codec)
  if (known) return known
  const compressor = guarded(codec, await LOADERS[codec]())
  loaded.set(codec, compressor)
  return compressor
}

const LOADERS: Record<Codec, () => Promise<Compressor>> = {
  none: () => Promise.resolve({ compress: (bytes) => [bytes], decompress: (bytes) => bytes }),
  gzip: loadGzip,
  snappy: loadSnappy,
  lz4: loadLz4,
  zstd: loadZstd,
}

function guarded(codec: Codec, { compress, decompress }: Compressor): Compressor {
  return {
    compress,
    decompress: (bytes, maxBytes) => {
      try {
        return decompress(bytes, maxBytes)
      } catch (error) {
        if (error instanceof CorruptDataError) throw error
        throw new CorruptDataError(`cannot unpack ${codec} data: ${(error as Error).message}`, {
          cause: error,
        })
      }
    },
  }
}

async function loadGzip(): Promise<Compressor> {
  const { gzip, gunzipSync, constants } = await import('node:zlib')
  return {
    compress: (bytes, level = constants.Z_DEFAULT_COMPRESSION) =>
      new Promise((resolve, reject) => {
        gzip(bytes, { level, chunkSize: 128 * 1024 }, (error, packed) =>
          error ? reject(error) : resolve([packed]),
        )
      }),
    decompress: (bytes, maxBytes) => gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize: 128 * 1024 }),
  }
}

async function loadSnappy(): Promise<Compressor> {
  const snappy = await import('snappy')
  return {
    compress: (bytes) => compressXerial(bytes, (block) => snappy.compressSync(asBuffer(block))),
    decompress: (bytes, maxBytes) =>
      uncompressXerial(bytes, maxBytes, (block) => snappy.uncompressSync(asBuffer(block)) as Buffer),
  }
}

async function loadLz4(): Promise<Compressor> {
  const lz4 = await import('lz4-napi')
  const library: Lz4Library = {
    compressBlock: (bytes) => lz4.compressSync(asBuffer(bytes)),
    uncompressBlock: (bytes) => lz4.uncompressSync(bytes),
    uncompressFrame: (bytes) => lz4.decompressFrameSync(asBuffer(bytes)),
  }
  return {
    compress: (bytes) => compressLz4(bytes, library),
    decompress: (bytes, maxBytes) => uncompressLz4(bytes, maxBytes, library),
  }
}

interface ZstdOfZlib {
  zstdCompress?: (
    bytes: Uint8Array,
    options: object,
    done: (error: Error | null, packed: Buffer) => void,
  ) => void
  zstdDecompressSync?: (bytes: Uint8Array, options: object) => Buffer
}

const ZSTD_DEFAULT_LEVEL = 3
/** ZSTD_c_compressionLevel of zstd.h, the key that node:zlib takes its parameters under. */
const ZSTD_LEVEL_PARAMETER = 100

/** As much of Bun's API as is used here. */
interface BunRuntime {
  zstdCompress(bytes: Uint8Array, options: { level: number }): Promise<Buffer>
}

async function loadZstd(): Promise<Compressor> {
  const { zstdCompress, zstdDecompressSync } = (await import('node:zlib')) as ZstdOfZlib
  if (zstdCompress === undefined || zstdDecompressSync === undefined) return loadZstdWasm()
  const { Bun: bun } = globalThis as { Bun?: BunRuntime }
  return {
    compress: async (bytes, level = ZSTD_DEFAULT_LEVEL) => {
      // In one piece; as a stream, which is node:zlib's way, it costs half as much again. Faster levels are below 1.
      if (bun !== undefined && level > 0) return [await bun.zstdCompress(bytes, { level })]
      return new Promise((resolve, reject) => {
        const options = { params: { [ZSTD_LEVEL_PARAMETER]: level }, chunkSize: 128 * 1024 }
        zstdCompress(bytes, options, (error, packed) => (error ? reject(error) : resolve([packed])))
      })
    },
    decompress: (bytes, maxBytes) => {
      // The runtimes take a frame that is cut short for a whole one: this does not.
      zstdFrames(bytes)
      return zstdDecompressSync(bytes, { maxOutputLength: maxBytes, chunkSize: 128 * 1024 })
    },
  }
}

/** Node 20 has no zstd of its own. */
async function loadZstdWasm(): Promise<Compressor> {
  const zstd = await import('@bokuweb/zstd-wasm')
  await zstd.init()
  return {
    compress: (bytes, level = ZSTD_DEFAULT_LEVEL) => [zstd.compress(bytes, level)],
    decompress: (bytes, maxBytes) => {
      const frames = zstdFrames(bytes)
      const bound = frames.reduce((sum, frame) => sum + frame.bound, 0)
      checkBound(bound, maxBytes)
      // Java's frames do not say how long they unpack to, and the library then needs to be told a bound.
      const parts = frames.map(({ start, end, bound }) =>
        zstd.decompress(bytes.subarray(start, end), { defaultHeapSize: Math.max(bound, 1) }),
      )
      return joined(parts)
    },
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
