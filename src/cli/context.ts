/** What a command gets to work with. Expensive things are functions, so that a usage error opens no connection. */
import type { Cluster } from '../core/cluster/cluster.ts'
import type { Settings } from '../core/settings.ts'
import type { Out } from './output/index.ts'
import type { Progress } from './progress.ts'
import type { Terminal } from './terminal.ts'

/** Which cluster, in the words of its own options, and how this command speaks with it. */
export interface ClusterChoice {
  bootstrapServer: string | undefined
  commandConfig: string | undefined
  profile: string | undefined
  commandProperty: Record<string, string>
  /** Settings where nobody says otherwise. */
  defaults: Record<string, string>
}

export interface Context {
  out: Out
  /** A line on stderr: something the person should know that is not a result. */
  note(text: string): void
  env: Readonly<Record<string, string | undefined>>
  /** Aborted by SIGINT and SIGTERM; a second signal ends the process at once. */
  signal: AbortSignal
  isVerbose: boolean
  /** True when a Kafka script's name was used: words and output are then exactly Kafka's. */
  isScript: boolean
  terminal: Terminal
  /**
   * The client settings from `--profile`, `--command-config`, `--command-property`, the environment, and `overrides`:
   * what the command's own options say, which win. `defaults` count where nobody says otherwise. Resolved by the first call.
   */
  settings(overrides?: Record<string, string>, defaults?: Record<string, string>): Promise<Settings>
  /**
   * The cluster; connected on the first call and closed when the command ends. With `outlivesInterrupt` an interrupt
   * ends only the connecting: the command has something to say to the cluster before it goes. `wantsListing`: see there.
   */
  cluster(
    overrides?: Record<string, string>,
    options?: { outlivesInterrupt?: boolean; wantsListing?: boolean },
  ): Promise<Cluster>
  /** A further cluster, for a command that works with two; closed when the command ends. */
  furtherCluster(choice: ClusterChoice, options?: { outlivesInterrupt?: boolean }): Promise<Cluster>
  /** Asks on the terminal; true only for y or yes. */
  confirm(question: string): Promise<boolean>
  progress(text: string): Promise<Progress>
  /** Runs when the command has ended, however it ended; the last one registered runs first. */
  onExit(cleanup: () => Promise<void> | void): void
}
