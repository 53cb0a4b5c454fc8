import { parseArgs } from 'node:util'

/** Throws on a word it does not know. */
export function readOptions(words) {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      records: { type: 'string' },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      write: { type: 'string' },
    },
  })
  return {
    runs: Number(values.runs ?? (values.quick ? 1 : 5)),
    records: Number(values.records ?? (values.quick ? 50_000 : 2_000_000)),
    only: values.only?.split(',') ?? (positionals.length > 0 ? positionals : undefined),
    hasMemory: values.memory,
    file: values.write,
  }
}
