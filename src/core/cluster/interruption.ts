import { InterruptedError, KtError } from '../errors.ts'

/** The reason of an aborted signal, as an error of ours. */
export function interruption(signal: AbortSignal | undefined): KtError {
  const reason: unknown = signal?.reason
  return reason instanceof KtError ? reason : new InterruptedError()
}

/** As `signal.throwIfAborted()`, with an error of ours. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interruption(signal)
}
