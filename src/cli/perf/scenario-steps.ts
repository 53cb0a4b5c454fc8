/** The steps of a scenario: each with settings and connections of its own, and what they leave behind. */
import { remove } from '../../core/admin/topics.ts'
import { KtError } from '../../core/errors.ts'
import type { Context } from '../context.ts'
import { createRunContext, type RunContext } from '../run-context.ts'
import type { ConsumeValues } from './consume-options.ts'
import { measureConsumer } from './consuming.ts'
import { producerWindow } from './java-lines.ts'
import type { LatencyValues } from './latency-options.ts'
import { observed } from './observer.ts'
import type { Outcome } from './present.ts'
import type { ProduceValues } from './produce-options.ts'
import { measureProducer } from './producing.ts'
import { measureLatency } from './run-latency.ts'
import type { Step } from './scenario-file.ts'

export interface ScenarioValues {
  file: string | undefined
  bootstrapServer: string | undefined
  commandConfig: string | undefined
  profile: string | undefined
  commandProperty: Record<string, string>
  timeout: number | undefined
  dryRun: boolean
}

/** `created` gets the topics that this step makes. */
export async function runStep(
  step: Step,
  common: ScenarioValues,
  context: Context,
  created: Map<string, Step>,
): Promise<Outcome> {
  const values = stepValues(step, common, context)
  const inner = stepContext(step, values, context, context.signal)
  try {
    return await measure(step, values, inner, (topic) => created.set(topic, step))
  } finally {
    await inner.end()
  }
}

function stepValues(step: Step, common: ScenarioValues, context: Context): Record<string, unknown> {
  const { bootstrapServer, commandConfig, profile } = common
  const commandProperty = commonProperties(common)
  return {
    ...step.values,
    bootstrapServer: (step.values.bootstrapServer as string | undefined) ?? bootstrapServer,
    commandConfig: (step.values.commandConfig as string | undefined) ?? commandConfig,
    profile: (step.values.profile as string | undefined) ?? profile,
    commandProperty: { ...commandProperty, ...(step.values.commandProperty as Record<string, string>) },
    words: [],
    workerWords: [...step.words, ...connectionWords(common, context)],
  }
}

/** --timeout means something else to a step of a consumer. */
function commonProperties({ commandProperty, timeout }: ScenarioValues): Record<string, string> {
  if (timeout === undefined) return commandProperty
  return { ...commandProperty, 'socket.connection.setup.timeout.ms': String(timeout) }
}

/** A context of its own for each step: its settings and its connections are its own. */
function stepContext(
  { clientProperties }: Step,
  values: Record<string, unknown>,
  { env, isVerbose, out }: Context,
  signal: AbortSignal,
): RunContext {
  return createRunContext({
    values,
    clientProperties,
    env,
    signal,
    style: out.style,
    isVerbose,
    isScript: false,
  })
}

function connectionWords(common: ScenarioValues, { env }: Context): string[] {
  const { commandConfig, profile } = common
  const { bootstrapServer = profile === undefined ? env.KT_BOOTSTRAP_SERVER : undefined } = common
  return [
    ...(profile === undefined ? [] : [`--profile=${profile}`]),
    ...(bootstrapServer === undefined ? [] : [`--bootstrap-server=${bootstrapServer}`]),
    ...(commandConfig === undefined ? [] : [`--command-config=${commandConfig}`]),
    ...Object.entries(commonProperties(common)).map(([name, value]) => `--command-property=${name}=${value}`),
  ]
}

function measure(
  { kind }: Step,
  values: Record<string, unknown>,
  step: RunContext,
  created: (topic: string) => void,
): Promise<Outcome> {
  return observed(step, { window: producerWindow }, (inner, observer) => {
    if (kind === 'consumer') return measureConsumer(values as unknown as ConsumeValues, inner, observer)
    if (kind === 'latency')
      return measureLatency(values as unknown as LatencyValues, inner, observer, () => {})
    return measureProducer(values as unknown as ProduceValues, inner, observer, { created })
  })
}

/** Deletes, also after an interrupt, what was made, on the cluster of its step. Resolves to why it could not. */
export async function cleanUp(
  created: ReadonlyMap<string, Step>,
  common: ScenarioValues,
  context: Context,
): Promise<KtError[]> {
  const failures: KtError[] = []
  for (const [topic, step] of created) {
    const inner = stepContext(step, stepValues(step, common, context), context, new AbortController().signal)
    try {
      const [outcome] = await remove(await inner.cluster(), [topic])
      const { error } = outcome!
      if (error !== undefined && error.codeName !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
    } catch (cause) {
      failures.push(new KtError(`topic "${topic}" was not deleted: ${(cause as Error).message}`, { cause }))
    } finally {
      await inner.end()
    }
  }
  return failures
}
