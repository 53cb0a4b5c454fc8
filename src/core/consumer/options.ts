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
  rack: string
  requestTimeoutMs: number
  retryBackoffMs: number
  retryBackoffMaxMs: number
}

export function fetchOptions(settings: Settings): FetchOptions {
  return {
    minBytes: settings['fetch.min.bytes'],
    maxBytes: settings['fetch.max.bytes'],
    maxPartitionBytes: settings['max.partition.fetch.bytes'],
    maxWaitMs: settings['fetch.max.wait.ms'],
    isReadCommitted: settings['isolation.level'] === 'read_committed',
    checksCrcs: settings['check.crcs'],
    rack: settings['client.rack'],
    requestTimeoutMs: settings['request.timeout.ms'],
    retryBackoffMs: settings['retry.backoff.ms'],
    retryBackoffMaxMs: settings['retry.backoff.max.ms'],
  }
}
