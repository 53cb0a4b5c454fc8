/** The options of a consumer that have to do with its group, and what they say together. */
import type { Cluster } from '../core/cluster/cluster.ts'
import { knownTopic } from '../core/cluster/known-topic.ts'
import type { GroupSessionOptions } from '../core/consumer/group-session.ts'
import { UsageError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { readPropertiesFile } from './client-settings.ts'
import { flag, text } from './options.ts'

export const groupOptions = {
  group: text('read as a member of this consumer group, and commit offsets to it', {
    placeholder: 'GROUP',
    property: 'group.id',
  }),
  include: text('read all topics whose name matches, also those to come', { placeholder: 'REGEX' }),
  commit: text(
    'when offsets are committed: each, every:N, end or none (default every auto.commit.interval.ms)',
    {
      placeholder: 'WHEN',
    },
  ),
  'commit-async': flag('go on reading before a commit is answered'),
  'enable-systest-events': flag('tell of assignments, revocations and commits in JSON lines on stderr'),
}

export interface GroupValues {
  group: string | undefined
  include: string | undefined
  commit: string | undefined
  commitAsync: boolean
  fromBeginning: boolean
  partition: string | undefined
  offset: string | undefined
  topic: string[]
  commandProperty: Record<string, string>
  commandConfig: string | undefined
}

export type GroupPlan = Pick<GroupSessionOptions, 'group' | 'wanted' | 'reset' | 'commit' | 'isAsync'>

/** What the options and properties say about the group; undefined: no group. Throws UsageError. */
export async function groupPlan(values: GroupValues, settings: Settings): Promise<GroupPlan | undefined> {
  await checkSameGroup(values)
  if (settings['group.id'] === null) {
    if (values.commit !== undefined || values.commitAsync)
      throw new UsageError('--commit needs a group to commit to', { hint: 'add --group GROUP' })
    return undefined
  }
  // Kafka's own sentence (org.apache.kafka.tools.consumer.ConsoleConsumerOptions).
  if (values.partition !== undefined)
    throw new UsageError('Options group and partition cannot be specified together.')
  if (values.offset !== undefined)
    throw new UsageError('--offset and a group exclude each other: a group starts where it has committed', {
      hint: 'auto.offset.reset says where it starts without a commit; --from-beginning means earliest',
    })
  const [options, policy, reset] = await Promise.all([
    import('../core/group/options.ts'),
    import('../core/group/commit-policy.ts'),
    import('../core/group/offset-reset.ts'),
  ])
  return {
    group: options.groupOptions(settings),
    wanted: await wantedTopics(values, settings),
    reset: reset.parseOffsetReset(resetText(values, settings)),
    commit: policy.commitPolicy(values.commit, settings),
    isAsync: values.commitAsync,
  }
}

/** A topic that was named and is not there is an error, as it is without a group. */
export async function checkTopics(cluster: Cluster, { wanted }: GroupPlan): Promise<void> {
  if ('names' in wanted) for (const name of wanted.names) await knownTopic(cluster, name)
}

async function wantedTopics(values: GroupValues, settings: Settings): Promise<GroupPlan['wanted']> {
  const { include, topic } = values
  if (include === undefined) return { names: topic }
  const { javaPattern } = await import('../core/admin/java-pattern.ts')
  return { pattern: javaPattern(include), excludesInternal: settings['exclude.internal.topics'] }
}

/** What auto.offset.reset comes to, as in ConsoleConsumerOptions.setAutoOffsetResetValue. */
export function resetText({ fromBeginning }: Pick<GroupValues, 'fromBeginning'>, settings: Settings): string {
  const reset = settings['auto.offset.reset']
  if (!settings.isSet('auto.offset.reset')) return fromBeginning ? 'earliest' : 'latest'
  if (fromBeginning && reset !== 'earliest')
    throw new UsageError(
      `Can't simultaneously specify --from-beginning and 'auto.offset.reset=${reset}', please remove one option`,
    )
  return reset
}

async function checkSameGroup({ group, commandProperty, commandConfig }: GroupValues): Promise<void> {
  const file = await readPropertiesFile(commandConfig)
  const ids = [group, commandProperty['group.id'], file['group.id']].filter((id) => id !== undefined)
  if (new Set(ids).size <= 1) return
  throw new UsageError(
    `the group ids given with --group, as a property and in a file do not match: ${[...new Set(ids)].join(', ')}`,
    { hint: 'give one of them' },
  )
}
