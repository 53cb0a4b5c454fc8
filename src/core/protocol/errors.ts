import { ApiError } from '../errors.ts'
import { errorRows } from './generated/errors.ts'

export interface KafkaError {
  code: number
  /** Kafka's name, e.g. UNKNOWN_TOPIC_OR_PARTITION. */
  name: string
  isRetriable: boolean
  /** The Java class without its package, as Kafka's tools print it; '' for NONE. */
  exception: string
  /** Kafka's own sentence. */
  message: string
}

export const NONE = 0

let byCode: Map<number, KafkaError> | undefined

/** What a code means; a code of a newer Kafka is named by its number and not retriable. */
export function errorOf(code: number): KafkaError {
  byCode ??= new Map(
    errorRows.map(([code, name, isRetriable, exception, message]) => [
      code,
      { code, name, isRetriable, exception, message },
    ]),
  )
  return byCode.get(code) ?? unknownError(code)
}

/** `what` says what was asked of whom; the broker's reason follows, its own words if it sent any. */
export function apiError(code: number, what: string, hint?: string, reason?: string | null): ApiError {
  const { name, isRetriable, message } = errorOf(code)
  return new ApiError(`${what}: ${reason || message || name}`, {
    code,
    codeName: name,
    isRetriable,
    ...(hint === undefined ? {} : { hint }),
  })
}

/** What to try where a broker says that a right is missing, but not which; undefined for other codes. */
export function missingRight(code: number, right: string, resource: 'group' | 'topic'): string | undefined {
  const codeName = resource === 'group' ? 'GROUP_AUTHORIZATION_FAILED' : 'TOPIC_AUTHORIZATION_FAILED'
  return errorOf(code).name === codeName ? `the user needs ${right} on the ${resource}` : undefined
}

function unknownError(code: number): KafkaError {
  const message = `The broker answered with error code ${code}, which this version does not know.`
  return { code, name: `UNKNOWN_${code}`, isRetriable: false, exception: '', message }
}
