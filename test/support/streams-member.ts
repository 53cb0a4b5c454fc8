/** A member of a streams group (KIP-1071) without Kafka Streams: it says what Kafka Streams would, and reads nothing. */
import { randomUUID } from 'node:crypto'
import type { Cluster } from '../../src/core/cluster/cluster.ts'
import {
  StreamsGroupHeartbeat,
  type StreamsGroupHeartbeatRequest,
  type StreamsGroupHeartbeatResponse,
} from '../../src/core/protocol/generated/apis/StreamsGroupHeartbeat.ts'
import { eventually } from './eventually.ts'

type Tasks = StreamsGroupHeartbeatResponse['activeTasks']

export class StreamsMember {
  readonly memberId = randomUUID()
  readonly #client: Cluster
  readonly #groupId: string
  readonly #topic: string
  #epoch = 0
  #active: Tasks = []

  constructor(client: Cluster, groupId: string, topic: string) {
    this.#client = client
    this.#groupId = groupId
    this.#topic = topic
  }

  /** Joins with a topology that reads `topic` and keeps a store, until `count` tasks are its own. */
  async join(count: number): Promise<void> {
    await eventually(async () => {
      const answer = await this.#beat()
      if (ownedBy(this.#active) === count && answer.activeTasks === null) return
      throw new Error(`${ownedBy(this.#active)} tasks instead of ${count}`)
    })
  }

  async leave(): Promise<void> {
    this.#epoch = -1
    await this.#beat()
  }

  async #beat(): Promise<StreamsGroupHeartbeatResponse> {
    const isFirst = this.#epoch === 0
    const first = {
      topology: this.#topology(),
      processId: 'process-1',
      clientTags: [],
      rebalanceTimeoutMs: 10_000,
    }
    const tasks = { activeTasks: this.#active, standbyTasks: [], warmupTasks: [] }
    const request = {
      groupId: this.#groupId,
      memberId: this.memberId,
      memberEpoch: this.#epoch,
      endpointInformationEpoch: -1,
      ...(isFirst ? first : {}),
      ...(this.#epoch < 0 ? {} : tasks),
    } satisfies Partial<StreamsGroupHeartbeatRequest>
    const target = { coordinator: 'group', key: this.#groupId } as const
    const answer = await this.#client.call(StreamsGroupHeartbeat, request, target)
    if (answer.errorCode !== 0) throw new Error(`${answer.errorCode} ${answer.errorMessage}`)
    this.#epoch = answer.memberEpoch
    if (answer.activeTasks !== null) this.#active = answer.activeTasks
    return answer
  }

  #topology(): StreamsGroupHeartbeatRequest['topology'] {
    const changelog = {
      name: `${this.#groupId}-store-changelog`,
      partitions: 0,
      replicationFactor: 1,
      topicConfigs: [{ key: 'cleanup.policy', value: 'compact' }],
    }
    const counting = {
      subtopologyId: '0',
      sourceTopics: [this.#topic],
      sourceTopicRegex: [],
      stateChangelogTopics: [changelog],
      repartitionSinkTopics: [],
      repartitionSourceTopics: [],
      copartitionGroups: [],
    }
    return { epoch: 1, subtopologies: [counting] }
  }
}

function ownedBy(tasks: Tasks): number {
  return (tasks ?? []).reduce((sum, { partitions }) => sum + partitions.length, 0)
}
