/**
 * `range`: of each topic every member gets a run of neighbours, the first members one more
 * (org.apache.kafka.clients.consumer.RangeAssignor, without racks).
 */
import { emptyAssignment, inOrder, partitionsOf, topicsOf } from './members.ts'
import type { Assignor } from './types.ts'

export const range: Assignor = {
  name: 'range',
  isCooperative: false,
  userData: () => null,
  assign(counts, members) {
    const assignment = emptyAssignment(members)
    for (const topic of topicsOf(members)) {
      const takers = inOrder(members.filter(({ topics }) => topics.includes(topic)))
      const partitions = partitionsOf(topic, counts.get(topic) ?? 0)
      const least = Math.floor(partitions.length / takers.length)
      const withOneMore = partitions.length % takers.length
      let start = 0
      for (const [index, { memberId }] of takers.entries()) {
        const end = start + least + (index < withOneMore ? 1 : 0)
        assignment.get(memberId)!.push(...partitions.slice(start, end))
        start = end
      }
    }
    return assignment
  },
}
