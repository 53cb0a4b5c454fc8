/**
 * Kinds of work: how the cluster is made ready, what each tool is told, and what is checked afterwards.
 * acks=all on all sides; beside that every tool has its own defaults, as a person would use it.
 */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { bareNode, javaTool, kt, ktOnNode, limit } from './tools.mjs'

const CONSOLE_PRODUCER = 'org.apache.kafka.tools.ConsoleProducer'
const CONSOLE_CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
const TOPIC_COMMAND = 'org.apache.kafka.tools.TopicCommand'

/** Each side is a function (bench, case, topic) → argv. `kt` and `node` are ours. */
export const works = {
  producer: {
    sides: {
      java: (bench, { codec }, topic) => [
        ...javaTool(bench.kafkaVersion, CONSOLE_PRODUCER, '512M'),
        ...['--bootstrap-server', bench.bootstrap, '--topic', topic, '--compression-codec', codec],
      ],
      kcat: (bench, { codec }, topic) => [
        ...['kcat', '-P', '-b', bench.bootstrap, '-t', topic, '-z', codec, '-X', 'acks=all'],
      ],
      kt: (bench, { codec }, topic) => [...kt, 'console-producer', topic, '--compression-codec', codec],
      node: (bench, { codec }, topic) => [
        ...ktOnNode,
        'console-producer',
        topic,
        '--compression-codec',
        codec,
      ],
      limit: (bench, { codec, partitions }, topic) => [
        ...limit,
        ...['produce', bench.bootstrap, topic, partitions, codec, bench.records],
      ],
    },
    input: (bench) => bench.linesFile,
    /** A topic of its own for every run, gone afterwards; what the log holds is what was to be sent. */
    around(bench, { partitions }, run) {
      const topic = bench.newTopic(partitions)
      const measured = run(topic)
      const stored = countRecords(bench, topic)
      if (stored !== bench.records) throw new Error(`${topic} holds ${stored} records, not ${bench.records}`)
      bench.deleteTopic(topic)
      return measured
    },
  },
  consumer: {
    sides: {
      java: (bench, _, topic) => [
        ...javaTool(bench.kafkaVersion, CONSOLE_CONSUMER, '512M'),
        ...['--bootstrap-server', bench.bootstrap, '--topic', topic, '--from-beginning'],
        ...['--max-messages', bench.records],
      ],
      kcat: (bench, _, topic) => [
        ...['kcat', '-C', '-q', '-b', bench.bootstrap, '-t', topic, '-o', 'beginning', '-c', bench.records],
      ],
      kt: (bench, _, topic) => [...kt, ...consume(topic, bench.records)],
      node: (bench, _, topic) => [...ktOnNode, ...consume(topic, bench.records)],
      limit: (bench, { partitions }, topic) => [
        ...limit,
        ...['fetch', bench.bootstrap, topic, partitions, 'none', bench.records],
      ],
    },
    /** One topic for all runs; the first run of each side is not timed but looked at. */
    setUp(bench, { partitions, codec }) {
      const topic = bench.newTopic(partitions)
      bench.run([...kt, 'console-producer', topic, '--compression-codec', codec, '--file', bench.linesFile])
      if (countRecords(bench, topic) !== bench.records) throw new Error(`${topic} was not filled`)
      return topic
    },
    tearDown: (bench, topic) => bench.deleteTopic(topic),
    verify(bench, side, output) {
      const bytes = statSync(output).size
      if (side !== 'limit' && bytes !== statSync(bench.linesFile).size)
        throw new Error(`${side} printed ${bytes} bytes, not those of the input`)
    },
  },
  list: {
    sides: {
      java: (bench) => [
        ...javaTool(bench.kafkaVersion, TOPIC_COMMAND),
        ...['--bootstrap-server', bench.bootstrap, '--list'],
      ],
      // Kafka's tool prints the names alone, and so does kt here.
      kt: () => [...kt, 'topics', 'list', '--output', 'java'],
      node: () => [...ktOnNode, 'topics', 'list', '--output', 'java'],
      bare: () => bareNode,
    },
  },
  help: {
    // Kafka's scripts end so when they are asked for help.
    exitCodes: { java: 1 },
    sides: {
      java: (bench) => [...javaTool(bench.kafkaVersion, TOPIC_COMMAND), '--help'],
      kt: () => [...kt, '--help'],
      node: () => [...ktOnNode, '--help'],
      bare: () => bareNode,
    },
  },
}

function consume(topic, records) {
  return ['console-consumer', topic, '--from-beginning', '--max-messages', records]
}

/** Asked of Kafka's own tool, not of ours. */
function countRecords({ bootstrap, kafkaVersion }, topic) {
  const tool = javaTool(kafkaVersion, 'org.apache.kafka.tools.GetOffsetShell')
  const args = [...tool.slice(1), '--bootstrap-server', bootstrap, '--topic', topic]
  const { stdout } = spawnSync(tool[0], args, { encoding: 'utf8' })
  const offsets = [...stdout.matchAll(/:\d+:(\d+)$/gm)].map(([, offset]) => Number(offset))
  return offsets.reduce((sum, offset) => sum + offset, 0)
}
