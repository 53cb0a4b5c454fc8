/**
 * One broker's incremental fetch session (KIP-227; Java: org.apache.kafka.clients.FetchSessionHandler): after
 * a first whole request only what has changed is sent, and only what has changed is answered.
 */
import type { PartitionPosition } from './position.ts'

/** What the broker has last been told of a partition. */
interface Told {
  topicId: string | undefined
  offset: number
  currentLeaderEpoch: number
  lastFetchedEpoch: number
}

export interface SessionPartition extends Told {
  position: PartitionPosition
}

export interface SessionRequest {
  sessionId: number
  sessionEpoch: number
  /** What must be said; the broker remembers the rest. */
  changed: SessionPartition[]
  /** What the broker is to forget. */
  forgotten: { position: PartitionPosition; topicId: string | undefined }[]
}

const NO_SESSION = 0
/** Asks for a new session; with an id it closes that one first. */
const INITIAL_EPOCH = 0
const MAX_EPOCH = 0x7fffffff

export class FetchSession {
  #id = NO_SESSION
  #epoch = INITIAL_EPOCH
  readonly #told = new Map<PartitionPosition, Told>()

  /** What to send for a fetch of just these partitions. */
  request(wanted: readonly SessionPartition[]): SessionRequest {
    const isWhole = this.#epoch === INITIAL_EPOCH
    if (isWhole) this.#told.clear()
    const changed = wanted.filter((one) => isWhole || isChanged(one, this.#told.get(one.position)))
    const stillWanted = new Set(wanted.map(({ position }) => position))
    const gone = [...this.#told]
      .filter(([position]) => !stillWanted.has(position))
      .map(([position, { topicId }]) => ({ position, topicId }))
    for (const { position } of gone) this.#told.delete(position)
    // A group may give back in one breath what it took: the broker forgets last, and would forget that too.
    const wantedNames = new Set(wanted.map(nameWithId))
    const forgotten = gone.filter((one) => !wantedNames.has(nameWithId(one)))
    for (const one of changed) this.#told.set(one.position, one)
    return { sessionId: this.#id, sessionEpoch: this.#epoch, changed, forgotten }
  }

  /** A good answer: the broker has opened the session (or has no room for one: 0), and the next request follows. */
  answered(sessionId: number): void {
    this.#id = sessionId
    const next = this.#epoch === MAX_EPOCH ? 1 : this.#epoch + 1
    this.#epoch = sessionId === NO_SESSION ? INITIAL_EPOCH : next
  }

  /** Nobody knows what the broker knows: start over. The old session, if it is still there, is closed by that. */
  reset(isForgottenByBroker: boolean): void {
    if (isForgottenByBroker) this.#id = NO_SESSION
    this.#epoch = INITIAL_EPOCH
  }
}

function nameWithId({
  position,
  topicId,
}: {
  position: PartitionPosition
  topicId: string | undefined
}): string {
  return `${topicId} ${position.name}`
}

function isChanged(one: SessionPartition, told: Told | undefined): boolean {
  if (told === undefined || told.offset !== one.offset || told.topicId !== one.topicId) return true
  return told.currentLeaderEpoch !== one.currentLeaderEpoch || told.lastFetchedEpoch !== one.lastFetchedEpoch
}
