import { type Api, type Input } from '../../src/core/protocol/codec.ts'
import { type FakeLog } from './log.ts'

/** What the nodes of one fake cluster share. */
export interface FakeState {
  clusterId: string
  controllerId: number
  nodes: FakeNode[]
  topics: Map<string, FakeTopic>
  nextProducerId: bigint
}

export interface FakeNode {
  nodeId: number
  host: string
  port: number
}

export interface FakeTopic {
  name: string
  topicId: string
  /** By partition. */
  partitions: FakePartition[]
}

export interface FakePartition {
  leader: number
  leaderEpoch: number
  log: FakeLog
}

export interface RequestContext {
  version: number
  correlationId: number
  clientId: string | null
  nodeId: number
  state: FakeState
  /** Counts from 1 in the order of accepted connections. */
  connection: number
}

/**
 * An answer, or: 'drop' (never answer), 'close' (hang up), raw bytes in place of a frame, an answer after a while,
 * undefined for what the broker answers by default, null for no answer because none is expected.
 */
export type Reply<Res> =
  | Input<Res>
  | 'drop'
  | 'close'
  | { raw: Buffer }
  | { delayMs: number; response?: Input<Res> | undefined }
  | { correlationId: number; response: Input<Res> }
  | undefined
  | null

export type Handler<Req, Res> = (request: Req, context: RequestContext) => Reply<Res> | Promise<Reply<Res>>

/** The default answer of one API: one file each. */
export interface DefaultHandler<Req, Res> {
  api: Api<Req, Res>
  handle: (request: Req, context: RequestContext) => Input<Res> | null
}

export function answer<Req, Res>(
  api: Api<Req, Res>,
  handle: DefaultHandler<Req, Res>['handle'],
): DefaultHandler<never, never> {
  return { api, handle } as unknown as DefaultHandler<never, never>
}
