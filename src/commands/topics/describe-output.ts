/** How described topics are printed: two tables for a person, a document, or Kafka's lines. */
import { javaHashOrder } from '../../cli/output/java-order.ts'
import type { Out } from '../../cli/output/index.ts'
import { NAME, type Narrow } from '../../cli/output/narrow-table.ts'
import type { PartitionDescription, TopicDescription } from '../../core/admin/describe-topics.ts'

const LIST: Narrow = { wrapTo: 8 }

export interface Described {
  topic: TopicDescription
  /** Those that were asked for. */
  partitions: PartitionDescription[]
}

interface Show {
  hasTopics: boolean
  hasPartitions: boolean
}

/**
 * `{"topics": [{"name", "topicId", "isInternal", "partitionCount", "replicationFactor", "configs": {},
 * "partitions": [{"partition", "leader", "leaderEpoch", "replicas", "isr", "offlineReplicas", "elr", "lastKnownElr"}]}]}`;
 * `configs` are those that are not Kafka's defaults, `partitions` those that were asked for.
 */
export function printJson(out: Out, described: readonly Described[], { hasPartitions }: Show): void {
  const documents = described.map(({ topic, partitions }) => ({
    name: topic.name,
    topicId: topic.topicId,
    isInternal: topic.isInternal,
    partitionCount: topic.partitions.length,
    replicationFactor: topic.replicationFactor,
    configs: Object.fromEntries(setConfigs(topic).map(({ name, value }) => [name, value])),
    ...(hasPartitions ? { partitions } : {}),
  }))
  out.message({ topics: documents })
}

export async function printTables(out: Out, described: readonly Described[], show: Show): Promise<void> {
  if (show.hasTopics) await printTopics(out, described)
  if (!show.hasPartitions) return
  const rows = described.flatMap(({ topic: { name }, partitions }) =>
    partitions.map((partition) => ({ name, ...partition })),
  )
  if (show.hasTopics && rows.length > 0) out.line('')
  const isMoving = rows.some(({ reassignment }) => reassignment !== undefined)
  const hasElr = rows.some(({ elr, lastKnownElr }) => (elr?.length ?? 0) + (lastKnownElr?.length ?? 0) > 0)
  await out.list({
    name: 'partitions',
    rows,
    whenEmpty: show.hasTopics ? undefined : 'there is no such partition',
    columns: [
      { title: 'TOPIC', value: ({ name }) => name, narrow: NAME },
      { title: 'PARTITION', value: ({ partition }) => partition, align: 'right', narrow: { title: 'PART' } },
      { title: 'LEADER', value: ({ leader }) => leader ?? 'none', align: 'right' },
      { title: 'REPLICAS', value: ({ replicas }) => replicas, narrow: LIST },
      { title: 'ISR', value: ({ isr }) => isr, narrow: LIST },
      ...(hasElr
        ? [
            { title: 'ELR', value: ({ elr }: PartitionDescription) => elr },
            { title: 'LAST-KNOWN-ELR', value: ({ lastKnownElr }: PartitionDescription) => lastKnownElr },
          ]
        : []),
      ...(isMoving
        ? [
            {
              title: 'ADDING',
              value: ({ reassignment }: PartitionDescription) => reassignment?.addingReplicas,
            },
            {
              title: 'REMOVING',
              value: ({ reassignment }: PartitionDescription) => reassignment?.removingReplicas,
            },
          ]
        : []),
    ],
  })
}

async function printTopics(out: Out, described: readonly Described[]): Promise<void> {
  await out.list({
    name: 'topics',
    rows: described.map(({ topic }) => topic),
    whenEmpty: 'there is no such topic',
    columns: [
      { title: 'TOPIC', value: ({ name }) => name, narrow: NAME },
      { title: 'TOPIC-ID', value: ({ topicId }) => topicId, narrow: { isOptional: true } },
      {
        title: 'PARTITIONS',
        value: ({ partitions }) => partitions.length,
        align: 'right',
        narrow: { title: 'PARTS' },
      },
      {
        title: 'REPLICATION',
        value: ({ replicationFactor }) => replicationFactor,
        align: 'right',
        narrow: { title: 'REPLICAS' },
      },
      {
        title: 'CONFIGS',
        value: (topic) => setConfigs(topic).map(({ name, value }) => `${name}=${value}`),
        narrow: { wrapTo: 24 },
      },
    ],
  })
}

/** org.apache.kafka.tools.TopicCommand's lines; the configs in the order that its hash map gives. */
export function printJava(out: Out, described: readonly Described[], show: Show): void {
  for (const { topic, partitions } of described) {
    if (show.hasTopics) out.line(topicLine(topic))
    if (!show.hasPartitions) continue
    for (const partition of partitions) out.line(partitionLine(topic.name, partition))
  }
}

const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

function topicLine({ name, topicId, partitions, replicationFactor, configs }: TopicDescription): string {
  const set = javaHashOrder(configs, (config) => config.name)
    .filter(({ isDefault }) => !isDefault)
    .map((config) => `${config.name}=${config.value}`)
  const id = topicId === ZERO_UUID ? '' : `\tTopicId: ${topicId}`
  return (
    `Topic: ${name}${id}\tPartitionCount: ${partitions.length}\tReplicationFactor: ${replicationFactor}` +
    `\tConfigs: ${set.join(',')}`
  )
}

function partitionLine(name: string, described: PartitionDescription): string {
  const { partition, leader, replicas, isr, reassignment, elr, lastKnownElr } = described
  const moving =
    reassignment === undefined
      ? ''
      : `\tAdding Replicas: ${reassignment.addingReplicas}\tRemoving Replicas: ${reassignment.removingReplicas}`
  return (
    `\tTopic: ${name}\tPartition: ${partition}\tLeader: ${leader ?? 'none'}\tReplicas: ${replicas}\tIsr: ${isr}` +
    `${moving}\tElr: ${elr ?? 'N/A'}\tLastKnownElr: ${lastKnownElr ?? 'N/A'}`
  )
}

/** By name: what somebody has set, for the topic or for the brokers. */
function setConfigs({ configs }: TopicDescription): TopicDescription['configs'] {
  return configs.filter(({ isDefault }) => !isDefault).sort((one, other) => (one.name < other.name ? -1 : 1))
}
