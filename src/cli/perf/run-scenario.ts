/** `kt perf scenario FILE.yaml`: steps one after the other, and a table that compares them. */
import { basename } from 'node:path'
import { InterruptedError, KtError, UsageError } from '../../core/errors.ts'
import type { Context } from '../context.ts'
import { readNamedText } from '../named-file.ts'
import type { Out } from '../output/index.ts'
import { OutputClosedError } from '../output/sink.ts'
import { consumeOptions } from './consume-options.ts'
import type { PerfDocument } from './document.ts'
import { latencyOptions } from './latency-options.ts'
import { type NamedSummary, summaryColumns } from './present.ts'
import { produceOptions } from './produce-options.ts'
import { parseScenario, type Scenario, type Step } from './scenario-file.ts'
import { cleanUp, runStep, type ScenarioValues } from './scenario-steps.ts'

export async function runScenario(values: ScenarioValues, context: Context): Promise<void> {
  const { out } = context
  const scenario = readScenario(values.file)
  if (values.dryRun) return tellSteps(scenario, context)
  const documents: (PerfDocument & { name: string })[] = []
  const created = new Map<string, Step>()
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
    const left = scenario.isCleanedUp ? await cleanUp(created, values, context) : []
    for (const error of left) {
      if (failure === undefined) failure = error
      else context.note(error.message)
    }
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

function located(error: KtError, file: string, { line, name }: Step): KtError {
  if (error instanceof OutputClosedError) return error
  return new StepError(`${basename(file)}:${line}: ${name}: ${error.message}`, error)
}

/** What ended a step, with its place in the file; the exit code is the same. */
class StepError extends KtError {
  override readonly exitCode: number

  constructor(message: string, cause: KtError) {
    super(message, { hint: cause.hint, cause })
    this.exitCode = cause.exitCode
  }
}
