/**
 * The errors a person can get to read. Each one is a sentence: what failed, on what, why;
 * `hint` is what to try next. The class says the exit code.
 */
export interface KtErrorOptions {
  /** One line: what the person can do about it. */
  hint?: string
  /** Lines of the input with a mark under the fault; shown as they are. */
  excerpt?: string
  cause?: unknown
}

export class KtError extends Error {
  /** 1: the cluster said no, or a record was not delivered. */
  readonly exitCode: number = 1
  readonly hint: string | undefined
  readonly excerpt: string | undefined

  constructor(message: string, options: KtErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.hint = options.hint
    this.excerpt = options.excerpt
  }
}

/** The command line, a settings file or a record read from the person's input is wrong. Exit code 2. */
export class UsageError extends KtError {
  override readonly exitCode: number = 2
}

/** What the system says of a file, without its code and its name again: `no such file or directory`. */
export function systemReason(error: unknown): string {
  const { message } = error as Error
  return message.replace(/^E[A-Z]+: /, '').replace(/, [a-z]+( '.*')?( -> '.*')?$/, '')
}

/** No broker could be reached, or none let us in. Exit code 3. */
export class ConnectionError extends KtError {
  override readonly exitCode: number = 3
}

/** SASL or TLS was tried and refused: trying again will not help. Exit code 3. */
export class AuthenticationError extends ConnectionError {}

/** A request got no answer in time. Its connection is destroyed; the broker may or may not have acted on it. */
export class RequestTimeoutError extends ConnectionError {}

/** Bytes from the network or a file are not what their length, checksum or schema says. Exit code 1. */
export class CorruptDataError extends KtError {}

/** The person interrupted. Exit code 130 (SIGINT) or 143 (SIGTERM). */
export class InterruptedError extends KtError {
  override readonly exitCode: number
  constructor(message = 'interrupted', exitCode = 130) {
    super(message)
    this.exitCode = exitCode
  }
}

export interface ApiErrorOptions extends KtErrorOptions {
  /** Kafka's error code, e.g. 3. */
  code: number
  /** Kafka's name of it, e.g. UNKNOWN_TOPIC_OR_PARTITION. */
  codeName: string
  isRetriable: boolean
}

/** A broker answered with an error code (org.apache.kafka.common.protocol.Errors). Exit code 1. */
export class ApiError extends KtError {
  readonly code: number
  readonly codeName: string
  readonly isRetriable: boolean

  constructor(message: string, options: ApiErrorOptions) {
    super(message, options)
    this.code = options.code
    this.codeName = options.codeName
    this.isRetriable = options.isRetriable
  }
}
