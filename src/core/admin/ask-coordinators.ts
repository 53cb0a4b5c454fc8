/** One question about many groups: one request for each coordinator, not one for each group. */
import type { Cluster } from '../cluster/cluster.ts'
import { backoffMs, sleep } from '../cluster/backoff.ts'
import { ApiError, KtError } from '../errors.ts'
import { apiError, missingRight } from '../protocol/errors.ts'
import type { Api, Input } from '../protocol/schema.ts'

export interface GroupAnswer<Answer> {
  groupId: string
  errorCode: number
  /** The broker's own words. */
  errorMessage?: string | null | undefined
  answer: Answer
}

export interface GroupQuestion<Req, Res, Answer> {
  api: Api<Req, Res>
  /** What is asked, as an error says it: `offsets of`. */
  what: string
  request: (groupIds: string[], version: number) => Input<Req>
  /** What the response says of each group; versions for one group do not name it. */
  answers: (response: Res, groupIds: readonly string[]) => Iterable<GroupAnswer<Answer>>
  /** What the user must be allowed to do to the group; default: DESCRIBE. */
  right?: string
  maxVersion?: number
  /** Older versions ask for one group at a time. */
  batchedVersion?: number
  timeoutMs?: number
}

/** So many groups in one request: an answer stays far below what a frame may hold. */
const MAX_GROUPS = 500

/**
 * By group id: the answer, or the error that is not for trying again. Groups that have moved are asked about
 * again at their new coordinators until default.api.timeout.ms.
 */
export async function askCoordinators<Req, Res, Answer>(
  cluster: Cluster,
  groupIds: readonly string[],
  question: GroupQuestion<Req, Res, Answer>,
): Promise<Map<string, Answer | KtError>> {
  const { settings } = cluster
  const deadline = Date.now() + (question.timeoutMs ?? settings['default.api.timeout.ms'])
  const results = new Map<string, Answer | KtError>()
  let pending = [...new Set(groupIds)]
  for (let attempt = 1; pending.length > 0; attempt++) {
    const { chunks, refused } = await locate(cluster, pending, question)
    for (const [groupId, error] of refused) results.set(groupId, error)
    const answered = await Promise.all(chunks.map((chunk) => askOne(cluster, chunk, question)))
    const again: string[] = []
    for (const [groupId, { answer, error }] of answered.flat()) {
      if (error?.isRetriable && Date.now() < deadline) again.push(groupId)
      else results.set(groupId, error ?? answer!)
    }
    pending = again
    for (const groupId of again) cluster.forgetCoordinator('group', groupId)
    if (again.length > 0)
      await sleep(
        backoffMs(attempt, settings['retry.backoff.ms'], settings['retry.backoff.max.ms']),
        cluster.signal,
      )
  }
  return results
}

async function locate<Req, Res, Answer>(
  cluster: Cluster,
  groupIds: readonly string[],
  question: GroupQuestion<Req, Res, Answer>,
): Promise<{ chunks: string[][]; refused: [string, KtError][] }> {
  const byNode = new Map<number, string[]>()
  const refused: [string, KtError][] = []
  for (const [groupId, node] of await cluster.coordinators('group', groupIds)) {
    if (node instanceof KtError) refused.push([groupId, withRight(node, question.right)])
    else push(byNode, node, groupId)
  }
  const chunks: string[][] = []
  for (const [node, ids] of byNode) {
    const size = await chunkSize(cluster, node, question)
    for (let at = 0; at < ids.length; at += size) chunks.push(ids.slice(at, at + size))
  }
  return { chunks, refused }
}

/** Whoever may not even see a group is told what would be needed for the whole of it. */
function withRight(error: KtError, right: string | undefined): KtError {
  if (!(error instanceof ApiError) || right === undefined) return error
  const hint = missingRight(error.code, right, 'group')
  return hint === undefined ? error : new ApiError(error.message, { ...error, hint })
}

async function chunkSize<Req, Res, Answer>(
  cluster: Cluster,
  node: number,
  { api, batchedVersion, maxVersion }: GroupQuestion<Req, Res, Answer>,
): Promise<number> {
  if (batchedVersion === undefined) return MAX_GROUPS
  try {
    const channel = await cluster.channel(node)
    return channel.version(api, maxVersion) < batchedVersion ? 1 : MAX_GROUPS
  } catch {
    // Whoever sends meets the same trouble, and says what it is or asks another node.
    return 1
  }
}

type Answered<Answer> = [groupId: string, result: { answer?: Answer; error?: ApiError }]

async function askOne<Req, Res, Answer>(
  cluster: Cluster,
  groupIds: string[],
  { api, what, right, request, answers, maxVersion, timeoutMs }: GroupQuestion<Req, Res, Answer>,
): Promise<Answered<Answer>[]> {
  // The first of them stands for all: were its coordinator gone, the others would be told that they have moved.
  const target = { coordinator: 'group', key: groupIds[0]! } as const
  const options = {
    purpose: 'main' as const,
    errorsOf: () => [],
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
  const response = await cluster.call(api, (version) => request(groupIds, version), target, options)
  const found = new Map<string, GroupAnswer<Answer>>()
  for (const one of answers(response, groupIds)) found.set(one.groupId, one)
  return groupIds.map((groupId) => {
    const one = found.get(groupId)
    if (one === undefined) throw new KtError(`${api.name}: the answer says nothing about group "${groupId}"`)
    const { errorCode, errorMessage, answer } = one
    if (errorCode === 0) return [groupId, { answer }]
    return [
      groupId,
      { error: groupError(errorCode, `${what} group "${groupId}"`, { right, reason: errorMessage }) },
    ]
  })
}

interface Refusal {
  /** What the user must be allowed to do to the group; default: DESCRIBE. */
  right?: string | undefined
  /** The broker's own words. */
  reason?: string | null | undefined
}

/** A code about a group, with what to try where that is known. */
export function groupError(
  code: number,
  what: string,
  { right = 'DESCRIBE', reason }: Refusal = {},
): ApiError {
  return apiError(code, what.trim(), missingRight(code, right, 'group'), reason)
}

function push(byNode: Map<number, string[]>, node: number, groupId: string): void {
  const ids = byNode.get(node)
  if (ids) ids.push(groupId)
  else byNode.set(node, [groupId])
}
