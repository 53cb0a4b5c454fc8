/** Where a command reads from: stdin or a file, in large chunks. */
import { close, constants, fstat, open, read } from 'node:fs'
import { promisify } from 'node:util'
import { UsageError, systemReason } from '../core/errors.ts'
import { release } from '../core/release.ts'

const CHUNK_BYTES = 1024 * 1024

const fs = { close: promisify(close), fstat: promisify(fstat), open: promisify(open), read: promisify(read) }

export interface Input {
  chunks: AsyncIterable<Buffer>
  /** Bytes in all, where it is known beforehand. */
  size: number | undefined
}

/** A file by name, `-` for stdin. Throws UsageError when it cannot be opened. */
export async function openInput(fileName: string, signal: AbortSignal): Promise<Input> {
  const fd = fileName === '-' ? 0 : await openFile(fileName)
  const stats = await fs.fstat(fd)
  if (stats.isDirectory()) throw new UsageError(`${fileName}: a directory cannot be read as records`)
  if (stats.isFile()) return { chunks: readFile(fd, signal), size: stats.size }
  return { chunks: fd === 0 ? readStdin(signal) : readFile(fd, signal), size: undefined }
}

async function openFile(fileName: string): Promise<number> {
  try {
    return await fs.open(fileName, constants.O_RDONLY)
  } catch (error) {
    throw new UsageError(`${fileName}: cannot be opened: ${systemReason(error)}`, { cause: error })
  }
}

/** Two buffers in turn: one is filled while the other is worked on. A chunk is valid until the next is asked for. */
async function* readFile(fd: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const buffers = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)] as const
  let turn = 0
  const readNext = () => fs.read(fd, buffers[turn++ & 1]!, 0, CHUNK_BYTES, null)
  let reading = readNext()
  try {
    for (;;) {
      const { bytesRead, buffer } = await reading
      if (bytesRead === 0 || signal.aborted) return
      reading = readNext()
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    // The read under way still owns its buffer and the descriptor.
    await reading.catch(() => undefined)
    if (fd !== 0) await fs.close(fd)
  }
}

/** Bun reads what always has more, such as /dev/zero, without a turn of the event loop: no signal would be heard. */
const MOST_MS_WITHOUT_TURN = 20

/**
 * A pipe, socket or terminal, through the runtime's own stream: a read in the thread pool could not be
 * taken back, and Node waits for it at exit. Ends when `signal` aborts.
 */
async function* readStdin(signal: AbortSignal): AsyncGenerator<Buffer> {
  const { stdin } = process
  const stop = () => void stdin.destroy()
  signal.addEventListener('abort', stop, { once: true })
  let turnAtMs = Date.now()
  try {
    for await (const chunk of stdin) {
      yield chunk as Buffer
      release(chunk as Buffer)
      if (Date.now() - turnAtMs < MOST_MS_WITHOUT_TURN) continue
      await new Promise((resolve) => setImmediate(resolve))
      turnAtMs = Date.now()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
