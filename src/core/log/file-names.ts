/** What a file of a log directory is, by its name (org.apache.kafka.storage.internals.log.LogFileUtils, Snapshots). */
import { basename } from 'node:path'

export type LogFileKind =
  | 'log'
  | 'index'
  | 'timeindex'
  | 'txnindex'
  | 'producer-snapshot'
  | 'checkpoint'
  | 'leader-epochs'
  | 'offsets'

const BY_SUFFIX: Readonly<Record<string, LogFileKind>> = {
  '.log': 'log',
  '.index': 'index',
  '.timeindex': 'timeindex',
  '.txnindex': 'txnindex',
  '.snapshot': 'producer-snapshot',
  '.checkpoint': 'checkpoint',
}

const OFFSET_CHECKPOINT =
  /^(recovery-point|log-start|replication|cleaner)-offset-checkpoint$|^cleaner-offset-checkpoint$/

/** Undefined for what is no file of a log. */
export function kindOf(path: string): LogFileKind | undefined {
  const name = basename(path)
  if (name === 'leader-epoch-checkpoint') return 'leader-epochs'
  if (OFFSET_CHECKPOINT.test(name)) return 'offsets'
  return BY_SUFFIX[/\.[^.]*$/.exec(name)?.[0] ?? '']
}

const OTHERS_OF_KAFKA =
  /^(partition\.metadata|meta\.properties|quorum-state|\.lock|\.kafka_cleanshutdown)$|\.(deleted|swap|cleaned)$/

/** A broker keeps it among its logs, but it is nothing to dump: `orders-0/*` names such too. */
export function isBesideLogs(path: string): boolean {
  return OTHERS_OF_KAFKA.test(basename(path))
}

/** The offset that the name begins with; undefined where it begins with none. */
export function baseOffsetOf(path: string): number | undefined {
  const digits = /^(\d+)\./.exec(basename(path))?.[1]
  const offset = Number(digits)
  return digits !== undefined && Number.isSafeInteger(offset) ? offset : undefined
}

/** Offset and epoch that a snapshot of KRaft is named after. */
export function snapshotIdOf(path: string): { offset: number; epoch: number } | undefined {
  const [, offset, epoch] = /^(\d{20})-(\d{10})\.checkpoint/.exec(basename(path)) ?? []
  return offset === undefined ? undefined : { offset: Number(offset), epoch: Number(epoch) }
}
