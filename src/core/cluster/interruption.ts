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

/** What work that cannot be stopped gets after an interrupt. */
const GRACE_MS = 300

/** As `work`, but over soon after an interrupt, even when it waits for an output or a module that takes its time. */
export async function untilInterrupted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let interrupt: () => void = () => {}
  const over = new Promise<void>((resolve) => {
    interrupt = () => (timer = setTimeout(resolve, GRACE_MS))
  })
  if (signal.aborted) interrupt()
  else signal.addEventListener('abort', interrupt, { once: true })
  try {
    await Promise.race([work, over])
  } finally {
    work.catch(() => {})
    clearTimeout(timer)
    signal.removeEventListener('abort', interrupt)
  }
}
