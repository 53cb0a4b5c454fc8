/** The assignors by Kafka's names: what `partition.assignment.strategy` may say. */
import { UsageError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { range } from './range.ts'
import { roundRobin } from './round-robin.ts'
import { cooperativeSticky, sticky } from './sticky.ts'
import type { Assignor } from './types.ts'

const PACKAGE = 'org.apache.kafka.clients.consumer.'

const BY_NAME: Record<string, Assignor> = {
  RangeAssignor: range,
  RoundRobinAssignor: roundRobin,
  StickyAssignor: sticky,
  CooperativeStickyAssignor: cooperativeSticky,
  range,
  roundrobin: roundRobin,
  sticky,
  'cooperative-sticky': cooperativeSticky,
}

/** A class name of Kafka, with or without its package, or the short name. Throws UsageError, naming the nearest. */
export function assignorNamed(rawName: string): Assignor {
  // Java prints the classes of its default with this word before them.
  const className = rawName.replace(/^class /, '')
  const name = className.startsWith(PACKAGE) ? className.slice(PACKAGE.length) : className
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name]!
  const near = nearest(name, Object.keys(BY_NAME))
  throw new UsageError(`unknown assignor "${rawName}" in partition.assignment.strategy`, {
    hint: near === undefined ? `there are ${Object.keys(BY_NAME).join(', ')}` : `did you mean ${near}?`,
  })
}
