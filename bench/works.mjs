/**
 * Kinds of work: how the cluster is made ready, what each tool is told, and what is checked afterwards.
 * acks=all on all sides; beside that every tool has its own defaults, as a person would use it.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { writeCommits, writeSegment } from './records.mjs'
import { bareNode, javaTool, kt, ktOnNode, limit, limitOfCopy, limitOfTransactions } from './tools.mjs'

const CONSOLE_PRODUCER = 'org.apache.kafka.tools.ConsoleProducer'
const CONSOLE_CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
const OFFSETS_FORMATTER = 'org.apache.kafka.tools.consumer.OffsetsMessageFormatter'
const PERF_PRODUCER = 'org.apache.kafka.tools.ProducerPerformance'
const PERF_CONSUMER = 'org.apache.kafka.tools.ConsumerPerformance'
const TOPIC_COMMAND = 'org.apache.kafka.tools.TopicCommand'
const GROUP_COMMAND = 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand'

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
      pack: (bench, one, topic) => sendsOnly(bench, one, topic, 'pack'),
      limit: (bench, one, topic) => sendsOnly(bench, one, topic, 'produce'),
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
    setUp: fill,
    tearDown: (bench, topic) => bench.deleteTopic(topic),
    verify: isWhole,
  },
  group: {
    sides: {
      plain: (bench, _, topic) => [...kt, ...consume(topic, bench.records)],
      kt: (bench, _, topic) => [...kt, ...consume(topic, bench.records), '--group', bench.newGroup()],
    },
    setUp: fill,
    tearDown: (bench, topic) => bench.deleteTopic(topic),
    verify: isWhole,
  },
  transactions: {
    sides: {
      plain: (_, { codec }, topic) => [...kt, 'console-producer', topic, '--compression-codec', codec],
      kt: (bench, { codec, size }, topic) => [
        ...[...kt, 'console-producer', topic, '--compression-codec', codec],
        ...['--transactional-id', bench.newGroup(), '--transaction-records', size],
      ],
      limit: (bench, { codec, partitions, size }, topic) => [
        ...limitOfTransactions,
        ...[bench.bootstrap, topic, partitions, codec, bench.records, size],
      ],
    },
    input: (bench) => bench.linesFile,
    around(bench, { partitions, size }, run) {
      const topic = bench.newTopic(partitions)
      const measured = run(topic)
      // A marker in each partition at the end of each transaction takes an offset too.
      const markers = countRecords(bench, topic) - bench.records
      if (markers < 0 || markers > Math.ceil(bench.records / size) * partitions)
        throw new Error(`${topic} holds ${markers} more offsets than records`)
      bench.deleteTopic(topic)
      return measured
    },
  },
  'keyed-producer': {
    sides: {
      java: (bench, _, topic) => [
        ...javaTool(bench.kafkaVersion, CONSOLE_PRODUCER, '512M'),
        ...['--bootstrap-server', bench.bootstrap, '--topic', topic, ...readsKeys('--reader-property')],
      ],
      // kcat gives every record the same headers, and does not read them.
      kcat: (bench, _, topic) => [
        ...['kcat', '-P', '-b', bench.bootstrap, '-t', topic, '-X', 'acks=all', '-K', '\t'],
        ...['-H', 'source=shop', '-H', 'trace=0123456789abcdef'],
      ],
      kt: (_, __, topic) => [...kt, 'console-producer', topic, ...readsKeys('--reader-property')],
      node: (_, __, topic) => [...ktOnNode, 'console-producer', topic, ...readsKeys('--reader-property')],
    },
    input: (bench, side) => bench.keyedFile({ hasHeaders: side !== 'kcat' }),
    around: (bench, one, run) => works.producer.around(bench, one, run),
  },
  'keyed-consumer': {
    sides: {
      java: (bench, one, topic) => [...works.consumer.sides.java(bench, one, topic), ...printsKeys()],
      kcat: (bench, one, topic) => [...works.consumer.sides.kcat(bench, one, topic), '-f', '%h\t%k\t%s\n'],
      kt: (bench, _, topic) => [...kt, ...consume(topic, bench.records), ...printsKeys()],
      node: (bench, _, topic) => [...ktOnNode, ...consume(topic, bench.records), ...printsKeys()],
    },
    setUp(bench, { partitions }) {
      const topic = bench.newTopic(partitions)
      const file = bench.keyedFile({ hasHeaders: true })
      bench.run([...kt, 'console-producer', topic, ...readsKeys('--reader-property'), '--file', file])
      return topic
    },
    tearDown: (bench, topic) => bench.deleteTopic(topic),
    verify: (bench, side, output) =>
      isWhole({ ...bench, linesFile: bench.keyedFile({ hasHeaders: true }) }, side, output),
  },
  /** The output formats: the same records, keys and values, printed by each tool in its own words. */
  format: {
    sides: {
      kcat: (bench, _, topic) => [
        ...['kcat', '-C', '-q', '-b', bench.bootstrap, '-t', topic, '-o', 'beginning', '-c', bench.records],
      ],
      kt: (bench, _, topic) => [...kt, ...consume(topic, bench.records)],
      node: (bench, { with: words }, topic) => [...ktOnNode, ...consume(topic, bench.records), ...words.kt],
    },
    setUp(bench, { partitions, codec }) {
      const topic = bench.newTopic(partitions)
      const words = ['--compression-codec', codec, '--file', keyedFile(bench)]
      bench.run([...kt, 'console-producer', topic, '--reader-property', 'parse.key=true', ...words])
      if (countRecords(bench, topic) !== bench.records) throw new Error(`${topic} was not filled`)
      return topic
    },
    tearDown: (bench, topic) => bench.deleteTopic(topic),
    verify(bench, side, output) {
      const lines = readFileSync(output).reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0)
      if (lines !== bench.records) throw new Error(`${side} printed ${lines} lines, not ${bench.records}`)
    },
  },
  /** The same records as JSON envelopes for kt, and as key, tab and value for kcat. */
  jsonInput: {
    sides: {
      kcat: (bench, _, topic) => [
        ...['kcat', '-P', '-b', bench.bootstrap, '-t', topic, '-K', '\t', '-X', 'acks=all'],
        ...['-l', keyedFile(bench)],
      ],
      kt: (bench, one, topic) => [...kt, ...producesJson(topic, jsonFile(bench, one))],
      node: (bench, one, topic) => [...ktOnNode, ...producesJson(topic, jsonFile(bench, one))],
      limit: (bench, { codec, partitions }, topic) => [
        ...limit,
        ...['produce', bench.bootstrap, topic, partitions, codec, bench.records],
        Math.round(statSync(keyedFile(bench)).size / bench.records),
      ],
    },
    around(bench, one, run) {
      // Written before the clock runs.
      keyedFile(bench)
      jsonFile(bench, one)
      const topic = bench.newTopic(one.partitions)
      const measured = run(topic)
      const stored = countRecords(bench, topic)
      if (stored !== bench.records) throw new Error(`${topic} holds ${stored} records, not ${bench.records}`)
      bench.deleteTopic(topic)
      return measured
    },
  },
  grep: {
    sides: {
      kcat: (bench, { pattern }, topic) => shell(`${kcatReading(bench, topic)} | grep -E '${pattern}'`),
      kt: (bench, { pattern }, topic) => [...kt, ...search(topic, pattern)],
      node: (bench, { pattern }, topic) => [...ktOnNode, ...search(topic, pattern)],
    },
    setUp: fill,
    tearDown: (bench, topic) => bench.deleteTopic(topic),
    verify(bench, side, output, { pattern }) {
      const found = countMatches(pattern, output)
      const wanted = countMatches(pattern, bench.linesFile) * timesOf(bench)
      if (found !== wanted || wanted === 0) throw new Error(`${side} found ${found} lines, not ${wanted}`)
    },
  },
  copy: {
    sides: {
      kcat: (bench, { codec }, { from, to }) =>
        shell(`${kcatReading(bench, from)} | kcat -P -b ${bench.bootstrap} -t ${to} -z ${codec} -X acks=all`),
      kt: (bench, _, { from, to }) => [...kt, 'copy', from, to],
      node: (bench, _, { from, to }) => [...ktOnNode, 'copy', from, to],
      limit: (bench, _, { from, to }) => [...limitOfCopy, bench.bootstrap, from, to, bench.records],
    },
    setUp: (bench, one) => (one.source = fill(bench, one)),
    tearDown: (bench, topic) => bench.deleteTopic(topic),
    around(bench, { partitions, source }, run) {
      const to = bench.newTopic(partitions)
      const measured = run({ from: source, to })
      const stored = countRecords(bench, to)
      if (stored !== bench.records) throw new Error(`${to} holds ${stored} records, not ${bench.records}`)
      bench.deleteTopic(to)
      return measured
    },
  },
  commits: {
    sides: {
      java: (bench, _, topic) => [
        ...javaTool(bench.kafkaVersion, CONSOLE_CONSUMER, '512M'),
        ...['--bootstrap-server', bench.bootstrap, '--topic', topic, '--from-beginning'],
        ...['--max-messages', bench.records, '--formatter', OFFSETS_FORMATTER],
      ],
      kt: (bench, _, topic) => [...kt, ...consume(topic, bench.records), '--formatter', OFFSETS_FORMATTER],
      node: (bench, _, topic) => [
        ...ktOnNode,
        ...consume(topic, bench.records),
        '--formatter',
        OFFSETS_FORMATTER,
      ],
    },
    /** A topic of their own: that of the groups is written by the consumers that are measured, too. */
    setUp(bench) {
      const topic = bench.newTopic(1)
      const file = join(bench.work, 'commits.jsonl')
      writeCommits(file, bench.records)
      bench.run([...kt, 'console-producer', topic, '--input', 'json', '--file', file])
      if (countRecords(bench, topic) !== bench.records) throw new Error(`${topic} was not filled`)
      return topic
    },
    tearDown: (bench, topic) => bench.deleteTopic(topic),
  },
  segment: {
    sides: {
      java: (bench, _, file) => [
        ...javaTool(bench.kafkaVersion, 'org.apache.kafka.tools.DumpLogSegments', '512M'),
        ...['--print-data-log', '--files', file],
      ],
      kt: (_, __, file) => [...kt, 'dump-log', '--print-data-log', '--output', 'java', '--files', file],
      node: (_, __, file) => [
        ...ktOnNode,
        'dump-log',
        '--print-data-log',
        '--output',
        'java',
        '--files',
        file,
      ],
    },
    setUp(bench) {
      const file = join(bench.work, '00000000000000000000.log')
      writeSegment(file, bench.records)
      return file
    },
    tearDown: (_, file) => rmSync(file),
  },
  'perf-producer': {
    sides: {
      java: (bench, one, topic) => [
        ...javaTool(bench.kafkaVersion, PERF_PRODUCER, '512M'),
        ...['--bootstrap-server', bench.bootstrap, '--topic', topic, '--throughput', '-1'],
        ...['--num-records', bench.records, '--record-size', one.recordSize],
        ...['--command-property', `acks=${one.acks}`, `batch.size=${one.batchSize}`],
      ],
      kt: (bench, one, topic) => [...kt, ...perfProduce(bench, one, topic)],
      node: (bench, one, topic) => [...ktOnNode, ...perfProduce(bench, one, topic)],
      limit: (bench, { partitions, recordSize, acks, batchSize }, topic) => [
        ...limit,
        ...['produce', bench.bootstrap, topic, partitions, 'none', bench.records],
        ...[recordSize, acks, batchSize],
      ],
    },
    around: (bench, one, run) => works.producer.around(bench, one, run),
  },
  'perf-consumer': {
    sides: {
      java: (bench, _, topic) => [
        ...javaTool(bench.kafkaVersion, PERF_CONSUMER, '512M'),
        ...['--bootstrap-server', bench.bootstrap, '--topic', topic, '--num-records', bench.records],
      ],
      kt: (bench, _, topic) => [...kt, 'perf', 'consumer', topic, '--num-records', bench.records],
      node: (bench, _, topic) => [...ktOnNode, 'perf', 'consumer', topic, '--num-records', bench.records],
      limit: (bench, one, topic) => works.consumer.sides.limit(bench, one, topic),
    },
    setUp(bench, { partitions, recordSize }) {
      const topic = bench.newTopic(partitions)
      bench.run([...kt, ...perfProduce(bench, { recordSize, acks: 'all', batchSize: 262_144 }, topic)])
      if (countRecords(bench, topic) !== bench.records) throw new Error(`${topic} was not filled`)
      return topic
    },
    tearDown: (bench, topic) => bench.deleteTopic(topic),
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
  groups: {
    sides: {
      java: (bench) => [
        ...javaTool(bench.kafkaVersion, GROUP_COMMAND),
        ...['--bootstrap-server', bench.bootstrap, '--describe', '--all-groups'],
      ],
      kt: () => [...kt, 'groups', 'describe', '--all-groups', '--output', 'java'],
      node: () => [...ktOnNode, 'groups', 'describe', '--all-groups', '--output', 'java'],
    },
    /** Groups without members that have committed for every partition of one topic. */
    setUp(bench, { groups }) {
      const topic = bench.newTopic(6)
      const reset = [
        'groups',
        'reset-offsets',
        '--to-earliest',
        '--topic',
        topic,
        '--execute',
        '--output',
        'json',
      ]
      bench.run([...kt, ...reset, ...groupWords(groups)])
      return topic
    },
    tearDown(bench, topic) {
      bench.run([...kt, 'groups', 'delete', 'bench-group-\\d+', '--yes', '--output', 'json'])
      bench.deleteTopic(topic)
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

function shell(line) {
  return ['sh', '-c', line]
}

/** The first lines as a batch over and over: `produce` sends it as it is, `pack` packs it again each time. */
function sendsOnly({ bootstrap, records, linesFile }, { codec, partitions }, topic, action) {
  return [...limit, action, bootstrap, topic, partitions, codec, records, `@${linesFile}`]
}

function kcatReading({ bootstrap }, topic) {
  return `kcat -C -q -e -b ${bootstrap} -t ${topic} -o beginning`
}

function search(topic, pattern) {
  return ['console-consumer', topic, '--from-beginning', '--exit-at-end', '--grep', pattern]
}

function countMatches(pattern, file) {
  return Number(spawnSync('grep', ['-c', '-E', pattern, file], { encoding: 'utf8' }).stdout)
}

function fill(bench, { partitions, codec }) {
  const topic = bench.newTopic(partitions)
  const files = Array.from({ length: timesOf(bench) }, () => ['--file', bench.linesFile]).flat()
  bench.run([...kt, 'console-producer', topic, '--compression-codec', codec, ...files])
  if (countRecords(bench, topic) !== bench.records) throw new Error(`${topic} was not filled`)
  return topic
}

/** How often the lines are sent, for a work that takes more than there are. */
function timesOf({ records, lines }) {
  return Math.max(1, Math.round(records / lines))
}

function isWhole(bench, side, output) {
  const bytes = statSync(output).size
  if (side !== 'limit' && bytes !== statSync(bench.linesFile).size * timesOf(bench))
    throw new Error(`${side} printed ${bytes} bytes, not those of the input`)
}

function readsKeys(flag) {
  return [flag, 'parse.headers=true', flag, 'parse.key=true']
}

function printsKeys() {
  return ['--formatter-property', 'print.headers=true', '--formatter-property', 'print.key=true']
}

function groupWords(count) {
  return Array.from({ length: count }, (_, index) => ['--group', `bench-group-${index}`]).flat()
}

function consume(topic, records) {
  return ['console-consumer', topic, '--from-beginning', '--max-messages', records]
}

/** A JSON value of about a hundred bytes behind each key, as records often are. */
function keyedRecord(index) {
  const value = {
    id: index,
    name: `customer ${index % 977}`,
    amount: (index % 1000) / 10,
    note: 'some more words',
  }
  return { key: `key-${index}`, value: JSON.stringify(value) }
}

function keyedFile(bench) {
  return writtenOnce(`${bench.linesFile}.keyed`, bench, ({ key, value }) => `${key}\t${value}\n`)
}

function producesJson(topic, file) {
  return ['console-producer', topic, '--input', 'json', '--file', file]
}

function jsonFile(bench, { lines }) {
  return lines === 'short' ? shortFile(bench) : envelopesFile(bench)
}

/** As written by hand: the value is JSON itself, not a text. */
function shortFile(bench) {
  return writtenOnce(
    `${bench.linesFile}.short`,
    bench,
    ({ key, value }) => `{"key":"${key}","value":${value}}\n`,
  )
}

/** Exactly what `console-consumer --output json` writes. */
function envelopesFile(bench) {
  return writtenOnce(`${bench.linesFile}.jsonl`, bench, (record, offset) => {
    const place = { topic: 'bench', partition: 0, offset, timestamp: 1_700_000_000_000 + offset }
    const batch = { timestampType: 'CreateTime', leaderEpoch: 0 }
    return `${JSON.stringify({ ...place, ...batch, ...record, headers: [] })}\n`
  })
}

function writtenOnce(path, { records }, lineOf) {
  if (existsSync(path)) return path
  const fd = openSync(path, 'w')
  for (let from = 0; from < records; from += 10_000) {
    const count = Math.min(10_000, records - from)
    writeSync(
      fd,
      Array.from({ length: count }, (_, index) => lineOf(keyedRecord(from + index), from + index)).join(''),
    )
  }
  closeSync(fd)
  return path
}

/** Asked of Kafka's own tool, not of ours. */
function countRecords({ bootstrap, kafkaVersion }, topic) {
  const tool = javaTool(kafkaVersion, 'org.apache.kafka.tools.GetOffsetShell')
  const args = [...tool.slice(1), '--bootstrap-server', bootstrap, '--topic', topic]
  const { stdout } = spawnSync(tool[0], args, { encoding: 'utf8' })
  const offsets = [...stdout.matchAll(/:\d+:(\d+)$/gm)].map(([, offset]) => Number(offset))
  return offsets.reduce((sum, offset) => sum + offset, 0)
}

function perfProduce({ records }, { recordSize, acks, batchSize }, topic) {
  const properties = [`acks=${acks}`, `batch.size=${batchSize}`].flatMap((one) => ['--command-property', one])
  return ['perf', 'producer', topic, '--num-records', records, '--record-size', recordSize, ...properties]
}
