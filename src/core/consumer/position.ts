/** Where reading of one partition stands. */
export class PartitionPosition {
  readonly topic: string
  readonly partition: number
  /** The next offset to fetch. */
  offset: number
  /** Leader epoch of the batch before `offset`, by which a broker sees that its log has been truncated; -1: not known. */
  leaderEpoch = -1
  /** The next offset after the last record that was handed out; -1 before the first. May lag within a batch. */
  readOffset = -1
  /** Leader epoch of the batch that `readOffset` comes from. */
  readLeaderEpoch = -1
  /** Records from this offset on are not wanted. */
  endOffset = Infinity
  highWatermark = -1
  lastStableOffset = -1
  logStartOffset = -1
  /** A node other than the leader that the leader recommends (KIP-392); -1 for none. */
  preferredReplica = -1
  /** Epoch milliseconds. */
  preferredUntilMs = 0
  /** Epoch milliseconds before which it is not asked for again, after an error. */
  retryAtMs = 0
  attempts = 0
  isPaused = false
  /** Changes with each seek: what was fetched before it is thrown away. */
  generation = 0

  constructor(topic: string, partition: number, offset: number) {
    this.topic = topic
    this.partition = partition
    this.offset = offset
  }

  get name(): string {
    return `${this.topic}-${this.partition}`
  }

  seek(offset: number, leaderEpoch = -1): void {
    this.offset = offset
    this.leaderEpoch = leaderEpoch
    this.generation++
  }
}
