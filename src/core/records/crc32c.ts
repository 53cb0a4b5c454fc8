/** CRC-32C (Castagnoli), the checksum of record batches, from a native add-on that is loaded on first use. */

/** CRC-32C of `bytes` as an unsigned number. */
export type Crc32c = (bytes: Uint8Array) => number

export async function loadCrc32c(): Promise<Crc32c> {
  const { crc32c } = await import('@node-rs/crc32')
  return crc32c
}

/** The older CRC-32 (IEEE), by which librdkafka places keys. */
export async function loadCrc32(): Promise<(bytes: Uint8Array) => number> {
  const { crc32 } = await import('@node-rs/crc32')
  return crc32
}
