// A partitioner of one's own: records whose key is an IPv4 address go to the partition that the last number
// of the address says, so that each host's records stay in order.
//
//   kt console-producer access-log --reader-property parse.key=true --partitioner ./examples/ipv4-partitioner.mjs

/** @param {{ key: Buffer | null, partitionCount: number }} record */
export default function partition({ key, partitionCount }) {
  const lastNumber = /^\d+\.\d+\.\d+\.(\d+)$/.exec(key?.toString() ?? '')?.[1]
  if (lastNumber === undefined) throw new Error(`the key is no IPv4 address: ${key}`)
  return Number(lastNumber) % partitionCount
}
