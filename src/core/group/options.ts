/** Settings → what membership in a group works with. */
import { UsageError } from '../errors.ts'
import type { SettingName, Settings } from '../settings.ts'
import { assignorNamed } from './assignors/index.ts'
import type { Assignor } from './assignors/types.ts'

export interface GroupOptions {
  groupId: string
  /** The name of a static member (KIP-345). */
  instanceId: string | null
  rackId: string | null
  protocol: 'classic' | 'consumer'
  sessionTimeoutMs: number
  heartbeatIntervalMs: number
  /** How long a member may take before it gives its partitions up; also the time a rebalance waits for it. */
  maxPollIntervalMs: number
  requestTimeoutMs: number
  retryBackoffMs: number
  retryBackoffMaxMs: number
  metadataMaxAgeMs: number
  /** Best first. */
  assignors: Assignor[]
  /** The assignor on the broker (KIP-848); null lets the broker choose. */
  remoteAssignor: string | null
}

/** What only one of the two protocols has (org.apache.kafka.clients.consumer.ConsumerConfig says no to the same). */
const ONLY_CLASSIC: SettingName[] = [
  'session.timeout.ms',
  'heartbeat.interval.ms',
  'partition.assignment.strategy',
]

/** Throws UsageError for settings that exclude each other, or an assignor that does not exist. */
export function groupOptions(settings: Settings): GroupOptions {
  const groupId = settings['group.id'] ?? ''
  // Kafka's own rule: org.apache.kafka.clients.consumer.internals.ConsumerUtils.
  if (groupId.trim() === '')
    throw new UsageError('the group id is empty', { hint: 'give the group a name: --group NAME' })
  const protocol = settings['group.protocol'].toLowerCase() as GroupOptions['protocol']
  checkProtocol(settings, protocol)
  return {
    groupId,
    instanceId: instanceOf(settings['group.instance.id']),
    rackId: settings['client.rack'] || null,
    protocol,
    sessionTimeoutMs: settings['session.timeout.ms'],
    heartbeatIntervalMs: settings['heartbeat.interval.ms'],
    maxPollIntervalMs: settings['max.poll.interval.ms'],
    requestTimeoutMs: settings['request.timeout.ms'],
    retryBackoffMs: settings['retry.backoff.ms'],
    retryBackoffMaxMs: settings['retry.backoff.max.ms'],
    metadataMaxAgeMs: settings['metadata.max.age.ms'],
    assignors: assignorsOf(settings),
    remoteAssignor: settings['group.remote.assignor'],
  }
}

function checkProtocol(settings: Settings, protocol: GroupOptions['protocol']): void {
  const wrong = protocol === 'consumer' ? ONLY_CLASSIC : (['group.remote.assignor'] as const)
  for (const name of wrong) {
    if (settings.isSet(name))
      throw new UsageError(`${name} cannot be set when group.protocol is ${protocol}`, {
        hint: `leave ${name} out, or set group.protocol=${protocol === 'consumer' ? 'classic' : 'consumer'}`,
      })
  }
  const { 'heartbeat.interval.ms': heartbeatMs, 'session.timeout.ms': sessionMs } = settings
  if (protocol === 'classic' && (heartbeatMs >= sessionMs || heartbeatMs <= 0))
    throw new UsageError(
      `heartbeat.interval.ms (${heartbeatMs}) must be greater than 0 and lower than session.timeout.ms (${sessionMs})`,
      { hint: 'a third of the session timeout is usual' },
    )
}

function instanceOf(instanceId: string | null): string | null {
  if (instanceId === null) return null
  // org.apache.kafka.clients.consumer.internals.… JoinGroupRequest.validateGroupInstanceId: as topic names.
  if (/^[a-zA-Z0-9._-]{1,249}$/.test(instanceId) && instanceId !== '.' && instanceId !== '..')
    return instanceId
  throw new UsageError(`invalid group.instance.id "${instanceId}"`, {
    hint: 'it is made of letters, digits, ".", "_" and "-", 249 at most',
  })
}

function assignorsOf(settings: Settings): Assignor[] {
  const assignors = settings['partition.assignment.strategy'].map(assignorNamed)
  if (assignors.length === 0) throw new UsageError('partition.assignment.strategy is empty')
  if (new Set(assignors).size < assignors.length)
    throw new UsageError('partition.assignment.strategy names an assignor twice')
  return assignors
}
