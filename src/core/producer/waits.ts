/** What a producer's user waits for. */
import { KtError } from '../errors.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { ProducerOptions } from './options.ts'
import type { Sender } from './sender.ts'

/** How often a look is taken at what is under way while there is no room. */
const ROOM_INTERVAL_MS = 50

/** Resolves when there is room in `pool`; rejects after `max.block.ms` or when `signal` aborts. */
export async function waitForRoom(
  pool: BufferPool,
  sender: Sender,
  options: ProducerOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadlineMs = Date.now() + options.maxBlockMs
  let isFlushing = false
  try {
    while (!pool.hasRoom) {
      signal?.throwIfAborted()
      const leftMs = deadlineMs - Date.now()
      if (leftMs <= 0) throw noRoom(options)
      // Nobody may wait for linger.ms while everybody waits for memory; but what is under way gives some back by
      // itself, and a batch that is being filled had better be full when it leaves.
      if (!isFlushing && !sender.isUnderWay) {
        isFlushing = true
        sender.beginFlush()
      }
      await within(pool.roomChanged(), Math.min(leftMs, ROOM_INTERVAL_MS), signal)
    }
  } finally {
    if (isFlushing) sender.endFlush()
  }
}

/** Waits for `promise` at most `ms`, or until `signal` aborts, whichever comes first; rejects for none of them. */
export async function within(promise: Promise<void>, ms: number, signal?: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let wake: () => void = () => {}
  const elapsed = new Promise<void>((resolve) => {
    wake = resolve
    timer = setTimeout(resolve, ms)
  })
  signal?.addEventListener('abort', wake, { once: true })
  await Promise.race([promise, elapsed])
  clearTimeout(timer)
  signal?.removeEventListener('abort', wake)
}

function noRoom({ maxBlockMs, bufferBytes }: ProducerOptions): KtError {
  return new KtError(
    `no room for more records within max.block.ms (${maxBlockMs} ms): buffer.memory holds ${bufferBytes} bytes`,
    { hint: 'the brokers take records more slowly than they come; see --verbose for their errors' },
  )
}
