/** `kt perf producer`, as the command and as one of its workers. */
import type { Context } from '../context.ts'
import type { PerfDocument } from './document.ts'
import { producerTotal, producerWindow } from './java-lines.ts'
import { observed } from './observer.ts'
import { prepareReport, present } from './present.ts'
import type { ProduceValues } from './produce-options.ts'
import { measureProducer } from './producing.ts'
import { runAsWorker } from './as-worker.ts'

export async function runProducer(values: ProduceValues, context: Context): Promise<void> {
  if (values.worker !== undefined)
    return runAsWorker(context, (inner, observer) =>
      measureProducer({ ...values, workers: 1 }, inner, observer),
    )
  const { out } = context
  const old = await prepareReport(values)
  const lines = { window: producerWindow, steadyState: 'In steady state.' }
  const tell = (line: string) => {
    if (out.style === 'java') out.line(line)
  }
  const outcome = await observed(context, lines, (inner, observer) =>
    measureProducer(values, inner, observer, { tell }),
  )
  const java = (document: PerfDocument) => [
    producerTotal(document.total ?? document),
    ...(document.warmup === undefined ? [] : [producerTotal(document, true)]),
    ...outcome.metrics,
  ]
  if (out.style === 'table') for (const line of outcome.metrics) context.note(line)
  await present(context, outcome, values, { java, old })
}
