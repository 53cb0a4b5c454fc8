/** What we know of the cluster: brokers, topics by name and id, partitions and their leaders. Asked for on demand, kept until stale. */
import { type Input } from '../protocol/codec.ts'
import { apiError } from '../protocol/errors.ts'
import {
  Metadata as MetadataApi,
  type MetadataRequest,
  type MetadataResponse,
  type MetadataResponseTopic,
} from '../protocol/generated/apis/Metadata.ts'
import { ZERO_UUID } from '../protocol/schema.ts'

export interface Broker {
  nodeId: number
  host: string
  port: number
  rack: string | null
}

export interface PartitionMetadata {
  partition: number
  /** Kafka's error code; 5 (LEADER_NOT_AVAILABLE) while there is no leader. */
  errorCode: number
  /** -1: none. */
  leader: number
  /** -1: the broker is too old to say. */
  leaderEpoch: number
  replicas: number[]
  isr: number[]
  offlineReplicas: number[]
}

export interface TopicMetadata {
  name: string
  /** ZERO_UUID where the broker is too old to say. */
  topicId: string
  isInternal: boolean
  /** Kafka's error code, e.g. 3 for an unknown topic (which then has no partitions). */
  errorCode: number
  /** By partition number; the cluster leaves no gaps. */
  partitions: PartitionMetadata[]
  /** When this was learnt (Date.now()). */
  fetchedAt: number
}

export type TopicReference = string | { topicId: string }

export interface RefreshOptions {
  /** Whether brokers may create topics they do not know (auto.create.topics.enable has the last word). Default: false. */
  allowAutoTopicCreation?: boolean
}

/** Sends one Metadata request to any broker, with retries. */
export type AskMetadata = (request: Input<MetadataRequest>) => Promise<MetadataResponse>

export class Metadata {
  clusterId: string | null = null
  /** -1: unknown. In KRaft: any live broker, which forwards. */
  controllerId = -1
  brokers: ReadonlyMap<number, Broker> = new Map()
  readonly topics = new Map<string, TopicMetadata>()
  readonly #byId = new Map<string, TopicMetadata>()
  readonly #ask: AskMetadata
  readonly #maxAgeMs: number
  readonly #inFlight = new Map<string, Promise<void>>()

  constructor(ask: AskMetadata, maxAgeMs: number) {
    this.#ask = ask
    this.#maxAgeMs = maxAgeMs
  }

  /**
   * Asks again for the topics named (by name or id), for `'all'` of the cluster, or, when none are given, for brokers
   * and every topic known so far. Equal questions in flight are asked once. Errors of single topics are kept, not thrown.
   */
  refresh(
    topics?: readonly TopicReference[] | 'all',
    { allowAutoTopicCreation = false }: RefreshOptions = {},
  ): Promise<void> {
    const asked = topics ?? [...this.topics.keys()]
    const key = JSON.stringify([asked, allowAutoTopicCreation])
    const known = this.#inFlight.get(key)
    if (known !== undefined) return known
    const refreshing = this.#refresh(asked, allowAutoTopicCreation).finally(() => this.#inFlight.delete(key))
    this.#inFlight.set(key, refreshing)
    return refreshing
  }

  /** What is known of a topic, asked for first where it is unknown, failed last time, or older than metadata.max.age.ms. */
  async topic(name: string, options?: RefreshOptions): Promise<TopicMetadata> {
    const known = this.topics.get(name)
    if (known !== undefined && known.errorCode === 0 && Date.now() - known.fetchedAt <= this.#maxAgeMs)
      return known
    await this.refresh([name], options)
    const topic = this.topics.get(name)
    if (topic === undefined) throw apiError(3, `topic "${name}"`)
    return topic
  }

  topicById(topicId: string): TopicMetadata | undefined {
    return this.#byId.get(topicId)
  }

  /** undefined: the partition is not known; -1: it has no leader now. Asks nobody. */
  leaderOf(topic: string, partition: number): number | undefined {
    return this.topics.get(topic)?.partitions[partition]?.leader
  }

  /** Takes over a broker that some other answer named (FindCoordinator, or a leader hint of Produce and Fetch, KIP-951). */
  learnBroker(broker: Broker): void {
    const known = this.brokers.get(broker.nodeId)
    if (known?.host === broker.host && known.port === broker.port) return
    this.brokers = new Map([...this.brokers, [broker.nodeId, broker]])
  }

  /** Takes over a newer leader that Produce or Fetch named (KIP-951); an older epoch changes nothing. */
  learnLeader(topic: string, partition: number, leader: number, leaderEpoch: number): void {
    const known = this.topics.get(topic)?.partitions[partition]
    if (known === undefined || leaderEpoch <= known.leaderEpoch) return
    known.leader = leader
    known.leaderEpoch = leaderEpoch
    known.errorCode = 0
  }

  /** Takes over a whole answer. `isComplete`: topics that it does not name are gone. */
  update(response: MetadataResponse, isComplete = false): void {
    this.clusterId = response.clusterId
    this.controllerId = response.controllerId
    if (response.brokers.length > 0) {
      this.brokers = new Map(
        response.brokers.map(({ nodeId, host, port, rack }) => [nodeId, { nodeId, host, port, rack }]),
      )
    }
    const before = new Map(this.topics)
    if (isComplete) {
      this.topics.clear()
      this.#byId.clear()
    }
    for (const topic of response.topics) this.#learn(topic, before)
  }

  async #refresh(asked: readonly TopicReference[] | 'all', allowAutoTopicCreation: boolean): Promise<void> {
    const topics = asked === 'all' ? null : asked.map((topic) => asRequestTopic(topic))
    const response = await this.#ask({ topics, allowAutoTopicCreation })
    if (response.errorCode !== 0) throw apiError(response.errorCode, 'metadata')
    this.update(response, asked === 'all')
  }

  #learn(raw: MetadataResponseTopic, before: ReadonlyMap<string, TopicMetadata>): void {
    const name = raw.name ?? this.#byId.get(raw.topicId)?.name
    if (name === undefined) return
    const known = before.get(name)
    const topic = asTopic(name, raw)
    if (known?.topicId === topic.topicId) keepNewerLeaders(topic, known)
    if (known !== undefined && known.topicId !== topic.topicId) this.#byId.delete(known.topicId)
    this.topics.set(name, topic)
    if (topic.topicId !== ZERO_UUID && topic.errorCode === 0) this.#byId.set(topic.topicId, topic)
  }
}

export { MetadataApi }

function asRequestTopic(topic: TopicReference): { name: string | null; topicId?: string } {
  return typeof topic === 'string' ? { name: topic } : { name: null, topicId: topic.topicId }
}

function asTopic(name: string, raw: MetadataResponseTopic): TopicMetadata {
  const { topicId, isInternal, errorCode } = raw
  const partitions: PartitionMetadata[] = raw.partitions
    .map((partition) => ({
      partition: partition.partitionIndex,
      errorCode: partition.errorCode,
      leader: partition.leaderId,
      leaderEpoch: partition.leaderEpoch,
      replicas: partition.replicaNodes,
      isr: partition.isrNodes,
      offlineReplicas: partition.offlineReplicas,
    }))
    .sort((a, b) => a.partition - b.partition)
  return { name, topicId, isInternal, errorCode, partitions, fetchedAt: Date.now() }
}

// A broker that has fallen behind must not bring an older leader back (KIP-320).
function keepNewerLeaders(topic: TopicMetadata, known: TopicMetadata): void {
  topic.partitions = topic.partitions.map((partition, index) => {
    const before = known.partitions[index]
    return before !== undefined && before.leaderEpoch > partition.leaderEpoch ? before : partition
  })
}
