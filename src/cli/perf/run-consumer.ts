/** `kt perf consumer`, as the command and as one of its workers. */
import type { Context } from '../context.ts'
import type { ConsumeValues } from './consume-options.ts'
import { measureConsumer } from './consuming.ts'
import { consumerHeader, ConsumerLines, consumerTotal } from './consumer-lines.ts'
import { dateFormat } from './date-format.ts'
import { observed } from './observer.ts'
import { prepareReport, present } from './present.ts'
import { runAsWorker } from './as-worker.ts'

export async function runConsumer(values: ConsumeValues, context: Context): Promise<void> {
  if (values.worker !== undefined)
    return runAsWorker(context, (inner, observer) =>
      measureConsumer({ ...values, workers: 1 }, inner, observer),
    )
  const { out, note } = context
  const format = dateFormat(values.dateFormat)
  const old = await prepareReport(values)
  const isJava = out.style === 'java'
  if (isJava && !values.hideHeader) out.line(consumerHeader(values.showDetailedStats))
  const startedMs = Date.now()
  const lines = new ConsumerLines(startedMs, format)
  // Kafka's tool tells of intervals only when it is asked to.
  const isTold = !isJava || values.showDetailedStats
  const outcome = await observed(
    context,
    { window: (one) => (isTold ? lines.window(one) : undefined) },
    (inner, observer) => measureConsumer(values, inner, observer, (ms) => lines.joined(ms)),
  )
  const { document, hasTimedOut, metrics } = outcome
  if (hasTimedOut && values.numRecords !== undefined) {
    const warning = `WARNING: Exiting before consuming the expected number of records: timeout (${values.timeout} ms) exceeded. You can use the --timeout option to increase the timeout.`
    if (isJava) out.line(warning)
    else note(warning)
  }
  if (values.printMetrics && out.style === 'table') for (const line of metrics) note(line)
  const java = () => [
    ...(values.showDetailedStats ? [] : [consumerTotal(document, format)]),
    ...(values.printMetrics ? metrics : []),
  ]
  await present(context, outcome, values, { java, old })
}
