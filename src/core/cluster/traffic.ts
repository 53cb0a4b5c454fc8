/** What has gone over the connections of a cluster, by node: counted per request, never per record. */
export interface NodeTraffic {
  requests: number
  responses: number
  sentBytes: number
  receivedBytes: number
  largestRequestBytes: number
  /** Of Produce and Fetch, as in Kafka's request-latency metrics. */
  latency: Span
}

/** Sum, number and largest of some lengths of time, ms. */
export interface Span {
  count: number
  sumMs: number
  maxMs: number
}

/** Told of each request as it is given to the connection. */
export type RequestListener = (apiName: string, request: unknown) => void

/** Size and correlation id of an answer. */
const ANSWER_HEADER_BYTES = 8
const MEASURED_APIS = new Set(['Produce', 'Fetch'])

export class Traffic {
  /** By node id; -1 until it is known who stands behind a bootstrap address. */
  readonly nodes = new Map<number, NodeTraffic>()
  connectionsOpened = 0
  connectionsClosed = 0
  /** Of the answers to Fetch. */
  fetchedBytes = 0
  largestFetchBytes = 0
  /** What brokers asked for in answers to Produce and Fetch. */
  readonly throttle: Span = emptySpan()
  onRequest: RequestListener | undefined

  /** Returns what is to be called with the answer. */
  request(nodeId: number, apiName: string, parts: readonly Buffer[]): (payload: Buffer | undefined) => void {
    const node = this.node(nodeId)
    let bytes = 0
    for (const part of parts) bytes += part.length
    node.requests++
    node.sentBytes += bytes
    if (bytes > node.largestRequestBytes) node.largestRequestBytes = bytes
    const sentMs = performance.now()
    return (payload) => {
      if (payload === undefined) return
      node.responses++
      node.receivedBytes += payload.length + ANSWER_HEADER_BYTES
      if (MEASURED_APIS.has(apiName)) addTo(node.latency, performance.now() - sentMs)
      if (apiName === 'Fetch') this.#fetched(payload.length)
    }
  }

  #fetched(bytes: number): void {
    this.fetchedBytes += bytes
    if (bytes > this.largestFetchBytes) this.largestFetchBytes = bytes
  }

  node(nodeId: number): NodeTraffic {
    let node = this.nodes.get(nodeId)
    if (node === undefined) {
      node = { requests: 0, responses: 0, sentBytes: 0, receivedBytes: 0, largestRequestBytes: 0, latency: emptySpan() } // prettier-ignore
      this.nodes.set(nodeId, node)
    }
    return node
  }
}

export function emptySpan(): Span {
  return { count: 0, sumMs: 0, maxMs: 0 }
}

export function addTo(span: Span, ms: number): void {
  span.count++
  span.sumMs += ms
  if (ms > span.maxMs) span.maxMs = ms
}
