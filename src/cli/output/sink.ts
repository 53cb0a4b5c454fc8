/**
 * A file descriptor to write to, with back-pressure. Used for stdout instead of process.stdout because
 * records are bytes, must be known to be written before they are committed, and because a closed pipe
 * has to end the command quietly instead of raising an 'error' event somewhere else.
 */
import { write as fsWrite, writeSync } from 'node:fs'
import { KtError, systemReason } from '../../core/errors.ts'

/** Whoever read our output has closed it (`| head -1`): end quietly, exit code 0. */
export class OutputClosedError extends KtError {
  override readonly exitCode: number = 0
}

const RETRY_FULL_PIPE_AFTER_MS = 1

export class Sink {
  readonly fd: number
  readonly name: string

  constructor(fd: number, name: string) {
    this.fd = fd
    this.name = name
  }

  /** Writes all of `bytes`; resolves once the kernel has taken the last one. */
  async write(bytes: Uint8Array): Promise<void> {
    let start = 0
    while (start < bytes.length) {
      start += await this.#writeSome(bytes, start)
    }
  }

  /** As `write`, for short texts that must be out before the process goes on. */
  writeNow(text: string): void {
    const bytes = Buffer.from(text)
    let start = 0
    while (start < bytes.length) {
      try {
        start += writeSync(this.fd, bytes, start)
      } catch (error) {
        if (!isFullPipe(error)) throw this.#explain(error)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_FULL_PIPE_AFTER_MS)
      }
    }
  }

  #writeSome(bytes: Uint8Array, start: number): Promise<number> {
    return new Promise((resolve, reject) => {
      fsWrite(this.fd, bytes, start, bytes.length - start, null, (error, written) => {
        if (!error) resolve(written)
        // A pipe that somebody else made non-blocking says EAGAIN when it is full.
        else if (isFullPipe(error)) setTimeout(() => resolve(0), RETRY_FULL_PIPE_AFTER_MS)
        else reject(this.#explain(error))
      })
    })
  }

  #explain(error: unknown): KtError {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE')
      return new OutputClosedError(`${this.name}: closed by its reader`)
    return new KtError(`${this.name}: cannot write: ${systemReason(error)}`, { cause: error })
  }
}

function isFullPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EAGAIN'
}
