/** Groups: list them, delete them, send members away. `describe` stands in describe-groups.ts, offsets in group-offsets.ts. */
import type { Cluster } from '../cluster/cluster.ts'
import { BrokerGoneError } from '../cluster/failure.ts'
import { ApiError, type KtError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { DeleteGroups } from '../protocol/generated/apis/DeleteGroups.ts'
import { ListGroups, type ListGroupsResponse } from '../protocol/generated/apis/ListGroups.ts'
import { askCoordinators } from './ask-coordinators.ts'

/** org.apache.kafka.common.GroupType, as its toString() says it; Unknown: the broker is too old to say. */
export type GroupType = 'Unknown' | 'Consumer' | 'Classic' | 'Share' | 'Streams'
export const GROUP_TYPES: readonly GroupType[] = ['Classic', 'Consumer', 'Share', 'Streams']

export interface GroupListing {
  groupId: string
  type: GroupType
  /** `consumer`, `share`, `streams`, `connect`, …; '' for a group that only commits offsets. */
  protocol: string
  /** `Stable`, `Empty`, …; '' where the broker is too old to say (before 2.6). */
  state: string
  /** The node that coordinates it. */
  coordinatorId: number
}

export interface ListFilter {
  /** Only these; by the broker where it can (KIP-848). */
  types?: readonly GroupType[]
  /** Only these; by the broker where it can (KIP-518). */
  states?: readonly string[]
  /** Asks these nodes only; default: all of the cluster. */
  nodeIds?: readonly number[]
}

/** ListGroups (16) of every broker, in the order of the answers. Groups that may not be described are left out by the brokers. */
export function list(cluster: Cluster, filter: ListFilter = {}): Promise<GroupListing[]> {
  return filter.nodeIds === undefined
    ? ofThoseThatStay(() => listOnce(cluster, filter))
    : listOnce(cluster, filter)
}

const MAX_LEAVING = 5

/** Asks again when a broker has left the cluster meanwhile: the groups that it coordinated have moved to those that are there. */
export async function ofThoseThatStay<T>(ask: () => Promise<T>, onLeft: () => void = () => {}): Promise<T> {
  for (let left = 0; ; left++) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof BrokerGoneError) || left === MAX_LEAVING) throw error
      onLeft()
    }
  }
}

async function listOnce(cluster: Cluster, filter: ListFilter): Promise<GroupListing[]> {
  const { types = [], states = [] } = filter
  const nodeIds = filter.nodeIds ?? [...cluster.metadata.brokers.keys()].sort((one, other) => one - other)
  const answers = await Promise.all(nodeIds.map((nodeId) => listOf(cluster, nodeId, states)))
  return answers
    .flatMap((groups, index) => groups.map((one) => asListing(one, nodeIds[index]!)))
    .filter(({ type }) => types.length === 0 || types.includes(type))
    .filter(({ state }) => states.length === 0 || states.some((one) => isSame(one, state)))
}

/** Consumer groups of both protocols, and those that only commit offsets: what kafka-consumer-groups.sh is about. */
export function isConsumerGroup({ type, protocol }: GroupListing): boolean {
  if (type === 'Consumer') return true
  return (type === 'Classic' || type === 'Unknown') && (protocol === 'consumer' || protocol === '')
}

/** DeleteGroups (42), of any type. By group id: undefined, or why not. */
export async function remove(
  cluster: Cluster,
  groupIds: readonly string[],
): Promise<Map<string, KtError | undefined>> {
  const results = await askCoordinators(cluster, groupIds, {
    api: DeleteGroups,
    what: '',
    right: 'DELETE',
    request: (groupsNames) => ({ groupsNames }),
    answers: ({ results: answers }) =>
      answers.map(({ groupId, errorCode }) => ({ groupId, errorCode, answer: undefined })),
  })
  return new Map(results)
}

/** A group that is not there, with the nearest name that is. */
export function unknownGroup(groupId: string, existing: readonly string[]): ApiError {
  const hint = didYouMean(groupId, existing) ?? 'kt groups list shows what there is'
  return new ApiError(`group "${groupId}" does not exist`, {
    code: 69,
    codeName: 'GROUP_ID_NOT_FOUND',
    isRetriable: false,
    hint,
  })
}

const FIRST_WITH_STATES = 4

async function listOf(
  cluster: Cluster,
  nodeId: number,
  states: readonly string[],
): Promise<ListGroupsResponse['groups']> {
  const request = (version: number) =>
    version >= FIRST_WITH_STATES ? { statesFilter: [...states] } : { statesFilter: [] }
  const { groups } = await cluster.call(ListGroups, request, { node: nodeId }, { purpose: 'main' })
  return groups
}

function asListing(raw: ListGroupsResponse['groups'][number], coordinatorId: number): GroupListing {
  const { groupId, groupType, protocolType, groupState } = raw
  return { groupId, type: typeOf(groupType), protocol: protocolType, state: groupState, coordinatorId }
}

/** Any case; '' before Kafka 3.8. */
function typeOf(raw: string): GroupType {
  return GROUP_TYPES.find((one) => isSame(one, raw)) ?? 'Unknown'
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
