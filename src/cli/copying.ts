/** One run of `kt copy`: what is checked first, what a person sees meanwhile, and what is said at the end. */
import type { Cluster } from '../core/cluster/cluster.ts'
import { fetchOptions } from '../core/consumer/options.ts'
import type { PartitionPosition } from '../core/consumer/position.ts'
import { Copier } from '../core/copy/copier.ts'
import { CopyRun, failureOf } from '../core/copy/copy-run.ts'
import { recordMap } from '../core/copy/record-map.ts'
import { findPositions, openTransactions } from '../core/copy/source.ts'
import { KtError } from '../core/errors.ts'
import { producerOptions } from '../core/producer/options.ts'
import type { Delivery } from '../core/producer/delivery.ts'
import { Producer } from '../core/producer/producer.ts'
import { TopicRouter } from '../core/producer/topic-router.ts'
import { loadCrc32c } from '../core/records/crc32c.ts'
import type { Context } from './context.ts'
import { showPlan } from './copy-dry-run.ts'
import { joinNewPartitions } from './copy-new-partitions.ts'
import {
  asPlanned,
  checkSettings,
  type CopyPlan,
  type CopyValues,
  mapOf,
  narrowed,
  prepare,
  sourceSpec,
} from './copy-plan.ts'
import { Meter } from './meter.ts'

export async function copyTopic(
  context: Context,
  from: Cluster,
  to: Cluster,
  values: CopyValues,
): Promise<void> {
  const given = sourceSpec(values)
  checkSettings(from, to, values)
  const map = values.map === undefined ? undefined : await mapOf(values.map)
  const plan = await prepare(context, from, to, values, map)
  const chosen = await narrowed(given, values, plan)
  const spec = asPlanned(chosen, plan)
  if (values.dryRun) return showPlan(context, values, plan, await findPositions(from, spec))
  const copying = await Copying.open(context, from, to, values, plan)
  // A transactional producer has ended by now what an earlier one left open: the offsets stand still.
  await copying.run(await findPositions(from, spec), values.follow, chosen.partitions === undefined)
}

class Copying {
  readonly #context: Context
  readonly #values: CopyValues
  readonly #from: Cluster
  readonly #to: Cluster
  readonly #copier: Copier
  readonly #producer: Producer
  readonly #keepsPartition: boolean
  readonly #signal: AbortSignal
  readonly #firstFailure: () => KtError | undefined

  private constructor(parts: {
    context: Context
    values: CopyValues
    from: Cluster
    to: Cluster
    copier: Copier
    producer: Producer
    keepsPartition: boolean
    signal: AbortSignal
    firstFailure: () => KtError | undefined
  }) {
    this.#context = parts.context
    this.#values = parts.values
    this.#from = parts.from
    this.#to = parts.to
    this.#copier = parts.copier
    this.#producer = parts.producer
    this.#keepsPartition = parts.keepsPartition
    this.#signal = parts.signal
    this.#firstFailure = parts.firstFailure
  }

  static async open(
    context: Context,
    from: Cluster,
    to: Cluster,
    values: CopyValues,
    plan: CopyPlan,
  ): Promise<Copying> {
    const failed = new AbortController()
    const signal = AbortSignal.any([context.signal, failed.signal])
    let failure: KtError | undefined
    const deliver = (delivery: Delivery) => {
      if (delivery.error === undefined) return
      failure ??= failureOf(delivery, values.fromTopic)
      failed.abort(failure)
    }
    const producer = await Producer.open(to, producerOptions(to.settings), deliver)
    context.onExit(() => producer.close())
    const fetching = fetchOptions(from.settings)
    const copier = new Copier({
      producer,
      router: new TopicRouter(to, producer, values.toTopic),
      keepsPartition: plan.keepsPartition,
      keepsTimestamp: values.keepsTimestamp,
      codec: plan.codec,
      filter: plan.filter,
      map: plan.map && recordMap(plan.map, plan.keepsPartition),
      isReadCommitted: fetching.isReadCommitted,
      crc32c: fetching.checksCrcs ? await loadCrc32c() : undefined,
      signal,
    })
    const firstFailure = () => failure
    const { keepsPartition } = plan
    return new Copying({ context, values, from, to, copier, producer, keepsPartition, signal, firstFailure })
  }

  async run(positions: PartitionPosition[], isEndless: boolean, isWholeTopic: boolean): Promise<void> {
    const { note, terminal } = this.#context
    const { groupId, exactlyOnce } = this.#values
    if (!isEndless) await this.#tellOpenTransactions(positions)
    const starts = positions.map(({ offset }) => offset)
    const run = new CopyRun({
      from: this.#from,
      to: this.#to,
      fetching: fetchOptions(this.#from.settings),
      positions,
      producer: this.#producer,
      copier: this.#copier,
      groupId,
      checkpointMs: checkpointMs(this.#from, exactlyOnce),
      signal: this.#signal,
      note,
    })
    this.#context.onExit(() => run.close())
    if (isEndless && isWholeTopic) this.#joinNewPartitions(run, positions, starts)
    const meter = new Meter(() => ({
      records: this.#producer.counts.acknowledged,
      bytes: this.#producer.counts.bytes,
      inFlight: this.#producer.requestsInFlight,
      size: undefined,
      share: isEndless ? undefined : shareOf(positions, starts),
    }))
    if (terminal.stderr) meter.start()
    try {
      await this.#copyAndFinish(run)
    } finally {
      meter.stop()
    }
    this.#tell(run, meter, positions, starts)
  }

  #joinNewPartitions(run: CopyRun, positions: PartitionPosition[], starts: number[]): void {
    const { fromTopic, toTopic } = this.#values
    const stop = joinNewPartitions({
      ...{ from: this.#from, to: this.#to, fromTopic, toTopic, known: positions },
      keepsPartition: this.#keepsPartition,
      copier: this.#copier,
      note: (text) => this.#context.note(text),
      add: (position) => {
        positions.push(position)
        starts.push(position.offset)
        run.add(position)
      },
    })
    this.#context.onExit(stop)
  }

  /** Whatever ends the copying, what was handed over is waited for; a transaction is committed or aborted. */
  async #copyAndFinish(run: CopyRun): Promise<void> {
    try {
      await run.copy()
      await run.finish()
    } catch (error) {
      await this.#abort(error)
      throw this.#firstFailure() ?? error
    }
    const failure = this.#firstFailure()
    if (failure === undefined) return
    await this.#abort(failure)
    const { acknowledged, failed } = this.#producer.counts
    this.#context.note(`${acknowledged} records copied, ${failed} refused`)
    throw failure
  }

  async #abort(reason: unknown): Promise<void> {
    if (this.#producer.transaction?.isOpen !== true) return
    const error = reason instanceof KtError ? reason : new KtError('aborted', { cause: reason })
    await this.#producer.abortTransaction(error).catch((abortError: unknown) => {
      this.#context.note(`the transaction could not be aborted: ${(abortError as Error).message}`)
    })
  }

  async #tellOpenTransactions(positions: readonly PartitionPosition[]): Promise<void> {
    if (this.#from.settings['isolation.level'] !== 'read_committed' || this.#values.until !== undefined)
      return
    for (const { name, offset } of await openTransactions(this.#from, positions))
      this.#context.note(
        `${name}: a transaction is open at offset ${offset}; what is from there on is not copied`,
      )
  }

  #tell(
    run: CopyRun,
    meter: Meter,
    positions: readonly PartitionPosition[],
    starts: readonly number[],
  ): void {
    const { out, signal } = this.#context
    const { fromTopic, toTopic } = this.#values
    const { read, forwarded: batchesAsTheyWere } = this.#copier
    const { acknowledged: records, bytes } = this.#producer.counts
    const partitions = positions.map(({ partition, readOffset }, index) => ({
      partition,
      from: starts[index]!,
      to: readOffset,
    }))
    const document = { fromTopic, toTopic, recordsRead: read, records, bytes, batchesAsTheyWere, partitions }
    out.message({ copy: document }, `copied ${fromTopic} to ${toTopic}: ${meter.summary()}`)
    for (const line of this.#values.filter?.notes() ?? []) this.#context.note(line)
    if (signal.aborted) throw signal.reason as Error
    if (run.trimmed > 0)
      throw new KtError(`${run.trimmed} offsets of ${fromTopic} were deleted before they were copied`)
  }
}

/** Kafka's five seconds for a commit are long for a transaction, whose records nobody sees meanwhile. */
function checkpointMs({ settings }: Cluster, isTransactional: boolean): number {
  const isGiven = settings.isSet('auto.commit.interval.ms')
  return isTransactional && !isGiven ? TRANSACTION_MS : settings['auto.commit.interval.ms']
}

/** How long a transaction of --exactly-once lasts: readers see its records when it ends. */
const TRANSACTION_MS = 1000

function shareOf(positions: readonly PartitionPosition[], starts: readonly number[]): number {
  let done = 0
  let all = 0
  for (const [index, { readOffset, endOffset }] of positions.entries()) {
    done += Math.max(readOffset - starts[index]!, 0)
    all += Math.max(endOffset - starts[index]!, 0)
  }
  return all === 0 ? 1 : done / all
}
