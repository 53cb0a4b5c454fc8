import { afterEach } from 'vitest'
import { type Cluster, openCluster, type OpenClusterOptions } from '../../../src/core/cluster/cluster.ts'
import { KtError } from '../../../src/core/errors.ts'
import { resolveSettings } from '../../../src/core/settings.ts'
import {
  type FakeBroker,
  type FakeBrokerOptions,
  startFakeBroker,
  startFakeCluster,
} from '../../broker/index.ts'
import { startRawServer } from '../../broker/raw.ts'

const endings: (() => unknown)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** Ends with the test. */
export function closesAfterTest<T extends { close(): unknown }>(thing: T): T {
  endings.push(() => thing.close())
  return thing
}

export async function fakeBroker(options?: FakeBrokerOptions): Promise<FakeBroker> {
  return closesAfterTest(await startFakeBroker(options))
}

export async function fakeCluster(count: number, options?: FakeBrokerOptions): Promise<FakeBroker[]> {
  return (await startFakeCluster(count, options)).map(closesAfterTest)
}

export async function rawServer(onConnection: Parameters<typeof startRawServer>[0]) {
  return closesAfterTest(await startRawServer(onConnection))
}

/** Settings by name; quick back-offs so that tests do not wait. */
export function settingsOf(properties: Record<string, string> = {}) {
  const quick = {
    'retry.backoff.ms': '5',
    'retry.backoff.max.ms': '20',
    'reconnect.backoff.ms': '1',
    'reconnect.backoff.max.ms': '5',
  }
  return resolveSettings({ commandLine: { ...quick, ...properties } }).settings
}

export async function open(
  bootstrapServers: string | string[],
  properties: Record<string, string> = {},
  options: Partial<OpenClusterOptions> = {},
): Promise<Cluster> {
  return closesAfterTest(
    await openCluster({ bootstrapServers, settings: settingsOf(properties), ...options }),
  )
}

/** What a promise fails with; fails the test when it does not. */
export async function failureOf(promise: Promise<unknown>): Promise<KtError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof KtError) return error
    throw error
  }
  throw new Error('it did not fail')
}
