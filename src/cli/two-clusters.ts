/** The options of a command that reads from one cluster and writes to another, or to the same. */
import type { Cluster } from '../core/cluster/cluster.ts'
import { connectionOptions, timeoutOption } from './connection-options.ts'
import type { Context } from './context.ts'
import { properties, text } from './options.ts'

const heading = 'Connection'

export const twoClusterOptions = {
  ...connectionOptions,
  'from-bootstrap-server': text('brokers of the source, where it is another cluster', {
    placeholder: 'HOST:PORT,…',
    heading,
  }),
  'from-command-config': text('file with client properties for the source', { placeholder: 'FILE', heading }),
  'from-profile': text('profile of the source', { placeholder: 'NAME', heading }),
  'from-command-property': properties('one client property for the source', { heading }),
  'to-bootstrap-server': text('brokers of the target, where it is another cluster', {
    placeholder: 'HOST:PORT,…',
    heading,
  }),
  'to-command-config': text('file with client properties for the target', { placeholder: 'FILE', heading }),
  'to-profile': text('profile of the target', { placeholder: 'NAME', heading }),
  'to-command-property': properties('one client property for the target', { heading }),
  ...timeoutOption,
}

export interface TwoClusterValues {
  bootstrapServer: string | undefined
  commandConfig: string | undefined
  profile: string | undefined
  commandProperty: Record<string, string>
  fromBootstrapServer: string | undefined
  fromCommandConfig: string | undefined
  fromProfile: string | undefined
  fromCommandProperty: Record<string, string>
  toBootstrapServer: string | undefined
  toCommandConfig: string | undefined
  toProfile: string | undefined
  toCommandProperty: Record<string, string>
}

/** Both, opened at once; what is said of one side wins over what is said of both. They outlive an interrupt. */
export function openTwoClusters(
  context: Context,
  values: TwoClusterValues,
  defaults: { from: Record<string, string>; to: Record<string, string> },
): Promise<[Cluster, Cluster]> {
  const { bootstrapServer, commandConfig, profile, commandProperty } = values
  const from = {
    bootstrapServer: values.fromBootstrapServer ?? bootstrapServer,
    commandConfig: values.fromCommandConfig ?? commandConfig,
    profile: values.fromProfile ?? profile,
    commandProperty: { ...commandProperty, ...values.fromCommandProperty },
    defaults: defaults.from,
  }
  const to = {
    bootstrapServer: values.toBootstrapServer ?? bootstrapServer,
    commandConfig: values.toCommandConfig ?? commandConfig,
    profile: values.toProfile ?? profile,
    commandProperty: { ...commandProperty, ...values.toCommandProperty },
    defaults: defaults.to,
  }
  const options = { outlivesInterrupt: true }
  return Promise.all([context.furtherCluster(from, options), context.furtherCluster(to, options)])
}
