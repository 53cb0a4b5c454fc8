/**
 * Next offsets kept outside Kafka, in a JSON file that is replaced as a whole. With an output file of our own
 * beside it, its length is part of the same replacement: what was written after the last one is cut off at
 * the next start, so that each record is in the output exactly once, kill -9 or not.
 */
import { UsageError } from '../errors.ts'
import { readIfThere, replaceFile } from '../state-file.ts'
import type { TopicPartition } from './offsets.ts'

export interface StoredOffset extends TopicPartition {
  topicId: string
  /** The next offset to read. */
  offset: number
  /** Of the batch before it; absent or -1: not known. */
  leaderEpoch?: number
}

interface Stored {
  /** Of this file's layout. */
  version: 1
  clusterId: string | null
  /** The output file, and how many bytes of it the offsets belong to; absent without one. */
  outputPath?: string
  outputBytes?: number
  partitions: StoredOffset[]
}

export class OffsetFile {
  /** Bytes of the output that the stored offsets belong to; undefined when nothing is stored or there is no output. */
  readonly outputBytes: number | undefined
  readonly #path: string
  readonly #clusterId: string | null
  readonly #outputPath: string | undefined
  readonly #stored = new Map<string, StoredOffset>()

  private constructor(
    path: string,
    clusterId: string | null,
    outputPath: string | undefined,
    stored: Stored | undefined,
  ) {
    this.#path = path
    this.#clusterId = clusterId
    this.#outputPath = outputPath
    this.outputBytes = stored?.outputBytes
    for (const one of stored?.partitions ?? []) this.#stored.set(keyOf(one), one)
  }

  /** Reads it, if it is there. Throws UsageError when it is broken, of another cluster, or kept with another output. */
  static open(path: string, clusterId: string | null, outputPath?: string): OffsetFile {
    const stored = read(path)
    if (stored !== undefined && stored.clusterId !== clusterId)
      throw new UsageError(
        `${path}: these offsets are of the cluster ${stored.clusterId}, this is ${clusterId}`,
        {
          hint: 'connect to that cluster, or name another --offset-file (or remove this one to start anew)',
        },
      )
    const known = stored?.outputPath
    if (known !== undefined && known !== outputPath)
      throw new UsageError(`${path}: these offsets are kept together with the output in ${known}`, {
        hint: `write --to ${known}, or name another --offset-file (or remove this one to start anew)`,
      })
    return new OffsetFile(path, clusterId, outputPath, stored)
  }

  /** Where a partition stands; undefined if nothing is stored. Throws UsageError when the topic was made anew. */
  find(one: TopicPartition, topicId: string): StoredOffset | undefined {
    const stored = this.#stored.get(keyOf(one))
    if (stored !== undefined && stored.topicId !== topicId)
      throw new UsageError(`${this.#path}: topic "${one.topic}" was deleted and created again since`, {
        hint: 'its old offsets mean nothing now: name another --offset-file, or remove this one to start anew',
      })
    return stored
  }

  /** Takes over new offsets and replaces the file. `outputBytes` must be on disk already. */
  save(offsets: readonly StoredOffset[], outputBytes?: number): void {
    for (const one of offsets) this.#stored.set(keyOf(one), one)
    const stored: Stored = {
      version: 1,
      clusterId: this.#clusterId,
      ...(outputBytes === undefined ? {} : { outputPath: this.#outputPath, outputBytes }),
      partitions: [...this.#stored.values()],
    }
    replaceFile(this.#path, `${JSON.stringify(stored)}\n`)
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

function read(path: string): Stored | undefined {
  const text = readIfThere(path)
  if (text === undefined) return undefined
  const stored = parse(text)
  if (stored !== undefined) return stored
  throw new UsageError(`${path}: this is no offset file of kt`, {
    hint: 'name another --offset-file, or remove this one to start anew',
  })
}

function parse(text: string): Stored | undefined {
  try {
    const raw = JSON.parse(text) as Stored
    const isOurs =
      raw.version === 1 &&
      Array.isArray(raw.partitions) &&
      raw.partitions.every(isOffset) &&
      (raw.outputBytes === undefined || isCount(raw.outputBytes)) &&
      (raw.outputPath === undefined || typeof raw.outputPath === 'string')
    return isOurs ? raw : undefined
  } catch {
    return undefined
  }
}

function isOffset({ topic, topicId, partition, offset, leaderEpoch = -1 }: StoredOffset): boolean {
  const isNamed = typeof topic === 'string' && typeof topicId === 'string'
  return isNamed && isCount(partition) && isCount(offset) && Number.isSafeInteger(leaderEpoch)
}

function isCount(raw: unknown): boolean {
  return Number.isSafeInteger(raw) && (raw as number) >= 0
}
