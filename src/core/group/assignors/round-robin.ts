/** `roundrobin`: all partitions in a row, dealt out in turn (org.apache.kafka.clients.consumer.RoundRobinAssignor). */
import { emptyAssignment, inOrder, partitionsOf, topicsOf } from './members.ts'
import type { Assignor } from './types.ts'

export const roundRobin: Assignor = {
  name: 'roundrobin',
  isCooperative: false,
  userData: () => null,
  assign(counts, members) {
    const assignment = emptyAssignment(members)
    const takers = inOrder(members)
    let next = 0
    for (const topic of topicsOf(members)) {
      for (const partition of partitionsOf(topic, counts.get(topic) ?? 0)) {
        while (!takers[next]!.topics.includes(topic)) next = (next + 1) % takers.length
        assignment.get(takers[next]!.memberId)!.push(partition)
        next = (next + 1) % takers.length
      }
    }
    return assignment
  },
}
