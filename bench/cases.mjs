/**
 * What is measured, a line each. `work` names an entry of works.mjs; `with` adds words to a tool's command line
 * (`{ kcat: ['-K', '\t'] }`); `without` leaves tools out that cannot do it.
 */
export const cases = [
  { work: 'producer', partitions: 1, codec: 'none' },
  { work: 'producer', partitions: 1, codec: 'lz4' },
  { work: 'producer', partitions: 12, codec: 'none' },
  { work: 'producer', partitions: 12, codec: 'lz4' },
  { work: 'consumer', partitions: 1, codec: 'none' },
  { work: 'consumer', partitions: 1, codec: 'lz4' },
  { work: 'consumer', partitions: 12, codec: 'none' },
  { work: 'consumer', partitions: 12, codec: 'lz4' },
  { work: 'list' },
  { work: 'help' },
]

export function titleOf({ work, title, partitions, codec }) {
  if (title !== undefined) return title
  const names = {
    producer: 'console-producer',
    consumer: 'console-consumer',
    list: 'topics list',
    help: '--help',
  }
  if (partitions === undefined) return names[work]
  return `${names[work]}, ${partitions} ${partitions === 1 ? 'partition' : 'partitions'}, ${codec}`
}
