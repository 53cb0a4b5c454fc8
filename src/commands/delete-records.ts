import { defineCommand } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { readJsonFile } from '../cli/json-file.ts'
import { flag, text } from '../cli/options.ts'
import { type DeletedRecords, deleteRecords, type RecordsToDelete } from '../core/admin/delete-records.ts'
import type { Cluster } from '../core/cluster/cluster.ts'
import { knownTopic } from '../core/cluster/known-topic.ts'
import { parseOffsetSpec, resolveOffsets } from '../core/consumer/offset-spec.ts'
import { KtError, UsageError } from '../core/errors.ts'
import { nameOf } from '../core/group/topic-partitions.ts'
import { errorOf } from '../core/protocol/errors.ts'
import { clusterOptions } from './topics/shared.ts'

/** JSON: `{"partitions": [{"topic", "partition", "lowWatermark", "error"}]}`; one of the last two is null. */
export default defineCommand({
  description:
    'Records below an offset are gone for good; the partition begins there afterwards. On a terminal it asks first.',
  operands: [{ name: 'topic', summary: 'whose records' }],
  options: {
    topic: text('whose records', { placeholder: 'TOPIC' }),
    partition: text('of these partitions only: 0,2', { placeholder: 'NUMBERS' }),
    before: text('the first to keep: 42, latest, -5 (before the end), @2026-11-20T10:00Z, @-1h', {
      placeholder: 'OFFSET|@TIME',
    }),
    'offset-json-file': text(
      '{"partitions": [{"topic": "orders", "partition": 0, "offset": 42}], "version": 1}',
      {
        placeholder: 'FILE',
      },
    ),
    yes: flag('do not ask', { short: 'y' }),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt delete-records orders --partition 0 --before 1000', does: 'what is below offset 1000' },
    { line: 'kt delete-records orders --before @-7d', does: 'what is older than a week, in all partitions' },
    {
      line: 'kt delete-records --offset-json-file offsets.json --yes',
      does: 'as the file says, without a question',
    },
  ],
  async run({ topic, partition, before, offsetJsonFile, yes }, context) {
    const fromFile = offsetJsonFile === undefined ? undefined : readPlan(offsetJsonFile)
    if (fromFile !== undefined && (topic ?? partition ?? before) !== undefined)
      throw new UsageError('--offset-json-file says everything: leave out --topic, --partition and --before')
    if (fromFile === undefined && (topic === undefined || before === undefined)) throw notEnough(context)
    const cluster = await context.cluster()
    const specs = fromFile ?? (await resolve(cluster, topic!, partition, before!))
    if (!yes) await ask(specs, context)
    const isJava = context.out.style === 'java'
    if (isJava) context.out.line('Executing records delete operation')
    const outcomes = await deleteRecords(cluster, specs)
    if (isJava) context.out.line('Records delete operation completed:')
    await print(outcomes, context)
    refuse(outcomes)
  },
})

/** In Kafka's words where its script was called. */
function notEnough({ isScript }: Context): UsageError {
  if (isScript) return new UsageError('Missing required argument "[offset-json-file]"')
  return new UsageError('it is not said what to delete', {
    hint: 'kt delete-records TOPIC --before OFFSET, or --offset-json-file FILE',
  })
}

async function resolve(
  cluster: Cluster,
  topic: string,
  rawPartitions: string | undefined,
  before: string,
): Promise<RecordsToDelete[]> {
  const spec = parseOffsetSpec(before, 'before')
  const known = await knownTopic(cluster, topic, { right: 'DELETE' })
  const partitions =
    rawPartitions === undefined
      ? known.partitions.map((one) => one.partition)
      : rawPartitions.split(',').map((raw) => partitionOf(raw, topic, known.partitions.length))
  const wanted = partitions.map((partition) => ({ topic, partition, spec }))
  // The broker says best what is wrong with an offset.
  if (spec.at === 'offset')
    return wanted.map((one) => ({ topic, partition: one.partition, beforeOffset: spec.offset }))
  const found = await resolveOffsets(cluster, wanted)
  return found.map(({ partition, offset }) => ({ topic, partition, beforeOffset: offset }))
}

function partitionOf(raw: string, topic: string, count: number): number {
  const partition = Number(raw)
  if (!/^\d+$/.test(raw.trim())) throw new UsageError(`--partition takes numbers, not "${raw}"`)
  if (partition < count) return partition
  throw new UsageError(`topic "${topic}" has no partition ${partition}`, {
    hint: `its partitions are 0 to ${count - 1}`,
  })
}

function readPlan(path: string): RecordsToDelete[] {
  const plan = readJsonFile(path) as { version?: unknown; partitions?: unknown } | null
  const wrong = (what: string) => new UsageError(`${path}: ${what}`)
  if (plan === null || typeof plan !== 'object') throw wrong('The input string is not a valid JSON')
  const { version = 1, partitions } = plan
  if (version !== 1) throw wrong(`Not supported version field value ${String(version)}`)
  if (!Array.isArray(partitions)) throw wrong('Missing partitions field')
  const specs = partitions.map((one: unknown, index) => {
    const { topic, partition, offset } = (one ?? {}) as Record<string, unknown>
    if (typeof topic !== 'string' || !isWhole(partition, 0) || !isWhole(offset, -1))
      throw wrong(`partitions[${index}] needs a topic, a partition and an offset`)
    return { topic, partition, beforeOffset: offset }
  })
  const names = specs.map(nameOf)
  const twice = names.filter((name, index) => names.indexOf(name) < index)
  if (twice.length > 0)
    throw wrong(`Offset json file contains duplicate topic partitions: ${[...new Set(twice)].join(',')}`)
  return specs
}

function isWhole(raw: unknown, least: number): raw is number {
  return Number.isSafeInteger(raw) && (raw as number) >= least
}

async function ask(specs: readonly RecordsToDelete[], context: Context): Promise<void> {
  const { isScript, terminal, confirm } = context
  if (isScript || !terminal.stdin || !terminal.stderr) return
  const shown = specs
    .slice(0, 10)
    .map((one) => `${nameOf(one)} before ${one.beforeOffset < 0 ? 'the end' : one.beforeOffset}`)
  const more = specs.length > 10 ? ` and ${specs.length - 10} more` : ''
  if (await confirm(`Delete the records of ${shown.join(', ')}${more}?`)) return
  throw new KtError('nothing was deleted')
}

async function print(outcomes: readonly DeletedRecords[], { out }: Context): Promise<void> {
  const rows = outcomes.map(({ topic, partition, lowWatermark, error }) => ({
    topic,
    partition,
    lowWatermark: lowWatermark ?? null,
    error: error?.message ?? null,
  }))
  await out.list({
    name: 'partitions',
    rows,
    // Kafka's order is that of an immutable map: another one in each run.
    java: () => outcomes.map(javaLine),
    columns: [
      { title: 'TOPIC', value: ({ topic }) => topic },
      { title: 'PARTITION', value: ({ partition }) => partition, align: 'right' },
      { title: 'LOW-WATERMARK', value: ({ lowWatermark }) => lowWatermark, align: 'right' },
    ],
  })
}

function javaLine({ topic, partition, lowWatermark, error }: DeletedRecords): string {
  if (error === undefined) return `partition: ${topic}-${partition}\tlow_watermark: ${lowWatermark}`
  const { exception, message } = errorOf(error.code)
  return `partition: ${topic}-${partition}\terror: org.apache.kafka.common.errors.${exception}: ${message}`
}

/** Kafka's tool ends with 0 here. */
function refuse(outcomes: readonly DeletedRecords[]): void {
  const failed = outcomes.flatMap(({ error }) => (error === undefined ? [] : [error]))
  const [first] = failed
  if (first === undefined) return
  if (failed.length === 1) throw first
  throw new KtError(
    `${failed.length} of ${outcomes.length} partitions were refused: ${failed.map(({ message }) => message).join('; ')}`,
  )
}
