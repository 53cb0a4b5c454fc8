/**
 * What is measured, a line each. `work` names an entry of works.mjs; `with` adds words to a tool's command line
 * (`{ kcat: ['-K', '\t'] }`); `without` leaves tools out that cannot do it; `part` is how much of the records it takes
 * (5: five times as many).
 * What has a `set` is measured only when it is named (`npm run bench -- delivery`), and stands in a table of its own.
 */
export const cases = [
  { work: 'producer', partitions: 1, codec: 'none', without: ['pack'] },
  { work: 'producer', partitions: 1, codec: 'lz4' },
  { work: 'producer', partitions: 12, codec: 'none', without: ['pack'] },
  { work: 'producer', partitions: 12, codec: 'lz4' },
  { work: 'consumer', partitions: 1, codec: 'none' },
  { work: 'consumer', partitions: 1, codec: 'lz4' },
  { work: 'consumer', partitions: 12, codec: 'none' },
  { work: 'consumer', partitions: 12, codec: 'lz4' },
  {
    work: 'format',
    title: 'console-consumer --output json (kcat -J)',
    partitions: 1,
    codec: 'none',
    with: { kt: ['--output', 'json'], kcat: ['-J'] },
  },
  {
    work: 'format',
    title: 'console-consumer --format (kcat -f)',
    partitions: 1,
    codec: 'none',
    with: { kt: ['--format', '%t:%p:%o %k %s\\n'], kcat: ['-f', '%t:%p:%o %k %s\\n'] },
  },
  {
    work: 'jsonInput',
    title: 'console-producer --input json (kcat -P -K)',
    partitions: 1,
    codec: 'none',
  },
  {
    work: 'jsonInput',
    title: 'console-producer --input json, short lines (kcat -P -K)',
    lines: 'short',
    partitions: 1,
    codec: 'none',
  },
  { work: 'commits', title: 'committed offsets, decoded', part: 0.5 },
  { work: 'segment', title: 'dump-log --print-data-log', part: 5 },
  { work: 'list' },
  { work: 'groups', groups: 2000, title: 'groups describe --all-groups, 2,000 groups' },
  { work: 'help' },
  { work: 'grep', set: 'streams', partitions: 12, codec: 'none', pattern: 'order=12345', part: 5 },
  { work: 'grep', set: 'streams', partitions: 12, codec: 'lz4', pattern: 'order=12345[67]', part: 5 },
  { work: 'copy', set: 'streams', partitions: 12, codec: 'none' },
  { work: 'copy', set: 'streams', partitions: 12, codec: 'lz4' },
  { work: 'group', set: 'delivery', partitions: 12, codec: 'none', part: 5 },
  { work: 'group', set: 'delivery', partitions: 12, codec: 'lz4', part: 5 },
  ...[1_000, 10_000, 100_000].flatMap((size) => [
    { work: 'transactions', set: 'delivery', partitions: 1, codec: 'none', size },
    { work: 'transactions', set: 'delivery', partitions: 12, codec: 'lz4', size },
  ]),
  { work: 'keyed-producer', set: 'keyed', partitions: 12, codec: 'none' },
  { work: 'keyed-consumer', set: 'keyed', partitions: 12, codec: 'none' },
  ...['snappy', 'gzip', 'zstd'].flatMap((codec) => [
    { work: 'producer', set: 'codecs', partitions: 12, codec },
    { work: 'consumer', set: 'codecs', partitions: 12, codec },
  ]),
  ...perfCases(),
]

/** Those with one of `names`: of a work, of a set, or of a codec; without names those of no set. Throws on another name. */
export function chosenCases(names) {
  if (names === undefined) return cases.filter(({ set }) => set === undefined)
  const all = cases.flatMap(({ work, set, codec }) => [work, set, codec])
  const known = new Set(all.filter((name) => name !== undefined))
  const unknown = names.find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new Error(`no case is called ${unknown}; there are ${[...known].join(', ')}`)
  return cases.filter(
    ({ work, set, codec }) =>
      names.includes(set) ||
      (set === undefined ? names.includes(work) : false) ||
      names.includes(codec) ||
      isOwn(work, names),
  )
}

/** A kind of work that stands only in a set may be named by itself. */
function isOwn(work, names) {
  return names.includes(work) && cases.every((one) => one.work !== work || one.set !== undefined)
}

export function titleOf({ work, title, partitions, codec, pattern, size }) {
  if (title !== undefined) return title
  const names = {
    producer: 'console-producer',
    consumer: 'console-consumer',
    grep: `--grep '${pattern}'`,
    copy: 'copy',
    list: 'topics list',
    help: '--help',
    group: 'a group and no group',
    transactions: `transactions of ${size?.toLocaleString('en')} records`,
    'keyed-producer': 'keys and 2 headers, producer',
    'keyed-consumer': 'keys and 2 headers, consumer',
  }
  if (partitions === undefined) return names[work]
  return `${names[work]}, ${partitions} ${partitions === 1 ? 'partition' : 'partitions'}, ${codec}`
}

/** Kafka's performance producer and consumer beside ours, at the same settings. */
function perfCases() {
  const shapes = [262_144, 16_384].flatMap((batchSize) =>
    [100, 1024].flatMap((recordSize) =>
      ['1', 'all'].flatMap((acks) =>
        [1, 12].map((partitions) => ({ batchSize, recordSize, acks, partitions })),
      ),
    ),
  )
  const producers = shapes.map((shape) => {
    const { batchSize, recordSize, acks, partitions } = shape
    const where = partitions === 1 ? '1 partition' : `${partitions} partitions`
    const title = `perf producer, batch.size ${batchSize}, ${recordSize} bytes, acks=${acks}, ${where}`
    return { work: 'perf-producer', set: 'perf', title, part: partOf(recordSize), ...shape }
  })
  const consumers = [100, 1024].flatMap((recordSize) =>
    [1, 12].map((partitions) => {
      const where = partitions === 1 ? '1 partition' : `${partitions} partitions`
      const title = `perf consumer, ${recordSize} bytes, ${where}`
      const part = partOf(recordSize)
      return { work: 'perf-consumer', set: 'perf', title, part, partitions, recordSize, codec: 'none' }
    }),
  )
  return [...producers, ...consumers]
}

/** Large records are fewer, so that a row takes as long as the others. */
function partOf(recordSize) {
  return recordSize > 100 ? 0.25 : 1
}
