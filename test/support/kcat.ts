import { spawnSync } from 'node:child_process'

/** A record as kcat tells of it, without topic and offset. */
export interface SeenRecord {
  partition: number
  tstype: string
  ts: number
  key: string | null
  payload: string | null
  headers?: string[]
}

/** All committed records of a topic, each partition in its order; read by kcat, which shares no code with `kt`. */
export function recordsOf(bootstrap: string, topic: string): SeenRecord[] {
  const args = ['-C', '-q', '-b', bootstrap, '-t', topic, '-o', 'beginning', '-e', '-J']
  const { stdout, stderr, status } = spawnSync('kcat', args, { encoding: 'utf8', maxBuffer: 1 << 30 })
  if (status !== 0) throw new Error(`kcat: ${stderr}`)
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
  const asked = Array.from({ length: partitionCount }, (_, partition) => `${topic}:${partition}:-1`)
  const partitions = asked.flatMap((one) => ['-t', one])
  const { stdout, stderr, status } = spawnSync('kcat', ['-Q', '-b', bootstrap, ...partitions], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`kcat: ${stderr}`)
  return [...stdout.matchAll(/offset (\d+)/g)].reduce((sum, [, offset]) => sum + Number(offset), 0)
}
