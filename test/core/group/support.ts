import { type Cluster, openCluster } from '../../../src/core/cluster/cluster.ts'
import { ClassicMembership } from '../../../src/core/group/classic-membership.ts'
import { ConsumerMembership } from '../../../src/core/group/consumer-membership.ts'
import { CoordinatorLink } from '../../../src/core/group/coordinator-link.ts'
import type { Membership, MembershipHooks } from '../../../src/core/group/membership.ts'
import { groupOptions } from '../../../src/core/group/options.ts'
import { Subscription } from '../../../src/core/group/subscription.ts'
import { nameOf } from '../../../src/core/group/topic-partitions.ts'
import { resolveSettings } from '../../../src/core/settings.ts'
import { type FakeBroker, startFakeBroker } from '../../broker/index.ts'

export interface Stage {
  broker: FakeBroker
  cluster: Cluster
  membership: Membership
  /** What the hooks were called with, in order: `assigned t-0 t-1`. */
  told: string[]
  /** Runs inside a hook, before it resolves. */
  during: {
    assigned?: () => Promise<void>
    revoked: () => Promise<void>
    lost?: () => Promise<void>
    busySinceMs?: number
  }
  /** How the run ended. */
  ended: Promise<Error | undefined>
  close(): Promise<void>
}

/** A member of the group "g" on a fake broker with the topic "t" of two partitions; not running yet. */
export async function stage(properties: Record<string, string> = {}): Promise<Stage & { start(): void }> {
  const broker = await startFakeBroker({ topics: { t: 2 } })
  const { settings } = resolveSettings({
    commandLine: {
      'bootstrap.servers': broker.address,
      'group.id': 'g',
      'retry.backoff.ms': '1',
      'retry.backoff.max.ms': '5',
      ...(properties['group.protocol'] === 'consumer' ? {} : { 'heartbeat.interval.ms': '10' }),
      ...properties,
    },
  })
  const cluster = await openCluster({ settings })
  const told: string[] = []
  const during: Stage['during'] = { revoked: () => Promise.resolve() }
  const tell = (what: string) => (partitions: { topic: string; partition: number }[]) => {
    told.push([what, ...partitions.map(nameOf)].join(' '))
    if (what === 'assigned') return during.assigned?.() ?? Promise.resolve()
    if (what === 'lost') return during.lost?.() ?? Promise.resolve()
    return what === 'revoked' ? during.revoked() : Promise.resolve()
  }
  const hooks: MembershipHooks = {
    onAssigned: tell('assigned'),
    onRevoked: tell('revoked'),
    onLost: tell('lost'),
    busySinceMs: () => during.busySinceMs,
    note: (text) => told.push(text),
  }
  const options = groupOptions(settings)
  const Member = options.protocol === 'consumer' ? ConsumerMembership : ClassicMembership
  const subscription = new Subscription(cluster, { names: ['t'] })
  const membership = new Member(new CoordinatorLink(cluster, 'g'), options, subscription, hooks)
  let end: (error: Error | undefined) => void = () => {}
  const ended = new Promise<Error | undefined>((resolve) => (end = resolve))
  return {
    broker,
    cluster,
    membership,
    told,
    during,
    ended,
    start: () => void membership.run().then(() => end(undefined), end),
    close: async () => {
      membership.stop()
      cluster.close()
      await broker.close()
    },
  }
}
