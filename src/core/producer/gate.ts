/** Points in the input at which reading waits: after each record (--sync), or at the end of a transaction. */
import type { Producer } from './producer.ts'

export interface Gate {
  /** True: append nothing until `pass` has resolved. */
  readonly isShut: boolean
  /** So many records may be appended at once: the gate stays open behind them. */
  readonly most: number
  /** Called after records were appended: one, or at most `most`. */
  appended(records?: number): void
  pass(): Promise<void>
}

/** Each record is delivered before the next is looked at. */
export class SyncGate implements Gate {
  isShut = false
  readonly most = 0
  readonly #producer: Producer

  constructor(producer: Producer) {
    this.#producer = producer
  }

  appended(): void {
    this.isShut = true
  }

  async pass(): Promise<void> {
    await this.#producer.flush()
    this.isShut = false
  }
}

export interface TransactionLimits {
  /** Records in a transaction; undefined: no limit. */
  records: number | undefined
  /** How long a transaction stays open; undefined: no limit. */
  durationMs: number | undefined
  /** Whether each record is delivered before the next is looked at, as with `SyncGate`. */
  isSync?: boolean
}

/** Commits and begins anew whenever a limit is reached, also while no input comes. */
export class TransactionGate implements Gate {
  isShut = false
  /** Records in transactions that were committed. */
  committed = 0
  readonly #producer: Producer
  readonly #limits: TransactionLimits
  readonly #onFailure: () => void
  #records = 0
  /** The transaction is to be committed. */
  #isDue = false
  #timer: NodeJS.Timeout | undefined
  #passing: Promise<void> | undefined
  #failure: unknown

  /** `onFailure` is told at once of a commit that fails while nobody waits for it. */
  constructor(producer: Producer, limits: TransactionLimits, onFailure: () => void = () => {}) {
    this.#producer = producer
    this.#limits = limits
    this.#onFailure = onFailure
    this.#begin()
  }

  get most(): number {
    const { records = Infinity, isSync } = this.#limits
    return this.isShut || this.#isDue || isSync === true ? 0 : records - this.#records - 1
  }

  appended(appended = 1): void {
    this.#records += appended
    const { records, isSync } = this.#limits
    if (records !== undefined && this.#records >= records) this.#isDue = true
    if (this.#isDue || isSync === true) this.isShut = true
  }

  pass(): Promise<void> {
    this.isShut = true
    this.#passing ??= this.#flushOrCommit().finally(() => (this.#passing = undefined))
    return this.#passing
  }

  /** Commits what is left. Throws what forbids it, with nothing of the last transaction committed. */
  async end(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#passing
    if (this.#failure !== undefined) throw this.#failure as Error
    await this.#commit()
  }

  /** No further commit: the caller aborts. Waits for one that is under way, whatever comes of it. */
  async cancel(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#passing?.catch(() => {})
    clearTimeout(this.#timer)
  }

  async #flushOrCommit(): Promise<void> {
    if (!this.#isDue) await this.#producer.flush()
    // It may have become due meanwhile.
    if (this.#isDue) await this.#commitAndBegin()
    this.isShut = false
  }

  async #commitAndBegin(): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#failure !== undefined) throw this.#failure as Error
    await this.#commit()
    this.#begin()
  }

  async #commit(): Promise<void> {
    const records = this.#records
    await this.#producer.commitTransaction()
    this.committed += records
    this.#records = 0
  }

  #begin(): void {
    this.#isDue = false
    this.#producer.transaction!.begin()
    const { durationMs } = this.#limits
    if (durationMs === undefined) return
    this.#timer = setTimeout(() => {
      this.#isDue = true
      this.pass().catch((error: unknown) => {
        // `pass` and `end` throw it from now on.
        this.#failure ??= error
        this.#onFailure()
      })
    }, durationMs)
  }
}
