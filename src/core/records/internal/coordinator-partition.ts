/** java.lang.String.hashCode */
export function javaHash(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0
  return hash
}

/**
 * Which partition of a coordinator's topic holds all that is kept about `id`: a group, a transactional id, or a partition
 * of a share group (org.apache.kafka.common.utils.Utils.abs, of which the lowest integer gives 0).
 */
export function coordinatorPartition(id: string, partitions: number): number {
  const hash = javaHash(id)
  return (hash === -0x8000_0000 ? 0 : Math.abs(hash)) % partitions
}
