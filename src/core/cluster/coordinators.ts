import { ApiError, type KtError } from '../errors.ts'
import { type Input } from '../protocol/codec.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import {
  type FindCoordinatorRequest,
  type FindCoordinatorResponse,
} from '../protocol/generated/apis/FindCoordinator.ts'
import { type CallOptions } from './call.ts'
import { type Broker } from './metadata.ts'
import { COORDINATOR_TYPE, type CoordinatorKind } from './routes.ts'

/** The first version that asks for many keys at once; before it there is one key and one answer. */
const BATCHED_VERSION = 4
const MAX_KEYS = 1000

/** Sends FindCoordinator to any broker, with retries. */
export type AskCoordinator = (
  request: (version: number) => Input<FindCoordinatorRequest>,
  options: CallOptions<FindCoordinatorResponse>,
) => Promise<FindCoordinatorResponse>

/** Which node coordinates what, remembered until somebody says otherwise. */
export class Coordinators {
  readonly #ask: AskCoordinator
  readonly #learnBroker: (broker: Broker) => void
  readonly #found = new Map<string, Promise<number>>()

  constructor(ask: AskCoordinator, learnBroker: (broker: Broker) => void) {
    this.#ask = ask
    this.#learnBroker = learnBroker
  }

  find(kind: CoordinatorKind, key: string): Promise<number> {
    const id = idOf(kind, key)
    const known = this.#found.get(id)
    if (known !== undefined) return known
    const finding = this.#locate(kind, key)
    this.#found.set(id, finding)
    finding.catch(() => this.#found.delete(id))
    return finding
  }

  /**
   * All of `keys`, with one request for those that are not known (before FindCoordinator v4 one for each).
   * A key that nobody may coordinate for us has its error in place of a node.
   */
  async findAll(kind: CoordinatorKind, keys: readonly string[]): Promise<Map<string, number | KtError>> {
    const unknown = keys.filter((key) => !this.#found.has(idOf(kind, key)))
    for (let at = 0; at < unknown.length && unknown.length > 1; at += MAX_KEYS)
      await this.#locateAll(kind, unknown.slice(at, at + MAX_KEYS))
    const found = new Map<string, number | KtError>()
    for (const key of keys) {
      try {
        found.set(key, await this.find(kind, key))
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        found.set(key, error)
      }
    }
    return found
  }

  /** Somebody else has told us. */
  learn(kind: CoordinatorKind, key: string, nodeId: number): void {
    this.#found.set(idOf(kind, key), Promise.resolve(nodeId))
  }

  forget(kind: CoordinatorKind, key: string): void {
    this.#found.delete(idOf(kind, key))
  }

  /** What fails here, or what the broker is too old for, `find` asks for one by one and explains. */
  async #locateAll(kind: CoordinatorKind, keys: readonly string[]): Promise<void> {
    const [first = ''] = keys
    const keyType = COORDINATOR_TYPE[kind]
    const { coordinators } = await this.#ask(
      (version) =>
        version >= BATCHED_VERSION ? { keyType, coordinatorKeys: [...keys] } : { keyType, key: first },
      { errorsOf: () => [] },
    )
    for (const { key, errorCode, nodeId, host, port } of coordinators) {
      if (errorCode !== 0) continue
      this.#learnBroker({ nodeId, host, port, rack: null })
      this.learn(kind, key, nodeId)
    }
  }

  async #locate(kind: CoordinatorKind, key: string): Promise<number> {
    const keyType = COORDINATOR_TYPE[kind]
    const response = await this.#ask(
      (version) => (version >= BATCHED_VERSION ? { keyType, coordinatorKeys: [key] } : { keyType, key }),
      { errorsOf: (answer) => [answerFor(answer).errorCode] },
    )
    const { errorCode, errorMessage, nodeId, host, port } = answerFor(response)
    if (errorCode !== 0)
      throw apiError(
        errorCode,
        `the coordinator of ${kind} "${key}"`,
        HINTS[errorOf(errorCode).name],
        errorMessage,
      )
    this.#learnBroker({ nodeId, host, port, rack: null })
    return nodeId
  }
}

/** Whoever is not even told where to ask. */
const HINTS: Record<string, string | undefined> = {
  GROUP_AUTHORIZATION_FAILED: 'the user needs READ on the group, or DESCRIBE to only look at it',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'the user needs WRITE on the transactional id',
}

function idOf(kind: CoordinatorKind, key: string): string {
  return `${kind} ${key}`
}

function answerFor(
  response: FindCoordinatorResponse,
): Omit<FindCoordinatorResponse, 'coordinators' | 'throttleTimeMs'> {
  return response.coordinators[0] ?? response
}
