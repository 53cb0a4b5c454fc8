/**
 * `--parallel`: what was fetched of a partition is read in order, by a worker of its own, so that one that
 * takes its time holds up nobody else. A partition that is behind with its work is not fetched meanwhile.
 */
import type { Fetched } from './fetched.ts'
import type { Fetcher } from './fetcher.ts'
import type { PartitionPosition } from './position.ts'

export interface PartitionWorkersOptions {
  fetcher: Fetcher
  /** False: no more records are wanted, of any partition. */
  read(fetched: Fetched): Promise<boolean>
  /** Called when a partition has nothing more to do for now. */
  flush(): Promise<void>
}

/** So much waits beside what is worked on, so that a worker need not wait for its broker. */
const FETCHED_AHEAD = 2

export class PartitionWorkers {
  readonly #options: PartitionWorkersOptions
  readonly #queues = new Map<PartitionPosition, Fetched[]>()
  readonly #workers = new Set<Promise<void>>()
  readonly #over = new AbortController()
  #failure: unknown
  /** When a worker was last done with something (Date.now()). */
  lastDoneMs = 0

  constructor(options: PartitionWorkersOptions) {
    this.#options = options
  }

  /** Aborted when a worker has failed, or no more is wanted. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  get isBusy(): boolean {
    return this.#workers.size > 0
  }

  add(fetched: Fetched): void {
    const { position } = fetched
    const known = this.#queues.get(position)
    const queue = known ?? []
    queue.push(fetched)
    if (queue.length >= FETCHED_AHEAD || fetched.nextOffset >= position.endOffset) position.isPaused = true
    if (known !== undefined) return
    this.#queues.set(position, queue)
    const worker = this.#work(position, queue).finally(() => this.#workers.delete(worker))
    this.#workers.add(worker)
  }

  /** Resolves when nothing is worked on any more; throws what a worker failed with. */
  async end(): Promise<void> {
    await Promise.all(this.#workers)
    if (this.#failure !== undefined) throw this.#failure as Error
  }

  async #work(position: PartitionPosition, queue: Fetched[]): Promise<void> {
    const { fetcher, flush } = this.#options
    try {
      while (queue.length > 0 && !this.#over.signal.aborted) {
        await this.#readNext(position, queue)
        if (queue.length === 0) await flush()
      }
    } catch (error) {
      this.#failure ??= error
      this.#over.abort()
    } finally {
      this.#queues.delete(position)
      this.lastDoneMs = Date.now()
      fetcher.wake()
    }
  }

  async #readNext(position: PartitionPosition, queue: Fetched[]): Promise<void> {
    const { fetcher, read } = this.#options
    const fetched = queue[0]!
    if (!(await read(fetched))) this.#over.abort()
    queue.shift()
    if (fetched.nextOffset >= position.endOffset) {
      queue.length = 0
      fetcher.remove(position)
    } else if (queue.length < FETCHED_AHEAD) fetcher.resume(position)
  }
}
