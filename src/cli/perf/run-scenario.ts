/** `kt perf scenario FILE.yaml`: steps one after the other, and a table that compares them. */
import { basename } from 'node:path'
import { remove } from '../../core/admin/topics.ts'
import { InterruptedError, KtError, UsageError } from '../../core/errors.ts'
import type { Out } from '../output/index.ts'
import { OutputClosedError } from '../output/sink.ts'
import { readNamedText } from '../named-file.ts'
import type { Context } from '../context.ts'
import { createRunContext, type RunContext } from '../run-context.ts'
import { consumeOptions, type ConsumeValues } from './consume-options.ts'
import { measureConsumer } from './consuming.ts'
import type { PerfDocument } from './document.ts'
import { producerWindow } from './java-lines.ts'
import { latencyOptions, type LatencyValues } from './latency-options.ts'
import { observed } from './observer.ts'
import { type NamedSummary, type Outcome, summaryColumns } from './present.ts'
import { produceOptions, type ProduceValues } from './produce-options.ts'
import { measureProducer } from './producing.ts'
import { measureLatency } from './run-latency.ts'
import { parseScenario, type Scenario, type Step } from './scenario-file.ts'

export interface ScenarioValues {
  file: string | undefined
  bootstrapServer: string | undefined
  commandConfig: string | undefined
  profile: string | undefined
  commandProperty: Record<string, string>
  dryRun: boolean
}

export async function runScenario(values: ScenarioValues, context: Context): Promise<void> {
  const { out } = context
  const scenario = readScenario(values.file)
  if (values.dryRun) return tellSteps(scenario, context)
  const documents: (PerfDocument & { name: string })[] = []
  const created = new Set<string>()
  let failure: unknown
  for (const [index, step] of scenario.steps.entries()) {
    context.note(`${index + 1} of ${scenario.steps.length}: ${step.name}`)
    try {
      const { document, error } = await runStep(step, values, context, created)
      documents.push({ ...document, name: step.name })
      failure =
        error ??
        (document.failed > 0 ? new KtError(`${document.failed} records were not delivered`) : undefined)
    } catch (error) {
      failure = error
    }
    if (failure === undefined && !context.signal.aborted) continue
    failure = failure instanceof KtError ? located(failure, values.file!, step) : failure
    break
  }
  try {
    await printSteps(out, scenario, documents)
  } finally {
    if (scenario.isCleanedUp && created.size > 0) await cleanUp([...created], context)
  }
  if (context.signal.aborted)
    throw new InterruptedError('', (context.signal.reason as InterruptedError).exitCode)
  if (failure !== undefined) throw failure as Error
}

async function printSteps(
  out: Out,
  { title }: Scenario,
  documents: readonly (PerfDocument & { name: string })[],
): Promise<void> {
  const rows = documents.map((one): NamedSummary => [one.name, one])
  if (out.style === 'json') out.message({ title, steps: documents })
  else await out.list({ name: 'steps', rows, columns: summaryColumns(rows) })
  out.flush()
}

function readScenario(file: string | undefined): Scenario {
  if (file === undefined) throw new UsageError('no file given', { hint: 'kt perf scenario FILE.yaml' })
  return parseScenario(readNamedText(file), basename(file), {
    producer: produceOptions,
    consumer: consumeOptions,
    latency: latencyOptions,
  })
}

function tellSteps({ steps }: Scenario, { out }: Context): Promise<void> {
  return out.list({
    name: 'steps',
    rows: steps,
    columns: [
      { title: 'STEP', value: ({ name }) => name },
      { title: 'RUN', value: ({ kind }) => kind },
      { title: 'TOPIC', value: ({ values }) => values.topic },
      { title: 'LINE', value: ({ line }) => line, align: 'right' },
    ],
  })
}

/** A context of its own for each step: its settings and its connections are its own. */
async function runStep(
  step: Step,
  common: ScenarioValues,
  context: Context,
  created: Set<string>,
): Promise<Outcome> {
  const { commandProperty, bootstrapServer, commandConfig, profile } = common
  const values: Record<string, unknown> = {
    ...step.values,
    bootstrapServer: (step.values.bootstrapServer as string | undefined) ?? bootstrapServer,
    commandConfig: (step.values.commandConfig as string | undefined) ?? commandConfig,
    profile: (step.values.profile as string | undefined) ?? profile,
    commandProperty: { ...commandProperty, ...(step.values.commandProperty as Record<string, string>) },
    words: [],
  }
  values.workerWords = [...step.words, ...connectionWords(common, context)]
  const { env, signal, isVerbose, out } = context
  const { clientProperties } = step
  const inner = createRunContext({
    values,
    clientProperties,
    env,
    signal,
    style: out.style,
    isVerbose,
    isScript: false,
  })
  try {
    if (values.partitions !== undefined) created.add(values.topic as string)
    return await measure(step, values, inner)
  } finally {
    await inner.end()
  }
}

function connectionWords(common: ScenarioValues, { env }: Context): string[] {
  const { commandProperty, commandConfig, profile } = common
  const { bootstrapServer = profile === undefined ? env.KT_BOOTSTRAP_SERVER : undefined } = common
  return [
    ...(profile === undefined ? [] : [`--profile=${profile}`]),
    ...(bootstrapServer === undefined ? [] : [`--bootstrap-server=${bootstrapServer}`]),
    ...(commandConfig === undefined ? [] : [`--command-config=${commandConfig}`]),
    ...Object.entries(commandProperty).map(([name, value]) => `--command-property=${name}=${value}`),
  ]
}

function measure({ kind }: Step, values: Record<string, unknown>, step: RunContext): Promise<Outcome> {
  const tell = () => {}
  return observed(step, { window: producerWindow }, (inner, observer) => {
    if (kind === 'consumer') return measureConsumer(values as unknown as ConsumeValues, inner, observer)
    if (kind === 'latency') return measureLatency(values as unknown as LatencyValues, inner, observer, tell)
    return measureProducer(values as unknown as ProduceValues, inner, observer, tell)
  })
}

function located(error: KtError, file: string, { line, name }: Step): KtError {
  if (error instanceof OutputClosedError) return error
  const message = `${basename(file)}:${line}: ${name}: ${error.message}`
  if (error instanceof UsageError) return new UsageError(message, { hint: error.hint, cause: error })
  return new KtError(message, { hint: error.hint, cause: error })
}

async function cleanUp(topics: readonly string[], context: Context): Promise<void> {
  const cluster = await context.cluster({}, { outlivesInterrupt: true })
  const outcomes = await remove(cluster, topics)
  for (const { name, error } of outcomes)
    if (error !== undefined && error.codeName !== 'UNKNOWN_TOPIC_OR_PARTITION')
      context.note(`${name} was not deleted: ${error.message}`)
}
