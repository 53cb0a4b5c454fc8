/**
 * `client.dns.lookup=resolve_canonical_bootstrap_servers_only`: a bootstrap host stands for all its addresses, each
 * under its canonical name (org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses).
 */
import { lookup as systemLookup, lookupService as systemLookupService } from 'node:dns/promises'
import type { Address } from './addresses.ts'

/** What of the name service is needed. */
export interface NameService {
  lookup(host: string, options: { all: true }): Promise<{ address: string }[]>
  lookupService(address: string, port: number): Promise<{ hostname: string }>
}

/** A host that does not resolve stays as it is: connecting to it says what is wrong. */
export async function canonicalAddresses(
  addresses: readonly Address[],
  names: NameService = { lookup: systemLookup, lookupService: systemLookupService },
): Promise<Address[]> {
  const found = await Promise.all(addresses.map((one) => canonical(one, names)))
  return found.flat()
}

async function canonical({ host, port }: Address, names: NameService): Promise<Address[]> {
  const ips = await names.lookup(host, { all: true }).catch(() => [{ address: host }])
  return Promise.all(
    ips.map(async ({ address }) => {
      // As in Java, an address without a name is its own name.
      const { hostname } = await names.lookupService(address, port).catch(() => ({ hostname: address }))
      return { host: hostname, port }
    }),
  )
}
