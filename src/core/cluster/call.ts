/** One question, asked until it is answered, cannot be answered, or its time is over. */
import { ApiError, KtError, RequestTimeoutError } from '../errors.ts'
import { type Api, type Input } from '../protocol/codec.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import { type Settings } from '../settings.ts'
import { retryWaitMs, sleep } from './backoff.ts'
import { type Channel } from './channel.ts'
import { type Purpose } from './connections.ts'
import { errorCodesIn } from './error-codes.ts'
import { BrokerGoneError, isWorthRetrying } from './failure.ts'
import { hedged } from './hedge.ts'
import { type Metadata } from './metadata.ts'
import {
  changesNothing,
  type CoordinatorKind,
  describeTarget,
  kindOf,
  type Target,
  type TargetKind,
} from './routes.ts'
import { throwIfInterrupted } from './interruption.ts'

export interface CallOptions<Res> {
  /** All tries together; default: default.api.timeout.ms. */
  timeoutMs?: number
  /** One try; default: request.timeout.ms. A broker that is told to wait needs more. */
  requestTimeoutMs?: number
  /** How often a request that was sent may be sent again; 0 for what must not happen twice. Default: the setting `retries`. */
  retries?: number
  /** Called before what changes something is sent again because no answer came: it may have been done. */
  onUnanswered?: () => Promise<void>
  /** Not newer than this version. */
  maxVersion?: number
  purpose?: Purpose
  /** The codes in an answer that, if retriable, make the whole request worth sending again; instead of the usual ones. */
  errorsOf?: (response: Res) => readonly number[]
}

/** What a call needs of the cluster. */
export interface CallContext {
  settings: Settings
  signal: AbortSignal
  metadata: Metadata
  channel(nodeId: number, purpose?: Purpose): Promise<Channel>
  anyChannel(tried?: Set<number>): Promise<Channel>
  coordinator(kind: CoordinatorKind, key: string): Promise<number>
  forgetCoordinator(kind: CoordinatorKind, key: string): void
}

const UNKNOWN_TOPIC_OR_PARTITION = 3
const LEADER_NOT_AVAILABLE = 5

/** A topic that was just created is unknown to some brokers for a moment; one that never was should be told soon. */
const UNKNOWN_TOPIC_RETRIES = 4

/** The codes that mean "ask somebody else", wherever in the answer they stand. */
const MOVED: Record<TargetKind, ReadonlySet<number>> = {
  any: new Set(),
  node: new Set(),
  controller: new Set([41]),
  coordinator: new Set([14, 15, 16]),
  leader: new Set([LEADER_NOT_AVAILABLE, 6, 9, 74, 75, 100]),
}

export async function retryingCall<Req, Res>(
  cluster: CallContext,
  api: Api<Req, Res>,
  request: Input<Req> | ((version: number) => Input<Req>),
  target: Target,
  options: CallOptions<Res>,
): Promise<Res> {
  const { settings, signal } = cluster
  const timeoutMs = options.timeoutMs ?? settings['default.api.timeout.ms']
  const requestTimeoutMs = options.requestTimeoutMs ?? settings['request.timeout.ms']
  const retries = options.retries ?? settings.retries
  const deadline = Date.now() + timeoutMs
  let sent = 0
  let failure: KtError | undefined
  /** Those who owe an answer: another is asked rather, as a broker that waits for a silent controller goes on waiting. */
  const silent = new Set<number>()

  for (let attempt = 1; ; attempt++) {
    let isUnanswered = false
    try {
      const response = await ask(cluster, api.name, target, silent, {
        reach: (tried) => withDeadline(channelFor(cluster, target, options.purpose, tried), deadline),
        send: async (channel) => {
          const version = channel.version(api, options.maxVersion)
          const body =
            typeof request === 'function' ? (request as (version: number) => Input<Req>)(version) : request
          sent++
          const remainingMs = Math.max(1, deadline - Date.now())
          const timeoutMs = Math.min(requestTimeoutMs, remainingMs)
          try {
            return await channel.send(api, version, body, { timeoutMs })
          } catch (error) {
            isUnanswered = true
            silent.add(channel.nodeId)
            throw error
          }
        },
      })
      const code = retriableCode(response, target, options.errorsOf)
      if (code === undefined) return response
      failure = apiError(code, `${api.name} to ${describeTarget(target)}`)
    } catch (error) {
      throwIfInterrupted(signal)
      if (!(error instanceof KtError) || !isWorthAnotherTry(error, attempt, target)) throw error
      // That the time is over says less than what went wrong before.
      const isCutShort =
        error instanceof NobodyReached || (error instanceof RequestTimeoutError && Date.now() >= deadline)
      if (failure === undefined || !isCutShort) failure = error
    }
    if (sent > retries) throw failure
    const waitMs = retryWaitMs(
      failure,
      attempt,
      settings['retry.backoff.ms'],
      settings['retry.backoff.max.ms'],
    )
    if (Date.now() + waitMs >= deadline) throw outOfTime(api.name, target, timeoutMs, failure)
    await sleep(waitMs, signal)
    await lookAgain(cluster, target, deadline, isUnanswered ? options.onUnanswered : undefined)
  }
}

interface Steps<Res> {
  /** A channel to one that has not been tried, and notes it. */
  reach: (tried: Set<number>) => Promise<Channel>
  send: (channel: Channel) => Promise<Res>
}

/**
 * One try. Of what several brokers could answer, a silent one is not waited for: questions are put to another as well,
 * and what changes something goes to whoever can be reached first, and only there.
 */
async function ask<Res>(
  { metadata }: CallContext,
  apiName: string,
  target: Target,
  silent: ReadonlySet<number>,
  { reach, send }: Steps<Res>,
): Promise<Res> {
  const isOneLeft = [...metadata.brokers.keys()].some((nodeId) => !silent.has(nodeId))
  const tried = new Set<number>(isOneLeft ? silent : [])
  if (target !== 'any' && target !== 'controller') return send(await reach(tried))
  const hasOthers = () => [...metadata.brokers.keys()].some((nodeId) => !tried.has(nodeId))
  if (changesNothing(apiName)) return hedged(async () => send(await reach(tried)), hasOthers)
  return send(await hedged(() => reach(tried), hasOthers))
}

async function channelFor(
  cluster: CallContext,
  target: Target,
  purpose: Purpose | undefined,
  tried: Set<number>,
): Promise<Channel> {
  if (target === 'any') return cluster.anyChannel(tried)
  if (target === 'controller') {
    const { controllerId } = cluster.metadata
    // In KRaft any broker forwards.
    if (controllerId < 0 || tried.has(controllerId)) return cluster.anyChannel(tried)
    tried.add(controllerId)
    return cluster.channel(controllerId, purpose)
  }
  if ('node' in target) return cluster.channel(target.node, purpose)
  if ('leader' in target) return cluster.channel(await leaderFor(cluster, target.leader), purpose)
  const nodeId = await cluster.coordinator(target.coordinator, target.key)
  return cluster.channel(nodeId, purpose ?? 'coordinator')
}

async function leaderFor(
  cluster: CallContext,
  { topic, partition }: { topic: string; partition: number },
): Promise<number> {
  const known = await cluster.metadata.topic(topic)
  if (known.errorCode !== 0) throw apiError(known.errorCode, `topic "${topic}"`)
  const leader = known.partitions[partition]?.leader
  if (leader === undefined)
    throw apiError(UNKNOWN_TOPIC_OR_PARTITION, `partition ${partition} of topic "${topic}"`)
  if (leader < 0) throw apiError(LEADER_NOT_AVAILABLE, `partition ${partition} of topic "${topic}"`)
  return leader
}

function retriableCode<Res>(
  response: Res,
  target: Target,
  errorsOf: ((response: Res) => readonly number[]) | undefined,
): number | undefined {
  if (errorsOf) return errorsOf(response).find((code) => errorOf(code).isRetriable)
  const { errorCode = 0 } = response as { errorCode?: number }
  if (errorCode !== 0 && errorCode !== UNKNOWN_TOPIC_OR_PARTITION && errorOf(errorCode).isRetriable)
    return errorCode
  const moved = MOVED[kindOf(target)]
  return moved.size === 0 ? undefined : errorCodesIn(response).find((code) => moved.has(code))
}

function isWorthAnotherTry(error: KtError, attempt: number, target: Target): boolean {
  // Leaders and coordinators are replaced; nobody else can say what a node was asked.
  if (error instanceof BrokerGoneError && kindOf(target) === 'node') return false
  if (!(error instanceof ApiError)) return isWorthRetrying(error)
  if (error.code === UNKNOWN_TOPIC_OR_PARTITION) return attempt <= UNKNOWN_TOPIC_RETRIES
  return error.isRetriable
}

/** After a failure what we believed about the target may be wrong. */
async function lookAgain(
  cluster: CallContext,
  target: Target,
  deadline: number,
  onUnanswered?: () => Promise<void>,
): Promise<void> {
  if (target === 'any') return
  if (typeof target === 'object' && 'coordinator' in target) {
    return cluster.forgetCoordinator(target.coordinator, target.key)
  }
  const topics = typeof target === 'object' && 'leader' in target ? [target.leader.topic] : []
  try {
    await withDeadline(cluster.metadata.refresh(topics), deadline)
    if (onUnanswered !== undefined) await withDeadline(onUnanswered(), deadline)
  } catch (error) {
    // The next try will say what is wrong, with the request's own name.
    if (!(error instanceof KtError) || !isWorthRetrying(error)) throw error
  }
}

class NobodyReached extends RequestTimeoutError {}

/** An interrupt needs no care here: it ends every connection, and so what is waited for. */
async function withDeadline<T>(promise: Promise<T>, deadline: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const failure = new NobodyReached('no broker could be reached in time')
    timer = setTimeout(() => reject(failure), Math.max(1, deadline - Date.now()))
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

function outOfTime(apiName: string, target: Target, timeoutMs: number, last: KtError): KtError {
  if (last instanceof ApiError) return last
  return new RequestTimeoutError(
    `${apiName} to ${describeTarget(target)} did not succeed within ${timeoutMs} ms: ${last.message}`,
    {
      hint: last.hint,
      cause: last,
    },
  )
}
