/** Notices that a topic is deleted while records are sent to it: nobody need wait for delivery.timeout.ms then. */
import type { Cluster } from '../cluster/cluster.ts'
import { KtError } from '../errors.ts'
import { errorOf } from '../protocol/errors.ts'

const LOOK_EVERY_MS = 500
/** A broker that has just started may not know its topics yet. */
const LOOKS_BEFORE_GONE = 4

export class TopicWatch {
  readonly #cluster: Cluster
  readonly #topic: string
  readonly #gone = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #looksWithout = 0

  constructor(cluster: Cluster, topic: string) {
    this.#cluster = cluster
    this.#topic = topic
  }

  /** Aborted, with a KtError as the reason, when the cluster has said for a while that there is no such topic. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Looks only at what the producer itself has asked for: while all goes well nobody asks. */
  #look(): void {
    const known = this.#cluster.metadata.topics.get(this.#topic)
    const isUnknown = known === undefined || errorOf(known.errorCode).name === 'UNKNOWN_TOPIC_OR_PARTITION'
    this.#looksWithout = isUnknown ? this.#looksWithout + 1 : 0
    if (this.#looksWithout < LOOKS_BEFORE_GONE) return
    this.stop()
    this.#gone.abort(new KtError(`topic "${this.#topic}" is gone: it was deleted during the run`))
  }
}
