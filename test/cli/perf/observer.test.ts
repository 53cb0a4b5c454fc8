import { expect, it } from 'vitest'
import type { Context } from '../../../src/cli/context.ts'
import { Out } from '../../../src/cli/output/index.ts'
import { OutputClosedError, Sink } from '../../../src/cli/output/sink.ts'
import { type Observer, observed } from '../../../src/cli/perf/observer.ts'
import type { Interval } from '../../../src/core/perf/recorder.ts'

class ClosedSink extends Sink {
  override writeNow(): void {
    throw new OutputClosedError('stdout: closed by its reader')
  }
}

it('a run ends, and says why, when nobody reads its lines any more', async () => {
  const out = new Out('java', new ClosedSink(1, 'stdout'))
  const context = { out, signal: new AbortController().signal } as Context
  const untilStopped = ({ signal }: Context, observer: Observer) =>
    new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve())
      observer.interval({} as Interval)
    })
  const run = observed(context, { window: () => 'a line' }, untilStopped)
  await expect(run).rejects.toThrow(OutputClosedError)
})
