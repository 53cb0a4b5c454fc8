/** Peak memory of kt for the input as it is and for ten times as much: it has to be the same. */
import { statSync } from 'node:fs'
import { measure } from './measure.mjs'
import { kt, ktOnNode } from './tools.mjs'

const TIMES = [1, 10]
const PARTITIONS = 12

export async function memoryRows(bench) {
  const rows = []
  for (const [runtime, argv] of [
    ['executable', kt],
    ['Node', ktOnNode],
  ]) {
    for (const times of TIMES) {
      process.stderr.write(`memory: ${runtime}, ${times * bench.records} records …\n`)
      rows.push({ runtime, records: times * bench.records, ...inAndOut(bench, argv, times) })
    }
  }
  return rows
}

function inAndOut(bench, argv, times) {
  const topic = bench.newTopic(PARTITIONS)
  const input = Array.from({ length: times }, () => bench.linesFile)
  // cat is a child of the shell that is measured: next to nothing beside kt, and peak memory is the largest process's.
  const script = `cat ${input.map((file) => `'${file}'`).join(' ')} | "$@"`
  const producer = measure(['sh', '-c', script, 'sh', ...argv, 'console-producer', topic], {
    work: bench.work,
  })
  const read = ['console-consumer', topic, '--from-beginning', '--max-messages', times * bench.records]
  const consumer = measure([...argv, ...read].map(String), { work: bench.work })
  bench.deleteTopic(topic)
  return {
    producerKib: producer.peakKib,
    consumerKib: consumer.peakKib,
    bytes: times * statSync(bench.linesFile).size,
  }
}

export function memoryTable(rows) {
  const lines = rows.map(
    ({ runtime, records, producerKib, consumerKib }) =>
      `| ${runtime} | ${records.toLocaleString('en')} | ${mib(producerKib)} | ${mib(consumerKib)} |`,
  )
  return ['| runtime | records | console-producer | console-consumer |', '|---|--:|--:|--:|', ...lines].join(
    '\n',
  )
}

function mib(kib) {
  return kib === undefined ? '–' : `${Math.round(kib / 1024)} MiB`
}
