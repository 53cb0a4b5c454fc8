import { describe, expect, it } from 'vitest'
import { canonicalAddresses, type NameService } from '../../../src/core/cluster/canonical-names.ts'
import { fakeBroker, open } from './support.ts'

const names: NameService = {
  lookup: (host) =>
    host === 'kafka'
      ? Promise.resolve([{ address: '10.0.0.1' }, { address: '10.0.0.2' }])
      : Promise.reject(new Error('ENOTFOUND')),
  lookupService: (address) =>
    address === '10.0.0.1'
      ? Promise.resolve({ hostname: 'one.example.com' })
      : Promise.reject(new Error('ENOTFOUND')),
}

describe('canonical names', () => {
  it('stand for every address of a host; an address without a name for itself', async () => {
    expect(await canonicalAddresses([{ host: 'kafka', port: 9092 }], names)).toEqual([
      { host: 'one.example.com', port: 9092 },
      { host: '10.0.0.2', port: 9092 },
    ])
  })

  it('leave a host that does not resolve as it is', async () => {
    expect(await canonicalAddresses([{ host: 'nowhere', port: 1 }], names)).toEqual([
      { host: 'nowhere', port: 1 },
    ])
  })

  it('are used when client.dns.lookup says so', async () => {
    const broker = await fakeBroker()
    const lookup = { 'client.dns.lookup': 'resolve_canonical_bootstrap_servers_only' }
    const cluster = await open(broker.address, lookup)
    expect(cluster.metadata.brokers.size).toBe(1)
  })
})
