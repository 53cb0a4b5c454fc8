import { type Input } from '../protocol/codec.ts'
import { apiError } from '../protocol/errors.ts'
import {
  type FindCoordinatorRequest,
  type FindCoordinatorResponse,
} from '../protocol/generated/apis/FindCoordinator.ts'
import { type CallOptions } from './call.ts'
import { type Broker } from './metadata.ts'
import { COORDINATOR_TYPE, type CoordinatorKind } from './routes.ts'

/** The first version that asks for many keys at once; before it there is one key and one answer. */
const BATCHED_VERSION = 4

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
    const id = `${kind} ${key}`
    const known = this.#found.get(id)
    if (known !== undefined) return known
    const finding = this.#locate(kind, key)
    this.#found.set(id, finding)
    finding.catch(() => this.#found.delete(id))
    return finding
  }

  forget(kind: CoordinatorKind, key: string): void {
    this.#found.delete(`${kind} ${key}`)
  }

  async #locate(kind: CoordinatorKind, key: string): Promise<number> {
    const keyType = COORDINATOR_TYPE[kind]
    const response = await this.#ask(
      (version) => (version >= BATCHED_VERSION ? { keyType, coordinatorKeys: [key] } : { keyType, key }),
      { errorsOf: (answer) => [answerFor(answer).errorCode] },
    )
    const { errorCode, errorMessage, nodeId, host, port } = answerFor(response)
    if (errorCode !== 0)
      throw apiError(errorCode, `the coordinator of ${kind} "${key}"`, undefined, errorMessage)
    this.#learnBroker({ nodeId, host, port, rack: null })
    return nodeId
  }
}

function answerFor(
  response: FindCoordinatorResponse,
): Omit<FindCoordinatorResponse, 'coordinators' | 'throttleTimeMs'> {
  return response.coordinators[0] ?? response
}
