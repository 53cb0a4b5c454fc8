/** Text for the person, on stderr, at once. */
import { OutputClosedError, Sink } from './output/sink.ts'

const stderr = new Sink(2, 'stderr')

export function tell(text: string): void {
  try {
    stderr.writeNow(text)
  } catch (error) {
    // Nobody listens any more (`2>&-`, `2>&1 | head -1`): there is no better place to say that.
    if (!(error instanceof OutputClosedError) && !isBadDescriptor(error)) throw error
  }
}

function isBadDescriptor(error: unknown): boolean {
  return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'EBADF'
}
