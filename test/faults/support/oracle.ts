/** What an independent client (kcat, librdkafka) finds in the cluster; it goes around the proxies. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'

export interface StoredRecord {
  partition: number
  offset: number
  value: string
}

const run = promisify(execFile)
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

/** Every record that read_committed shows, CRCs checked, in the order of each partition. */
export async function readBack(bootstrap: string, topic: string): Promise<StoredRecord[]> {
  const options = ['-X', 'check.crcs=true', '-X', 'isolation.level=read_committed']
  const args = [
    '-C',
    '-b',
    bootstrap,
    '-t',
    topic,
    '-o',
    'beginning',
    '-e',
    '-q',
    '-f',
    '%p %o %s\n',
    ...options,
  ]
  const { stdout } = await run('kcat', args, { maxBuffer: MAX_OUTPUT_BYTES, timeout: 60_000 })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [partition = '', offset = '', value = ''] = line.split(' ')
      return { partition: Number(partition), offset: Number(offset), value }
    })
}

/** Reads until `isComplete`, or 20 s: markers of a committed transaction may still be on their way. */
export async function readBackUntil(
  bootstrap: string,
  topic: string,
  isComplete: (records: StoredRecord[]) => boolean,
): Promise<StoredRecord[]> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const records = await readBack(bootstrap, topic)
    if (isComplete(records) || Date.now() > deadline) return records
    await sleep(500)
  }
}

interface KcatMetadata {
  topics: { topic: string; partitions: { partition: number; leader: number; isrs: { id: number }[] }[] }[]
}

async function metadata(bootstrap: string, topic: string): Promise<KcatMetadata> {
  const { stdout } = await run('kcat', ['-L', '-J', '-b', bootstrap, '-t', topic], { timeout: 30_000 })
  return JSON.parse(stdout) as KcatMetadata
}

/** -1: it has none. */
export async function leaderOf(bootstrap: string, topic: string, partition = 0): Promise<number> {
  const { topics } = await metadata(bootstrap, topic)
  return topics[0]?.partitions.find((one) => one.partition === partition)?.leader ?? -1
}

/** Who leads the partition of __consumer_offsets that the group belongs to. */
export function groupCoordinator(bootstrap: string, group: string): Promise<number> {
  return leaderOf(bootstrap, '__consumer_offsets', javaHash(group) % 5)
}

export function transactionCoordinator(bootstrap: string, transactionalId: string): Promise<number> {
  return leaderOf(bootstrap, '__transaction_state', javaHash(transactionalId) % 5)
}

/** Resolves when every partition of the topic has three replicas in sync again. */
export async function untilInSync(bootstrap: string, topic: string, replicas = 3): Promise<void> {
  const deadline = Date.now() + 40_000
  for (;;) {
    const { topics } = await metadata(bootstrap, topic)
    if (topics[0]?.partitions.every(({ isrs, leader }) => leader > 0 && isrs.length >= replicas)) return
    if (Date.now() > deadline) throw new Error(`${topic} is not in sync again after 40 s`)
    await sleep(300)
  }
}

/** String.hashCode without its sign, as Kafka takes it for coordinators (Utils.abs). */
function javaHash(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash & 0x7fffffff
}
