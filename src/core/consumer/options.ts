/** Settings → what the consumer works with. */
import type { Settings } from '../settings.ts'

export type OffsetReset = 'earliest' | 'latest' | 'none'

export interface FetchOptions {
  minBytes: number
  maxBytes: number
  maxPartitionBytes: number
  maxWaitMs: number
  isReadCommitted: boolean
  checksCrcs: boolean
  /** What `next` gives may be kept: it is copied out of the frame it came in. */
  keepsRecords?: boolean
  rack: string
  requestTimeoutMs: number
  retryBackoffMs: number
  retryBackoffMaxMs: number
}

/**
 * Kafka's 50 MiB would be held three times for each broker: on the way, arrived, and being read. More than this
 * makes nothing faster. One partition may take all of it: alone it needs a quarter less time than in pieces of Kafka's 1 MiB.
 */
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024

export function fetchOptions(settings: Settings): FetchOptions {
  return {
    minBytes: settings['fetch.min.bytes'],
    maxBytes: settings.isSet('fetch.max.bytes') ? settings['fetch.max.bytes'] : DEFAULT_MAX_BYTES,
    maxPartitionBytes: settings.isSet('max.partition.fetch.bytes')
      ? settings['max.partition.fetch.bytes']
      : DEFAULT_MAX_BYTES,
    maxWaitMs: settings['fetch.max.wait.ms'],
    isReadCommitted: settings['isolation.level'] === 'read_committed',
    checksCrcs: settings['check.crcs'],
    rack: settings['client.rack'],
    requestTimeoutMs: settings['request.timeout.ms'],
    retryBackoffMs: settings['retry.backoff.ms'],
    retryBackoffMaxMs: settings['retry.backoff.max.ms'],
  }
}
