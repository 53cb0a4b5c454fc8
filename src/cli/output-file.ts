/** `--to FILE`: records go to a file instead of stdout. */
import { fdatasync, fstatSync, ftruncateSync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { KtError, UsageError, systemReason } from '../core/errors.ts'
import { Sink } from './output/sink.ts'

const toDisk = promisify(fdatasync)

export class OutputFile {
  readonly sink: Sink
  /** What was in it before. */
  readonly startBytes: number
  readonly #fd: number
  readonly #path: string

  /**
   * Opens it for appending. `keptBytes` is how much of it belongs to stored offsets: what stands behind is cut
   * off. Without it the file must be new or empty.
   */
  constructor(path: string, keptBytes: number | undefined) {
    this.#path = path
    this.#fd = open(path)
    const { size } = fstatSync(this.#fd)
    if (keptBytes === undefined && size > 0)
      throw new UsageError(`${path}: is not empty, and no stored offsets say what of it is ours`, {
        hint: 'name a new file, or the --offset-file that was used with this one',
      })
    if (keptBytes !== undefined && size < keptBytes)
      throw new KtError(
        `${path}: has ${size} bytes, but the stored offsets belong to ${keptBytes} bytes of it`,
        {
          hint: 'it was changed by somebody else; start anew with another --to and --offset-file',
        },
      )
    if (keptBytes !== undefined) ftruncateSync(this.#fd, keptBytes)
    this.startBytes = keptBytes ?? 0
    this.sink = new Sink(this.#fd, path)
  }

  /** Brings what was written to disk. */
  async sync(): Promise<void> {
    await toDisk(this.#fd).catch((error: Error) => {
      throw new KtError(`${this.#path}: cannot be brought to disk: ${error.message}`, { cause: error })
    })
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'a')
  } catch (error) {
    throw new UsageError(`${path}: cannot be opened: ${systemReason(error)}`, { cause: error })
  }
}
