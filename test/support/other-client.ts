/**
 * What a client that shares no code with `kt` finds in a cluster: kcat (librdkafka), or Kafka's own consumer where kcat is not
 * installed. That takes seconds a call, so kcat goes first.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ktPath } from './cli.ts'
import { kafkaOf } from './java.ts'

/** A record as kcat tells of it, without topic and offset. */
export interface SeenRecord {
  partition: number
  tstype: string
  ts: number
  key: string | null
  payload: string | null
  headers?: string[]
}

const hasKcat = spawnSync('kcat', ['-V']).status === 0
const kafka = hasKcat ? undefined : await kafkaOf()
const JVM = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dlog4j2.level=OFF']
const readRecords = fileURLToPath(new URL('ReadRecords.java', import.meta.url))

/** All committed records of a topic, each partition in its order. */
export function recordsOf(bootstrap: string, topic: string): SeenRecord[] {
  const stdout =
    kafka === undefined
      ? run('kcat', ['-C', '-q', '-b', bootstrap, '-t', topic, '-o', 'beginning', '-e', '-J'])
      : run(kafka.javaCommand, [...JVM, '-cp', kafka.classpath, readRecords, bootstrap, topic])
  const records = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SeenRecord & { topic?: string; offset?: number; broker?: number })
  for (const record of records) {
    delete record.topic
    delete record.offset
    delete record.broker
  }
  return records.sort((one, other) => one.partition - other.partition)
}

/** The sum of the end offsets of its partitions, or of the first of them: it rises with all that is written. */
export function lengthOf(bootstrap: string, topic: string, partitionCount = 3): number {
  const partitions = Array.from({ length: partitionCount }, (_, partition) => `${topic}:${partition}`)
  if (kafka === undefined) {
    const asked = partitions.flatMap((one) => ['-t', `${one}:-1`])
    return sumOf(run('kcat', ['-Q', '-b', bootstrap, ...asked]).matchAll(/offset (\d+)/g))
  }
  // Asked again and again, for which a JVM is too slow.
  const args = ['get-offsets', '--topic-partitions', partitions.join(), '--bootstrap-server', bootstrap]
  return sumOf(run(ktPath, [...args, '--output', 'java']).matchAll(/:(\d+)$/gm))
}

/** The leader of the topic's first partition, as that broker knows it. */
export function leaderSeenBy(broker: string, topic: string): number {
  const stdout =
    kafka === undefined
      ? run('kcat', ['-L', '-J', '-b', broker, '-t', topic])
      : run(ktPath, ['topics', 'describe', topic, '--bootstrap-server', broker, '--output', 'json'])
  const { topics } = JSON.parse(stdout) as { topics: { partitions: { leader: number }[] }[] }
  return topics[0]!.partitions[0]!.leader
}

function sumOf(found: Iterable<RegExpMatchArray>): number {
  return [...found].reduce((sum, [, offset]) => sum + Number(offset), 0)
}

function run(command: string, args: readonly string[]): string {
  const { stdout, stderr, status, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 30 })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout
}
