/** Who may work on a partition: all partitions in turn, or each on its own (`--parallel`). */
import { Mutex } from '../group/mutex.ts'
import type { PartitionPosition } from './position.ts'

export class Turns {
  readonly #shared: Mutex | undefined
  readonly #own = new WeakMap<PartitionPosition, Mutex>()
  readonly #busySinceMs = new Map<Mutex, number>()

  constructor(isParallel: boolean) {
    this.#shared = isParallel ? undefined : new Mutex()
  }

  /** Since when (Date.now()) the longest of those that work now does; undefined: nobody works. */
  get busySinceMs(): number | undefined {
    return this.#busySinceMs.size === 0 ? undefined : Math.min(...this.#busySinceMs.values())
  }

  /** One piece of work on a partition, which counts as being busy. */
  run<T>(position: PartitionPosition, work: () => Promise<T>): Promise<T> {
    const mutex = this.#of(position)
    return mutex.run(async () => {
      this.#busySinceMs.set(mutex, Date.now())
      try {
        return await work()
      } finally {
        this.#busySinceMs.delete(mutex)
      }
    })
  }

  /** Works when nobody works on any of `positions`. */
  exclude<T>(positions: readonly PartitionPosition[], work: () => Promise<T>): Promise<T> {
    if (this.#shared !== undefined) return this.#shared.run(work)
    return positions.reduceRight((inner, position) => () => this.#of(position).run(inner), work)()
  }

  #of(position: PartitionPosition): Mutex {
    if (this.#shared !== undefined) return this.#shared
    let mutex = this.#own.get(position)
    if (mutex === undefined) this.#own.set(position, (mutex = new Mutex()))
    return mutex
  }
}
