/** `--partitioner NAME | ./module.mjs` → a partitioner. */
import { KtError, UsageError } from '../core/errors.ts'
import {
  byKey,
  consistentCrc32,
  murmur2Random,
  type Partitioner,
  roundRobin,
  sticky,
} from '../core/producer/partitioner.ts'
import { loadCrc32 } from '../core/records/crc32c.ts'
import { guarded, isModulePath, loadModule } from './modules.ts'

const NAMED: Readonly<Record<string, () => Promise<Partitioner> | Partitioner>> = {
  default: () => byKey,
  sticky: () => sticky,
  'round-robin': () => roundRobin(),
  'murmur2-random': () => murmur2Random,
  'consistent-crc32': async () => consistentCrc32(await loadCrc32()),
}

export const PARTITIONERS = Object.keys(NAMED)

/** What a partitioner module exports by default. */
export interface PartitionerModule {
  default(record: PartitionedRecord): number
}

export interface PartitionedRecord {
  topic: string
  key: Buffer | null
  value: Buffer | null
  partitionCount: number
  /** Partitions that have a leader now. */
  availablePartitions: readonly number[]
}

/** Throws UsageError for an unknown name and for a module that cannot serve. */
export async function partitionerNamed(name: string, topic: string): Promise<Partitioner> {
  const named = NAMED[name]
  if (named !== undefined) return named()
  if (isModulePath(name)) return fromModule(name, topic)
  throw new UsageError(`no partitioner "${name}"`, {
    hint: `there are ${PARTITIONERS.join(', ')}, or ./module.mjs`,
  })
}

async function fromModule(path: string, topic: string): Promise<Partitioner> {
  const module = await loadModule<PartitionerModule>(path, ['default'])
  const choose = guarded(path, 'the partitioner', module.default!)
  return (bytes, keyStart, keyEnd, valueStart, valueEnd, partitionCount, availablePartitions) => {
    const slice = (start: number, end: number) => (start < 0 ? null : Buffer.from(bytes.subarray(start, end)))
    const key = slice(keyStart, keyEnd)
    const value = slice(valueStart, valueEnd)
    const chosen: unknown = choose({ topic, key, value, partitionCount, availablePartitions })
    if (Number.isInteger(chosen) && (chosen as number) >= 0 && (chosen as number) < partitionCount)
      return chosen as number
    throw new KtError(`module ${path}: the partitioner returned ${String(chosen)}`, {
      hint: `the topic "${topic}" has the partitions 0 to ${partitionCount - 1}`,
    })
  }
}
